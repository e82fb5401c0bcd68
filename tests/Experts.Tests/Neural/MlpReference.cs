using StreamMoe.Experts.Neural;

namespace StreamMoe.Experts.Tests.Neural;

/// <summary>One net in double precision, written as the textbook has it: what the float kernels are held against.</summary>
internal sealed class MlpReference
{
    private readonly int[] _widths;
    private readonly MlpOptions _options;
    private readonly double[] _first, _second;
    private int _steps;

    public MlpReference(MlpOptions options, ReadOnlySpan<float> parameters)
    {
        _options = options;
        _widths = [options.Inputs, .. options.Hidden, options.Outputs];
        Parameters = new double[parameters.Length];
        for (int i = 0; i < parameters.Length; i++) Parameters[i] = parameters[i];
        _first = new double[parameters.Length];
        _second = new double[parameters.Length];
    }

    public double[] Parameters { get; }

    public double[] Forward(ReadOnlySpan<float> row)
    {
        double[] x = new double[row.Length];
        for (int i = 0; i < x.Length; i++) x[i] = row[i];
        int next = 0;
        for (int layer = 0; layer + 1 < _widths.Length; layer++)
        {
            int fanIn = _widths[layer], fanOut = _widths[layer + 1];
            double[] y = new double[fanOut];
            for (int unit = 0; unit < fanOut; unit++)
                for (int i = 0; i < fanIn; i++) y[unit] += Parameters[next++] * x[i];
            for (int unit = 0; unit < fanOut; unit++)
            {
                y[unit] += Parameters[next++];
                if (layer + 2 < _widths.Length) y[unit] = Math.Max(0, y[unit]);
            }
            x = y;
        }
        return x;
    }

    public double BinaryLoss(float[] x, int rows, float[] targets)
    {
        double sum = 0;
        for (int r = 0; r < rows; r++)
        {
            double[] z = Forward(x.AsSpan(r * _options.Inputs, _options.Inputs));
            for (int o = 0; o < z.Length; o++)
                sum += Math.Max(z[o], 0) - z[o] * targets[r * z.Length + o] + Math.Log(1 + Math.Exp(-Math.Abs(z[o])));
        }
        return sum / (rows * _options.Outputs);
    }

    public double SoftmaxLoss(float[] x, int rows, int[] labels)
    {
        double sum = 0;
        for (int r = 0; r < rows; r++)
        {
            double[] z = Forward(x.AsSpan(r * _options.Inputs, _options.Inputs));
            double maximum = z.Max();
            sum += Math.Log(z.Sum(v => Math.Exp(v - maximum))) + maximum - z[labels[r]];
        }
        return sum / rows;
    }

    /// <summary>Central differences of a loss by every parameter.</summary>
    public double[] Gradient(Func<double> loss)
    {
        const double h = 1e-6;
        double[] gradient = new double[Parameters.Length];
        for (int i = 0; i < gradient.Length; i++)
        {
            double old = Parameters[i];
            Parameters[i] = old + h;
            double above = loss();
            Parameters[i] = old - h;
            double below = loss();
            Parameters[i] = old;
            gradient[i] = (above - below) / (2 * h);
        }
        return gradient;
    }

    /// <summary>Adam as PyTorch's documentation states it.</summary>
    public void Step(double[] gradient)
    {
        _steps++;
        double b1 = _options.Beta1, b2 = _options.Beta2;
        for (int i = 0; i < gradient.Length; i++)
        {
            _first[i] = b1 * _first[i] + (1 - b1) * gradient[i];
            _second[i] = b2 * _second[i] + (1 - b2) * gradient[i] * gradient[i];
            double first = _first[i] / (1 - Math.Pow(b1, _steps)), second = _second[i] / (1 - Math.Pow(b2, _steps));
            Parameters[i] -= _options.LearningRate * first / (Math.Sqrt(second) + _options.Epsilon);
        }
    }
}

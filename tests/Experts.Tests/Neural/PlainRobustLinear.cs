namespace StreamMoe.Experts.Tests.Neural;

/// <summary>A robust linear net and its averaged copy in double precision, with gradients taken from differences of the loss alone.</summary>
internal sealed class PlainRobustLinear
{
    private const double Step = 1e-5;
    private readonly int _inputs, _classes;
    private readonly double _learningRate;
    private readonly double[,] _weights, _average, _first, _second;
    private int _learned;

    // The last column of each matrix belongs to the bias.
    public PlainRobustLinear(int inputs, int classes, double learningRate)
    {
        (_inputs, _classes, _learningRate) = (inputs, classes, learningRate);
        _weights = new double[classes, inputs + 1];
        _average = new double[classes, inputs + 1];
        _first = new double[classes, inputs + 1];
        _second = new double[classes, inputs + 1];
    }

    public double Rho { get; private set; } = -2.9;

    public double[] Votes(double[] x) => [.. Probabilities(Logits(_weights, x), Rho), .. Probabilities(Logits(_average, x), Rho)];

    public void Train(double[] x, int label, double weight)
    {
        double[] z = Logits(_weights, x);
        double rhoGradient = weight * (Loss(z, Rho + Step, label) - Loss(z, Rho - Step, label)) / (2 * Step);
        double[] gradient = new double[_classes];
        for (int c = 0; c < _classes; c++)
        {
            double[] up = [.. z], down = [.. z];
            up[c] += Step;
            down[c] -= Step;
            gradient[c] = weight * (Loss(up, Rho, label) - Loss(down, Rho, label)) / (2 * Step);
        }
        _learned++;
        for (int c = 0; c < _classes; c++)
            for (int i = 0; i <= _inputs; i++) Adam(c, i, gradient[c] * (i < _inputs ? x[i] : 1));
        Rho = Math.Clamp(Rho - 0.01 * rhoGradient, -4, -1.1);
        if (_learned % 4 != 0) return;
        double rate = Math.Max(1 - Math.Pow(0.999, 4), 4.0 / _learned);
        for (int c = 0; c < _classes; c++)
            for (int i = 0; i <= _inputs; i++) _average[c, i] += rate * (_weights[c, i] - _average[c, i]);
    }

    private void Adam(int c, int i, double g)
    {
        _first[c, i] = 0.9 * _first[c, i] + 0.1 * g;
        _second[c, i] = 0.999 * _second[c, i] + 0.001 * g * g;
        double m = _first[c, i] / (1 - Math.Pow(0.9, _learned)), v = _second[c, i] / (1 - Math.Pow(0.999, _learned));
        _weights[c, i] -= _learningRate * m / (Math.Sqrt(v) + 1e-8);
    }

    private double[] Logits(double[,] weights, double[] x)
    {
        double[] z = new double[_classes];
        for (int c = 0; c < _classes; c++)
        {
            z[c] = weights[c, _inputs];
            for (int i = 0; i < _inputs; i++) z[c] += weights[c, i] * x[i];
        }
        return z;
    }

    private static double Loss(double[] z, double rho, int label) => -Math.Log(Probabilities(z, rho)[label]);

    private static double[] Probabilities(double[] z, double rho)
    {
        double sum = z.Sum(Math.Exp), noise = 1 / (1 + Math.Exp(-rho));
        return [.. z.Select(s => (1 - noise) * Math.Exp(s) / sum + noise / z.Length)];
    }
}

namespace StreamMoe.Experts.Tests.Bayes;

/// <summary>The definition of naive Bayes that forgets, in double precision.</summary>
internal sealed class PlainForgettingBayes(int classes, int attributes, int memory)
{
    private readonly double[] _counts = new double[classes], _shares = new double[classes];
    private readonly double[,] _means = new double[classes, attributes], _variances = new double[classes, attributes];
    private double _learned;

    public void Train(double[] x, int label, double weight)
    {
        _learned = Math.Min(_learned + weight, memory * classes);
        for (int c = 0; c < classes; c++) _shares[c] += Math.Min(1, weight / _learned) * ((c == label ? 1 : 0) - _shares[c]);
        _counts[label] = Math.Min(_counts[label] + weight, memory);
        double rate = Math.Min(1, weight / _counts[label]);
        for (int a = 0; a < attributes; a++)
        {
            double d = x[a] - _means[label, a];
            _means[label, a] += rate * d;
            _variances[label, a] = (1 - rate) * (_variances[label, a] + rate * d * d);
        }
    }

    public double[] Votes(double[] x)
    {
        double[] scores = new double[classes];
        for (int c = 0; c < classes; c++)
        {
            scores[c] = _counts[c] == 0 ? double.NegativeInfinity : Math.Log(Math.Max(_shares[c], 1e-6));
            for (int a = 0; a < attributes && _counts[c] > 0; a++)
            {
                double v = (_counts[c] * _variances[c, a] + 1) / (_counts[c] + 1), d = x[a] - _means[c, a];
                scores[c] -= 0.5 * Math.Log(v) + Math.Min(d * d / (2 * v), 12);
            }
        }
        double most = scores.Max(), sum = scores.Sum(s => Math.Exp(s - most));
        return [.. scores.Select(s => Math.Exp(s - most) / sum)];
    }
}

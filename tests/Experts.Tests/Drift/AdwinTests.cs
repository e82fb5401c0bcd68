using StreamMoe.Experts.Drift;
using StreamMoe.Experts.Drift.Windows;
using StreamMoe.Experts.State;

namespace StreamMoe.Experts.Tests.Drift;

public sealed class AdwinTests
{
    [Fact]
    public void Add_MeanFalls_ReportsDroppedBucketsButTheDetectorStaysSilent()
    {
        Adwin window = new();
        AdwinDetector detector = new();
        bool dropped = false;
        for (int i = 0; i < 4_000; i++)
        {
            dropped |= window.Add(i < 2_000 ? 5 : -5);
            Assert.Equal(DriftSignal.None, detector.Update(i < 2_000 ? 5 : -5));
        }
        Assert.True(dropped);
        Assert.Equal(-5, window.Mean, 9);
        Assert.Equal(window.Width, detector.Width);
    }

    [Fact]
    public void Add_NoCut_WidthTotalMeanAndVarianceAreThoseOfAllInputs()
    {
        Adwin window = new(delta: 0);
        UniformNumbers random = new(1);
        List<double> inputs = [];
        for (int i = 0; i < 10_000; i++)
        {
            inputs.Add(random.NextDouble() * 3 - 1);
            Assert.False(window.Add(inputs[i]));
        }
        double mean = inputs.Average();
        Assert.Equal(10_000, window.Width);
        Assert.Equal(inputs.Sum(), window.Total, 6);
        Assert.Equal(mean, window.Mean, 9);
        Assert.Equal(inputs.Average(x => (x - mean) * (x - mean)), window.Variance, 9);
    }

    [Fact]
    public void Mean_EmptyWindow_IsNaN() => Assert.True(double.IsNaN(new Adwin().Mean) && double.IsNaN(new Adwin().Variance));

    [Theory]
    [InlineData(-0.1), InlineData(1.1), InlineData(double.NaN)]
    public void New_DeltaOutOfRange_Throws(double delta) => Assert.Throws<ArgumentOutOfRangeException>(() => new Adwin(delta));

    [Fact]
    public void Load_WidthDoesNotFitTheBuckets_ThrowsStateFormat()
    {
        Adwin window = new();
        for (int i = 0; i < 100; i++) window.Add(1);
        MemoryStream stream = new();
        window.Persist(new StateWriter(stream));
        byte[] bytes = stream.ToArray();
        bytes[4 + 5 + 8]++; // the width
        Assert.Contains("width 101", Assert.Throws<StateFormatException>(() => new Adwin().Persist(new StateReader(new MemoryStream(bytes)))).Message);
    }

    /// <summary>The division-free comparison that comes before the exact test must never change a decision; here are inputs of
    /// every kind against the plain form of the definition, to the last bit.</summary>
    [Theory]
    [InlineData(0.002, 0), InlineData(0.3, 1), InlineData(1.0, 2), InlineData(0.05, 3), InlineData(0.002, 4), InlineData(0.002, 5), InlineData(0.0, 0)]
    public void Add_ManyKindsOfInput_AgreesWithThePlainDefinitionBitForBit(double delta, int kind)
    {
        Adwin window = new(delta);
        PlainAdwin plain = new(delta);
        UniformNumbers random = new(11);
        for (int i = 0; i < 40_000; i++)
        {
            double u = random.NextDouble();
            double value = kind switch
            {
                0 => u < 0.2 + 0.3 * (i / 3_000 % 2) ? 1 : 0,
                1 => u * Math.Sin(i * 0.001),
                2 => 1,
                3 => 1e9 + u,
                4 => (u - 0.5) * 1e-9 * (1 + i / 10_000),
                _ => u < 0.01 ? 1e6 : u - i * 0.0001,
            };
            Assert.Equal((i, plain.Add(value)), (i, window.Add(value)));
            Assert.Equal((plain.Width, plain.Total, plain.V / plain.Width), (window.Width, window.Total, window.Variance));
        }
    }

    /// <summary>Windows of this length make both 32-bit products wrap (at merges from 2¹⁶ inputs a bucket on, at drops from about
    /// 130,000 inputs on); the sum of deviations then differs from exact arithmetic.</summary>
    [Fact]
    public void Add_WindowOf800000_KeepsThe32BitProductsOfMoa()
    {
        Adwin window = new();
        PlainAdwin plain = new(0.002), exact = new(0.002, wrap: false);
        UniformNumbers random = new(12);
        for (int i = 0; i < 800_000; i++)
        {
            double value = random.NextDouble() + (i < 795_000 ? 0 : 0.3);
            Assert.Equal(plain.Add(value), window.Add(value));
            exact.Add(value);
        }
        Assert.Equal((plain.Width, plain.Total, plain.V / plain.Width), (window.Width, window.Total, window.Variance));
        Assert.NotEqual(exact.V, plain.V);
    }

    /// <summary>The definition written down plainly: lists of buckets, every test in full.</summary>
    private sealed class PlainAdwin(double delta, bool wrap = true)
    {
        private readonly List<List<(double Total, double Deviation)>> _rows = [[]];
        private long _t;

        public long Width { get; private set; }

        public double Total { get; private set; }

        public double V { get; private set; }

        public bool Add(double x)
        {
            _t++;
            Width++;
            _rows[0].Add((x, 0));
            if (Width > 1) V += (Width - 1) * (x - Total / (Width - 1)) * (x - Total / (Width - 1)) / Width;
            Total += x;
            for (int i = 0; i < _rows.Count && _rows[i].Count == 6; i++)
            {
                if (i + 1 == _rows.Count) _rows.Add([]);
                (double t1, double v1) = _rows[i][0];
                (double t2, double v2) = _rows[i][1];
                double size = Math.Pow(2, i), d = t1 / size - t2 / size;
                _rows[i + 1].Add((t1 + t2, v1 + v2 + Product((long)size, (long)size) * d * d / (size + size)));
                _rows[i].RemoveRange(0, 2);
            }
            bool dropped = false;
            while (_t % 32 == 0 && (Width > 10 || dropped) && HasCut())
            {
                Drop();
                dropped = true;
            }
            return dropped;
        }

        private bool HasCut()
        {
            double n0 = 0, u0 = 0, n1 = Width, u1 = Total;
            double l = Math.Log(2 * Math.Log(Width) / delta), v = V / Width;
            for (int i = _rows.Count - 1; i >= 0; i--)
            {
                for (int k = 0; k < _rows[i].Count; k++)
                {
                    n0 += Math.Pow(2, i);
                    n1 -= Math.Pow(2, i);
                    u0 += _rows[i][k].Total;
                    u1 -= _rows[i][k].Total;
                    if (i == 0 && k == _rows[0].Count - 1) return false;
                    double m = 1 / (n0 - 4) + 1 / (n1 - 4);
                    if (n0 > 6 && n1 > 6 && Math.Abs(u0 / n0 - u1 / n1) > Math.Sqrt(2 * m * v * l) + 2.0 / 3 * l * m) return true;
                }
            }
            return false;
        }

        private void Drop()
        {
            int row = _rows.Count - 1;
            (double q, double r) = _rows[row][0];
            long b = 1L << row;
            Width -= b;
            Total -= q;
            double d = q / b - Total / Width;
            V -= r + Product(b, Width) * d * d / (b + Width);
            _rows[row].RemoveAt(0);
            if (_rows[row].Count == 0 && row > 0) _rows.RemoveAt(row);
        }

        private double Product(long a, long b) => wrap ? unchecked((int)(a * b)) : (double)a * b;
    }
}

using StreamMoe.Experts.Drift;
using StreamMoe.Experts.Drift.Charts;

namespace StreamMoe.Experts.Tests.Drift;

public sealed class RddmTests
{
    /// <summary>Small limits, so that every branch comes about: the warning limit, the longest concept, a drift without a warning,
    /// a warning whose first input is no longer kept, a minimum found in a recomputation.</summary>
    [Fact]
    public void Update_SmallLimits_AgreesWithThePlainDefinition()
    {
        UniformNumbers random = new(21);
        int drifts = 0, lostMarks = 0, limitDrifts = 0, silent = 0;
        for (int trial = 0; trial < 200; trial++)
        {
            RddmOptions options = new()
            {
                MinNumInstances = (int)(random.NextDouble() * 20),
                MaxSizeConcept = 50 + (int)(random.NextDouble() * 200),
                MinSizeStableConcept = 1 + (int)(random.NextDouble() * 60),
                WarnLimit = 5 + (int)(random.NextDouble() * 80),
                WarningLevel = 1 + random.NextDouble(),
                DriftLevel = 2 + 2 * random.NextDouble(),
            };
            Rddm detector = new(options);
            PlainRddm plain = new(options);
            double rate = 0.2;
            for (int i = 0; i < 2_000; i++)
            {
                if (random.NextDouble() < 0.005) rate = random.NextDouble();
                int error = random.NextDouble() < rate ? 1 : 0;
                Assert.Equal((trial, i, plain.Update(error), plain.Estimation), (trial, i, detector.Update(error), detector.Estimation));
            }
            drifts += plain.Drifts;
            lostMarks += plain.LostMarks;
            limitDrifts += plain.LimitDrifts;
            silent += plain.SilentRecomputations;
        }
        Assert.All([drifts, lostMarks, limitDrifts, silent], count => Assert.True(count > 20, $"A branch came about {count} times only."));
    }

    /// <summary>The specification's steps 1 to 7, one after the other, with a plain list of kept inputs.</summary>
    private sealed class PlainRddm(RddmOptions o)
    {
        private readonly List<int> _b = [];
        private int? _mark;
        private long? _k;
        private long _c, _n = 1;
        private double _p = 1, _pMin = double.MaxValue, _sMin = double.MaxValue, _zMin = double.MaxValue;
        private bool _pending, _change;

        public double Estimation { get; private set; }

        public int Drifts, LostMarks, LimitDrifts, SilentRecomputations;

        public DriftSignal Update(int x)
        {
            double s;
            if (_pending)
            {
                _n = 1;
                _p = 1;
                if (_change) _pMin = _sMin = _zMin = double.MaxValue;
                else SilentRecomputations++;
                if (_mark is int from) _b.RemoveRange(0, from);
                foreach (int b in _b)
                {
                    _p += (b - _p) / _n;
                    s = Math.Sqrt(_p * (1 - _p) / _n);
                    if (_change && _n > o.MinNumInstances && _p + s < _zMin) (_pMin, _sMin, _zMin) = (_p, s, _p + s);
                    _n++;
                }
                (_mark, _k, _pending, _change) = (null, null, false, false);
            }
            _b.Add(x);
            if (_b.Count > o.MinSizeStableConcept)
            {
                _b.RemoveAt(0);
                if (_mark == 0) LostMarks++;
                _mark = _mark > 0 ? _mark - 1 : null;
            }
            _p += (x - _p) / _n;
            s = Math.Sqrt(_p * (1 - _p) / _n);
            _c++;
            _n++;
            Estimation = _p;
            if (_n <= o.MinNumInstances) return DriftSignal.None;
            if (_p + s < _zMin) (_pMin, _sMin, _zMin) = (_p, s, _p + s);
            if (_p + s > _pMin + o.DriftLevel * _sMin)
            {
                _change = _pending = true;
                Drifts++;
                if (_k is null) _b.RemoveRange(0, _b.Count - 1);
                return DriftSignal.Drift;
            }
            bool warning = false;
            if (_p + s > _pMin + o.WarningLevel * _sMin)
            {
                if (_k is long k && k + o.WarnLimit <= _c)
                {
                    _change = _pending = true;
                    LimitDrifts++;
                    _b.RemoveRange(0, _b.Count - 1);
                    (_mark, _k) = (null, null);
                    return DriftSignal.Drift;
                }
                warning = true;
                if (_k is null) (_k, _mark) = (_c, _b.Count - 1);
            }
            else
            {
                (_mark, _k) = (null, null);
            }
            if (_n > o.MaxSizeConcept && !warning) _pending = true;
            return warning ? DriftSignal.Warning : DriftSignal.None;
        }
    }
}

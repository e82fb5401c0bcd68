using StreamMoe.Experts.Randomness;

namespace StreamMoe.Experts.Tests.Drift;

/// <summary>A seeded source of uniform numbers, the same on every run and runtime.</summary>
internal struct UniformNumbers(ulong seed)
{
    private ulong _drawn;

    public double NextDouble() => CounterRandom.DoubleAt(seed, _drawn++);
}

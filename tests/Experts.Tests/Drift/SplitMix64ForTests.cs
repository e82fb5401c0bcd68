namespace StreamMoe.Experts.Tests.Drift;

/// <summary>A seeded source of uniform numbers, the same on every run and runtime.</summary>
internal struct SplitMix64ForTests(ulong seed)
{
    private ulong _state = seed;

    public double NextDouble()
    {
        ulong z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return ((z ^ (z >> 31)) >> 11) * (1.0 / (1UL << 53));
    }
}

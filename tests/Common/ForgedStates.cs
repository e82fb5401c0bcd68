namespace StreamMoe.Tests.Common;

/// <summary>States in which one number was replaced by one that is never written there.</summary>
internal sealed class ForgedStates : MemoryStream
{
    private readonly List<(long At, int Length)> _writes = [];

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        _writes.Add((Position, buffer.Length));
        base.Write(buffer);
    }

    /// <summary>The state with 64-bit numbers in turn (or two floats in a row), alone or in an array, replaced by NaN, −∞, −1 and the largest and smallest integers.</summary>
    /// <param name="most">Numbers that are replaced at most, evenly spread.</param>
    public IEnumerable<(string What, byte[] State)> Each(int most = 1000)
    {
        byte[] whole = ToArray();
        // Of an array the first number, one in the middle and the last: the long ones would crowd the others out.
        long[] places = [.. _writes.Where(w => w.Length >= 8).SelectMany(w => ((int[])[0, w.Length / 16, w.Length / 8 - 1]).Distinct().Select(i => w.At + 8 * i))];
        int step = Math.Max(1, places.Length / most);
        for (int i = 0; i < places.Length; i += step)
            foreach (long bits in (long[])[BitConverter.DoubleToInt64Bits(double.NaN), BitConverter.DoubleToInt64Bits(double.NegativeInfinity), -1, long.MaxValue, long.MinValue])
            {
                byte[] forged = [.. whole];
                BitConverter.GetBytes(bits).CopyTo(forged, places[i]);
                yield return ($"byte {places[i]} of {whole.Length}: {bits:X16}", forged);
            }
    }
}

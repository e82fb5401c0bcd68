using System.Text;

namespace StreamMoe.Tests.Common;

/// <summary>Damages documents: the same seed gives the same bytes.</summary>
/// <param name="documents">Valid documents, at least one.</param>
/// <param name="pieces">What means something in them: quotes, brackets, keywords.</param>
internal sealed class Mutation(IReadOnlyList<byte[]> documents, params IReadOnlyList<string> pieces)
{
    private static readonly byte[][] s_anywhere =
    [
        [0], [0xFF], [0xC0, 0x80], [0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82], [0xEF, 0xBB, 0xBF], [0xFF, 0xFE],
        .. ((string[])["1e309", "-1e-400", "1e-309", "99999999999999999999", "-9223372036854775808", "2147483648", "0.1e+", "1e999999999999", "NaN", "-Infinity", "0x10", "\r", "\n", "\r\n",
            "\u2028", "\u0001", "é", "\U0001F600", " ", "\t", "-", ".", "0"]).Select(Encoding.UTF8.GetBytes),
    ];

    private static readonly long[] s_numbers = [0, 1, -1, 2, 7, 255, 65_535, 65_536, 1 << 24, int.MaxValue, int.MinValue, long.MaxValue, long.MinValue];

    private readonly byte[][] _pieces = [.. pieces.Select(Encoding.UTF8.GetBytes)];

    /// <summary>The damaged document of this seed; about one in twenty is whole.</summary>
    public byte[] Make(int seed)
    {
        Random random = new(seed);
        List<byte> bytes = [.. documents[random.Next(documents.Count)]];
        for (int left = random.Next(20) == 0 ? 0 : random.Next(1, 6); left > 0; left--) Damage(bytes, random);
        return [.. bytes];
    }

    private void Damage(List<byte> bytes, Random random)
    {
        int at = random.Next(bytes.Count + 1), there = bytes.Count - at, length = Math.Min(random.Next(1, random.Next(8) == 0 ? 200 : 12), there);
        switch (random.Next(200))
        {
            case < 25 when there > 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
            case < 40 when there > 0: bytes[at] = (byte)random.Next(256); break;
            case < 70: bytes.RemoveRange(at, length); break;
            case < 90: bytes.InsertRange(random.Next(bytes.Count + 1), bytes.GetRange(at, length)); break;
            case < 105: Splice(bytes, at, random); break;
            case < 135: bytes.InsertRange(at, s_anywhere[random.Next(s_anywhere.Length)].AsSpan()); break;
            case < 180 when _pieces.Length > 0: bytes.InsertRange(at, _pieces[random.Next(_pieces.Length)].AsSpan()); break;
            case < 190: Overwrite(bytes, at, random); break;
            case < 197: bytes.RemoveRange(at, there); break;
            // A very long line, or deep nesting.
            default: Repeat(bytes, at, random); break;
        }
    }

    private void Splice(List<byte> bytes, int at, Random random)
    {
        byte[] other = documents[random.Next(documents.Count)];
        int from = random.Next(other.Length);
        bytes.InsertRange(at, other.AsSpan(from, Math.Min(random.Next(1, 60), other.Length - from)));
    }

    private static void Overwrite(List<byte> bytes, int at, Random random)
    {
        byte[] number = BitConverter.GetBytes(s_numbers[random.Next(s_numbers.Length)]);
        int width = random.Next(2) == 0 ? 4 : 8;
        for (int i = 0; i < width && at + i < bytes.Count; i++) bytes[at + i] = number[i];
    }

    private void Repeat(List<byte> bytes, int at, Random random)
    {
        ReadOnlySpan<byte> piece = _pieces.Length == 0 || random.Next(2) == 0 ? [(byte)random.Next(256)] : _pieces[random.Next(_pieces.Length)];
        int times = Math.Min(random.Next(4) == 0 ? 40_000 : random.Next(10, 600), 100_000 / Math.Max(1, piece.Length));
        byte[] run = new byte[piece.Length * times];
        for (int i = 0; i < times; i++) piece.CopyTo(run.AsSpan(i * piece.Length));
        bytes.InsertRange(at, run.AsSpan());
    }
}

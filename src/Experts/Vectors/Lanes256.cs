using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace StreamMoe.Experts.Vectors;

/// <summary>Sixteen floats in two 256-bit registers.</summary>
internal readonly unsafe struct Lanes256 : ILanes<Pair256>
{
    public static bool HasManyRegisters => false;

    public static Pair256 Zero => new(Vector256<float>.Zero, Vector256<float>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair256 Load(float* from) => new(Vector256.Load(from), Vector256.Load(from + 8));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Pair256 value, float* to)
    {
        value.Lower.Store(to);
        value.Upper.Store(to + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair256 Broadcast(float value)
    {
        Vector256<float> all = Vector256.Create(value);
        return new(all, all);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair256 Add(Pair256 a, Pair256 b) => new(a.Lower + b.Lower, a.Upper + b.Upper);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair256 Subtract(Pair256 a, Pair256 b) => new(a.Lower - b.Lower, a.Upper - b.Upper);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair256 Multiply(Pair256 a, Pair256 b) => new(a.Lower * b.Lower, a.Upper * b.Upper);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair256 Sqrt(Pair256 a) => new(Vector256.Sqrt(a.Lower), Vector256.Sqrt(a.Upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair256 Fma(Pair256 a, Pair256 b, Pair256 c) =>
        new(System.Runtime.Intrinsics.X86.Fma.MultiplyAdd(a.Lower, b.Lower, c.Lower), System.Runtime.Intrinsics.X86.Fma.MultiplyAdd(a.Upper, b.Upper, c.Upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair256 FmaNegated(Pair256 a, Pair256 b, Pair256 c) =>
        new(System.Runtime.Intrinsics.X86.Fma.MultiplyAddNegated(a.Lower, b.Lower, c.Lower), System.Runtime.Intrinsics.X86.Fma.MultiplyAddNegated(a.Upper, b.Upper, c.Upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair256 MinusAbs(Pair256 a) => new(a.Lower | Vector256.Create(-0f), a.Upper | Vector256.Create(-0f));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair256 ReciprocalSeed(Pair256 a) => new(ReciprocalSeed(a.Lower), ReciprocalSeed(a.Upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair256 AtLeast(Pair256 a, Pair256 floor) => new(AtLeast(a.Lower, floor.Lower), AtLeast(a.Upper, floor.Upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair256 WherePositive(Pair256 gate, Pair256 value) => new(WherePositive(gate.Lower, value.Lower), WherePositive(gate.Upper, value.Upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair256 Flush(Pair256 a, Pair256 bound) => new(Flush(a.Lower, bound.Lower), Flush(a.Upper, bound.Upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair256 PowerOfTwo(Pair256 shifted) => new(PowerOfTwo(shifted.Lower), PowerOfTwo(shifted.Upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Pair256 a)
    {
        Vector256<float> eight = a.Lower + a.Upper;
        Vector128<float> four = eight.GetLower() + eight.GetUpper();
        Vector128<float> two = four + Sse.MoveHighToLow(four, four);
        return two.ToScalar() + two.GetElement(1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Sum(Pair256 a, Pair256 b, Pair256 c, Pair256 d)
    {
        Vector256<float> ab = SumHalves(a.Lower + a.Upper, b.Lower + b.Upper);
        Vector256<float> cd = SumHalves(c.Lower + c.Upper, d.Lower + d.Upper);
        ab += Avx.Permute(ab, 0b11_10_11_10);
        cd += Avx.Permute(cd, 0b11_10_11_10);
        // Lanes 0 and 1 of each half hold what is left to add: bring those of a and c, b and d together.
        Vector256<float> both = Avx.Shuffle(ab, cd, 0b01_00_01_00);
        both += Avx.Permute(both, 0b11_11_01_01);
        // The sums are now in lanes 0 (a), 2 (c), 4 (b), 6 (d).
        Vector128<float> ac = both.GetLower(), bd = both.GetUpper();
        return Sse.UnpackLow(Sse.Shuffle(ac, ac, 0b10_00_10_00), Sse.Shuffle(bd, bd, 0b10_00_10_00));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> SumHalves(Vector256<float> a, Vector256<float> b) =>
        Avx.Permute2x128(a, b, 0x20) + Avx.Permute2x128(a, b, 0x31);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> AtLeast(Vector256<float> a, Vector256<float> floor) =>
        Vector256.ConditionalSelect(Vector256.LessThan(a, floor), floor, a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> WherePositive(Vector256<float> gate, Vector256<float> value) =>
        Vector256.GreaterThan(gate, Vector256<float>.Zero) & value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Flush(Vector256<float> a, Vector256<float> bound) =>
        Vector256.AndNot(a, Vector256.LessThan(Vector256.Abs(a), bound));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> PowerOfTwo(Vector256<float> shifted) =>
        (Vector256.ShiftLeft(shifted.AsInt32(), 23) + Vector256.Create(ExpPolynomial.One)).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> ReciprocalSeed(Vector256<float> a) => (Vector256.Create(Reciprocal.Seed) - a.AsInt32()).AsSingle();

    public static void Transpose(float* from, int fromRow, float* to, int toRow)
    {
        // Squares of four within the halves of four rows at a time, for the upper and the lower eight rows.
        for (int half = 0; half < 16; half += 8)
        {
            for (int quarter = 0; quarter < 4; quarter++)
            {
                float* column = from + half * fromRow + 4 * quarter;
                Vector256<float> a = TwoRows(column, fromRow), b = TwoRows(column + fromRow, fromRow);
                Vector256<float> c = TwoRows(column + 2 * fromRow, fromRow), d = TwoRows(column + 3 * fromRow, fromRow);
                Vector256<float> ab = Avx.UnpackLow(a, b), cd = Avx.UnpackLow(c, d);
                Vector256<float> abHigh = Avx.UnpackHigh(a, b), cdHigh = Avx.UnpackHigh(c, d);
                float* row = to + 4 * quarter * toRow + half;
                Avx.Shuffle(ab, cd, 0b01_00_01_00).Store(row);
                Avx.Shuffle(ab, cd, 0b11_10_11_10).Store(row + toRow);
                Avx.Shuffle(abHigh, cdHigh, 0b01_00_01_00).Store(row + 2 * toRow);
                Avx.Shuffle(abHigh, cdHigh, 0b11_10_11_10).Store(row + 3 * toRow);
            }
        }
    }

    // Four floats of each of the rows 0 and 4 from here.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> TwoRows(float* from, int row) => Vector256.Create(Vector128.Load(from), Vector128.Load(from + 4 * row));
}

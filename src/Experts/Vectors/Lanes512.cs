using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace StreamMoe.Experts.Vectors;

/// <summary>Sixteen floats in one 512-bit register.</summary>
internal readonly unsafe struct Lanes512 : ILanes<Vector512<float>>
{
    public static bool HasManyRegisters => true;

    public static Vector512<float> Zero => Vector512<float>.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(float* from) => Vector512.Load(from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> value, float* to) => value.Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Broadcast(float value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Add(Vector512<float> a, Vector512<float> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Subtract(Vector512<float> a, Vector512<float> b) => a - b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Multiply(Vector512<float> a, Vector512<float> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Sqrt(Vector512<float> a) => Vector512.Sqrt(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Fma(Vector512<float> a, Vector512<float> b, Vector512<float> c) => Avx512F.FusedMultiplyAdd(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> FmaNegated(Vector512<float> a, Vector512<float> b, Vector512<float> c) => Avx512F.FusedMultiplyAddNegated(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> MinusAbs(Vector512<float> a) => a | Vector512.Create(-0f);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> ReciprocalSeed(Vector512<float> a) => (Vector512.Create(Reciprocal.Seed) - a.AsInt32()).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> AtLeast(Vector512<float> a, Vector512<float> floor) =>
        Vector512.ConditionalSelect(Vector512.LessThan(a, floor), floor, a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> WherePositive(Vector512<float> gate, Vector512<float> value) =>
        Vector512.ConditionalSelect(Vector512.GreaterThan(gate, Vector512<float>.Zero), value, Vector512<float>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Flush(Vector512<float> a, Vector512<float> bound) =>
        Vector512.ConditionalSelect(Vector512.LessThan(Vector512.Abs(a), bound), Vector512<float>.Zero, a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> PowerOfTwo(Vector512<float> shifted) =>
        (Vector512.ShiftLeft(shifted.AsInt32(), 23) + Vector512.Create(ExpPolynomial.One)).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Vector512<float> a)
    {
        Vector256<float> eight = a.GetLower() + a.GetUpper();
        Vector128<float> four = eight.GetLower() + eight.GetUpper();
        Vector128<float> two = four + Sse.MoveHighToLow(four, four);
        return two.ToScalar() + two.GetElement(1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Sum(Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d)
    {
        // Quarters 0..3 of a register are its lanes 0-3, 4-7, 8-11, 12-15: first l and l + 8, that is quarters 0 + 2 and 1 + 3.
        Vector512<float> ab = Avx512F.Shuffle4x128(a, b, 0b01_00_01_00) + Avx512F.Shuffle4x128(a, b, 0b11_10_11_10);
        Vector512<float> cd = Avx512F.Shuffle4x128(c, d, 0b01_00_01_00) + Avx512F.Shuffle4x128(c, d, 0b11_10_11_10);
        Vector512<float> abcd = Avx512F.Shuffle4x128(ab, cd, 0b10_00_10_00) + Avx512F.Shuffle4x128(ab, cd, 0b11_01_11_01);
        abcd += Avx512F.Permute4x32(abcd, 0b11_10_11_10);
        abcd += Avx512F.Permute4x32(abcd, 0b01_01_01_01);
        return Avx512F.PermuteVar16x32(abcd, Vector512.Create(0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12)).GetLower().GetLower();
    }

    public static void Transpose(float* from, int fromRow, float* to, int toRow)
    {
        // Squares of four within the quarters of four rows at a time, then the quarters across the four groups.
        for (int quarter = 0; quarter < 4; quarter++)
        {
            float* column = from + 4 * quarter;
            (Vector512<float> c0, Vector512<float> c1, Vector512<float> c2, Vector512<float> c3) = TransposeQuarters(
                FourRows(column, fromRow), FourRows(column + fromRow, fromRow), FourRows(column + 2 * fromRow, fromRow), FourRows(column + 3 * fromRow, fromRow));
            float* row = to + 4 * quarter * toRow;
            c0.Store(row);
            c1.Store(row + toRow);
            c2.Store(row + 2 * toRow);
            c3.Store(row + 3 * toRow);
        }
    }

    // Four floats of each of the rows 0, 4, 8 and 12 from here.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> FourRows(float* from, int row) => Vector512.Create(
        Vector256.Create(Vector128.Load(from), Vector128.Load(from + 4 * row)),
        Vector256.Create(Vector128.Load(from + 8 * row), Vector128.Load(from + 12 * row)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector512<float>, Vector512<float>, Vector512<float>, Vector512<float>) TransposeQuarters(
        Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d)
    {
        Vector512<float> ab = Avx512F.UnpackLow(a, b), cd = Avx512F.UnpackLow(c, d);
        Vector512<float> abHigh = Avx512F.UnpackHigh(a, b), cdHigh = Avx512F.UnpackHigh(c, d);
        return (Avx512F.Shuffle(ab, cd, 0b01_00_01_00), Avx512F.Shuffle(ab, cd, 0b11_10_11_10),
            Avx512F.Shuffle(abHigh, cdHigh, 0b01_00_01_00), Avx512F.Shuffle(abHigh, cdHigh, 0b11_10_11_10));
    }
}

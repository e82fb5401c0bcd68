using StreamMoe.Streams.Randomness;

namespace StreamMoe.Streams.Tests.Randomness;

/// <summary>Expected values: java.lang.StrictMath of OpenJDK 17.0.15.</summary>
public sealed class StrictMathTests
{
    [Theory]
    [InlineData(0.7, 0xbfd6d3c324e13f50)]
    [InlineData(0.6931, 0xbfd776101ce8a820)]
    [InlineData(1.3, 0x3fd0ca937be1b9dc)]
    [InlineData(2.0, 0x3fe62e42fefa39ef)]
    [InlineData(1.0, 0x0)]
    [InlineData(2.718281828459045, 0x3ff0000000000000)]
    [InlineData(1.0000000000000002, 0x3cafffffffffffff)]
    [InlineData(0.9999999999999999, 0xbca0000000000000)]
    [InlineData(0.9999999, 0xbe7ad7f2b1049b9f)]
    [InlineData(1e-30, 0xc05144f69ff9ffc4)]
    [InlineData(3e300, 0x40859efe3d35d637)]
    [InlineData(double.Epsilon, 0xc0874385446d71c3)]
    public void Log_EqualsJava(double x, ulong bits) => Assert.Equal(bits, BitConverter.DoubleToUInt64Bits(StrictMath.Log(x)));

    [Theory]
    [InlineData(0.0, double.NegativeInfinity)]
    [InlineData(-1.0, double.NaN)]
    [InlineData(double.NaN, double.NaN)]
    [InlineData(double.PositiveInfinity, double.PositiveInfinity)]
    public void Log_OutsideItsDomain_IsAsDefined(double x, double expected) => Assert.Equal(expected, StrictMath.Log(x));
}

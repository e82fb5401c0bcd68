using StreamMoe.Streams.Files;

namespace StreamMoe.Streams.Tests.Fuzz;

/// <summary>Reads a file to its end and checks all that a reader promises of rows and errors.</summary>
internal static class FileReading
{
    /// <summary>False when the file, or a row of it, was refused in the documented way.</summary>
    public static bool TryRead(string path, StreamFileOptions options)
    {
        try
        {
            using StreamFileReader stream = StreamFile.Open(path, options);
            return ToTheEnd(path, stream, options) && stream.BadRowCount == 0;
        }
        catch (StreamFileException e)
        {
            CheckError(path, e);
            return false;
        }
    }

    private static bool ToTheEnd(string path, StreamFileReader stream, StreamFileOptions options)
    {
        double[] features = new double[stream.Schema.AttributeCount];
        bool good = true;
        for (int step = 0; ; step++)
        {
            Assert.True(step < 100_000, "The stream does not end.");
            try
            {
                if (!stream.Next(features, out int label)) return good;
                CheckRow(stream.Schema, features, label);
            }
            catch (BadRowException e)
            {
                good = false;
                Assert.Equal(BadRowAction.Stop, options.OnBadRow);
                Assert.StartsWith($"{path}:{e.Line}: ", e.Message, StringComparison.Ordinal);
                CheckError(path, e);
            }
        }
    }

    private static void CheckRow(Schema schema, ReadOnlySpan<double> features, int label)
    {
        if (label < InstanceBlock.NoLabel || label >= schema.ClassCount) Assert.Fail($"The label is {label} of {schema.ClassCount}.");
        for (int f = 0; f < features.Length; f++)
        {
            int? values = schema.Attributes[f].Domain?.Count;
            bool allowed = double.IsNaN(features[f]) || (values is null ? double.IsFinite(features[f]) : features[f] >= 0 && features[f] < values);
            if (!allowed) Assert.Fail($"Feature {f} is {features[f]}.");
        }
    }

    /// <summary>A message begins with the file and is neither empty nor a dump of it.</summary>
    public static void CheckError(string path, StreamFileException e)
    {
        Assert.StartsWith(path, e.Message, StringComparison.Ordinal);
        Assert.True(e.Message.Length is > 20 and < 4000, $"The message has {e.Message.Length} characters.");
    }
}

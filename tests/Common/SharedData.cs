namespace StreamMoe.Tests.Common;

/// <summary>Real streams, which lie in ../shared/data beside the checkout.</summary>
internal static class SharedData
{
    private static readonly string s_folder = System.IO.Path.GetFullPath(System.IO.Path.Combine(GoldenFiles.Root, "..", "shared", "data"));

    /// <summary>The file of a name. A test that asks for it is skipped, and says so, where the folder is absent.</summary>
    public static string Path(string name)
    {
        Assert.SkipUnless(Directory.Exists(s_folder), $"Needs the folder {s_folder}, which is not here.");
        return System.IO.Path.Combine(s_folder, name);
    }
}

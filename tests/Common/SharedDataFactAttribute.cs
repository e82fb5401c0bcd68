namespace StreamMoe.Tests.Common;

/// <summary>A fact that needs a real stream from ../shared/data beside the checkout; skipped, and says so, where that folder is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SharedDataFactAttribute : FactAttribute
{
    public SharedDataFactAttribute()
    {
        if (!Directory.Exists(Folder)) Skip = $"Needs the folder {Folder}, which is not here.";
    }

    public static string Folder { get; } = System.IO.Path.GetFullPath(System.IO.Path.Combine(GoldenFiles.Root, "..", "shared", "data"));
}

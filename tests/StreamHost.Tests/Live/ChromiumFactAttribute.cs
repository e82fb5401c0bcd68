namespace StreamMoe.StreamHost.Tests.Live;

/// <summary>A fact that needs Chromium; skipped, and says so, where it is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ChromiumFactAttribute : FactAttribute
{
    public ChromiumFactAttribute() => Skip = Executable is null ? "Chromium is not installed (apt-get install chromium), so the live page is not looked at." : null!;

    /// <value>Chromium's program file; null when there is none.</value>
    public static string? Executable { get; } = new[] { "chromium", "chromium-browser", "google-chrome" }
        .SelectMany(name => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, name))).FirstOrDefault(File.Exists);
}

namespace StreamMoe.StreamHost.Tests.Live;

/// <summary>Chromium as it is installed here.</summary>
internal static class ChromiumBrowser
{
    private static readonly string? s_executable = new[] { "chromium", "chromium-browser", "google-chrome" }
        .SelectMany(name => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, name))).FirstOrDefault(File.Exists);

    /// <value>Its program file. A test that asks for it is skipped, and says so, where there is none.</value>
    public static string Executable
    {
        get
        {
            Assert.SkipWhen(s_executable is null, "Chromium is not installed (apt-get install chromium), so pages are not looked at.");
            return s_executable;
        }
    }
}

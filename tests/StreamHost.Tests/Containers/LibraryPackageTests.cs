using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Text.RegularExpressions;
using StreamMoe.Tests.Common;

namespace StreamMoe.StreamHost.Tests.Containers;

/// <summary>The learner as packages: packed into a folder, and used from there, without any registry, by the samples of docs/samples.</summary>
public sealed class LibraryPackageTests(ITestOutputHelper output)
{
    [Fact, Trait("Category", "Slow")]
    public void Samples_BuiltFromThePackagesAlone_Learn()
    {
        using TemporaryFolder folder = new();
        foreach (string project in (string[])["Streams", "Experts", "Experts.Torch", "DriftMoe", "Worker"])
            Dotnet(GoldenFiles.Root, "pack", $"src/{project}", "-c", "Release", "-o", folder.File("feed"), "--nologo", "-v", "quiet", $"-p:ArtifactsPath={folder.File("artifacts")}/", "-p:Version=9.9.9");
        foreach (string package in (string[])["StreamMoe.Streams", "StreamMoe.Experts", "StreamMoe.Experts.Torch", "StreamMoe.DriftMoe", "StreamMoe.Worker"])
        {
            using ZipArchive archive = ZipFile.OpenRead(folder.File($"feed/{package}.9.9.9.nupkg"));
            using StreamReader reader = new(archive.GetEntry($"{package}.nuspec")!.Open());
            string description = reader.ReadToEnd();
            Assert.Matches("<license type=\"expression\">Apache-2.0</license>", description);
            Assert.Matches("<readme>library.md</readme>", description);
            Assert.Matches("<description>.{40,}</description>", description);
            Assert.NotNull(archive.GetEntry("library.md"));
            Assert.NotNull(archive.GetEntry($"lib/net10.0/{package}.xml"));
            Assert.True(File.Exists(folder.File($"feed/{package}.9.9.9.snupkg")), $"{package} has no symbols");
        }

        (int instances, double accuracy) = Run(folder, "learner");
        Assert.InRange(instances, 20_000, 20_100);
        Assert.InRange(accuracy, 85, 90); // SEA with 10 % noise
        (instances, accuracy) = Run(folder, "online");
        Assert.Equal(5000, instances);
        Assert.InRange(accuracy, 90, 99.99); // no noise, one drift
        Host(folder);
    }

    /// <summary>The worker from its package, in a host: it announces its page, and ends with the host. What it uses of others is taken from this machine's packages.</summary>
    private void Host(TemporaryFolder folder)
    {
        Copy(folder, "hosted");
        string others = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        Dotnet(folder.File("hosted"), "build", "-c", "Release", "-o", folder.File("hosted/out"), $"-p:RestorePackagesPath={folder.File("packages")}", $"-p:RestoreFallbackFolders={others}");
        ProcessStartInfo start = new("dotnet", [folder.File("hosted/out/hosted.dll")]) { WorkingDirectory = folder.File("hosted"), RedirectStandardOutput = true };
        start.Environment["StreamMoe__http__port"] = "0";
        using Process host = Process.Start(start)!;
        try
        {
            string? line;
            while ((line = host.StandardOutput.ReadLine()) is not null && !line.Contains("live page http://127.0.0.1:", StringComparison.Ordinal)) output.WriteLine(line);
            Assert.NotNull(line);
            Process.Start("kill", ["-TERM", host.Id.ToString()])!.WaitForExit();
            Task<string> rest = host.StandardOutput.ReadToEndAsync();
            Assert.True(host.WaitForExit(TimeSpan.FromMinutes(1)));
            Assert.True(host.ExitCode == 0, rest.Result);
        }
        finally
        {
            if (!host.HasExited) host.Kill();
        }
    }

    [Fact]
    public void LibraryPage_ShowsTheSamples()
    {
        string page = File.ReadAllText(Path.Combine(GoldenFiles.Root, "docs", "library.md"));
        string[] shown = [.. Regex.Matches(page, "(?s)```csharp\n(.*?)```").Select(m => m.Groups[1].Value)];
        string[] samples = ["online", "learner", "hosted"];

        Assert.Equal(samples.Length, shown.Length);
        Assert.All(samples.Zip(shown), pair => Assert.Contains(pair.Second, File.ReadAllText(Path.Combine(GoldenFiles.Root, "docs", "samples", pair.First, "Program.cs"))));
    }

    private (int Instances, double Accuracy) Run(TemporaryFolder folder, string sample)
    {
        Copy(folder, sample);
        string said = Dotnet(folder.File(sample), "run", "-c", "Release", $"-p:RestorePackagesPath={folder.File("packages")}", "-p:UseAppHost=false");
        output.WriteLine(said);
        Match result = Regex.Match(said, @"(\d+) instances, accuracy ([\d.]+)\s?%");
        Assert.True(result.Success, said);
        return (int.Parse(result.Groups[1].Value, CultureInfo.InvariantCulture), double.Parse(result.Groups[2].Value, CultureInfo.InvariantCulture));
    }

    private static void Copy(TemporaryFolder folder, string sample)
    {
        Directory.CreateDirectory(folder.File(sample));
        foreach (string file in Directory.GetFiles(Path.Combine(GoldenFiles.Root, "docs", "samples", sample))) File.Copy(file, folder.File($"{sample}/{Path.GetFileName(file)}"));
        folder.Write($"{sample}/nuget.config", """<configuration><packageSources><clear /><add key="feed" value="../feed" /></packageSources></configuration>""");
    }

    private static string Dotnet(string folder, params string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string said = process.StandardOutput.ReadToEnd() + error.Result;
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"dotnet {string.Join(' ', arguments)}:{Environment.NewLine}{said}");
        return said;
    }
}

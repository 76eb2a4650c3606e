using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using MoviesNow.Bench.Measuring;
using MoviesNow.Storage;
using MoviesNow.Testing.Hosting;
using Spectre.Console;

namespace MoviesNow.Bench.Scenarios;

/// <summary>
/// The command line uploads, with its digest and the service's check, against the AWS command line that only copies, to the same endpoint: a
/// file of 2 GiB, or a package of 2,000 files. Both are whole processes, their start included.
/// </summary>
internal static class UploadScenario
{
    private const int Rounds = 3;
    private const long FileSize = 2L << 30;
    private const int PackageFiles = 2_000;
    private const int PackageFileSize = 100_000;
    private const int BufferSize = 1 << 20;

    public static async Task RunFileAsync(TimeSpan duration, int rounds)
    {
        using var directory = new TemporaryDirectory();
        var file = Path.Combine(directory.Path, "film.mp4");
        await FillAsync(file, FileSize);
        await CompareAsync(
            "upload", FileSize, title => ["upload", file, "--title", title, "--json"], ["s3", "cp", file, $"s3://{UploadHost.Bucket}/theirs/film.mp4", "--only-show-errors"]);
    }

    public static async Task RunPackageAsync(TimeSpan duration, int rounds)
    {
        using var directory = new TemporaryDirectory();
        var tree = Path.Combine(directory.Path, "package");
        var ladder = Path.Combine(directory.Path, "ladder.json");
        await PackageTree.WriteAsync(tree, PackageFiles, PackageFileSize);
        await File.WriteAllTextAsync(ladder, PackageTree.Ladder);
        await CompareAsync(
            "package", (long)PackageFiles * PackageFileSize, title => ["upload", tree, "--title", title, "--ladder", ladder, "--json"],
            ["s3", "sync", tree, $"s3://{UploadHost.Bucket}/theirs/", "--only-show-errors"]);
    }

    private static async Task CompareAsync(string scenario, long bytes, Func<string, string[]> ours, string[] theirs)
    {
        var aws = MeasuredProcess.FindAws();
        await using var host = await UploadHost.StartAsync();
        var (mine, other) = (new List<MeasuredProcess.Run>(), new List<MeasuredProcess.Run>());
        for (var round = 0; round < Rounds; round++)
        {
            var title = await host.CreateMovieAsync();
            // Forth and back, so that neither always finds the disk as the other left it.
            foreach (var isMine in (bool[])[round % 2 == 0, round % 2 != 0])
            {
                (isMine ? mine : other).Add(isMine
                    ? await MeasuredProcess.RunAsync("dotnet", ["exec", MeasuredProcess.CommandLine, .. ours(title)], OurVariables(host))
                    : await MeasuredProcess.RunAsync(aws, [.. theirs, "--endpoint-url", host.S3.Url], TheirVariables(host)));
                await ClearAsync(host);
            }
        }

        Print(scenario, bytes, mine, other);
    }

    private static async Task ClearAsync(UploadHost host)
    {
        var objects = host.Upload.Services.GetRequiredService<IObjectStore>();
        await foreach (var found in objects.ListAsync("", CancellationToken.None))
        {
            if (found.Key is { } key)
            {
                await objects.DeleteAsync(key, CancellationToken.None);
            }
        }
    }

    private static Dictionary<string, string> OurVariables(UploadHost host) => new(StringComparer.Ordinal)
    {
        ["services__catalog__grpc__0"] = host.Catalog.Address.ToString(),
        ["services__upload__grpc__0"] = host.Upload.Address.ToString(),
        ["Auth__LocalSigningKey"] = Identity.SigningKey,
    };

    private static Dictionary<string, string> TheirVariables(UploadHost host) => new(StringComparer.Ordinal)
    {
        ["AWS_ACCESS_KEY_ID"] = host.S3.AccessKey,
        ["AWS_SECRET_ACCESS_KEY"] = host.S3.SecretKey,
        ["AWS_DEFAULT_REGION"] = host.S3.Region,
        ["AWS_EC2_METADATA_DISABLED"] = "true",
        ["AWS_CONFIG_FILE"] = "/dev/null",
        ["AWS_SHARED_CREDENTIALS_FILE"] = "/dev/null",
    };

    private static async Task FillAsync(string path, long size)
    {
        await using var file = File.Create(path);
        var buffer = new byte[BufferSize];
        for (var left = size; left > 0; left -= buffer.Length)
        {
            RandomNumberGenerator.Fill(buffer);
            await file.WriteAsync(buffer);
        }
    }

    private static void Print(string scenario, long bytes, List<MeasuredProcess.Run> mine, List<MeasuredProcess.Run> other)
    {
        var table = new Table().Border(TableBorder.Minimal).AddColumns("program", "MB/s", "seconds", "peak MB");
        foreach (var (name, runs) in (ReadOnlySpan<(string, List<MeasuredProcess.Run>)>)[("moviesnow upload", mine), ("aws s3", other)])
        {
            table.AddRow(name, Text(Rate(runs), "N0"), string.Join(' ', runs.Select(run => Text(run.Elapsed.TotalSeconds, "N1"))), Text(Peak(runs), "N0"));
        }

        AnsiConsole.Write(table);
        Console.WriteLine(new JsonObject
        {
            ["scenario"] = scenario,
            ["rate"] = Report.Round(Rate(mine)),
            ["unit"] = "MB/s",
            ["baseline"] = Report.Round(Rate(other)),
            ["ratio"] = Report.Round(Rate(mine) / Rate(other)),
            ["peak_mb"] = Report.Round(Peak(mine)),
            ["baseline_peak_mb"] = Report.Round(Peak(other)),
        }.ToJsonString());

        double Rate(List<MeasuredProcess.Run> runs) => bytes * runs.Count / 1e6 / runs.Sum(run => run.Elapsed.TotalSeconds);
        static double Peak(List<MeasuredProcess.Run> runs) => runs.Max(run => run.PeakBytes) / 1e6;
        static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
    }
}

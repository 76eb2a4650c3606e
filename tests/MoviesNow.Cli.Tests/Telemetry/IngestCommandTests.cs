using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using MoviesNow.Telemetry.V1;

namespace MoviesNow.Cli.Tests.Telemetry;

public sealed class IngestCommandTests(TelemetryHost host) : IClassFixture<TelemetryHost>, IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("moviesnow-logs-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task IngestLog_LogOfTwoSessions_BecomesEventsAndAgainOnlyDuplicates()
    {
        var (one, other) = (await host.StartSessionAsync("log-one"), await host.StartSessionAsync("log-other"));
        var log = Write("access.log", [.. Enumerable.Range(1, 600).SelectMany(n => new[] { Line(n * 10, one), "1.000 \"-\" \"-\" \"-\" \"-\" \"-\"", Line(n * 10, other) })]);

        Assert.Equal((0, 1_800, 600, 1_200, 0, 0, 0), await RunAsync(log));
        Assert.Equal((0, 1_800, 600, 0, 1_200, 0, 0), await RunAsync(log));
        Assert.Equal((0, 1_800, 1, 0, 2, 0, 0), await RunAsync(log, "--from-line", "1798"));
        Assert.Equal((0, 1_800, 600, 0, 1_200, 0, 0), await RunAsync(Gzip(log)));
        Assert.Equal((600, SessionState.Playing), await StateAsync(one));
        Assert.Equal((600, SessionState.Playing), await StateAsync(other));
    }

    [Fact]
    public async Task IngestLog_BadLines_AreToldByTheirNumberAndCostNoOther()
    {
        var (session, unknown) = (await host.StartSessionAsync("log-bad"), Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString());
        var log = Write("access.log", ["nonsense", Line(10, session), Line(20, unknown), Line(30, "not-a-session"), Line(40, session), new string('x', 140_000), ""]);

        var ended = await host.Cli().RunAsync("telemetry", "ingest-log", log, "--json");

        Assert.Equal(3, ended.ExitCode);
        using var told = JsonDocument.Parse(ended.Output);
        Assert.Equal(2, told.RootElement.GetProperty("acceptedCount").GetInt32());
        Assert.Equal(
            "1 does not have the format; 4 sid is not the id of a session; 6 does not have the format; 3 rejected: SESSION_NOT_FOUND",
            string.Join("; ", told.RootElement.GetProperty("bad").EnumerateArray().Select(bad => $"{bad.GetProperty("line").GetInt64()} {bad.GetProperty("problem").GetString()}")));
        Assert.Equal((2, SessionState.Playing), await StateAsync(session));
        Assert.Contains("line 1: does not have the format", (await host.Cli().RunAsync("telemetry", "ingest-log", log)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task IngestLog_ServiceIsGone_SaysWithWhichLineToGoOn()
    {
        var log = Write("access.log", ["", Line(10, Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString())]);
        var nowhere = new Catalog.CommandRun(Catalog.CatalogHost.Configuration(new Uri("http://127.0.0.1:1")));

        Assert.Equal((1, true), (await host.Cli().RunAsync("telemetry", "ingest-log", Path.Combine(_folder.FullName, "missing.log"))) is { } missing ? (missing.ExitCode, missing.Errors.Contains("--from-line 1.", StringComparison.Ordinal)) : default);
        var ended = await nowhere.RunAsync("telemetry", "ingest-log", log);
        Assert.Equal(1, ended.ExitCode);
    }

    [Theory]
    [InlineData("--from-line", "0")]
    [InlineData("--format", "xml")]
    public async Task IngestLog_BadOption_IsRefused(params string[] options) =>
        Assert.NotEqual(0, (await host.Cli().RunAsync(["telemetry", "ingest-log", "-", .. options])).ExitCode);

    private static string Line(int milliseconds, string session)
    {
        var start = Guid.TryParse(session, out var id) ? StartOf(id) : TimeProvider.System.GetUtcNow();
        var time = (start.ToUnixTimeMilliseconds() + milliseconds) / 1_000m;
        return string.Create(CultureInfo.InvariantCulture, $"{time:F3} \"-\" \"br=3200,ot=v\" \"-\" \"sid=\\x22{session}\\x22\" \"-\"");
    }

    private static DateTimeOffset StartOf(Guid id) =>
        DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(id.ToString("N").AsSpan(0, 12), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));

    private string Write(string name, string[] lines)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllLines(path, lines);
        return path;
    }

    private static string Gzip(string path)
    {
        using var packed = new GZipStream(File.Create($"{path}.gz"), CompressionLevel.Fastest);
        packed.Write(File.ReadAllBytes(path));
        return $"{path}.gz";
    }

    private async Task<(int ExitCode, long Lines, long Without, long Accepted, long Duplicate, long Rejected, long Bad)> RunAsync(string log, params string[] options)
    {
        var ended = await host.Cli().RunAsync(["telemetry", "ingest-log", log, "--json", .. options]);
        using var told = JsonDocument.Parse(ended.Output);
        return (ended.ExitCode, Of("lines"), Of("withoutCmcd"), Of("acceptedCount"), Of("duplicateCount"), Of("rejectedCount"), Of("badCount"));

        long Of(string name) => told.RootElement.GetProperty(name).GetInt64();
    }

    private async Task<(long Events, SessionState State)> StateAsync(string session)
    {
        var found = (await host.Collector.GetSessionAsync(new() { SessionId = session })).Session;
        return (found.EventCount, found.State);
    }
}

using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using MoviesNow.Cli.Telemetry;
using MoviesNow.Telemetry.V1;
using Spectre.Console;

namespace MoviesNow.Cli.Tests.Telemetry;

public sealed class QualityCommandTests(QualityHost host) : IClassFixture<QualityHost>
{
    private static readonly DateTime Today = DateTime.UtcNow.Date;

    private readonly string[] _lastDays =
        ["--from", Today.AddDays(-2).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), "--until", Today.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)];

    [Fact]
    public async Task Qoe_OneSpan_IsATableWithWhatIsCounted()
    {
        var ended = await host.Cli.RunAsync(["qoe", .. _lastDays]);

        Assert.Equal(0, ended.ExitCode);
        Assert.Contains("SESSION COUNT", ended.Output, StringComparison.Ordinal);
        Assert.Contains("1m58s", ended.Output, StringComparison.Ordinal);
        Assert.Contains("0.0167", ended.Output, StringComparison.Ordinal);
        Assert.StartsWith("Counted until 20", ended.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001B', ended.Output + ended.Errors);
    }

    [Fact]
    public async Task Qoe_BucketsAndFilters_AreAskedFor()
    {
        string[] json = [.. _lastDays, "--json"];
        var hours = await host.Cli.RunAsync(["qoe", .. json, "--bucket", "hour", "--country", "NO", "--device", "tv", "--app-version", "1.0", "--title", QualityHost.Title]);
        var elsewhere = await host.Cli.RunAsync(["qoe", .. json, "--country", "SE"]);

        var buckets = hours.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => Google.Protobuf.JsonParser.Default.Parse<QoeBucket>(line)).ToList();
        Assert.Equal(
            [Today.AddHours(-24), Today.AddHours(-12)], buckets.Select(bucket => bucket.StartTime.ToDateTime()));
        Assert.All(buckets, bucket => Assert.Equal(1, bucket.Metrics.SessionCount));
        Assert.Equal("", elsewhere.Output);
    }

    [Theory]
    [InlineData("qoe", "--from", "2026-01-01")]
    [InlineData("qoe", "--from", "yesterday", "--until", "2026-01-01")]
    [InlineData("qoe", "--from", "2026-01-01", "--until", "2026-01-02", "--bucket", "week")]
    [InlineData("live", "--interval", "soon")]
    public async Task Command_ThatThereIsNot_DoesNothing(params string[] arguments) => Assert.Equal(2, (await host.Cli.RunAsync(arguments)).ExitCode);

    [Fact]
    public async Task Command_FieldThatIsRefused_IsNamed()
    {
        var qoe = await host.Cli.RunAsync(["qoe", .. _lastDays, "--country", "Norway"]);
        var live = await host.Cli.RunAsync("live", "--interval", "61");

        Assert.Equal((1, 1), (qoe.ExitCode, live.ExitCode));
        Assert.Contains("country must be", qoe.Errors, StringComparison.Ordinal);
        Assert.Contains("interval must be 1 to 60 seconds", live.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Live_Piped_PrintsPlainLines()
    {
        var output = await host.Cli.OutputAsync("live", "--limit", "2");
        var country = await host.Cli.OutputAsync("live", "--limit", "1", "--country", "SE");

        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.All(lines, line => Assert.Matches(@"^20\d\d-\d\d-\d\d \d\d:\d\d:\d\dZ 2 viewers, startup ", line));
        Assert.DoesNotContain(output, character => char.IsControl(character) && character != '\n');
        Assert.Contains(" 1 viewers, ", country, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Live_Json_PrintsOneObjectALine()
    {
        var live = await host.Cli.OneAsync<WatchLiveResponse>("live", "--limit", "1", "--title", QualityHost.Title);

        Assert.Equal([new LiveTitle { TitleId = QualityHost.Title, ConcurrentViewers = 2 }], live.Titles);
    }

    [Fact]
    public async Task Screen_OfAMeasurement_ShowsViewersQualityAndTitles()
    {
        await using var writer = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer), Ansi = AnsiSupport.No });
        console.Profile.Width = 120;

        console.Write(LiveText.Screen(new WatchLiveResponse
        {
            Time = new Timestamp { Seconds = 1_767_225_600 },
            ConcurrentViewers = 1_234,
            Metrics = new QoeMetrics { StartupTimeP50Ms = 900, StartupTimeP95Ms = 2_100, RebufferRatio = 0.0031, AverageBitrateBps = 4_200_000 },
            Titles = { new LiveTitle { TitleId = "title\u001B[2J", ConcurrentViewers = 1_000 } },
        }));

        var text = writer.ToString();
        foreach (var part in (string[])["1,234", "0.9 s (p95 2.1 s)", "0.31 %", "4.2 Mbit/s", @"title\u001B[2J", "1000"])
        {
            Assert.Contains(part, text, StringComparison.Ordinal);
        }
    }
}

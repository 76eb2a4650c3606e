using MoviesNow.Cli.Telemetry;
using MoviesNow.Telemetry.V1;

namespace MoviesNow.Cli.Tests.Telemetry;

/// <summary>Lines of access logs, as nginx writes them.</summary>
public sealed class IngestLineTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly Guid Session = Guid.CreateVersion7(Start);

    private static string Query => $"CMCD=br%3D3200%2Cot%3Dv%2Csid%3D%22{Session}%22";

    public static TheoryData<string, string> Lines => new()
    {
        { "cmcd", $"1772366405.250 \"{Query[5..]}\" \"-\" \"-\" \"-\" \"-\"" },
        { "cmcd", $"1772366405.250 \"-\" \"br=3200,ot=v\" \"-\" \"sid=\\x22{Session}\\x22\" \"-\"" },
        { "json", $$"""{"msec":1772366405.250,"request_uri":"/a/1.m4s?{{Query}}","http_cmcd_object":""}""" },
        { "json", $$"""{"msec":"1772366405.250","arg_CMCD":"{{Query[5..]}}","http_cmcd_object":""}""" },
        { "json", $$"""{"msec":"1772366405.250","args":"{{Query}}"}""" },
        { "json", $$"""{"time_iso8601":"2026-03-01T13:00:05.250+01:00","http_cmcd_object":"br=3200,ot=v","http_cmcd_session":"sid=\"{{Session}}\""}""" },
        { "$time_iso8601|$args|", $"2026-03-01T12:00:05.250+00:00|{Query}|" },
        { "[$time_local] $request_uri", $"[01/Mar/2026:13:00:05 +0100] /a?{Query}" },
        { "combined", $"- - - [01/Mar/2026:12:00:05 +0000] \"GET /a?{Query} HTTP/1.1\" 200 5 \"https://player.example/\" \"Agent \\x22x\\x22\"" },
    };

    [Theory]
    [MemberData(nameof(Lines))]
    public void Read_LineWithCmcd_IsAnEvent(string format, string line)
    {
        var ingested = new IngestLine().Read(IngestFormat.Of(format).Read(line)!, out var problem);

        Assert.Null(problem);
        Assert.Equal(Session, ingested!.SessionId);
        Assert.Equal((EventType.Play, 3_200_000), (ingested.Event.Type, ingested.Event.BitrateBps));
        Assert.InRange(ingested.Event.Sequence, 5_001, 5_251);
        Assert.Equal(ingested.Event.Sequence - 1, (ingested.Event.ClientTime.ToDateTimeOffset() - Start).TotalMilliseconds);
    }

    [Theory]
    [InlineData("1772366405.250 \"-\" \"-\" \"-\" \"-\" \"-\"", null)]
    [InlineData("1772366405.250 \"hello\" \"-\" \"-\" \"-\" \"-\"", "CMCD without a key of CMCD")]
    [InlineData("1772366405.250 \"br%3D\" \"-\" \"-\" \"-\" \"-\"", "CMCD: br must be a value")]
    [InlineData("1772366405.250 \"bs\" \"-\" \"-\" \"-\" \"-\"", "CMCD without sid")]
    [InlineData("1772366405.250 \"-\" \"bs\" \"-\" \"sid=\\x22abc\\x22\" \"-\"", "sid is not the id of a session")]
    [InlineData("1772366405.250 \"-\" \"bs\" \"-\" \"sid=\\x226e2fb550-c457-11e9-bb97-0800200c9a66\\x22\" \"-\"", "sid is not the id of a session")]
    [InlineData("yesterday \"-\" \"bs\" \"-\" \"sid=\\x22{0}\\x22\" \"-\"", "no time: the format needs $msec, $time_iso8601 or $time_local")]
    [InlineData("99999999999999999.9 \"-\" \"bs\" \"-\" \"sid=\\x22{0}\\x22\" \"-\"", "no time: the format needs $msec, $time_iso8601 or $time_local")]
    [InlineData("1772366399.999 \"-\" \"bs\" \"-\" \"sid=\\x22{0}\\x22\" \"-\"", "the time is not within 23 days after the session's start")]
    [InlineData("1975366405.250 \"-\" \"bs\" \"-\" \"sid=\\x22{0}\\x22\" \"-\"", "the time is not within 23 days after the session's start")]
    public void Read_LineWithout_SaysWhatIsWrong(string line, string? expected)
    {
        var variables = IngestFormat.Of("cmcd").Read(line.Replace("{0}", Session.ToString(), StringComparison.Ordinal))!;

        Assert.Null(new IngestLine().Read(variables, out var problem));
        Assert.Equal(expected, problem);
    }

    [Theory]
    [InlineData("cmcd", "")]
    [InlineData("cmcd", "nonsense")]
    [InlineData("cmcd", "1 \"-\" \"-\" \"-\" \"-\"")]
    [InlineData("json", "[1]")]
    [InlineData("json", "{")]
    [InlineData("json", "{\"a\":\"\\ud800\"}")]
    public void Read_OtherFormat_IsNull(string format, string line) => Assert.Null(IngestFormat.Of(format).Read(line));

    [Fact]
    public void Of_NoFormat_NamesThose() =>
        Assert.Equal("'xml' is no format: use cmcd, combined, json or a log_format of nginx.", Assert.Throws<CommandException>(() => IngestFormat.Of("xml")).Message);
}

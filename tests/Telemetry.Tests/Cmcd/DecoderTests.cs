using System.Text;
using MoviesNow.Telemetry.Cmcd;

namespace Telemetry.Tests.Cmcd;

public sealed class DecoderTests
{
    private const string Everything =
        "bg,bl=(2100;v 1800;a),br=(3000;v 164;a),bs,bsa=(3;v 1;a),cid=\"c\",e=rr,ec=(\"2001\"),lb=(500;v 32;a) ,mtp=(15000;v 6000;a), nor=(\"next-seg.mp4\"),nr,ot=v, pr=1.1, rc=200,sn=129,sta=p,v=2";

    public static TheoryData<string, string> Malformed => new()
    {
        { "br=,sf=h", "1:1 br must be a value" },
        { "sf=h,9=1", "1:6  must begin with a letter" },
        { "sf=h,=1", "1:6  must begin with a letter" },
        { "sf=h,sid=\"a", "1:6 sid must end with a quote" },
        { "sf=h,sid=\"a\\n\"", "1:6 sid must escape only quotes and backslashes" },
        { "sf=h,sid=\"a\u0001\"", "1:6 sid must have only printable ASCII characters" },
        { "sf=h,sid=\"ä\"", "1:6 sid must have only printable ASCII characters" },
        { "sf=h,bs=?2", "1:6 bs must be ?0 or ?1" },
        { "sf=h,br=1234567890123456", "1:6 br must have at most 15 digits" },
        { "sf=h,pr=1.2345", "1:6 pr must have at most 12 digits before the point and 3 behind it" },
        { "sf=h,pr=1.", "1:6 pr must have at most 12 digits before the point and 3 behind it" },
        { "sf=h,br=1 2", "1:6 br must be followed by a comma" },
        { "sf=h,br=(1 2", "1:6 br must have a space or ) behind each item" },
        { "sf=h,br=(1,2),v=2", "1:6 br must have a space or ) behind each item | 1:12  must begin with a letter" },
        { "sf=h,x=:ab", "1:6 x must end with a colon" },
        { "sf=h,br=x", "1:6 br must be an integer" },
        { "sf=h,br=1.5", "1:6 br must be an integer" },
        { "sf=h,br=(1)", "1:6 br must be an integer" },
        { "sf=h,br=1,v=2", "1:6 br must be a list of at most 32 integers" },
        { "sf=h,br=(\"1\"),v=2", "1:6 br must be a list of at most 32 integers" },
        { "sf=h,bs=true", "1:6 bs must be a boolean" },
        { "sf=h,ot=x", "1:6 ot must be one of m a v av i c tt k o" },
        { "sf=h,ot=\"v\"", "1:6 ot must be one of m a v av i c tt k o" },
        { "sf=h,sid=abc", "1:6 sid must be a string of at most 64 characters" },
        { "sf=h,sta=z,v=2", "1:6 sta must be one of s p k r a w e f q d" },
        { "sf=h,ec=\"x\",v=2", "1:6 ec must be a list of at most 32 strings of at most 128 characters" },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public void FromText_MalformedPart_IsToldAndCostsNoOther(string text, string problems)
    {
        var report = CmcdDecoder.FromText(text);

        Assert.Equal(problems, CmcdText.Of(report.Problems));
        Assert.Equal("h", report.Text("sf"));
        Assert.True(report.IsUsable);
    }

    [Fact]
    public void FromText_ExampleOfTheStandard_IsRead()
    {
        var report = CmcdDecoder.FromText(Everything);

        Assert.Equal("", CmcdText.Of(report.Problems));
        Assert.Equal(
            "bg=true bl=(2100;v 1800;a) br=(3000;v 164;a) bs=true bsa=(3;v 1;a) cid=\"c\" e=rr ec=(\"2001\";) lb=(500;v 32;a) mtp=(15000;v 6000;a) "
            + "nor=(\"next-seg.mp4\";) nr=true ot=v pr=1.1 rc=200 sn=129 sta=p v=2",
            CmcdText.Of(report));
    }

    [Fact]
    public void FromText_VersionOne_HasItsOwnTypes()
    {
        var report = CmcdDecoder.FromText("bl=21300,br=3200,bs,cid=\"faec5fc2\",d=4004,com.example-myKey=\"x\",mtp=25400,nor=\"..%2F300kbps%2Ftrack.m4v\",ot=v,pr=1.08,su=?0");

        Assert.Equal((1, 1, 0), (report.Version, report.CustomKeys, report.UnknownKeys));
        Assert.Equal("", CmcdText.Of(report.Problems));
        Assert.Equal(3200, report.Number("br"));
        Assert.Equal(false, report.Flag("su"));
    }

    [Fact]
    public void FromText_SameKeyTwice_LastCounts() => Assert.Equal(2, CmcdDecoder.FromText("d=1,d=2").Number("d"));

    [Theory]
    [InlineData("sf=h,v=3")]
    [InlineData("sf=h,v=0")]
    [InlineData("sf=h,v=\"2\"")]
    [InlineData("sf=h,v")]
    public void FromText_VersionThatIsNotUnderstood_IsIgnoredAsAWhole(string text)
    {
        var report = CmcdDecoder.FromText(text);

        Assert.False(report.IsUsable);
        Assert.Empty(report.Values);
        Assert.Equal("1:6 v must be a version up to 2", CmcdText.Of(report.Problems));
    }

    [Theory]
    [InlineData("")]
    [InlineData("v=2")]
    [InlineData("v=1")]
    [InlineData("hello")]
    [InlineData("com.example-x=1")]
    [InlineData("sid=5")]
    public void FromText_NothingToGoBy_IsNotUsable(string text) => Assert.False(CmcdDecoder.FromText(text).IsUsable);

    [Fact]
    public void FromText_CustomAndUnknownKeys_AreKeptWithinBoundsAndCounted()
    {
        var many = string.Join(',', Enumerable.Range(0, 40).Select(i => $"com.example-k{i}=\"{i}\"").Append("zz=5").Append($"com.example-long=\"{new string('x', 65)}\"").Append("sf=h"));

        var report = CmcdDecoder.FromText(many);

        Assert.Equal((41, 1, 16), (report.CustomKeys, report.UnknownKeys, report.Extra.Count));
        Assert.Equal("", CmcdText.Of(report.Problems));
        Assert.Equal("h", report.Text("sf"));
        Assert.DoesNotContain("com.example-long", report.Extra.Keys);
    }

    [Fact]
    public void FromText_TooMuch_IsBoundedAndTold()
    {
        var keys = CmcdDecoder.FromText(string.Join(',', Enumerable.Range(0, 500).Select(i => $"k{i}")));
        var problems = CmcdDecoder.FromText(string.Join(',', Enumerable.Repeat("br=", 90)));
        var items = CmcdDecoder.FromText($"br=({string.Join(' ', Enumerable.Repeat("1", 33))}),v=2,sf=h");
        var length = CmcdDecoder.FromText(new string('a', 65_537));

        Assert.Equal("1:391  must have at most 100 keys", CmcdText.Of(keys.Problems));
        Assert.Equal((8, 90), (problems.Problems.Count, problems.ProblemCount));
        Assert.Equal("1:1 br must have at most 32 items", CmcdText.Of(items.Problems));
        Assert.Equal("1:0  must have at most 65,536 characters", CmcdText.Of(length.Problems));
    }

    [Fact]
    public void FromHeaders_AllFour_AreOneReport()
    {
        var report = CmcdDecoder.FromHeaders(["br=(3200;v),ot=v", "sn=3,sta=p", "sid=\"s\",v=2", "bs"]);

        Assert.Equal("br=(3200;v) bs=true ot=v sid=\"s\" sn=3 sta=p v=2", CmcdText.Of(report));
    }

    [Theory]
    [InlineData("?a=1&CMCD=sf%3Dh%2Csid%3D%22a%2526b%20c%22&b=2", "sf=h sid=\"a%26b c\"")]
    [InlineData("CMCD=br%3D(1%3Bv+2%3Ba)%2Cv%3D2", "br=(1;v 2;a) v=2")]
    [InlineData("?CMCD=sf%3Dd&CMCD=sf%3Dh", "sf=h")]
    public void FromArgument_UrlEncoded_IsDecodedOnce(string query, string expected) =>
        Assert.Equal(expected, CmcdText.Of(CmcdDecoder.FromArgument(QueryText.Find(query, "CMCD"))));

    [Theory]
    [InlineData("sf%3")]
    [InlineData("sf%ZZh")]
    [InlineData("sf%3D%FF")]
    [InlineData("sfä")]
    public void FromArgument_NotUrlEncoded_IsTold(string argument)
    {
        var report = CmcdDecoder.FromArgument(argument);

        Assert.False(report.IsUsable);
        Assert.Equal("1:0  must be URL-encoded UTF-8 of at most 65,536 characters", CmcdText.Of(report.Problems));
    }

    [Theory]
    [InlineData("?xCMCD=sf%3Dh")]
    [InlineData("?CMCDx=sf%3Dh")]
    [InlineData("?cmcd=sf%3Dh")]
    [InlineData("?CMCD")]
    [InlineData("")]
    public void Find_OtherArguments_AreNotIt(string query) => Assert.Null(QueryText.Find(query, "CMCD"));

    [Fact]
    public void FromLines_Batch_IsOneReportALine()
    {
        var reports = CmcdDecoder.FromLines("  e=t,ts=1,v=2 \r\n\n\t e=t,ts=x,v=2\ne=ps,sta=p,ts=3,v=2\n", 500);

        Assert.Equal([1, 3, 4], reports.Select(report => report.Line));
        Assert.Equal("3:5 ts must be an integer", CmcdText.Of(reports.SelectMany(report => report.Problems)));
    }

    [Fact]
    public void FromLines_MoreThanAllowed_EndsSoon() => Assert.Equal(4, CmcdDecoder.FromLines(string.Concat(Enumerable.Repeat("sf=h\n", 1_000)), 3).Count);

    [Theory]
    [InlineData("""{"br":3200,"bs":true,"sid":"s","ot":"v","pr":1.08}""", "br=3200 bs=true ot=v pr=1.08 sid=\"s\"", "")]
    [InlineData("""[{"sf":"h"},{"sf":"d","x":{"y":[1]},"z":null}]""", "sf=h / sf=d", "2:23 x must be a boolean, a number, a string or a list of them | 2:37 z must be a boolean, a number, a string or a list of them")]
    [InlineData("""{"br":[{"value":3200,"params":{"v":true}},128],"v":2}""", "br=(3200;v 128;) v=2", "")]
    [InlineData("""{"br":[[1]],"sf":"h","v":2}""", "sf=h v=2", "1:2 br must be a boolean, a number, a string or a list of them")]
    [InlineData("""{"sf":"h"} x""", "sf=h / ", "2:12  must be a JSON object, or an array of objects")]
    [InlineData("""{"sf":"h""", "", "1:7  must be a JSON object, or an array of objects")]
    [InlineData("""{"sid":"\ud800"}""", "", "1:16  must be a JSON object, or an array of objects")]
    [InlineData("[1]", "", "1:3  must be a JSON object, or an array of objects")]
    [InlineData("", "", "1:1  must be a JSON object, or an array of objects")]
    public void Decode_Json_IsRead(string json, string expected, string problems)
    {
        var reports = CmcdJson.Decode(Encoding.UTF8.GetBytes(json), 500);

        Assert.Equal(expected, string.Join(" / ", reports.Select(report => CmcdText.Of(report))));
        Assert.Equal(problems, CmcdText.Of(reports.SelectMany(report => report.Problems)));
    }
}

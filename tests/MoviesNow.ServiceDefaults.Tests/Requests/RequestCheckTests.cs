using Google.Protobuf.WellKnownTypes;
using MoviesNow.Catalog.V1;
using MoviesNow.ServiceDefaults.Requests;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.ServiceDefaults.Tests.Requests;

public sealed class RequestCheckTests
{
    private const string Id = "0198c0de-7a5b-7c3d-8e9f-0123456789ab";

    private readonly RequestCheck _check = new();

    [Theory]
    [InlineData(Id)]
    [InlineData("0198C0DE-7A5B-7C3D-8E9F-0123456789AB")]
    public async Task Id_Uuid_IsParsed(string value)
    {
        Assert.Equal(Guid.Parse(Id), _check.Id("id", value));
        Assert.Equal(Guid.Parse(Id), _check.OptionalId("id", value));
        await AssertFieldsAsync();
    }

    [Theory]
    [InlineData("x")]
    [InlineData(" " + Id)]
    [InlineData(Id + " ")]
    [InlineData(Id + "\n")]
    [InlineData("{" + Id + "}")]
    [InlineData("0198c0de7a5b7c3d8e9f0123456789ab")]
    [InlineData("0198c0de-7a5b-7c3d-8e9f-0123456789ag")]
    [InlineData("0x98c0de-7a5b-7c3d-8e9f-0123456789ab")]
    [InlineData("+198c0de-7a5b-7c3d-8e9f-0123456789ab")]
    [InlineData("0198c0de-7a5b-7c3d-8e9f0-123456789ab")]
    [InlineData("0198c0de-7a5b-7c3d-8e9f-0123456789a")]
    [InlineData("٠198c0de-7a5b-7c3d-8e9f-0123456789ab")]
    public async Task Id_AnythingElse_IsAViolation(string value)
    {
        _check.Id("id", value);
        _check.OptionalId("other_id", value);
        await AssertFieldsAsync("id", "other_id");
    }

    [Fact]
    public async Task Id_Empty_IsAViolationOnlyWhereItIsRequired()
    {
        _check.Id("id", "");
        Assert.Null(_check.OptionalId("other_id", ""));
        await AssertFieldsAsync("id");
    }

    [Theory]
    [InlineData("", false, "")]
    [InlineData("", true, null)]
    [InlineData("  ", false, "")]
    [InlineData("  ", true, null)]
    [InlineData(" 1  2 ", true, "1 2")]
    [InlineData("12345", true, "12345")]
    [InlineData("123456", true, null)]
    [InlineData("😀😀😀😀😀", true, "😀😀😀😀😀")]
    [InlineData("e\u0301\u0323", true, "ẹ\u0301")]
    [InlineData("a\nb", true, null)]
    [InlineData("a\0", true, null)]
    [InlineData("\u200B", false, null)]
    public async Task Text_Value_IsCanonical(string value, bool required, string? canonical)
    {
        Assert.Equal(canonical ?? value.Trim(), _check.Text("name", value, 5, required).Trim());
        await AssertFieldsAsync(canonical is null ? ["name"] : []);
    }

    [Theory]
    [InlineData("a \r\n b", "a\nb")]
    [InlineData("12\n34", "12\n34")]
    [InlineData("12\n345", null)]
    [InlineData("a\0", null)]
    public async Task Paragraphs_Value_IsCanonical(string value, string? canonical)
    {
        Assert.Equal(canonical ?? value, _check.Paragraphs("synopsis", value, 5));
        await AssertFieldsAsync(canonical is null ? ["synopsis"] : []);
    }

    [Theory]
    [InlineData("", false, true)]
    [InlineData("", true, false)]
    [InlineData(" \t", true, false)]
    [InlineData(" a  b", true, true)]
    [InlineData("e\u0301", true, true)]
    [InlineData("😀😀😀😀😀", true, true)]
    [InlineData("😀😀😀😀😀😀", true, false)]
    [InlineData("123456", true, false)]
    [InlineData("a\0", true, false)]
    [InlineData("a\u001b", true, false)]
    [InlineData("a\u0085", true, false)]
    public async Task Opaque_Value_IsKeptAsItIs(string value, bool required, bool accepted)
    {
        Assert.Equal(value, _check.Opaque("etag", value, 5, required));
        await AssertFieldsAsync(accepted ? [] : ["etag"]);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(5, true)]
    [InlineData(0, false)]
    [InlineData(6, false)]
    [InlineData(long.MinValue, false)]
    [InlineData(long.MaxValue, false)]
    public async Task Range_Limits_AreIncluded(long value, bool accepted)
    {
        Assert.Equal(value, _check.Range("size", value, 1, 5));
        await AssertFieldsAsync(accepted ? [] : ["size"]);
    }

    [Theory]
    [InlineData(TitleKind.Movie, true, true)]
    [InlineData(TitleKind.Unspecified, false, true)]
    [InlineData((TitleKind)99, false, false)]
    [InlineData((TitleKind)(-1), false, false)]
    public async Task Known_EnumValue_IsOneOfTheContract(TitleKind value, bool known, bool knownOrUnspecified)
    {
        _check.Known("kind", value);
        _check.KnownOrUnspecified("other_kind", value);
        await AssertFieldsAsync([.. known ? (string[])[] : ["kind"], .. knownOrUnspecified ? (string[])[] : ["other_kind"]]);
    }

    [Theory]
    [InlineData("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", true, true)]
    [InlineData("E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855", true, false)]
    [InlineData("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b85", true, false)]
    [InlineData("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b8555", true, false)]
    [InlineData("g3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", false, false)]
    [InlineData("", true, false)]
    [InlineData("", false, true)]
    public async Task Sha256_Value_IsInTheOneSpelling(string value, bool required, bool accepted)
    {
        Assert.Equal(value, _check.Sha256("sha256", value, required));
        await AssertFieldsAsync(accepted ? [] : ["sha256"]);
    }

    [Theory]
    [InlineData("DE", true)]
    [InlineData("", true)]
    [InlineData("de", false)]
    [InlineData("DEU", false)]
    [InlineData("D", false)]
    [InlineData("D1", false)]
    [InlineData("ÄÖ", false)]
    [InlineData("UK", false)]
    public async Task Country_Value_IsAnAssignedCode(string value, bool accepted)
    {
        Assert.Equal(value, _check.Country("country", value));
        await AssertFieldsAsync(accepted ? [] : ["country"]);
    }

    [Theory]
    [InlineData("de-CH", "de-CH")]
    [InlineData("IW-il", "he-IL")]
    [InlineData("", "")]
    [InlineData("de_CH", null)]
    [InlineData("English", null)]
    public async Task Language_Value_IsACanonicalTag(string value, string? canonical)
    {
        Assert.Equal(canonical ?? value, _check.Language("language", value));
        await AssertFieldsAsync(canonical is null ? ["language"] : []);
    }

    [Theory]
    [InlineData(0, 0, true)]
    [InlineData(-62135596800, 0, true)]
    [InlineData(253402300799, 999_999_999, true)]
    [InlineData(-62135596801, 0, false)]
    [InlineData(253402300800, 0, false)]
    [InlineData(long.MaxValue, 0, false)]
    [InlineData(long.MinValue, 0, false)]
    [InlineData(0, -1, false)]
    [InlineData(0, 1_000_000_000, false)]
    public async Task Time_Timestamp_IsOneOfTheCalendar(long seconds, int nanos, bool accepted)
    {
        var time = _check.Time("time", new Timestamp { Seconds = seconds, Nanos = nanos });

        Assert.Equal(accepted ? DateTimeOffset.UnixEpoch.AddSeconds(seconds).AddTicks(nanos / 100) : null, time);
        await AssertFieldsAsync(accepted ? [] : ["time"]);
    }

    [Fact]
    public async Task Time_Absent_IsAViolationOnlyWhereItIsRequired()
    {
        Assert.Null(_check.Time("from", null));
        Assert.Null(_check.Time("until", null, required: true));
        await AssertFieldsAsync("until");
    }

    private Task AssertFieldsAsync(params string[] fields)
    {
        if (fields.Length > 0)
        {
            return RpcAssert.FailsOnFieldsAsync(fields, () => Task.Run(_check.ThrowIfInvalid));
        }

        _check.ThrowIfInvalid();
        return Task.CompletedTask;
    }
}

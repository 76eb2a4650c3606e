using System.Buffers.Text;
using System.Text;
using Google.Protobuf;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Requests;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.ServiceDefaults.Tests.Requests;

public sealed class PageTokenTests
{
    private static readonly string[] Cursor = ["Ünïcode \"name\"", "0198c0de-7a5b-7c3d-8e9f-0123456789ab"];

    private static ListTitlesRequest Request => new() { Query = "x", Kind = TitleKind.Movie, PageSize = 10 };

    [Fact]
    public void Read_TokenOfTheSameRequest_GivesTheCursorBack() => Assert.Equal(Cursor, PageToken.Read(Request, PageToken.Next(Request, Cursor), 2));

    [Fact]
    public void Read_AnotherPageSizeOrPosition_IsTheSameRequest()
    {
        var token = PageToken.Next(Request, Cursor);

        Assert.Equal(Cursor, PageToken.Read(new ListTitlesRequest(Request) { PageSize = 99, PageToken = token }, token, 2));
    }

    [Fact]
    public void Read_NoToken_IsTheFirstPage() => Assert.Null(PageToken.Read(Request, "", 2));

    public static TheoryData<IMessage> OtherRequests() => new(
        new ListTitlesRequest(Request) { Query = "y" },
        new ListTitlesRequest(Request) { Query = "" },
        new ListTitlesRequest(Request) { Kind = TitleKind.Series },
        new ListTitlesRequest(Request) { Country = "DE" },
        new ListTitlesRequest(),
        // The same bytes on the wire.
        new ListAuditEntriesRequest { PageSize = 10, Actor = "x" });

    [Theory]
    [MemberData(nameof(OtherRequests), DisableDiscoveryEnumeration = true)]
    public async Task Read_TokenOfAnotherRequest_IsRefused(IMessage other) => await AssertRefusedAsync(other, PageToken.Next(Request, Cursor), 2);

    [Fact]
    public async Task Read_RequestsThatSerializeAlike_AreToldApart()
    {
        var seasons = new ListSeasonsRequest { TitleId = "x" };
        var token = PageToken.Next(seasons, "1");
        IMessage[] others = [new ListEpisodesRequest { SeasonId = "x" }, new ListStreamVariantsRequest { AssetId = "x" }];
        Assert.All(others, other => Assert.Equal(seasons.ToByteArray(), other.ToByteArray()));

        foreach (var other in others)
        {
            await AssertRefusedAsync(other, token, 1);
        }
    }

    public static TheoryData<string> Malformed()
    {
        var token = PageToken.Next(Request, Cursor);
        var binding = Base64Url.DecodeFromChars(token)[..16];
        return new(
            "x", "!", "=", " ", "\0", "é", new string('A', 22), new string('A', 100_000),
            token[..10], token[..22], token[..^1], token[..^2], token + "A", "A" + token, token.ToUpperInvariant(),
            Forged("null"), Forged("{}"), Forged("[]"), Forged("[\"a\"]"), Forged("[\"a\",\"b\",\"c\"]"), Forged("[\"a\",null]"), Forged("[null,null]"), Forged("[1,2]"),
            Forged("[\"a\",[\"b\"]]"), Forged("[\"a\",\"b\"]]"), Forged("[\"a\",\"b\\u0000\"]"), Forged("[\"a\",\"\\ud800\"]"), Forged("[\"a\",\"b\"] x"), Forged(""));

        string Forged(string json) => Base64Url.EncodeToString([.. binding, .. Encoding.UTF8.GetBytes(json)]);
    }

    [Theory]
    [MemberData(nameof(Malformed), DisableDiscoveryEnumeration = true)]
    public async Task Read_MalformedToken_IsRefused(string token) => await AssertRefusedAsync(Request, token, 2);

    [Theory]
    [InlineData(0, 50)]
    [InlineData(1, 1)]
    [InlineData(200, 200)]
    [InlineData(201, 200)]
    [InlineData(int.MaxValue, 200)]
    public void Size_Asked_IsCoerced(int asked, int expected)
    {
        var check = new RequestCheck();

        Assert.Equal(expected, PageToken.Size(check, asked));
        check.ThrowIfInvalid();
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    public async Task Size_Negative_IsAViolation(int asked)
    {
        var check = new RequestCheck();
        PageToken.Size(check, asked);

        await RpcAssert.FailsOnFieldsAsync(["page_size"], () => Task.Run(check.ThrowIfInvalid));
    }

    private static Task<Grpc.Core.RpcException> AssertRefusedAsync(IMessage request, string token, int length) =>
        RpcAssert.FailsAsync(ErrorReason.InvalidPageToken, () => Task.Run(() => PageToken.Read(request, token, length)));
}

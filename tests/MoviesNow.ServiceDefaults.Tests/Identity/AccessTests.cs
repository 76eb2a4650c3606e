using System.Net;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.ServiceDefaults.Identity;
using MoviesNow.ServiceDefaults.Tests.Harness;

namespace MoviesNow.ServiceDefaults.Tests.Identity;

/// <summary>Every method of the contract, called by everybody.</summary>
public sealed class AccessTests(AccessTests.Hosts hosts) : IClassFixture<AccessTests.Hosts>
{
    private const string Key = "0123456789abcdef-public-key";
    private const string OtherKey = "fedcba9876543210-public-key";
    private const string In = "UNIMPLEMENTED";

    private static readonly (string Name, Who? Who)[] Callers =
        [("nobody", null), ("viewer", Who.Viewer), ("service", Who.Service), ("admin without MFA", Who.AdminWithoutMfa), ("admin with MFA", Who.Admin)];

    private static readonly Dictionary<Who, string> Tokens = Callers.Select(caller => caller.Who).OfType<Who>().ToDictionary(who => who, who => who.Token());

    /// <summary>What each caller meets, in the order of <see cref="Callers"/>; nobody has the right API key or needs none.</summary>
    private static readonly Dictionary<Access, string[]> Table = new()
    {
        [Access.Public] = [In, In, In, In, In],
        [Access.Viewer] = ["UNAUTHENTICATED", In, In, In, In],
        [Access.Service] = ["UNAUTHENTICATED", "SERVICE_REQUIRED", In, "SERVICE_REQUIRED", "SERVICE_REQUIRED"],
        [Access.Admin] = ["UNAUTHENTICATED", "ADMIN_REQUIRED", "ADMIN_REQUIRED", "MFA_REQUIRED", In],
        [Access.AdminOrService] = ["UNAUTHENTICATED", "ADMIN_REQUIRED", In, "MFA_REQUIRED", In],
    };

    public static TheoryData<string> Methods() => new(MethodPolicies.Methods().Select(MethodPolicies.PathOf));

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task Call_WithoutApiKeysConfigured_ComesThroughAsTheContractSays(string path)
    {
        var expected = Table[MethodPolicies.Find(path)!.Access];

        Assert.Equal(expected, await OutcomesAsync(hosts.Open, path));
        Assert.Equal(expected, await OutcomesAsync(hosts.Open, path, ("x-api-key", "whatever")));
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task Call_WithApiKeysConfigured_ComesThroughAsTheContractSays(string path)
    {
        var access = MethodPolicies.Find(path)!.Access;
        string[] refused = access is Access.Public ? ["API_KEY_REQUIRED", .. Table[access][1..]] : Table[access];

        Assert.Equal(Table[access], await OutcomesAsync(hosts.Keyed, path, ("x-api-key", Key)));
        Assert.Equal(Table[access], await OutcomesAsync(hosts.Keyed, path, ("x-api-key", OtherKey)));
        Assert.Equal(refused, await OutcomesAsync(hosts.Keyed, path, ("x-api-key", Key[..^1])));
        Assert.Equal(refused, await OutcomesAsync(hosts.Keyed, path));
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task Call_ThatIsLetIn_ForbidsStorageWhereTheContractSays(string path)
    {
        var policy = MethodPolicies.Find(path)!;
        var caller = Table[policy.Access].LastIndexOf(In);

        var answer = await hosts.Open.PostAsync(path, null, Headers(Callers[caller].Who));

        Assert.Equal(policy.NoStore ? ("no-store", "no-cache") : ("", ""), (answer.CacheControl, answer.Pragma));
    }

    [Theory]
    [InlineData("/moviesnow.catalog.v1.titleservice/createtitle")]
    [InlineData("/MOVIESNOW.CATALOG.V1.TITLESERVICE/CREATETITLE")]
    [InlineData("/moviesnow.catalog.v1.TitleService/CreateTitle/")]
    [InlineData("//moviesnow.catalog.v1.TitleService/CreateTitle")]
    [InlineData("/moviesnow.catalog.v1.TitleService//CreateTitle")]
    [InlineData("/grpc./../moviesnow.catalog.v1.TitleService/CreateTitle")]
    [InlineData("/grpc.health.v1.Health/%2e%2e%2fmoviesnow.catalog.v1.TitleService/CreateTitle")]
    [InlineData("/moviesnow.catalog.v1.%54itleService/CreateTitle")]
    [InlineData("/moviesnow.catalog.v1.TitleService/CreateTitle?access=public")]
    public async Task Call_PathSpelledOtherwise_IsNoWayIn(string path)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        var address = new Uri($"{hosts.Open.Grpc.GetLeftPart(UriPartial.Authority)}{path}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });

        var answer = await RawCall.PostAsync(client, address, [], []);

        if (answer.HttpStatus is HttpStatusCode.NotFound)
        {
            return;
        }

        // Either the router knows no such method, or it does and the policy does not.
        Assert.Contains(answer.Reason, (string[])["UNAUTHENTICATED", "METHOD_NOT_ALLOWED", "UNIMPLEMENTED"]);
        if (answer.Reason is "UNIMPLEMENTED")
        {
            // A malformed message is refused by a method that is there, and by nobody else.
            Assert.Equal("UNIMPLEMENTED", (await RawCall.PostAsync(client, address, [0x0a, 0x7f], [])).Reason);
        }
    }

    [Theory]
    [InlineData("Bearer", "")]
    [InlineData("Basic", "YWRtaW46YWRtaW4=")]
    [InlineData("bearer", "null")]
    public async Task Call_OtherCredentials_AreNone(string scheme, string parameter)
    {
        var answer = await hosts.Open.PostAsync("/moviesnow.catalog.v1.TitleService/CreateTitle", null, ("authorization", $"{scheme} {parameter}"));

        Assert.Equal("UNAUTHENTICATED", answer.Reason);
    }

    [Fact]
    public async Task Call_TokenElsewhereThanInItsHeader_IsNone()
    {
        var token = Who.Admin.Token();

        var answer = await hosts.Open.PostAsync(
            $"/moviesnow.catalog.v1.TitleService/CreateTitle?access_token={token}", null, ("x-authorization", $"Bearer {token}"), ("cookie", $"access_token={token}"));

        Assert.Equal("UNAUTHENTICATED", answer.Reason);
    }

    private static async Task<string[]> OutcomesAsync(TestHost host, string path, params (string, string)[] headers)
    {
        var answers = await Task.WhenAll(Callers.Select(caller => host.PostAsync(path, null, [.. headers, .. Headers(caller.Who)])));
        Assert.All(answers, answer => Assert.Equal(
            ErrorReasons.CodeOf(Enum.GetValues<ErrorReason>().Single(reason => reason is not ErrorReason.Unspecified && ErrorReasons.NameOf(reason) == answer.Reason)), answer.Code));
        return [.. answers.Select(answer => answer.Reason)];
    }

    private static (string, string)[] Headers(Who? who) => who is null ? [] : [("authorization", $"Bearer {Tokens[who]}")];

    public sealed class Hosts : IAsyncLifetime
    {
        internal TestHost Open { get; private set; } = null!;

        internal TestHost Keyed { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            Open = await TestHost.StartAsync(OpenServices.MapAll);
            Keyed = await TestHost.StartAsync(OpenServices.MapAll, null, ("Auth:ApiKeys:0", Key), ("Auth:ApiKeys:1", OtherKey));
        }

        public async Task DisposeAsync()
        {
            await Open.DisposeAsync();
            await Keyed.DisposeAsync();
        }
    }
}

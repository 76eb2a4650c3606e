using System.Security.Claims;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.DependencyInjection;
using MoviesNow.Catalog.V1;
using MoviesNow.ServiceDefaults.Identity;
using MoviesNow.ServiceDefaults.Tests.Harness;

namespace MoviesNow.ServiceDefaults.Tests.Identity;

public sealed class RememberedTokensTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly ManualTime _time = new(Start);
    private readonly RememberedTokens _tokens;

    public RememberedTokensTests() => _tokens = new RememberedTokens(_time);

    [Fact]
    public void Find_RememberedHeader_IsTheSameBearerForAWhile()
    {
        var bearer = Remember("Bearer a");

        _time.Now = Start + RememberedTokens.Memory - TimeSpan.FromTicks(1);
        Assert.Same(bearer, _tokens.Find("Bearer a"));
        _time.Now = Start + RememberedTokens.Memory;
        Assert.Null(_tokens.Find("Bearer a"));
    }

    [Fact]
    public void Find_TokenThatExpires_IsNotRememberedBeyond()
    {
        Remember("Bearer a", Start.AddSeconds(10));

        _time.Now = Start.AddSeconds(10);

        Assert.Null(_tokens.Find("Bearer a"));
    }

    [Fact]
    public void Find_AnotherHeader_IsNotKnown()
    {
        Remember("Bearer a");

        Assert.All(["Bearer b", "bearer a", "Bearer a ", "Bearer ", ""], header => Assert.Null(_tokens.Find(header)));
    }

    [Fact]
    public void Remember_TokenThatTellsNoEnd_IsForgotten()
    {
        _tokens.Remember("Bearer a", Somebody(), expiry: null);

        Assert.Null(_tokens.Find("Bearer a"));
    }

    [Theory]
    [InlineData(RememberedTokens.MaxHeaderLength, true)]
    [InlineData(RememberedTokens.MaxHeaderLength + 1, false)]
    public void Remember_LongToken_IsForgotten(int length, bool isKnown)
    {
        var header = new string('a', length);

        Remember(header);

        Assert.Equal(isKnown, _tokens.Find(header) is not null);
    }

    [Fact]
    public void Remember_ManyTokens_ForgetsTheOldest()
    {
        for (var i = 0; i <= 3 * 4_096; i++)
        {
            Remember($"Bearer {i}");
        }

        Assert.Null(_tokens.Find("Bearer 0"));
        Assert.NotNull(_tokens.Find($"Bearer {3 * 4_096}"));
    }

    [Fact]
    public async Task Call_SameTokenAgain_IsCheckedOnceAndAnotherTokenAnew()
    {
        var checks = 0;
        await using var host = await TestHost.StartAsync(ScriptedServices.Map, builder =>
        {
            builder.Services.AddSingleton(new Script { GetTitle = context => Task.FromResult(new GetTitleResponse { Title = new Title { Name = context.Subject() } }) });
            builder.Services.PostConfigure<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme, bearer => bearer.TokenValidationParameters.LifetimeValidator =
                (_, _, _, _) => Interlocked.Increment(ref checks) > 0);
        });
        var caller = new TitleService.TitleServiceClient(host.WithToken(Who.Viewer.Token()));

        await caller.GetTitleAsync(new());
        Assert.Equal(Who.Viewer.Subject, (await caller.GetTitleAsync(new())).Title.Name);
        Assert.Equal(1, checks);

        var other = new TitleService.TitleServiceClient(host.WithToken(Who.Service.Token()));
        Assert.Equal(Who.Service.Subject, (await other.GetTitleAsync(new())).Title.Name);
        Assert.Equal(2, checks);
    }

    private Bearer Remember(string header, DateTimeOffset? expiry = null)
    {
        var bearer = Somebody();
        _tokens.Remember(header, bearer, expiry ?? Start.AddHours(1));
        return bearer;
    }

    private static Bearer Somebody() => new(new ClaimsPrincipal());
}

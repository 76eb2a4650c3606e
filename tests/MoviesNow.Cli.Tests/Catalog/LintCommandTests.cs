using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using MoviesNow.Catalog.V1;

namespace MoviesNow.Cli.Tests.Catalog;

/// <summary>What the command line makes of findings; a stand-in has those that a test wants.</summary>
public sealed class LintCommandTests : IAsyncLifetime
{
    private static readonly MediaFinding Error = new()
    {
        RuleId = "LADDER_TIER_MISSING",
        Severity = FindingSeverity.Error,
        Subject = "0192f0c1-0000-7000-8000-000000000001",
        Message = "No 480p.",
        Clause = "RFC 8216bis 4.4.6.2",
    };

    private static readonly MediaFinding Warning = new() { RuleId = "NO_DEFAULT", Severity = FindingSeverity.Warning, Subject = "s", Message = "m\u001b[2J" };

    private readonly Findings _findings = new();
    private WebApplication _app = null!;

    private CommandRun Cli => new(new Uri(_app.Urls.Single()));

    public async Task InitializeAsync() => _app = await LoopbackServer.StartAsync(HttpProtocols.Http2, services => services.AddSingleton(_findings).AddGrpc(), app =>
    {
        app.MapGrpcService<Validation>();
        app.MapGrpcService<Publication>();
    });

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task Lint_NothingFound_Succeeds()
    {
        var ended = await Cli.RunAsync("lint", "T");

        Assert.Equal(new Ended(0, "", "0 errors, 0 warnings, 0 notes.\n"), ended);
        Assert.Equal(new ValidateMediaRequest { TitleId = "T", Depth = ValidationDepth.Rows }, _findings.Request);
    }

    [Fact]
    public async Task Lint_Warnings_ListsThemAndSucceeds()
    {
        _findings.Answer.Findings.Add(Warning);

        var ended = await Cli.RunAsync("lint", "T", "--objects");

        Assert.Equal((0, "0 errors, 1 warnings, 0 notes.\n"), (ended.ExitCode, ended.Errors));
        Assert.Matches(@"^SEVERITY +RULE ID +SUBJECT +MESSAGE +CLAUSE *\nwarning +NO_DEFAULT +s +m\\u001B\[2J *\n$", ended.Output);
        Assert.Equal(ValidationDepth.Objects, _findings.Request.Depth);
    }

    [Fact]
    public async Task Lint_OfObjects_WaitsLongerThanOtherCalls()
    {
        await Cli.RunAsync("lint", "T");
        Assert.InRange(_findings.Patience, TimeSpan.Zero, TimeSpan.FromSeconds(30));

        await Cli.RunAsync("lint", "T", "--objects");
        Assert.InRange(_findings.Patience, TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(5));
    }

    [Fact]
    public async Task Lint_Errors_ListsThemAndFails()
    {
        _findings.Answer.Findings.Add([Error, Warning]);
        _findings.Answer.Truncated = true;

        var people = await Cli.RunAsync("lint", "T");
        var script = await Cli.RunAsync("lint", "T", "--json");

        Assert.Equal((1, 1), (people.ExitCode, script.ExitCode));
        Assert.Equal("1 errors, 1 warnings, 0 notes. There is more: not all was looked at, or not all is listed.\n", people.Errors);
        Assert.Contains("RFC 8216bis 4.4.6.2", people.Output, StringComparison.Ordinal);
        Assert.Equal([Error, Warning], script.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Google.Protobuf.JsonParser.Default.Parse<MediaFinding>));
    }

    [Fact]
    public async Task Publish_WithFindings_TellsThemBesidesTheTitle()
    {
        _findings.Answer.Findings.Add(Error);

        var ended = await Cli.RunAsync("title", "publish", "T", "--json");

        Assert.Equal((0, "{ \"id\": \"T\" }\n"), (ended.ExitCode, ended.Output));
        Assert.Contains("LADDER_TIER_MISSING", ended.Errors, StringComparison.Ordinal);
    }

    private sealed class Findings
    {
        public ValidateMediaRequest Request { get; set; } = new();

        /// <summary>How long the caller was going to wait.</summary>
        public TimeSpan Patience { get; set; }

        public ValidateMediaResponse Answer { get; } = new();
    }

    private sealed class Validation(Findings findings) : PlaybackService.PlaybackServiceBase
    {
        public override Task<ValidateMediaResponse> ValidateMedia(ValidateMediaRequest request, ServerCallContext context)
        {
            (findings.Request, findings.Patience) = (request, context.Deadline - DateTime.UtcNow);
            return Task.FromResult(findings.Answer);
        }
    }

    private sealed class Publication(Findings findings) : TitleService.TitleServiceBase
    {
        public override Task<PublishTitleResponse> PublishTitle(PublishTitleRequest request, ServerCallContext context) =>
            Task.FromResult(new PublishTitleResponse { Title = new Title { Id = request.TitleId }, Findings = { findings.Answer.Findings } });
    }
}

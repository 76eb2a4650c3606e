using System.Net.Sockets;
using Google.Rpc;
using Grpc.Core;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.ServiceDefaults.Tests.Harness;
using MoviesNow.Telemetry.V1;
using MoviesNow.Testing.Hosting;
using Npgsql;
using StackExchange.Redis;
using Status = Grpc.Core.Status;

namespace MoviesNow.ServiceDefaults.Tests.Errors;

public sealed class ErrorInterceptorTests : IAsyncLifetime
{
    private const string Secret =
        "SELECT hidden_column FROM t; originals/0198/master.mov https://bucket.example/k?X-Amz-Signature=deadbeef Host=10.1.2.3;Password=hunter2";

    private const int Callers = 8;

    private static readonly string[] Traces = ["hidden_column", "originals/", "bucket.example", "X-Amz", "10.1.2.3", "hunter2"];

    private readonly Script _script = new();
    private TestHost _host = null!;

    public async Task InitializeAsync() => _host = await TestHost.StartAsync(ScriptedServices.Map, ScriptedServices.With(_script));

    public async Task DisposeAsync() => await _host.DisposeAsync();

    private static readonly Dictionary<string, (Exception Failure, ErrorReason Reason, bool RetryHelps)> Failures = new(StringComparer.Ordinal)
    {
        ["a defect"] = (new InvalidOperationException(Secret), ErrorReason.Internal, false),
        ["a defect with a cause"] = (new InvalidOperationException("x", new InvalidOperationException(Secret)), ErrorReason.Internal, false),
        ["an unexpected violation"] =
            (new PostgresException(Secret, "ERROR", "ERROR", "23505", detail: Secret, hint: Secret, where: Secret, constraintName: Secret), ErrorReason.Internal, false),
        ["a database that shuts down"] = (new PostgresException(Secret, "FATAL", "FATAL", "57P01"), ErrorReason.DependencyUnavailable, true),
        ["a database out of reach"] = (new NpgsqlException(Secret, new SocketException(111)), ErrorReason.DependencyUnavailable, true),
        ["Redis out of reach"] = (new RedisConnectionException(ConnectionFailureType.UnableToConnect, Secret), ErrorReason.DependencyUnavailable, true),
        ["a slow Redis"] = (new RedisTimeoutException(Secret, CommandStatus.Sent), ErrorReason.DependencyUnavailable, true),
        ["a time-out"] = (new TimeoutException(Secret), ErrorReason.DependencyUnavailable, true),
        ["a time-out of our own"] = (new OperationCanceledException(Secret), ErrorReason.DependencyUnavailable, true),
        ["a collision"] = (new PostgresException(Secret, "ERROR", "ERROR", "40001"), ErrorReason.ConflictRetry, true),
        ["a bare UNKNOWN"] = (new RpcException(new Status(StatusCode.Unknown, Secret)), ErrorReason.Internal, false),
        ["a bare NOT_FOUND"] = (new RpcException(new Status(StatusCode.NotFound, Secret)), ErrorReason.Internal, false),
        ["a bare UNAVAILABLE"] = (new RpcException(new Status(StatusCode.Unavailable, Secret)), ErrorReason.DependencyUnavailable, true),
        ["a status with malformed details"] = (
            new RpcException(new Status(StatusCode.Internal, Secret), new Metadata { { "x-provider", Secret }, { RpcErrors.DetailsTrailer, [0xff, 0xff] } }),
            ErrorReason.Internal,
            false),
    };

    public static TheoryData<string> Kinds() => new(Failures.Keys);

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Unary_AnyFailure_AnswersNeutrallyAndLeaksNothing(string kind)
    {
        var (failure, reason, retryHelps) = Failures[kind];
        _script.GetTitle = _ => throw failure;

        var answer = await _host.PostAsync("/moviesnow.catalog.v1.TitleService/GetTitle");
        await _host.StopAsync();

        Assert.Equal(ErrorReasons.CodeOf(reason), answer.Code);
        Assert.Equal(ErrorReasons.NameOf(reason), answer.Reason);
        Assert.Equal(ErrorReasons.MessageOf(reason), answer.Text);
        Assert.Equal(retryHelps, answer.Details!.Details.Any(detail => detail.Is(RetryInfo.Descriptor)));
        AssertNothingLeaked($"{answer.Everything}\n{answer.Details}\n{_host.Logs.Text}\n{_host.Spans.Text}");
        Assert.Equal(reason is ErrorReason.Internal, _host.Logs.Errors.Any());
    }

    [Fact]
    public async Task Unary_Defect_GivesTheIdThatFindsItInTheLog()
    {
        const string traceId = "0af7651916cd43dd8448eb211c80319c";
        _script.GetTitle = _ => throw new PostgresException("x", "ERROR", "ERROR", "42P01");

        var answer = await _host.PostAsync("/moviesnow.catalog.v1.TitleService/GetTitle", null, ("traceparent", $"00-{traceId}-b7ad6b7169203331-01"));

        Assert.Equal(traceId, answer.Details!.Details[0].Unpack<ErrorInfo>().Metadata["correlation_id"]);
        var line = Assert.Single(_host.Logs.Errors);
        Assert.Contains(traceId, line, StringComparison.Ordinal);
        Assert.Contains("PostgresException 42P01", line, StringComparison.Ordinal);
        await _host.StopAsync();
        Assert.Contains(_host.Spans.All, span => span.TraceId.ToHexString() == traceId && span.GetTagItem("error.type") is "PostgresException 42P01");
        Assert.Contains(nameof(Unary_Defect_GivesTheIdThatFindsItInTheLog), line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unary_ErrorOfOurs_PassesUnchanged()
    {
        _script.GetTitle = _ => throw RpcErrors.Of(ErrorReason.InvalidState, TimeSpan.FromSeconds(3), ("state", "DRAFT"));

        var error = await RpcAssert.FailsAsync(ErrorReason.InvalidState, GetTitleAsync);

        Assert.Equal("DRAFT", RpcErrors.InfoOf(error)!.Metadata["state"]);
        Assert.Equal(3, RpcErrors.DetailOf<RetryInfo>(error)!.RetryDelay.Seconds);
        Assert.Empty(_host.Logs.Errors);
    }

    [Fact]
    public async Task ClientStreaming_Failure_IsTranslated()
    {
        _script.StreamEvents = async (requests, _) =>
        {
            await requests.MoveNext();
            throw new NpgsqlException(Secret, new SocketException(111));
        };
        using var call = new PlaybackSessionService.PlaybackSessionServiceClient(_host.As(Who.Service)).StreamEvents();
        await call.RequestStream.WriteAsync(new StreamEventsRequest());

        await RpcAssert.FailsAsync(ErrorReason.DependencyUnavailable, () => call.ResponseAsync);
    }

    [Fact]
    public async Task ServerStreaming_FailureAfterMessages_IsTranslated()
    {
        _script.WatchLive = async (responses, _) =>
        {
            await responses.WriteAsync(new WatchLiveResponse());
            throw new InvalidOperationException(Secret);
        };
        using var call = new QoeService.QoeServiceClient(_host.As(Who.Admin)).WatchLive(new WatchLiveRequest());
        Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));

        await RpcAssert.FailsAsync(ErrorReason.Internal, () => call.ResponseStream.MoveNext(CancellationToken.None));
    }

    [Fact]
    public async Task ClientStreaming_CallersBreakOff_AreNoDefects()
    {
        _script.StreamEvents = async (requests, _) =>
        {
            while (await requests.MoveNext())
            {
                // The caller sends on and on.
            }

            return new StreamEventsResponse();
        };

        // Which side notices first is a matter of chance.
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(async _ =>
        {
            using var call = new PlaybackSessionService.PlaybackSessionServiceClient(_host.As(Who.Service)).StreamEvents();
            await call.RequestStream.WriteAsync(new StreamEventsRequest());
            await call.RequestStream.WriteAsync(new StreamEventsRequest());
        }));

        await _host.StopAsync();
        Assert.False(_host.Logs.Errors.Any(), _host.Logs.Text);
    }

    [Fact]
    public async Task ServerStreaming_CallersBreakOff_AreNoDefects()
    {
        _script.WatchLive = async (responses, _) =>
        {
            while (true)
            {
                await responses.WriteAsync(new WatchLiveResponse());
                await Task.Yield();
            }
        };

        await Task.WhenAll(Enumerable.Range(0, Callers).Select(async _ =>
        {
            using var call = new QoeService.QoeServiceClient(_host.As(Who.Admin)).WatchLive(new WatchLiveRequest());
            Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));
        }));

        await _host.StopAsync();
        Assert.False(_host.Logs.Errors.Any(), _host.Logs.Text);
    }

    [Fact]
    public async Task Unary_DeadlineThatTheServerKeeps_IsDeadlineExceeded()
    {
        _script.GetTitle = async context =>
        {
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
            return new GetTitleResponse();
        };

        var answer = await _host.PostAsync("/moviesnow.catalog.v1.TitleService/GetTitle", null, ("grpc-timeout", "50m"));

        Assert.Equal(StatusCode.DeadlineExceeded, answer.Code);
        await _host.StopAsync();
        Assert.Empty(_host.Logs.Errors);
    }

    [Fact]
    public async Task ServerStreaming_DeadlinesWhileTheMethodWrites_AreNoDefects()
    {
        _script.WatchLive = async (responses, _) =>
        {
            while (true)
            {
                await responses.WriteAsync(new WatchLiveResponse());
            }
        };
        var token = ("authorization", $"Bearer {Who.Admin.Token()}");

        // Whether the server's end of the call meets a write is a matter of chance.
        await Parallel.ForAsync(0, 100, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (_, _) =>
        {
            try
            {
                await _host.PostAsync("/moviesnow.telemetry.v1.QoeService/WatchLive", null, ("grpc-timeout", "5m"), token);
            }
            catch (HttpRequestException)
            {
                // The server resets the stream of a caller who is slower than the method.
            }
        });

        await _host.StopAsync();
        Assert.False(_host.Logs.Errors.Any(), _host.Logs.Text);
    }

    private static void AssertNothingLeaked(string told) => Assert.All(Traces, trace => Assert.DoesNotContain(trace, told, StringComparison.OrdinalIgnoreCase));

    private Task GetTitleAsync() => new TitleService.TitleServiceClient(_host.As(null)).GetTitleAsync(new GetTitleRequest()).ResponseAsync;
}

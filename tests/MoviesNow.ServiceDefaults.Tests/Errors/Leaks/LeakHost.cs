using Google.Rpc;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.ServiceDefaults.Health;
using MoviesNow.ServiceDefaults.Idempotency;
using MoviesNow.ServiceDefaults.Tests.Harness;
using MoviesNow.Storage;

namespace MoviesNow.ServiceDefaults.Tests.Errors.Leaks;

/// <summary>
/// A service with the defaults whose dependencies fail, and everything that it tells of it: status, details, headers, logs, spans
/// and metrics. What must not be told contains <see cref="Mark"/>, or is one of the secrets that a test names.
/// </summary>
internal sealed class LeakHost : IAsyncDisposable
{
    /// <summary>Part of all names, values, keys and passwords of these tests.</summary>
    public const string Mark = "planted";

    private const string Read = "/moviesnow.catalog.v1.TitleService/GetTitle";
    private const string Mutation = "/moviesnow.catalog.v1.TitleService/CreateTitle";

    private readonly string _token = Who.Admin.Token();
    private readonly Work _work;
    private readonly TelemetryCapture _telemetry;
    private readonly string[] _secrets;
    private readonly TestHost _host;

    private LeakHost(TestHost host, Work work, TelemetryCapture telemetry, string[] secrets) =>
        (_host, _work, _telemetry, _secrets) = (host, work, telemetry, [Mark, _token, _token.Split('.')[2], .. secrets]);

    public IServiceProvider Services => _host.Services;

    public Task ConnectRedisAsync() => _host.ConnectRedisAsync();

    public LogCapture Logs => _host.Logs;

    public static async Task<LeakHost> StartAsync(
        Action<WebApplicationBuilder> configure, string[] secrets, params (string Key, string? Value)[] settings)
    {
        var work = new Work();
        var telemetry = new TelemetryCapture();
        var host = await TestHost.StartAsync(
            app => app.MapGrpcService<Titles>(),
            builder =>
            {
                builder.Services.AddSingleton(work);
                telemetry.AddTo(builder);
                configure(builder);
            },
            settings);
        host.Services.GetRequiredService<ErrorMapping>().Unavailable<StorageUnavailableException>();
        return new LeakHost(host, work, telemetry, secrets);
    }

    /// <summary>A read whose method does this.</summary>
    public Task<RawAnswer> CallAsync(Func<ServerCallContext, Task> work, params (string Name, string Value)[] headers) => PostAsync(Read, work, headers);

    /// <summary>A mutation whose method does this, with an idempotency key.</summary>
    public Task<RawAnswer> MutateAsync(Func<ServerCallContext, Task> work, string idempotencyKey) =>
        PostAsync(Mutation, work, (IdempotencyKey.Header, idempotencyKey));

    /// <summary>A read whose caller leaves when the method says so; ends when the method has ended.</summary>
    public async Task CallAndLeaveAsync(Func<ServerCallContext, Action, Task> work)
    {
        using var leaving = new CancellationTokenSource();
        _work.Run = context => work(context, leaving.Cancel);
        var call = new TitleService.TitleServiceClient(_host.As(Who.Admin)).GetTitleAsync(new GetTitleRequest(), cancellationToken: leaving.Token).ResponseAsync;
        var error = await Assert.ThrowsAsync<RpcException>(() => call);
        Assert.Equal(StatusCode.Cancelled, error.StatusCode);
        await _work.Ended;
    }

    /// <summary>Stops the host and reads all that it told.</summary>
    /// <param name="answer">What the caller got.</param>
    /// <param name="isTraced">False where only health was asked for, which makes no spans.</param>
    public async Task AssertNothingToldAsync(RawAnswer? answer = null, bool isTraced = true)
    {
        await _host.StopAsync();
        Assert.True(!isTraced || _host.Spans.All.Any(), "There are no spans.");
        var told = $"{answer?.Everything}\n{answer?.Text}\n{answer?.Details}\n{Unpacked(answer)}\n{Logs.Text}\n{_host.Spans.Text}\n{_telemetry.Collect()}";
        Assert.Contains("metric Microsoft.AspNetCore.Hosting", told, StringComparison.Ordinal);
        foreach (var line in told.Split('\n'))
        {
            Assert.All(_secrets, secret => Assert.DoesNotContain(secret, line, StringComparison.OrdinalIgnoreCase));
        }
    }

    /// <summary>The answer is the neutral one for a reason, and nothing else is told of the failure.</summary>
    public async Task AssertOnlyTheReasonIsToldAsync(ErrorReason reason, RawAnswer answer)
    {
        Assert.True(answer.Reason == ErrorReasons.NameOf(reason), $"{answer.Reason}\n{Logs.Text}");
        Assert.Equal(ErrorReasons.CodeOf(reason), answer.Code);
        Assert.Equal(ErrorReasons.MessageOf(reason), answer.Text);
        await AssertNothingToldAsync(answer);
    }

    /// <summary>The state that health has over HTTP, and in the log, while a dependency fails; nothing else is told of it.</summary>
    public async Task AssertHealthTellsNothingAsync(string status)
    {
        using var response = await _host.GetAsync("/health/ready");
        var told = await response.Content.ReadAsStringAsync();
        await Services.GetServices<IHealthCheckPublisher>().OfType<HealthLog>().Single().PublishAsync(
            await Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(), CancellationToken.None);
        Assert.Contains(status, told, StringComparison.Ordinal);
        Assert.Contains($" is {status}: ", Logs.Text, StringComparison.Ordinal);
        Assert.All(_secrets, secret => Assert.DoesNotContain(secret, told, StringComparison.OrdinalIgnoreCase));
        await AssertNothingToldAsync(isTraced: false);
    }

    public async ValueTask DisposeAsync() => await _host.DisposeAsync();

    private Task<RawAnswer> PostAsync(string path, Func<ServerCallContext, Task> work, params (string Name, string Value)[] headers)
    {
        _work.Run = work;
        return _host.PostAsync(path, null, [("authorization", $"Bearer {_token}"), .. headers]);
    }

    private static string Unpacked(RawAnswer? answer) => string.Join('\n', answer?.Details?.Details.Select(detail =>
        detail.Is(ErrorInfo.Descriptor) ? detail.Unpack<ErrorInfo>().ToString() : detail.Value.ToStringUtf8()) ?? []);

    private sealed class Work
    {
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Func<ServerCallContext, Task> Run { get; set; } = _ => Task.CompletedTask;

        public Task Ended => _ended.Task;

        public async Task<T> RunAsync<T>(ServerCallContext context) where T : new()
        {
            try
            {
                await Run(context);
                return new T();
            }
            finally
            {
                _ended.TrySetResult();
            }
        }
    }

    private sealed class Titles(Work work) : TitleService.TitleServiceBase
    {
        public override Task<GetTitleResponse> GetTitle(GetTitleRequest request, ServerCallContext context) => work.RunAsync<GetTitleResponse>(context);

        public override Task<CreateTitleResponse> CreateTitle(CreateTitleRequest request, ServerCallContext context) => work.RunAsync<CreateTitleResponse>(context);
    }
}

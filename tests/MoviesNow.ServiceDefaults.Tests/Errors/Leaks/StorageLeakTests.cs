using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using MoviesNow.Common.V1;
using MoviesNow.LocalS3;
using MoviesNow.Storage;
using MoviesNow.Storage.Tests.Support;
using MoviesNow.Testing;

namespace MoviesNow.ServiceDefaults.Tests.Errors.Leaks;

/// <summary>Whatever fails at storage, nobody learns keys, bucket, credentials, signatures or where it is.</summary>
public sealed class StorageLeakTests : IAsyncLifetime
{
    private const string Secret = "planted-secret-key";

    private static readonly StorageKey Key = StorageLayout.Original(Guid.Parse("0198a000-0000-7000-8000-0000000000aa"), null, FileNameSegment.Sanitize("planted.mov"));

    private static readonly Dictionary<string, Func<IObjectStore, CancellationToken, Task>> Operations = new(StringComparer.Ordinal)
    {
        ["head"] = (store, cancellationToken) => store.HeadAsync(Key, cancellationToken),
        ["put"] = (store, cancellationToken) => store.PutAsync(Key, new MemoryStream([1]), 1, sha256: null, new ObjectHeaders(), cancellationToken),
        ["read"] = (store, cancellationToken) => store.OpenReadAsync(Key, range: null, ifETag: null, cancellationToken),
        ["delete"] = (store, cancellationToken) => store.DeleteAsync(Key, cancellationToken),
        ["delete if"] = (store, cancellationToken) => store.DeleteAsync(Key, "planted-etag", cancellationToken),
        ["pending"] = (store, cancellationToken) => store.IsMultipartPendingAsync(Key, "planted-upload", cancellationToken),
        ["create"] = (store, cancellationToken) => store.CreateMultipartAsync(Key, new ObjectHeaders(), cancellationToken),
        ["parts"] = (store, cancellationToken) => store.ListPartsAsync(Key, "planted-upload", cancellationToken),
        ["complete"] = (store, cancellationToken) => store.CompleteMultipartAsync(Key, "planted-upload", [new CompletedPart(1, "planted-etag")], cancellationToken),
        ["abort"] = (store, cancellationToken) => store.AbortMultipartAsync(Key, "planted-upload", cancellationToken),
        ["list"] = async (store, cancellationToken) => await store.ListAsync("planted/", cancellationToken).GetAsyncEnumerator(cancellationToken).MoveNextAsync(),
    };

    private LocalS3Host _server = null!;

    public async Task InitializeAsync() => _server = await LocalS3Host.StartAsync(options =>
    {
        options.Fsync = false;
        options.AccessKey = "PLANTEDACCESSKEY";
        options.SecretKey = Secret;
        options.Buckets.Add("planted-bucket");
    });

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public static TheoryData<string> Kinds() => new(Operations.Keys);

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Call_WrongCredentials_TellsTheReasonAlone(string operation) =>
        await AssertAsync(ErrorReason.Internal, operation, _server.Url, ("Storage:SecretAccessKey", "planted-wrong-key"));

    [Theory]
    [InlineData("Storage:AccessKeyId", "PLANTEDNOBODY")]
    [InlineData("Storage:Bucket", "planted-no-bucket")]
    public async Task Call_NobodyOrNoBucket_TellsTheReasonAlone(string setting, string value) =>
        await AssertAsync(ErrorReason.Internal, "put", _server.Url, (setting, value));

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Call_ServerThatRefusesConnections_TellsTheReasonAlone(string operation)
    {
        using var closed = new ClosedPort();
        await AssertAsync(ErrorReason.DependencyUnavailable, operation, closed.Url);
    }

    [Fact]
    public async Task Call_BucketInTheHostName_TellsTheReasonAlone()
    {
        using var closed = new ClosedPort();
        await AssertAsync(ErrorReason.DependencyUnavailable, "head", $"http://localhost:{closed.Port}", ("Storage:ForcePathStyle", "false"));
    }

    [Fact]
    public async Task Health_StorageOutOfReach_TellsTheStateAlone()
    {
        using var closed = new ClosedPort();
        await using var host = await HostAsync(closed.Url);
        await host.AssertHealthTellsNothingAsync("Unhealthy");
    }

    [Theory]
    [InlineData(403, "AccessDenied", ErrorReason.Internal)]
    [InlineData(503, "SlowDown", ErrorReason.DependencyUnavailable)]
    [InlineData(500, "planted code <x>", ErrorReason.DependencyUnavailable)]
    [InlineData(409, "OperationAborted", ErrorReason.DependencyUnavailable)]
    [InlineData(400, "", ErrorReason.Internal)]
    [InlineData(301, "PermanentRedirect", ErrorReason.Internal)]
    public async Task Call_AnswerOfFailureThatQuotesTheRequest_TellsTheReasonAlone(int status, string code, ErrorReason reason)
    {
        await using var scripted = await ScriptedServer.StartAsync(http =>
        {
            http.Response.StatusCode = status;
            http.Response.Headers["x-amz-request-id"] = "planted-request";
            http.Response.Headers.Location = "http://planted-elsewhere.invalid/planted-bucket";
            return http.Response.WriteAsync(
                $"<Error><Code>{WebUtility.HtmlEncode(code)}</Code><Message>planted {http.Request.Path}</Message><Resource>{http.Request.Path}</Resource><AWSAccessKeyId>PLANTEDACCESSKEY</AWSAccessKeyId></Error>");
        });

        await AssertAsync(reason, "delete", scripted.Url, ("Storage:MaxRetries", "1"));
    }

    [Fact]
    public async Task Call_AnswerThatIsNotS3s_TellsTheReasonAlone()
    {
        await using var scripted = await ScriptedServer.StartAsync(http => http.Response.WriteAsync("<html>planted page of a proxy"));
        await AssertAsync(ErrorReason.DependencyUnavailable, "list", scripted.Url, ("Storage:MaxRetries", "0"));
    }

    [Fact]
    public async Task Call_ObjectCutOffWhileItIsRead_TellsTheReasonAlone()
    {
        await using var scripted = await ScriptedServer.StartAsync(async http =>
        {
            http.Response.ContentLength = 1_000;
            await http.Response.WriteAsync("planted content");
            await http.Response.Body.FlushAsync();
            http.Abort();
        });
        await using var host = await HostAsync(scripted.Url);

        var answer = await host.CallAsync(async context =>
        {
            await using var content = await StoreOf(host).OpenReadAsync(Key, range: null, ifETag: null, context.CancellationToken);
            await content!.CopyToAsync(Stream.Null, context.CancellationToken);
        });

        await host.AssertOnlyTheReasonIsToldAsync(ErrorReason.DependencyUnavailable, answer);
    }

    [Fact]
    public async Task Call_ServerThatIsSilent_TellsTheReasonAlone()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await AssertAsync(ErrorReason.DependencyUnavailable, "head", $"http://{silent.LocalEndpoint}", ("Storage:RequestTimeout", "00:00:00.200"), ("Storage:MaxRetries", "0"));
    }

    [Fact]
    public async Task Call_CircuitThatIsOpen_TellsTheReasonAlone()
    {
        await _server.StopAsync();
        await using var host = await HostAsync(_server.Url, ("Storage:MaxRetries", "0"), ("Storage:BreakDuration", "00:01:00"));
        StorageDiagnosis? diagnosis = null;

        var answer = await host.CallAsync(async context =>
        {
            while (true)
            {
                try
                {
                    await StoreOf(host).HeadAsync(Key, context.CancellationToken);
                }
                catch (StorageUnavailableException e) when (e.Diagnosis.Reason is not "CircuitOpen")
                {
                    diagnosis = e.Diagnosis;
                }
            }
        });

        Assert.NotNull(diagnosis);
        await host.AssertOnlyTheReasonIsToldAsync(ErrorReason.DependencyUnavailable, answer);
    }

    [Fact]
    public async Task Call_OutcomesThatAreNoFailures_TellNothing()
    {
        await using var host = await HostAsync(_server.Url);

        var answer = await host.CallAsync(async context =>
        {
            var store = StoreOf(host);
            Assert.Null(await store.HeadAsync(Key, context.CancellationToken));
            Assert.Null(await store.OpenReadAsync(Key, range: null, ifETag: null, context.CancellationToken));
            Assert.Null(await store.ListPartsAsync(Key, "planted-upload", context.CancellationToken));
            Assert.Equal(PutStatus.Stored, (await store.PutAsync(Key, new MemoryStream([1]), 1, sha256: null, new ObjectHeaders(), context.CancellationToken)).Status);
            Assert.Equal(PutStatus.AlreadyExists, (await store.PutAsync(Key, new MemoryStream([1]), 1, sha256: null, new ObjectHeaders(), context.CancellationToken)).Status);
        });

        Assert.Equal(StatusCode.OK, answer.Code);
        await host.AssertNothingToldAsync(answer);
    }

    [Fact]
    public async Task Call_DefectThatQuotesAPresignedUrl_TellsTheReasonAlone()
    {
        await using var host = await HostAsync(_server.Url);

        var answer = await host.CallAsync(_ =>
        {
            var signed = host.Services.GetRequiredService<S3Presigner>().Get(Key, TimeSpan.FromMinutes(5));
            throw new InvalidOperationException($"No such place: {signed.Url}", new HttpRequestException(signed.Url.ToString()));
        });

        await host.AssertOnlyTheReasonIsToldAsync(ErrorReason.Internal, answer);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_DeadlineThatPasses_TellsThatAlone(bool beforeTheRequest)
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await using var host = await HostAsync($"http://{silent.LocalEndpoint}");

        var answer = await host.CallAsync(
            async context =>
            {
                await (beforeTheRequest ? Task.Delay(Timeout.Infinite, context.CancellationToken).ContinueWith(_ => { }, TaskScheduler.Default) : Task.CompletedTask);
                await StoreOf(host).HeadAsync(Key, context.CancellationToken);
            },
            ("grpc-timeout", "300m"));

        Assert.Equal(StatusCode.DeadlineExceeded, answer.Code);
        Assert.DoesNotContain("could not reach", host.Logs.Text, StringComparison.Ordinal);
        await host.AssertNothingToldAsync(answer);
    }

    [Fact]
    public async Task Call_CallerWhoLeaves_IsNoFailureAndTellsNothing()
    {
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var silent = await ScriptedServer.StartAsync(async http =>
        {
            arrived.TrySetResult();
            await Task.Delay(Timeout.Infinite, http.RequestAborted);
        });
        await using var host = await HostAsync(silent.Url);

        await host.CallAndLeaveAsync(async (context, leave) =>
        {
            var heading = StoreOf(host).HeadAsync(Key, context.CancellationToken);
            await arrived.Task;
            leave();
            await heading;
        });

        await host.AssertNothingToldAsync();
        Assert.Empty(host.Logs.Errors);
        Assert.DoesNotContain("could not reach", host.Logs.Text, StringComparison.Ordinal);
    }

    private static async Task AssertAsync(ErrorReason reason, string operation, string url, params (string Key, string? Value)[] settings)
    {
        await using var host = await HostAsync(url, settings);

        var answer = await host.CallAsync(context => Operations[operation](StoreOf(host), context.CancellationToken));

        await host.AssertOnlyTheReasonIsToldAsync(reason, answer);
    }

    private static Task<LeakHost> HostAsync(string url, params (string Key, string? Value)[] changes) => LeakHost.StartAsync(
        builder => builder.AddObjectStorage(),
        [new Uri(url).Authority, Key.Value, "X-Amz-", "AWS4-HMAC"],
        [.. changes, .. new (string Key, string? Value)[]
        {
            ("Storage:Backend", "LocalS3"),
            ("Storage:ServiceUrl", url),
            ("Storage:Bucket", "planted-bucket"),
            ("Storage:AccessKeyId", "PLANTEDACCESSKEY"),
            ("Storage:SecretAccessKey", Secret),
        }.ExceptBy(changes.Select(change => change.Key), setting => setting.Key)]);

    private static IObjectStore StoreOf(LeakHost host) => host.Services.GetRequiredService<IObjectStore>();
}

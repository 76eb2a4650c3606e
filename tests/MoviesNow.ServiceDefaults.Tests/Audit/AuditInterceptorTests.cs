using System.Diagnostics;
using Google.Protobuf;
using Grpc.Core;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.Testing;
using MoviesNow.Testing.Hosting;
using MoviesNow.Upload.V1;
using Npgsql;
using Status = Grpc.Core.Status;

namespace MoviesNow.ServiceDefaults.Tests.Audit;

public sealed class AuditInterceptorTests(PostgresFixture postgres, GarnetFixture garnet) : IClassFixture<PostgresFixture>, IClassFixture<GarnetFixture>, IAsyncLifetime
{
    private const string Publish = "moviesnow.catalog.v1.TitleService/PublishTitle";

    private static readonly string Id = Guid.CreateVersion7().ToString();

    private static readonly Dictionary<string, (Exception Failure, string Outcome)> Failures = new(StringComparer.Ordinal)
    {
        ["a refusal"] = (RpcErrors.Of(ErrorReason.TitleNotFound), "NOT_FOUND"),
        ["a conflict"] = (RpcErrors.Of(ErrorReason.SeasonExists), "ALREADY_EXISTS"),
        ["a defect"] = (new InvalidOperationException("x"), "INTERNAL"),
        ["a bare status"] = (new RpcException(new Status(StatusCode.NotFound, "x")), "INTERNAL"),
        ["a collision"] = (new PostgresException("x", "ERROR", "ERROR", "40001"), "ABORTED"),
        ["an outage"] = (new TimeoutException("x"), "UNAVAILABLE"),
    };

    private AuditHost _host = null!;

    public static TheoryData<string> Kinds() => new(Failures.Keys);

    public async Task InitializeAsync()
    {
        _host = await AuditHost.StartAsync(
            await postgres.CreateDatabaseAsync(), builder => builder.AddRedis("redis", isVital: false), ("ConnectionStrings:redis", garnet.ConnectionString));
        await _host.Host.ConnectRedisAsync();
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Unary_AdminChangesSomething_LeavesOneRowBeforeTheAnswer()
    {
        const string traceId = "0af7651916cd43dd8448eb211c80319c";
        var before = DateTime.UtcNow.AddMilliseconds(-1);

        using (new Activity("caller").SetParentId($"00-{traceId}-b7ad6b7169203331-01").Start())
        {
            await _host.Titles(Who.Admin).PublishTitleAsync(new PublishTitleRequest { TitleId = Id.ToUpperInvariant() });
        }

        await using var command = _host.Database.CreateCommand("SELECT id, ended_at, actor, method, target, outcome, correlation_id FROM audit_entries");
        await using var row = await command.ExecuteReaderAsync();
        Assert.True(await row.ReadAsync());
        Assert.Equal(7, row.GetGuid(0).Version);
        Assert.InRange(row.GetDateTime(1), before, DateTime.UtcNow);
        Assert.Equal([Who.Admin.Subject, Publish, Id, "OK", traceId], Enumerable.Range(2, 5).Select(row.GetString));
        Assert.False(await row.ReadAsync());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Unary_AdminFails_LeavesTheCodeThatTheCallerGets(string kind)
    {
        var (failure, outcome) = Failures[kind];
        _host.Script.Publish = async _ =>
        {
            await Task.Yield();
            throw failure;
        };

        var error = await Assert.ThrowsAsync<RpcException>(async () => await _host.Titles(Who.Admin).PublishTitleAsync(new PublishTitleRequest { TitleId = Id }));

        Assert.Equal(outcome, StatusName.Of(error.StatusCode));
        Assert.Equal([$"{Publish} {Id} {outcome}"], await _host.RowsAsync());
    }

    [Fact]
    public async Task Unary_FailsBeforeItsFirstAwait_LeavesARow()
    {
        await RpcAssert.FailsAsync(ErrorReason.Unimplemented, async () => await _host.Titles(Who.Admin).ArchiveTitleAsync(new ArchiveTitleRequest { TitleId = Id }));

        Assert.Equal([$"moviesnow.catalog.v1.TitleService/ArchiveTitle {Id} UNIMPLEMENTED"], await _host.RowsAsync());
    }

    [Fact]
    public async Task Unary_ReadsRefusalsAndServices_LeaveNoRow()
    {
        var publish = new PublishTitleRequest { TitleId = Id };
        await _host.Titles(Who.Admin).GetTitleAsync(new GetTitleRequest());
        await _host.Titles(null).GetTitleAsync(new GetTitleRequest());
        await RpcAssert.FailsAsync(ErrorReason.Unauthenticated, async () => await _host.Titles(null).PublishTitleAsync(publish));
        await RpcAssert.FailsAsync(ErrorReason.AdminRequired, async () => await _host.Titles(Who.Viewer).PublishTitleAsync(publish));
        await RpcAssert.FailsAsync(ErrorReason.MfaRequired, async () => await _host.Titles(Who.AdminWithoutMfa).PublishTitleAsync(publish));
        await new AssetService.AssetServiceClient(_host.Host.As(Who.Service)).RecordAssetAsync(new RecordAssetRequest());
        Assert.Empty(await _host.RowsAsync());

        await new AssetService.AssetServiceClient(_host.Host.As(Who.Admin)).RecordAssetAsync(new RecordAssetRequest());
        Assert.Equal([$"moviesnow.catalog.v1.AssetService/RecordAsset {_host.Script.CreatedId} OK"], await _host.RowsAsync());
    }

    [Fact]
    public async Task Unary_RepeatedWithItsIdempotencyKey_LeavesOneRow()
    {
        var first = await _host.Titles(Who.Admin).CreateTitleAsync(new CreateTitleRequest { Name = "x" }, new Metadata { { "idempotency-key", "once" } });
        var second = await _host.Titles(Who.Admin).CreateTitleAsync(new CreateTitleRequest { Name = "x" }, new Metadata { { "idempotency-key", "once" } });

        Assert.Equal(first, second);
        Assert.Equal([$"moviesnow.catalog.v1.TitleService/CreateTitle {_host.Script.CreatedId} OK"], await _host.RowsAsync());
    }

    [Fact]
    public async Task ClientStream_OfAnAdmin_LeavesARowWithWhatItMade()
    {
        using var call = new ProxyUploadService.ProxyUploadServiceClient(_host.Host.As(Who.Admin)).StreamSmallFile();
        await call.RequestStream.WriteAsync(new StreamSmallFileRequest());
        await call.RequestStream.CompleteAsync();
        await call;

        Assert.Equal([$"moviesnow.upload.v1.ProxyUploadService/StreamSmallFile {_host.Script.CreatedId} OK"], await _host.RowsAsync());
    }

    [Fact]
    public async Task ClientStream_CallerLeaves_LeavesARow()
    {
        var call = new ProxyUploadService.ProxyUploadServiceClient(_host.Host.As(Who.Admin)).StreamSmallFile();
        await call.RequestStream.WriteAsync(new StreamSmallFileRequest());
        await _host.Script.Streamed.Task;
        call.Dispose();
        await _host.StopAsync();

        Assert.Equal(["moviesnow.upload.v1.ProxyUploadService/StreamSmallFile  CANCELLED"], await _host.RowsAsync());
    }

    [Fact]
    public async Task Unary_CallerLeaves_LeavesARow()
    {
        var begun = new TaskCompletionSource();
        _host.Script.Publish = context => RunUntilCancelledAsync(begun, context);
        using var call = _host.Titles(Who.Admin).PublishTitleAsync(new PublishTitleRequest { TitleId = Id });
        await begun.Task;
        call.Dispose();
        await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);
        await _host.StopAsync();

        Assert.Equal([$"{Publish} {Id} CANCELLED"], await _host.RowsAsync());
    }

    [Fact]
    public async Task Unary_DeadlinePasses_LeavesARow()
    {
        _host.Script.Publish = context => RunUntilCancelledAsync(new TaskCompletionSource(), context);

        // A client that leaves it to the server to watch the deadline.
        var answer = await _host.Host.PostAsync(
            $"/{Publish}", new PublishTitleRequest { TitleId = Id }.ToByteArray(), ("authorization", $"Bearer {Who.Admin.Token()}"), ("grpc-timeout", "200m"));
        await _host.StopAsync();

        Assert.Equal(StatusCode.DeadlineExceeded, answer.Code);
        Assert.Equal([$"{Publish} {Id} DEADLINE_EXCEEDED"], await _host.RowsAsync());
    }

    [Theory]
    [InlineData("https://bucket.example/originals/x?X-Amz-Signature=deadbeef")]
    [InlineData("bundles/0198c0de-7a5b-7c3d-8e9f-0123456789ab/S01.zip")]
    [InlineData("c2VjcmV0LXRva2VuLXNlY3JldC10")]
    [InlineData("Dark Rivers")]
    public async Task Unary_WhatIsNoIdInItsPlace_IsNotKept(string text)
    {
        await _host.Titles(Who.Admin).PublishTitleAsync(new PublishTitleRequest { TitleId = text, Etag = text });

        Assert.Equal([$"{Publish}  OK"], await _host.RowsAsync());
        Assert.DoesNotContain(text, string.Join('\n', await _host.TextsAsync("SELECT audit_entries::text FROM audit_entries")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unary_SubjectWithControlCharacters_LeavesARowAllTheSame()
    {
        await _host.Titles(Who.Admin with { Subject = "a\0b\n" + new string('c', 250) }).PublishTitleAsync(new PublishTitleRequest { TitleId = Id });

        Assert.Equal(["a?b?" + new string('c', 250)], await _host.TextsAsync("SELECT actor FROM audit_entries"));
    }

    [Fact]
    public async Task Unary_TableIsLocked_AnswersAndLeavesItsRowLater()
    {
        await using (var holder = await _host.Database.OpenConnectionAsync())
        {
            await using var transaction = await holder.BeginTransactionAsync();
            await using var take = new NpgsqlCommand("LOCK TABLE audit_entries IN ACCESS EXCLUSIVE MODE", holder);
            await take.ExecuteNonQueryAsync();

            await _host.Titles(Who.Admin).PublishTitleAsync(new PublishTitleRequest { TitleId = Id }, deadline: DateTime.UtcNow.AddSeconds(10));
        }

        // Nobody waits for the next write either, but both are done.
        await _host.Titles(Who.Admin).PublishTitleAsync(new PublishTitleRequest { TitleId = Id });
        await Eventually.HoldsAsync(async () => (await _host.RowsAsync()).Length == 2);
        Assert.Empty(_host.Host.Logs.Errors);
    }

    private static async Task<PublishTitleResponse> RunUntilCancelledAsync(TaskCompletionSource begun, ServerCallContext context)
    {
        begun.SetResult();
        await Task.Delay(Timeout.Infinite, context.CancellationToken);
        return new PublishTitleResponse();
    }
}

using Grpc.Core;
using MoviesNow.Bench.Measuring;
using MoviesNow.Catalog.V1;
using MoviesNow.ServiceDefaults.Idempotency;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.Bench.Scenarios;

/// <summary>Calls of methods that do nothing.</summary>
internal static class GrpcWorkloads
{
    /// <summary>Calls at once: enough to keep all cores busy.</summary>
    public const int Workers = 64;

    public static Workload Empty(GrpcHost host, string name = "empty RPC")
    {
        var client = host.Client();
        return new Workload(name, Workers, async _ => await client.GetTitleAsync(new GetTitleRequest()));
    }

    /// <summary>Identity, access and rate limit.</summary>
    public static Workload Read(TitleService.TitleServiceClient client, string name = "read: auth, rate limit")
    {
        var tokens = Tokens(Identity.Admin);
        return new Workload(name, Workers, async worker => await client.GetTitleAsync(new GetTitleRequest(), tokens[worker]));
    }

    /// <summary>The same, and a record of the call in Redis.</summary>
    public static Workload Mutation(TitleService.TitleServiceClient client, string name = "mutation: auth, rate limit, idempotency")
    {
        var tokens = Tokens(Identity.Admin);
        return new Workload(name, Workers, async worker => await client.CreateTitleAsync(
            new CreateTitleRequest(),
            new Metadata { tokens[worker][0], { IdempotencyKey.Header, Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString() } }));
    }

    /// <summary>Headers of callers of one kind; each worker is somebody of its own.</summary>
    public static Metadata[] Tokens(Identity kind) =>
    [
        .. Enumerable.Range(0, Workers).Select(worker => kind with { Subject = $"worker-{worker}@bench" })
            .Select(caller => new Metadata { { "authorization", $"Bearer {caller.Token()}" } }),
    ];
}

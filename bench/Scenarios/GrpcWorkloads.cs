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
        var tokens = Tokens();
        return new Workload(name, Workers, async worker => await client.GetTitleAsync(new GetTitleRequest(), tokens[worker]));
    }

    /// <summary>The same, and a record of the call in Redis.</summary>
    public static Workload Mutation(TitleService.TitleServiceClient client, string name = "mutation: auth, rate limit, idempotency")
    {
        var tokens = Tokens();
        return new Workload(name, Workers, async worker => await client.CreateTitleAsync(
            new CreateTitleRequest(),
            new Metadata { tokens[worker][0], { IdempotencyKey.Header, Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString() } }));
    }

    /// <summary>Each worker is an administrator of its own.</summary>
    private static Metadata[] Tokens() =>
    [
        .. Enumerable.Range(0, Workers).Select(worker => Identity.Admin with { Subject = $"admin-{worker}@bench" })
            .Select(admin => new Metadata { { "authorization", $"Bearer {admin.Token()}" } }),
    ];
}

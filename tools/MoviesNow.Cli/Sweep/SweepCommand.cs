using System.CommandLine;
using Microsoft.Extensions.Configuration;
using MoviesNow.Cli.Catalog;
using MoviesNow.Cli.Connection;
using MoviesNow.Cli.Tokens;
using MoviesNow.Upload.V1;

namespace MoviesNow.Cli.Sweep;

/// <summary><c>moviesnow sweep</c>: housekeeping of the bucket.</summary>
internal static class SweepCommand
{
    private static readonly string[] Columns = ["storage_key", "kind", "size_bytes", "modify_time", "find_time", "upload_id"];

    /// <param name="configuration">Where the upload service is; asked when the command runs.</param>
    public static Command Create(Func<IConfiguration> configuration)
    {
        var dryRun = new Option<bool>("--dry-run") { Description = "Only tell what a sweep would do" };
        var sweep = new Command("sweep", "Sweeps the bucket now; exit code 1 when something is left for the next sweep.")
        {
            dryRun, CatalogOptions.Json, Orphans(configuration),
        };
        sweep.SetAction(async (parsed, cancellationToken) =>
        {
            using var connections = new ServiceConnections(configuration(), parsed.InvocationConfiguration.Error);
            var sweeps = new SweepService.SweepServiceClient(connections.Connect("upload", DevelopmentIdentity.Admin));
            var total = await RunAsync(sweeps, parsed.GetValue(dryRun), cancellationToken);
            new MessageOutput(parsed.InvocationConfiguration.Output, parsed.GetValue(CatalogOptions.Json)).Show(total);
            return total.Failures > 0 ? 1 : 0;
        });
        return sweep;
    }

    /// <summary>Sweeps until the end is reached: each call ends in time for its deadline, and the next goes on there.</summary>
    internal static async Task<RunSweepResponse> RunAsync(SweepService.SweepServiceClient sweeps, bool isDryRun, CancellationToken cancellationToken)
    {
        var total = new RunSweepResponse();
        while (!total.Complete)
        {
            var part = await sweeps.RunSweepAsync(new RunSweepRequest { DryRun = isDryRun }, cancellationToken: cancellationToken);
            total = Sum(total, part);
        }

        return total;
    }

    /// <summary>Adds the numbers up; whether it is complete is the last one's.</summary>
    private static RunSweepResponse Sum(RunSweepResponse total, RunSweepResponse part)
    {
        var sum = part.Clone();
        foreach (var field in RunSweepResponse.Descriptor.Fields.InDeclarationOrder())
        {
            switch (field.Accessor.GetValue(total))
            {
                case int number:
                    field.Accessor.SetValue(sum, number + (int)field.Accessor.GetValue(part));
                    break;
                case long number:
                    field.Accessor.SetValue(sum, number + (long)field.Accessor.GetValue(part));
                    break;
                default:
                    break;
            }
        }

        return sum;
    }

    private static Command Orphans(Func<IConfiguration> configuration)
    {
        var kind = new Option<OrphanKind>("--kind") { Description = "Only orphans of this kind: ObjectWithoutRow or RowWithoutObject" };
        var orphans = new Command("orphans", "Lists what the last sweeps found: objects that no row knows, and rows whose object is gone.")
        {
            kind, CatalogOptions.Limit, CatalogOptions.Json,
        };
        orphans.SetAction(async (parsed, cancellationToken) =>
        {
            using var connections = new ServiceConnections(configuration(), parsed.InvocationConfiguration.Error);
            var sweeps = new SweepService.SweepServiceClient(connections.Connect("upload", DevelopmentIdentity.Admin));
            var all = ListAsync(sweeps, parsed.GetValue(kind), cancellationToken);
            var some = parsed.GetValue(CatalogOptions.Limit) is { } limit ? all.Take(limit) : all;
            var output = new MessageOutput(parsed.InvocationConfiguration.Output, parsed.GetValue(CatalogOptions.Json));
            await output.ListAsync(some, Columns, cancellationToken);
            return 0;
        });
        return orphans;
    }

    private static async IAsyncEnumerable<OrphanObject> ListAsync(
        SweepService.SweepServiceClient sweeps, OrphanKind kind, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = new ListOrphansRequest { Kind = kind, PageSize = 200 };
        do
        {
            var page = await sweeps.ListOrphansAsync(request, cancellationToken: cancellationToken);
            foreach (var orphan in page.Orphans)
            {
                yield return orphan;
            }

            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
    }
}

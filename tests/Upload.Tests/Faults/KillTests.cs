using Grpc.Core;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.Testing.Hosting;
using MoviesNow.Upload;
using Npgsql;
using UploadTests.Sweeping;

namespace UploadTests.Faults;

/// <summary>The service is killed at each step of each call. Clients that come back finish; what the others left is ended by the sweeper.</summary>
[Collection(nameof(FaultSystem))]
public sealed class KillTests(FaultSystem faults) : SweepTest(faults)
{
    // A client that is not told of the first success finds out by these that there is nothing left to do.
    private static readonly string[] Exists = [.. new[] { ErrorReason.ObjectExists, ErrorReason.BundleExists }.Select(ErrorReasons.NameOf)];

    private static readonly TimeSpan PastDeadlines = TimeSpan.FromDays(8);

    [Theory]
    [InlineData(nameof(Failpoint.CreateClaimed), nameof(Failpoint.CreateOpened))]
    [InlineData(nameof(Failpoint.PartsChecked), nameof(Failpoint.CompleteJoined))]
    [InlineData(nameof(Failpoint.FinalizeVerified), nameof(Failpoint.FinalizeCompleted))]
    [InlineData(nameof(Failpoint.AbortDecided), nameof(Failpoint.AbortClosed))]
    [InlineData(nameof(Failpoint.DeleteDecided), nameof(Failpoint.ManifestRecorded))]
    [InlineData(nameof(Failpoint.PackageCreated), nameof(Failpoint.PackageRemoved))]
    public async Task Kill_AtEachStep_LosesNothingAndLeavesNothing(string first, string last)
    {
        var steps = Enum.GetValues<Failpoint>().Where(step => step >= Enum.Parse<Failpoint>(first) && step <= Enum.Parse<Failpoint>(last)).ToList();
        var journeys = new Journeys(System).All;
        Assert.All(steps, step => Assert.Contains(journeys, journey => journey.Steps.Contains(step)));
        var held = steps.SelectMany(step => journeys.Where(journey => journey.Steps.Contains(step)).Select(journey => (journey, step))).ToList();
        await using var victim = await Victim.StartAsync(System.Settings);
        var returning = await Task.WhenAll(held.Select(one => BeginAsync(one.journey, one.step, victim.Calls, isReturning: true)));
        var leaving = await Task.WhenAll(held.Select(one => BeginAsync(one.journey, one.step, victim.Calls, isReturning: false)));
        var all = returning.Concat(leaving).ToList();

        await Task.WhenAny(victim.HoldsAsync(all.Count), FirstFailureAsync(all)).Unwrap();
        await victim.KillAsync();

        await Task.WhenAll(returning.Select(traveller => Task.WhenAny(traveller.Client.TriedAgain, traveller.Run)));
        await LetLeasesPassAsync();
        await Task.WhenAll(returning.Select(FinishAsync));
        await Task.WhenAll(leaving.Select(traveller => Assert.ThrowsAsync<GaveUpException>(() => traveller.Run)));
        await SweepAllAsync(all);

        // Whoever begins anew gets through, unless the sweeper has completed it.
        await Task.WhenAll(leaving.Select(BeginAnewAsync));
        await SweepAllAsync(all);
    }

    private async Task<Traveller> BeginAsync(Journey journey, Failpoint step, CallInvoker victim, bool isReturning)
    {
        var titleId = journey.IsSeries ? await System.SeriesAsync() : await System.MovieAsync();
        var client = new FailoverClient(victim, isReturning ? System.As(Identity.Admin) : null, step, isReturning ? titleId : null);
        return new Traveller($"{journey.Name} at {step}", journey, titleId, client, journey.RunAsync(client, titleId));
    }

    /// <summary>A journey that ends while the server lives did not come by the step.</summary>
    private static async Task FirstFailureAsync(IReadOnlyList<Traveller> travellers)
    {
        var ended = await Task.WhenAny(travellers.Select(traveller => traveller.Run));
        await ended;
        Assert.Fail($"It did not come by: {travellers.First(traveller => traveller.Run == ended).Name}.");
    }

    /// <summary>As the minutes do in which nobody renews them.</summary>
    private async Task LetLeasesPassAsync()
    {
        await faults.EmptyRedisAsync();
        await using var command = System.Service<NpgsqlDataSource>().CreateCommand("UPDATE upload SET lease_until = now() - interval '1 second' WHERE state = 'opening'");
        await command.ExecuteNonQueryAsync();
    }

    private async Task FinishAsync(Traveller traveller)
    {
        traveller.Client.LeasesPassed();
        await traveller.RunAsync();
        Assert.Equal(1, await new Invariants(System).CountAsync(traveller.TitleId));
    }

    private async Task BeginAnewAsync(Traveller traveller)
    {
        var replica = System.As(Identity.Admin, replica: 1);
        try
        {
            await traveller.Journey.RunAsync(new FailoverClient(replica, replica, step: null, keys: null), traveller.TitleId);
        }
        catch (RpcException e) when (Exists.Contains(RpcErrors.InfoOf(e)?.Reason, StringComparer.Ordinal))
        {
            Assert.Single(await new Invariants(System).OwnedAsync(traveller.TitleId));
        }
    }

    /// <summary>The sweeper ends all, and has nothing more to do afterwards.</summary>
    private async Task SweepAllAsync(IEnumerable<Traveller> travellers)
    {
        // The sweeper asks the database's time for these.
        await using var command = System.Service<NpgsqlDataSource>().CreateCommand("""
            UPDATE package_upload SET deadline = now() - interval '1 second', updated_at = now() - interval '1 day',
                writable_until = writable_until - interval '8 days', remove_after = remove_after - interval '8 days'
            """);
        await command.ExecuteNonQueryAsync();
        await SweepAsync(Soon);
        await SweepAsync(PastDeadlines);
        var orphans = await OrphansAsync();
        foreach (var traveller in travellers)
            await new Invariants(System).CheckAsync(traveller.TitleId, orphans);
    }

    private sealed record Traveller(string Name, Journey Journey, string TitleId, FailoverClient Client, Task Run)
    {
        public async Task RunAsync()
        {
            try
            {
                await Run;
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"The client of {Name} failed: {e.Message}", e);
            }
        }
    }
}

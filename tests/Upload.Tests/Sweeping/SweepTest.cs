using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using MoviesNow.Storage;
using MoviesNow.Upload.Sweeping;
using MoviesNow.Upload.V1;
using UploadTests.Support;
using PresignedRequest = MoviesNow.Upload.V1.PresignedRequest;

namespace UploadTests.Sweeping;

/// <summary>What tests of the sweeper have in common.</summary>
[Collection(nameof(SweepSystem))]
public abstract class SweepTest(SharedSystem shared)
{
    private protected static readonly TimeSpan Soon = TimeSpan.FromMinutes(10);
    private protected static readonly TimeSpan NextDays = TimeSpan.FromDays(3);

    private protected UploadSystem System => shared.System;

    private protected SweepService.SweepServiceClient Sweeps => new(System.As(MoviesNow.Testing.Hosting.Identity.Admin));

    /// <summary>A sweep of the first replica some time from now; nothing of it may fail.</summary>
    private protected async Task<SweepRun> SweepAsync(TimeSpan lead, bool isDryRun = false, Action<SweepOptions>? change = null)
    {
        var run = await SweeperAt(lead, change).RunAsync(new SweepOrder(isDryRun, TimeSpan.FromMinutes(2)), default);
        Assert.NotNull(run);
        Assert.Equal(0, run.Failures);
        Assert.True(run.IsComplete);
        return run;
    }

    /// <summary>A sweeper whose clock is ahead, perhaps with other settings, or other steps than those of the service.</summary>
    private protected Sweeper SweeperAt(TimeSpan lead, Action<SweepOptions>? change = null, params ISweepStep[] before)
    {
        var services = System.Service<IServiceProvider>();
        var settings = new SweepOptions { DeleteOrphans = false };
        change?.Invoke(settings);
        var options = Options.Create(settings);
        var steps = services.GetServices<ISweepStep>().Select(step => Renew(services, step, options));
        var leases = ActivatorUtilities.CreateInstance<SweepLeases>(services, options);
        return ActivatorUtilities.CreateInstance<Sweeper>(services, before.Concat(steps), leases, options, new AheadClock(lead));
    }

    /// <summary>The same step with other settings, if it has any.</summary>
    private static ISweepStep Renew(IServiceProvider services, ISweepStep step, IOptions<SweepOptions> options)
    {
        var takesOptions = step.GetType().GetConstructors()[0].GetParameters().Any(parameter => parameter.ParameterType == typeof(IOptions<SweepOptions>));
        return (ISweepStep)ActivatorUtilities.CreateInstance(services, step.GetType(), takesOptions ? [options] : []);
    }

    private protected Task<StoredObject?> HeadAsync(string key) => System.Objects.HeadAsync(StorageKey.Parse(key), default);

    private protected async Task SendOkAsync(PresignedRequest put, Content content)
    {
        using var answer = await System.SendAsync(put, content.Bytes);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private protected static FileNameSegment FileName(string name) => FileNameSegment.TryParse(name, out var segment) ? segment : throw new FormatException(name);

    /// <summary>A picture that is uploaded and recorded.</summary>
    private protected async Task<Upload> CompletedAsync()
    {
        var content = Content.Random(100);
        var created = await System.Uploads().CreateUploadAsync(Requests.Artwork(await System.MovieAsync(), content));
        await SendOkAsync(created.Put, content);
        return (await System.Uploads().FinalizeUploadAsync(Requests.Finalize(created.Upload))).Upload;
    }

    /// <summary>A season's bundle that is uploaded and verified.</summary>
    private protected async Task<(string TitleId, CreateBundleResponse Created)> VerifiedBundleAsync()
    {
        var (titleId, zip) = (await System.SeriesAsync(), Content.Zip());
        var created = await System.Bundles().CreateBundleAsync(Requests.Season(titleId, zip));
        await SendOkAsync(created.Put, zip);
        await System.Uploads().FinalizeUploadAsync(Requests.Finalize(created.Upload));
        return (titleId, created);
    }

    private protected async Task<UploadState> StateAsync(Upload upload) =>
        (await System.Uploads().GetUploadAsync(new GetUploadRequest { UploadId = upload.Id })).Upload.State;

    private protected async Task<List<OrphanObject>> OrphansAsync(OrphanKind kind = OrphanKind.Unspecified)
    {
        var orphans = new List<OrphanObject>();
        var request = new ListOrphansRequest { PageSize = 2, Kind = kind };
        do
        {
            var page = await Sweeps.ListOrphansAsync(request);
            orphans.AddRange(page.Orphans);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return orphans;
    }

    private sealed class AheadClock(TimeSpan lead) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => global::System.TimeProvider.System.GetUtcNow() + lead;
    }
}

using Grpc.Core;
using MoviesNow.Catalog.Tests.Harness;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Idempotency;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.Catalog.Tests.Streams;

/// <summary>Ladders among other writers and readers, on three replicas.</summary>
[Collection(CatalogTestGroup.Name)]
public sealed class LadderRaceTests(CatalogFixture catalog)
{
    private const string NoRedis = "127.0.0.1:1,connectTimeout=100";

    private readonly string _key = Guid.NewGuid().ToString();

    [Fact]
    public async Task CreateLadder_ByFiftyAtOnce_LetsExactlyOneWin()
    {
        var asset = await catalog.One.VideoAssetAsync();

        var outcomes = await Race.OutcomesAsync(50, i => LadderAsync(catalog.InTurn(i), Request(asset)));

        Assert.Equal(1, outcomes.Count(outcome => outcome == "OK"));
        Assert.Equal(49, outcomes.Count(outcome => outcome == "VARIANT_EXISTS"));
        Assert.Equal(4, (await catalog.One.VariantsAsync(asset.Id)).Count);
    }

    [Fact]
    public async Task CreateLadder_AmongCreationsOfItsTiers_IsWholeOrNotThere()
    {
        var asset = await catalog.One.VideoAssetAsync();
        QualityTier[] tiers = [QualityTier.P480, QualityTier.P720, QualityTier.P1080];

        var outcomes = await Race.OutcomesAsync<object>(48, async i => i % 4 == 0
            ? await LadderAsync(catalog.InTurn(i), Request(asset))
            : await catalog.InTurn(i).CreateAsync(SampleVariants.Step(asset, tiers[i % 3])));

        // Nobody waits in a circle either.
        Assert.All(outcomes, outcome => Assert.Contains(outcome, (string[])["OK", "VARIANT_EXISTS"]));
        var streamable = (await catalog.One.VariantsAsync(asset.Id)).Where(variant => variant.IsStreamable);
        Assert.Equal([QualityTier.P1080, QualityTier.P720, QualityTier.P480], streamable.Select(variant => variant.Tier));
    }

    [Fact]
    public async Task CreateLadder_WithReplaceByFiftyAtOnce_LeavesTheLadderOfOne()
    {
        var asset = await catalog.One.VideoAssetAsync();
        var requests = Enumerable.Range(0, 50).Select(_ => Request(asset, replace: true)).ToArray();

        var answers = await Task.WhenAll(requests.Select((request, i) => LadderAsync(catalog.InTurn(i), request)));

        var left = (await catalog.One.VariantsAsync(asset.Id)).ToHashSet();
        Assert.Single(answers, answer => left.SetEquals(answer.Variants));
    }

    [Fact]
    public async Task CreateLadder_WithReplaceAmongReaders_IsNeverSeenByHalf()
    {
        var asset = await catalog.One.VideoAssetAsync();
        await LadderAsync(catalog.One, Labelled(asset, 0));
        using var done = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 6).Select(i => ReadAsync(catalog.InTurn(i), asset, done.Token)).ToArray();

        foreach (var round in Enumerable.Range(1, 60))
        {
            await LadderAsync(catalog.InTurn(round), Labelled(asset, round));
        }

        await done.CancelAsync();
        var seen = (await Task.WhenAll(readers)).SelectMany(labels => labels).ToList();
        Assert.All(seen, labels => Assert.Single(labels.Distinct()));
        Assert.All(seen, labels => Assert.Equal(4, labels.Length));
        Assert.True(seen.Select(labels => labels[0]).Distinct().Count() > 1, "the readers saw one ladder only");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task CreateLadder_RepeatedWithoutItsRecord_FindsItsOwn(bool replace)
    {
        var asset = await catalog.One.VideoAssetAsync();
        await catalog.One.CreateAsync(SampleVariants.Free(asset));
        var request = Request(asset, replace);
        await using var one = catalog.WithRedis(NoRedis);
        await using var two = catalog.WithRedis(NoRedis);

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(i =>
            (i % 2 == 0 ? one : two).Admin.Variants.CreateLadderAsync(request, Keyed()).ResponseAsync));
        var answer = Assert.Single(answers.Distinct());

        Assert.Equal(request.Variants.Select(variant => variant.StorageKey), answer.Variants.Select(variant => variant.StorageKey));
        Assert.Equal(replace ? 4 : 5, (await catalog.One.VariantsAsync(asset.Id)).Count);
        Assert.Subset((await catalog.One.VariantsAsync(asset.Id)).ToHashSet(), answer.Variants.ToHashSet());
        if (!replace)
        {
            await RpcAssert.FailsAsync(ErrorReason.VariantExists, async () => await one.Admin.Variants.CreateLadderAsync(request));
        }
    }

    /// <summary>The labels of each answer, until all is written.</summary>
    private static async Task<List<string[]>> ReadAsync(Replica replica, MediaAsset asset, CancellationToken done)
    {
        var seen = new List<string[]>();
        while (!done.IsCancellationRequested)
        {
            seen.Add([.. (await replica.VariantsAsync(asset.Id)).Select(variant => variant.Label)]);
        }

        return seen;
    }

    private Metadata Keyed() => new() { { IdempotencyKey.Header, _key } };

    private static CreateLadderRequest Labelled(MediaAsset asset, int round)
    {
        var request = Request(asset, replace: true);
        foreach (var variant in request.Variants)
        {
            variant.Label = $"{round}";
        }

        return request;
    }

    private static CreateLadderRequest Request(MediaAsset asset, bool replace = false) =>
        new() { AssetId = asset.Id, Variants = { SampleVariants.Ladder(asset) }, Replace = replace };

    private static Task<CreateLadderResponse> LadderAsync(Replica replica, CreateLadderRequest request) =>
        replica.Service.Variants.CreateLadderAsync(request).ResponseAsync;
}

using Microsoft.Extensions.Options;
using MoviesNow.Catalog.Tests.Harness;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.Testing;
using MoviesNow.Testing.Hosting;
using Npgsql;

namespace MoviesNow.Catalog.Tests.Streams;

/// <summary>A deployment that follows docs/policy.md to the letter.</summary>
public sealed class TierPolicyTests(PostgresFixture postgres, GarnetFixture garnet) : IClassFixture<PostgresFixture>, IClassFixture<GarnetFixture>
{
    [Fact]
    public async Task Example_OfThePage_StreamsTheTiersThatItSays()
    {
        var connectionString = await MigratedAsync(withExample: true);
        await using var replica = new Replica(connectionString, garnet.ConnectionString, settings: Settings());
        var asset = await replica.VideoAssetAsync();

        await replica.CreateAsync(SampleVariants.Step(asset, QualityTier.P2160));
        await replica.CreateAsync(Lines(asset, QualityTier.P480, 576));
        await replica.CreateAsync(SampleVariants.Step(asset));

        await FailsOnAsync(replica, Lines(asset, QualityTier.P480, 480), "variant.height");
        await FailsOnAsync(replica, Lines(asset, QualityTier.P720, 721), "variant.height");
        await FailsOnAsync(replica, Lines(asset, QualityTier.Other, 2_880), "variant.tier");
        await RpcAssert.FailsAsync(ErrorReason.VariantExists, () => replica.CreateAsync(SampleVariants.Step(asset, QualityTier.P2160)));
        Assert.Equal([QualityTier.P2160, QualityTier.P1080, QualityTier.P480], (await replica.VariantsAsync(asset.Id)).Select(variant => variant.Tier));
    }

    [Fact]
    public async Task Example_DoneByHalf_RefusesWhatOnlyOneSideAllows()
    {
        await using var database = new Replica(await MigratedAsync(withExample: true), garnet.ConnectionString);
        await FailsOnAsync(database, SampleVariants.Step(await database.VideoAssetAsync(), QualityTier.P2160), "variant.tier");

        await using var configuration = new Replica(await MigratedAsync(withExample: false), garnet.ConnectionString, settings: Settings());
        var asset = await configuration.VideoAssetAsync();
        await FailsOnAsync(configuration, SampleVariants.Step(asset, QualityTier.P2160), "variant.tier");
        var ladder = new CreateLadderRequest { AssetId = asset.Id, Variants = { SampleVariants.Step(asset), SampleVariants.Step(asset, QualityTier.P2160) } };
        await RpcAssert.FailsOnFieldsAsync(["variants[1].tier"], async () => await configuration.Service.Variants.CreateLadderAsync(ladder));
        Assert.Empty(await configuration.VariantsAsync(asset.Id));
    }

    [Fact]
    public async Task Configuration_ThatMakesNoSense_StopsTheStart()
    {
        await using var replica = new Replica(
            await MigratedAsync(withExample: false),
            garnet.ConnectionString,
            settings: new Dictionary<string, string?>(StringComparer.Ordinal) { ["Catalog:QualityTiers:P4320:Lines"] = "4320" });

        var exception = Assert.Throws<OptionsValidationException>(() => replica.Address);
        Assert.Contains("Catalog:QualityTiers:P4320", exception.Message, StringComparison.Ordinal);
    }

    private static StreamVariant Lines(MediaAsset asset, QualityTier tier, int lines)
    {
        var variant = SampleVariants.Step(asset, tier);
        variant.Height = lines;
        return variant;
    }

    private static Task FailsOnAsync(Replica replica, StreamVariant variant, string field) =>
        RpcAssert.FailsOnFieldsAsync([field], () => replica.CreateAsync(variant));

    private async Task<string> MigratedAsync(bool withExample)
    {
        var connectionString = await postgres.CreateDatabaseAsync();
        await using var database = NpgsqlDataSource.Create(connectionString);
        await Migrations.RunAsync(database);
        if (withExample)
        {
            await using var command = database.CreateCommand(PageExamples.Block("policy.md", "sql", "tier"));
            await command.ExecuteNonQueryAsync();
        }

        return connectionString;
    }

    private static Dictionary<string, string?> Settings() => PageExamples.Settings("policy.md", "tier");
}

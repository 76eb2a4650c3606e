using FsCheck;
using FsCheck.Fluent;
using MoviesNow.Catalog.Streams;
using MoviesNow.Catalog.Tests.Harness;
using MoviesNow.Catalog.V1;
using Npgsql;

namespace MoviesNow.Catalog.Tests.Streams;

/// <summary>The rules in the code and those in the database are the same.</summary>
[Collection(CatalogTestGroup.Name)]
public sealed class RuleAndDatabaseTests(CatalogFixture catalog)
{
    private const int Cases = 1_000;

    [Fact]
    public async Task Rule_AndDatabase_AgreeOnEachEdge()
    {
        var asset = await catalog.One.VideoAssetAsync();
        foreach (var variant in RandomVariants.Single(asset))
        {
            var (agree, _, verdicts) = await JudgeAsync(variant);
            Assert.True(agree, $"{verdicts}: {variant}");
        }
    }

    [Fact]
    public async Task Rule_AndDatabase_AgreeOnAnyVariant()
    {
        var asset = await catalog.One.VideoAssetAsync();
        var valid = 0;

        Prop.ForAll(RandomVariants.Several(asset).ToArbitrary(), variant =>
        {
            var (agree, isValid, verdicts) = JudgeAsync(variant).GetAwaiter().GetResult();
            valid += isValid ? 1 : 0;
            return agree.Label(verdicts);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(Cases));

        // A generator of one kind only would agree with anything.
        Assert.InRange(valid, Cases / 20, Cases - Cases / 20);
    }

    private async Task<(bool Agree, bool IsValid, string Verdicts)> JudgeAsync(StreamVariant variant)
    {
        var broken = StreamVariantRules.Violations(variant, QualityTiers.Default);
        var refusal = await RefusalAsync(variant);
        return (broken.Count == 0 == (refusal is null), broken.Count == 0, $"rule: [{string.Join(", ", broken)}], database: [{refusal}]");
    }

    /// <summary>The constraint that refuses the row; null when it goes in. It does not stay.</summary>
    private async Task<string?> RefusalAsync(StreamVariant variant)
    {
        await using var connection = await catalog.Database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var insert = new NpgsqlCommand(VariantRow.Insert, connection, transaction);
        foreach (var value in VariantRow.InsertValues(Samples.NewId(), Guid.Parse(variant.AssetId), variant, DateTimeOffset.UtcNow, effectId: null))
        {
            insert.Parameters.Add(new() { Value = value ?? DBNull.Value });
        }

        try
        {
            Assert.Equal(1, await insert.ExecuteNonQueryAsync());
            return null;
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.CheckViolation)
        {
            return exception.ConstraintName;
        }
    }
}

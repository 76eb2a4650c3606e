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
    private const int Cases = 1_500;

    [Fact]
    public async Task Rule_AndDatabase_AgreeOnAnyVariant()
    {
        var asset = await catalog.One.VideoAssetAsync();
        var (valid, invalid) = (0, 0);

        Prop.ForAll(RandomVariants.Of(asset).ToArbitrary(), variant =>
        {
            var broken = StreamVariantRules.Violations(variant, QualityTiers.Default);
            var refusal = RefusalAsync(variant).GetAwaiter().GetResult();
            _ = broken.Count == 0 ? valid++ : invalid++;
            return (broken.Count == 0 == (refusal is null)).Label($"rule: {string.Join(", ", broken)}; database: {refusal}");
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(Cases));

        // A generator that makes only one kind would agree with anything.
        Assert.True(valid > Cases / 10, $"only {valid} valid");
        Assert.True(invalid > Cases / 10, $"only {invalid} invalid");
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

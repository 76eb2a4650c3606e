using MoviesNow.Catalog.Tests.Harness;
using MoviesNow.ServiceDefaults.Requests;

namespace MoviesNow.Catalog.Tests.Text;

/// <summary>PostgreSQL has a normalization of its own, from another copy of Unicode: an independent judge of ours.</summary>
[Collection(CatalogTestGroup.Name)]
public sealed class CanonicalFormTests(CatalogFixture catalog)
{
    private static readonly (int From, int To)[] Blocks =
    [
        (0xA1, 0xD7FF), (0xF900, 0xFFEF), (0x11080, 0x110FF), (0x11130, 0x1114F), (0x11300, 0x1137F), (0x114B0, 0x115FF), (0x11930, 0x1194F), (0x1D100, 0x1D1FF),
        (0x2F800, 0x2FA1D),
    ];

    [Fact]
    public async Task Apply_EveryCharacterAmongMarks_IsWhatPostgresMakesOfIt()
    {
        var rule = TextRule.Line(100);
        string[] texts =
        [
            .. from block in Blocks
               from character in Enumerable.Range(block.From, block.To - block.From + 1)
               where !IsNewerThanPostgres(character)
               let c = char.ConvertFromUtf32(character)
               from text in new[] { $"x{c}x", $"x\u0301{c}\u0323\u0334x" }
               where rule.Apply(text, out var canonical) is null && !canonical.Contains(' ')
               select text,
        ];
        Assert.InRange(texts.Length, 100_000, 200_000);

        await using var command = catalog.Database.CreateCommand("SELECT text, normalize(text, NFC), normalize(text, NFD) FROM unnest($1::text[]) AS text");
        command.Parameters.AddWithValue(texts);
        await using var rows = await command.ExecuteReaderAsync();
        while (await rows.ReadAsync())
        {
            foreach (var text in new[] { rows.GetString(0), rows.GetString(2) })
            {
                rule.Apply(text, out var canonical);
                Assert.Equal(rows.GetString(1), canonical);
            }
        }
    }

    // PostgreSQL 15 knows Unicode 14; these marks came later.
    private static bool IsNewerThanPostgres(int character) => character is 0x897 or 0xECE or (>= 0x1ACF and <= 0x1AEB);
}

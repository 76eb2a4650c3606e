using System.Reflection;
using System.Text;
using MoviesNow.ServiceDefaults.Migrations;

namespace MoviesNow.ServiceDefaults.Tests.Migrations;

public sealed class MigrationScriptTests
{
    [Fact]
    public void ReadFrom_EmbeddedScripts_AreInOrderOfTheirNumbers()
    {
        var scripts = MigrationScript.ReadFrom(new Embedding("A.Migrations.0002_b.sql", "A.Migrations.0001_z.sql", "A.Migrations.notes.txt", "A.Migrations.0003_a.sql"));

        Assert.Equal(["0001_z.sql", "0002_b.sql", "0003_a.sql"], scripts.Select(script => script.Name));
        Assert.Equal([1, 2, 3], scripts.Select(script => script.Number));
        Assert.Equal("-- A.Migrations.0001_z.sql", scripts[0].Sql);
    }

    [Theory]
    [InlineData("0003_c.sql", "A.0001_a.sql", "A.0003_c.sql")]
    [InlineData("0001_b.sql", "A.0001_a.sql", "A.0001_b.sql")]
    [InlineData("0000_a.sql", "A.0000_a.sql")]
    [InlineData("first.sql", "A.first.sql")]
    [InlineData("01_a.sql", "A.01_a.sql")]
    [InlineData("-001_a.sql", "A.-001_a.sql")]
    [InlineData("1.sql", "A.1.sql")]
    public void ReadFrom_NumbersThatAreNotInSequence_NamesTheScript(string named, params string[] resources)
    {
        var error = Assert.Throws<InvalidOperationException>(() => MigrationScript.ReadFrom(new Embedding(resources)));

        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Checksum_LineEnds_DoNotMatterAndAllElseDoes()
    {
        var script = new MigrationScript(1, "0001_a.sql", "SELECT 1;\nSELECT 2;\n");

        Assert.NotEqual(script.Checksum, (script with { Sql = "" }).Checksum);
        Assert.Equal(script.Checksum, new MigrationScript(1, "0001_a.sql", "SELECT 1;\r\nSELECT 2;\r\n").Checksum);
        Assert.NotEqual(script.Checksum, new MigrationScript(1, "0001_a.sql", "SELECT 1;\nSELECT 2; \n").Checksum);
    }

    /// <summary>An assembly with these resources, each of which says its name.</summary>
    private sealed class Embedding(params string[] names) : Assembly
    {
        public override string[] GetManifestResourceNames() => names;

        public override Stream GetManifestResourceStream(string name) => new MemoryStream(Encoding.UTF8.GetBytes($"-- {name}"));
    }
}

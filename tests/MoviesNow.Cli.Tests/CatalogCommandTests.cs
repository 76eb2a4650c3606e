using System.IO.Compression;
using System.Text;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;

namespace MoviesNow.Cli.Tests;

public sealed class CatalogCommandTests : IAsyncLifetime
{
    private const string Basics = "tconst\ttitleType\tprimaryTitle\n";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("moviesnow-cli-");
    private ImportServiceHost _host = null!;

    private CliProcess Cli => new(_directory.FullName);

    private ImportServiceHost.Catalogue State => _host.State;

    public async Task InitializeAsync() => _host = await ImportServiceHost.StartAsync(_directory);

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    [Theory]
    [InlineData("tconst\ttitleType\tprimaryTitle\nx", ImportFormat.ImdbTitleBasics)]
    [InlineData("\uFEFFtconst\ttitleType\tprimaryTitle\nx", ImportFormat.ImdbTitleBasics)]
    [InlineData("tconst\tparentTconst\tseasonNumber", ImportFormat.ImdbTitleEpisode)]
    [InlineData("{\"title\":{\"id\":\"1\"}}\n", ImportFormat.JsonLines)]
    [InlineData("{ \"episode\": {", ImportFormat.JsonLines)]
    [InlineData("{\"title\":\"The Matrix\",\"id\":603}\n", ImportFormat.TmdbJson)]
    [InlineData("{\"adult\":false,\"id\":603}\n", ImportFormat.TmdbJson)]
    public async Task Import_FileOfAFormat_IsSentWholeAsThatFormat(string text, ImportFormat format)
    {
        await WriteAsync("file", Encoding.UTF8.GetBytes(text));

        var (exitCode, output, _) = await Cli.RunAsync("catalog", "import", "file");

        Assert.Equal(0, exitCode);
        var header = Assert.Single(State.Headers);
        Assert.Equal((format, "file", 0L, false), (header.Format, header.SourceName, header.StartByte, header.Restart));
        Assert.Equal(text, Encoding.UTF8.GetString(State.Imports[header.ImportId].Bytes.ToArray()));
        Assert.Contains("created", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Import_OutagesInTheMiddle_GoesOnByItself()
    {
        var file = await WriteAsync("file.tsv", Lines(300_000));
        State.Failures.Enqueue((100_000, ErrorReason.DependencyUnavailable));

        var (exitCode, _, _) = await Cli.RunAsync("catalog", "import", "file.tsv");

        Assert.Equal(0, exitCode);
        Assert.Equal(2, State.Headers.Count);
        Assert.True(State.Headers[1].StartByte >= 100_000);
        Assert.Equal(file, State.Imports.Values.Single().Bytes.ToArray());
    }

    [Theory]
    [InlineData("file.tsv")]
    [InlineData("file.tsv.gz")]
    public async Task Import_GivenAgainAfterAFailure_GoesOnWhereItWas(string name)
    {
        var file = Lines(300_000);
        await WriteAsync(name, name.EndsWith(".gz", StringComparison.Ordinal) ? Zip(file) : file);
        State.Failures.Enqueue((200_000, ErrorReason.Internal));

        var (failed, _, errors) = await Cli.RunAsync("catalog", "import", name);
        var (exitCode, _, _) = await Cli.RunAsync("catalog", "import", name);

        Assert.Equal((1, 0), (failed, exitCode));
        Assert.Contains("INTERNAL", errors, StringComparison.Ordinal);
        Assert.Equal(State.Headers[0].ImportId, State.Headers[1].ImportId);
        Assert.True(State.Headers[1].StartByte >= 200_000);
        Assert.Equal(file, State.Imports.Values.Single().Bytes.ToArray());
    }

    [Fact]
    public async Task Import_OfACompleteImport_SendsNothingUnlessToldTo()
    {
        await WriteAsync("file.tsv", Lines(1_000));

        await Cli.RunAsync("catalog", "import", "file.tsv");
        var (exitCode, _, _) = await Cli.RunAsync("catalog", "import", "file.tsv");
        Assert.Equal((0, 1), (exitCode, State.Headers.Count));

        await Cli.RunAsync("catalog", "import", "file.tsv", "--again");
        Assert.True(State.Headers[1].Restart);
        Assert.Single(State.Imports);
    }

    [Fact]
    public async Task Import_RejectedLines_AreToldAndHaveAnExitCode()
    {
        await WriteAsync("file.tsv", Encoding.UTF8.GetBytes(Basics + string.Concat(Enumerable.Range(1, 1_500).Select(i => $"!{i} [red]\n"))));

        var (exitCode, output, _) = await Cli.RunAsync("catalog", "import", "file.tsv", "--rejected", "rejected.jsonl");

        Assert.Equal(3, exitCode);
        Assert.Contains("mark is there", output, StringComparison.Ordinal);
        Assert.Contains("The first 10 of 1,500 rejected lines", output, StringComparison.Ordinal);
        var report = await File.ReadAllLinesAsync(Path.Combine(_directory.FullName, "rejected.jsonl"));
        Assert.Equal(1_500, report.Length);
        Assert.Contains("\"line\": \"2\"", report[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Import_Json_PrintsTheImportOnly()
    {
        await WriteAsync("file.tsv", Lines(100));

        var (_, output, _) = await Cli.RunAsync("catalog", "import", "file.tsv", "--json");

        Assert.Equal(State.Imports.Values.Single().Import, Import.Parser.ParseJson(output));
    }

    [Theory]
    [InlineData("missing.tsv", "cannot be read")]
    [InlineData("odd.txt", "format cannot be told")]
    [InlineData("broken.gz", "cannot be read")]
    public async Task Import_UnfitFile_FailsAndExplains(string name, string reason)
    {
        await WriteAsync("odd.txt", "nconst\n"u8.ToArray());
        await WriteAsync("broken.gz", "tconst\ttitleType\t"u8.ToArray());

        var (exitCode, _, errors) = await Cli.RunAsync("catalog", "import", name);

        Assert.Equal((1, 0), (exitCode, State.Headers.Count));
        Assert.Contains(reason, errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_ToAFileOrStandardOutput_IsWhatTheServiceSends()
    {
        State.Export = Lines(5_000);

        var (exitCode, output, _) = await Cli.RunAsync("catalog", "export", "catalogue.jsonl", "--json");
        var (_, streamed, _) = await Cli.RunAsync("catalog", "export");

        Assert.Equal(0, exitCode);
        Assert.Equal(State.Export, await File.ReadAllBytesAsync(Path.Combine(_directory.FullName, "catalogue.jsonl")));
        Assert.Contains($"\"bytes\":{State.Export.Length}", output, StringComparison.Ordinal);
        Assert.Equal(Encoding.UTF8.GetString(State.Export), streamed);
        Assert.False(File.Exists(Path.Combine(_directory.FullName, "catalogue.jsonl.part")));
    }

    private static byte[] Lines(int bytes)
    {
        var lines = new StringBuilder(Basics);
        for (var i = 0; lines.Length < bytes; i++)
        {
            lines.Append(i).Append('\n');
        }

        return Encoding.UTF8.GetBytes(lines.ToString());
    }

    private static byte[] Zip(byte[] bytes)
    {
        var zipped = new MemoryStream();
        using (var zip = new GZipStream(zipped, CompressionLevel.Fastest))
        {
            zip.Write(bytes);
        }

        return zipped.ToArray();
    }

    private async Task<byte[]> WriteAsync(string name, byte[] bytes)
    {
        await File.WriteAllBytesAsync(Path.Combine(_directory.FullName, name), bytes);
        return bytes;
    }
}

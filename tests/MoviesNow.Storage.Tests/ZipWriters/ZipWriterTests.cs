using System.IO.Compression;

namespace MoviesNow.Storage.Tests.ZipWriters;

/// <summary>ZIPs as programs write them that people use. Debian's <c>zip</c>, <c>7zip</c>, <c>libarchive-tools</c> and <c>python3</c>; Node.js.</summary>
public sealed class ZipWriterTests(ZipPrograms programs) : IClassFixture<ZipPrograms>
{
    private const long Limit = uint.MaxValue;

    public static TheoryData<string> Commands => new()
    {
        // Info-ZIP: to a file, with data descriptors, with ZIP64, to a pipe.
        "zip -qr $zip .",
        "zip -q0r $zip .",
        "zip -qr -fd $zip .",
        "zip -qr -fz $zip .",
        "zip -qr - . | cat > $zip",
        "zip -q0r - . | cat > $zip",
        "7zz a -tzip -bso0 $zip .",
        "7zz a -tzip -mx0 -bso0 $zip .",
        "7zz a -tzip -bso0 -so x . | cat > $zip",
        "bsdtar -c --format zip -f $zip *",
        "bsdtar -c --format zip --options zip:compression=store -f $zip *",
        "bsdtar -c --format zip --options zip:zip64 -f $zip *",
        "python3 $scripts/write.py file . $zip",
        "python3 $scripts/write.py stored . $zip",
        "python3 $scripts/write.py pipe . $zip",
        "python3 $scripts/write.py zip64 . $zip",
        "node $scripts/write.mjs archiver . $zip",
        "node $scripts/write.mjs archiver-stored . $zip",
        "node $scripts/write.mjs archiver-zip64 . $zip",
        "node $scripts/write.mjs yazl . $zip",
        "node $scripts/write.mjs yazl-stored . $zip",
        "node $scripts/write.mjs yazl-stream . $zip",
        "node $scripts/write.mjs yazl-zip64 . $zip",
        "node $scripts/write.mjs jszip . $zip",
        "node $scripts/write.mjs jszip-stored . $zip",
        "node $scripts/write.mjs jszip-stream . $zip",
        "node $scripts/write.mjs fflate . $zip",
        "node $scripts/write.mjs fflate-stream . $zip",
        "node $scripts/write.mjs zip.js . $zip",
        "node $scripts/write.mjs zip.js-stored . $zip",
        "node $scripts/write.mjs zip.js-zip64 . $zip",
    };

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task InspectFileAsync_WrittenByACommand_IsReadable(string command) => await AssertFilesAsync(await programs.RunAsync(command));

    [Theory]
    [InlineData(true, CompressionLevel.Optimal)]
    [InlineData(true, CompressionLevel.NoCompression)]
    [InlineData(false, CompressionLevel.Optimal)]
    [InlineData(false, CompressionLevel.NoCompression)]
    public async Task InspectFileAsync_WrittenByTheFramework_IsReadable(bool canSeek, CompressionLevel level) =>
        await AssertFilesAsync(await programs.WriteWithFrameworkAsync(canSeek, level));

    [Theory]
    [InlineData("cat notes.txt | zip -q - - | cat > $zip")]
    [InlineData("cat notes.txt | zip -q $zip -")]
    [InlineData("cat notes.txt | 7zz a -tzip -bso0 -sinotes.txt $zip")]
    public async Task InspectFileAsync_EntryOfTheStandardInput_IsReadable(string command)
    {
        var verdict = await InspectAsync(await programs.RunAsync(command));

        Assert.Null(verdict.Problem);
        Assert.Equal(programs.Files.Single(file => file.Path == "notes.txt").Crc32, Assert.Single(verdict.Entries).Crc32);
    }

    /// <summary>OpenJDK's <c>jar</c> wrote the samples: the packages that it comes in take 260 MB.</summary>
    [Theory]
    [InlineData("jar.zip")]
    [InlineData("jar-stored.zip")]
    public async Task InspectFileAsync_WrittenByJar_IsReadable(string sample)
    {
        var verdict = await InspectAsync(Path.Combine(AppContext.BaseDirectory, "ZipWriters", "samples", sample));

        Assert.Null(verdict.Problem);
        Assert.Equal(
            ["META-INF/", "META-INF/MANIFEST.MF", "S01/", "S01/E01 é.mp4", "notes.txt"],
            verdict.Entries.Select(entry => entry.Path).Order(StringComparer.Ordinal));
    }

    /// <summary>
    /// Go's <c>archive/zip</c> wrote the samples (<c>samples/write.go</c>, gccgo 12): a Go compiler takes 220 MB. It does not know sizes when an
    /// entry begins, so each has a data descriptor, an empty one too.
    /// </summary>
    [Theory]
    [InlineData("go.zip")]
    [InlineData("go-stored.zip")]
    public async Task InspectFileAsync_WrittenByGo_IsReadable(string sample)
    {
        var verdict = await InspectAsync(Path.Combine(AppContext.BaseDirectory, "ZipWriters", "samples", sample));

        Assert.Null(verdict.Problem);
        Assert.Equal(
            [("S01/", 0), ("S01/E01 é.mp4", 37), ("empty.txt", 0), ("notes.txt", 4)],
            verdict.Entries.Select(entry => (entry.Path, entry.Size)).OrderBy(entry => entry.Path, StringComparer.Ordinal));
    }

    public static TheoryData<string, (string, long)[]> Large => new()
    {
        { "behind-4-gib", [("a.mp4", Limit + 8), ("b.txt", 3), ("c.txt", 5)] },
        { "behind-4-gib-pipe", [("a.mp4", Limit + 8), ("b.txt", 3)] },
        { "entry-at-the-limit", [("a.mp4", Limit), ("b.txt", 3)] },
        { "offset-at-the-limit", [("a.mp4", Limit - 35), ("b.txt", 3)] },
    };

    [Theory]
    [MemberData(nameof(Large))]
    public async Task InspectFileAsync_BeyondFourGigabytes_IsReadable(string writer, (string, long)[] entries)
    {
        var verdict = await InspectAsync(await programs.RunAsync($"python3 $scripts/write.py {writer} . $zip"));

        Assert.Null(verdict.Problem);
        Assert.Equal(entries, verdict.Entries.Select(entry => (entry.Path, entry.Size)));
    }

    [Theory]
    [InlineData(20_000, true)]
    [InlineData(20_001, false)]
    [InlineData(65_534, false)]
    [InlineData(65_535, false)]
    [InlineData(65_536, false)]
    public async Task InspectFileAsync_ManyEntries_AreCountedRight(int count, bool isReadable)
    {
        var verdict = await InspectAsync(await programs.RunAsync($"python3 $scripts/write.py entries {count} $zip"));

        Assert.Equal(isReadable ? null : "TOO_MANY_ENTRIES", verdict.Problem?.Rule.Id);
        Assert.Equal(isReadable ? null : (count, 20_000), verdict.Problem?.Excess);
        Assert.Equal(isReadable ? count : 0, verdict.Entries.Count);
    }

    /// <summary>
    /// What the programs can also do, and the page of rules tells not to. To a pipe bsdtar writes zeros behind the end, and with <c>-fz</c>
    /// Info-ZIP writes no ZIP64 record though its end says so: neither unzip nor 7-Zip reads that.
    /// </summary>
    [Theory]
    [InlineData("NOT_A_ZIP", "bsdtar -c --format zip -f - * | cat > $zip")]
    [InlineData("BROKEN_DIRECTORY", "zip -qr -fz - . | cat > $zip")]
    [InlineData("UNKNOWN_COMPRESSION", "7zz a -tzip -mm=Deflate64 -bso0 $zip notes.txt")]
    [InlineData("UNKNOWN_COMPRESSION", "7zz a -tzip -mm=LZMA -bso0 $zip notes.txt")]
    [InlineData("UNKNOWN_COMPRESSION", "zip -q -Z bzip2 $zip notes.txt")]
    [InlineData("ENCRYPTED", "zip -q -P secret $zip notes.txt")]
    [InlineData("ENCRYPTED", "7zz a -tzip -psecret -mem=AES256 -bso0 $zip notes.txt")]
    [InlineData("SYMBOLIC_LINK", "link=$(mktemp -d); ln -s /etc/passwd $link/notes; cd $link; zip -qy $zip notes")]
    [InlineData("SPLIT", "zip -qr -s 64k $zip .")]
    [InlineData("PATH_SEGMENT", "bsdtar -c --format zip -f $zip .")]
    [InlineData("NO_ENTRIES", "empty=$(mktemp -d); bsdtar -c --format zip -f $zip -C $empty --exclude . .")]
    public async Task InspectFileAsync_OptionThatThePolicyForbids_IsRefused(string rule, string command) =>
        Assert.Equal(rule, (await InspectAsync(await programs.RunAsync(command))).Problem?.Rule.Id);

    private async Task AssertFilesAsync(string path)
    {
        var verdict = await InspectAsync(path);

        Assert.Null(verdict.Problem);
        Assert.Equal(
            programs.Files,
            verdict.Entries.Where(entry => !entry.IsFolder).Select(entry => (entry.Path, entry.Size, entry.Crc32)).OrderBy(file => file.Path, StringComparer.Ordinal));
    }

    private static Task<ZipVerdict> InspectAsync(string path) => ZipInspector.InspectFileAsync(path, new ZipLimits(), CancellationToken.None);
}

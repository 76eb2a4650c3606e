using System.Text;
using MoviesNow.Delivery.Links;
using MoviesNow.Delivery.Tests.Support;
using MoviesNow.Storage;
using MoviesNow.Testing;

namespace MoviesNow.Delivery.Tests.Links.Saving;

/// <summary>The names under which Chromium, curl and wget save a download, in a folder of its own.</summary>
[Collection(DeliveryTestGroup.Name)]
public sealed class SavedNameTests(DeliverySystem system, ChromiumDownloads chromium) : IClassFixture<ChromiumDownloads>, IAsyncLifetime
{
    private const string Suffix = " - S01.zip";
    private const int WgetLimit = 236;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mn-saved-");

    public static TheoryData<string> Titles => new(
        "Fjord",
        "Fjord: the \"Series\"",
        "Blåbær & Straße",
        "日本の映画",
        "می\u200Cخواهم",
        "Crew 👩‍👩‍👧 😀",
        "../../etc/passwd",
        "..\\..\\windows\\system32",
        "a\"b\r\nSet-Cookie: x=y; filename=\"evil.exe\"",
        "evil\u202Egpj.exe",
        "CON",
        "nul.txt",
        "~/.bashrc",
        "%2e%2e%2fpasswd",
        "“curly” ‘quotes’ ½",
        "-rf; $(reboot) `id` | x",
        new string('a', 300),
        string.Concat(Enumerable.Repeat("日", 200)),
        string.Concat(Enumerable.Repeat("😀", 150)));

    public Task InitializeAsync() => Task.CompletedTask;

    /// <summary>By the system's program: wget may leave a name that is no UTF-8, which .NET does not find again.</summary>
    public async Task DisposeAsync() => await Tool.RunAsync("rm", Path.GetTempPath(), "-r", _folder.FullName);

    [Theory]
    [MemberData(nameof(Titles))]
    public async Task Download_ByChromium_IsSavedUnderTheName(string title)
    {
        var name = AttachmentName.Of(title, Suffix);

        // Chromium has underscores for joiners, as for all that cannot be seen.
        var expected = name.Replace('\u200C', '_').Replace('\u200D', '_');
        Assert.Equal(expected, await chromium.SaveAsync(await LinkAsync(name), _folder.FullName));
    }

    [Theory]
    [MemberData(nameof(Titles))]
    public async Task Download_ByWget_IsSavedUnderTheName(string title)
    {
        var name = AttachmentName.Of(title, Suffix);

        await RunAsync("wget", "-q", "--content-disposition", "--restrict-file-names=unix,nocontrol", "-P", _folder.FullName, await LinkAsync(name));

        // wget cuts the encoded form of a long name, maybe within a character.
        var saved = Assert.Single(_folder.GetFiles()).Name;
        var isWhole = Uri.EscapeDataString(name).Length <= WgetLimit;
        Assert.Equal(isWhole ? name : name[..20], isWhole ? saved : saved[..20]);
    }

    [Theory]
    [MemberData(nameof(Titles))]
    public async Task Download_ByCurl_IsSavedUnderTheNameInAscii(string title)
    {
        var name = AttachmentName.Of(title, Suffix);

        await RunAsync("curl", "-s", "-f", "-O", "-J", "--output-dir", _folder.FullName, await LinkAsync(name));

        // curl knows the plain parameter only.
        Assert.Equal(AsciiOf(name), Assert.Single(_folder.GetFiles()).Name);
    }

    private static string AsciiOf(string name) => AttachmentName.ContentDisposition(name).Split('"')[1];

    private async Task<string> LinkAsync(string name)
    {
        var key = StorageKey.Parse($"bundles/{Guid.CreateVersion7()}/S01.zip");
        await system.StoreAsync(key.Value, "content"u8.ToArray());
        Assert.InRange(Encoding.UTF8.GetByteCount(name), 1, AttachmentName.MaxBytes);
        return system.Presigner.Get(key, TimeSpan.FromMinutes(5), new ResponseOverrides
        {
            ContentDisposition = AttachmentName.ContentDisposition(name),
            ContentType = "application/zip",
            CacheControl = "no-store",
        }).Url;
    }

    private async Task RunAsync(params string[] command) => await Tool.RunAsync("env", _folder.FullName, ["LC_ALL=C.UTF-8", "no_proxy=*", .. command]);
}

using System.Text.Json;
using MoviesNow.Catalog.Tests.Playback;
using MoviesNow.Playback.Tests.Harness;
using MoviesNow.Testing;

namespace MoviesNow.Playback.Tests.Readers;

/// <summary>The golden playlists of Catalog.Tests as the players read them, all in one run of Node.js.</summary>
public sealed class ReaderFixture : IAsyncLifetime
{
    public const string Address = $"http://media.example/{PlaylistRows.Folder}index.m3u8";

    internal IReadOnlyDictionary<string, Dictionary<string, Seen>> Seen { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        await Players.BuiltAsync();
        var golden = Path.Combine(Players.Project, "../Catalog.Tests/Playback/Golden");
        var (output, errors) = await Tool.RunAsync("node", Players.Folder, "dist/read.mjs", golden, Address);
        Assert.Equal("", errors);
        Seen = JsonSerializer.Deserialize<Dictionary<string, Dictionary<string, Seen>>>(output, JsonSerializerOptions.Web)!;
    }

    public Task DisposeAsync() => Task.CompletedTask;
}

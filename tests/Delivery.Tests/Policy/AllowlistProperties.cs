using FsCheck;
using FsCheck.Fluent;
using MoviesNow.Delivery.Policy;
using MoviesNow.Storage;

namespace MoviesNow.Delivery.Tests.Policy;

/// <summary>What holds for every key, however it is spelled.</summary>
public sealed class AllowlistProperties
{
    private static readonly (string Name, string Prefix, string Extension, string Type)[] Extra =
    [
        ("trailers", "downloads/{title_id}/[{episode_id}/]trailers/", "mp4", "video/mp4"),
        ("press", "press/{title_id}/", "pdf", "application/pdf"),
        ("episodes", "downloads/{title_id}/{episode_id}/public/", "mp4", "video/mp4"),
    ];

    private static readonly Gen<Guid> Ids = ArbMap.Default.GeneratorFor<Guid>();

    private static readonly Gen<FileNameSegment> Names = ArbMap.Default.GeneratorFor<string>().Select(FileNameSegment.Sanitize);

    private static readonly Gen<RelativePath> Paths = Names.NonEmptyListOf().Select(names => RelativePath.Parse(string.Join('/', names.Take(3).Select(name => name.Value))));

    /// <summary>What the layout makes for bundles, extras and manifests.</summary>
    private static readonly Gen<StorageKey> Public = Gen.OneOf(
        from title in Ids from season in Gen.Choose(0, 9_999) select StorageLayout.SeasonBundle(title, season),
        from title in Ids from season in Gen.Choose(0, 9_999) select StorageLayout.SeasonBundleManifest(title, season),
        from title in Ids from bundle in Ids select StorageLayout.Bundle(title, bundle),
        from title in Ids from bundle in Ids select StorageLayout.BundleManifest(title, bundle),
        from title in Ids from season in Gen.Choose(0, 9_999) select StorageLayout.TitleExtras(title, season),
        from title in Ids select StorageLayout.TitleExtras(title, null),
        from title in Ids from episode in Ids from name in Names select StorageLayout.Extras(title, episode, FileNameSegment.Sanitize($"{name.Value[..Math.Min(60, name.Value.Length)]}.zip")));

    /// <summary>What it makes for all else.</summary>
    private static readonly Gen<StorageKey> Private = Gen.OneOf(
        from title in Ids from episode in Optional(Ids) from name in Names select StorageLayout.Original(title, episode, name),
        from title in Ids from episode in Optional(Ids) from path in Paths select StorageLayout.Hls(title, episode, path),
        from title in Ids
        from episode in Optional(Ids)
        from name in Names
        from path in Paths
        where name.Value is not ("extras" or "trailers" or "public")
        select StorageLayout.Download(title, episode, name, path),
        from title in Ids from episode in Optional(Ids) from path in Paths select StorageLayout.Artwork(title, episode, path),
        from title in Ids from episode in Optional(Ids) from path in Paths select StorageLayout.Subtitle(title, episode, path));

    private static readonly string[] Roots = ["originals/", "hls/", "bundles/", "downloads/", "press/", "extras/", "trailers/", "../", "./", "//", "\\", "%2f", "%2e%2e/", "\u2215", "\u202E", "\0", "?", "#"];

    /// <summary>A key with something put in, taken out or exchanged.</summary>
    private static readonly Gen<string> Spellings =
        from key in Gen.OneOf(Public, Private)
        from at in Gen.Choose(0, key.Value.Length)
        from kind in Gen.Choose(0, 5)
        from piece in Gen.OneOf(Gen.Elements(Roots), ArbMap.Default.GeneratorFor<char>().Select(c => c.ToString()))
        select kind switch
        {
            0 => key.Value.Insert(at, piece),
            1 => key.Value.Remove(Math.Min(at, key.Value.Length - 1), 1),
            2 => key.Value.ToUpperInvariant(),
            3 => piece + key.Value,
            4 => key.Value + piece,
            _ => Uri.EscapeDataString(key.Value),
        };

    /// <summary>Spellings of keys, right and wrong ones, none of which is that of an object.</summary>
    internal static Gen<string> AnySpellings => Spellings;

    [Fact]
    public void TryAdmit_WhatTheLayoutMakesForThePublic_IsAdmitted() =>
        Prop.ForAll(Public.ToArbitrary(), key => AllowlistOptionsTests.ListOf().TryAdmit(key.Value, out var download) && download.Key == key && download.RequiresBundle)
            .QuickCheckThrowOnFailure();

    [Fact]
    public void TryAdmit_WhatTheLayoutMakesForAllElse_IsRefusedAlsoWithMoreEntries() =>
        Prop.ForAll(Private.ToArbitrary(), key => !AllowlistOptionsTests.ListOf(Extra).TryAdmit(key.Value, out _)).QuickCheckThrowOnFailure();

    [Fact]
    public void TryAdmit_AnySpelling_IsAdmittedOnlyAsAKeyOfThePublic() =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(5_000),
            Prop.ForAll(Spellings.ToArbitrary(), text => !AllowlistOptionsTests.ListOf().TryAdmit(text, out var download) || IsPublic(download.Key)));

    [Fact]
    public void TryAdmit_OneEntryMore_ChangesNothingForTheOthers()
    {
        var subsets = Enumerable.Range(0, 1 << Extra.Length).Select(bits => Extra.Where((_, i) => (bits & (1 << i)) != 0).ToArray()).ToArray();
        var keys = Gen.OneOf(Spellings, Public.Select(key => key.Value), Configured);

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(5_000), Prop.ForAll(keys.ToArbitrary(), Gen.Elements(subsets).ToArbitrary(), (text, entries) =>
        {
            // Each entry alone, and all together, say the same of a key.
            var alone = entries.Select(entry => Ask(text, entry)).Append(Ask(text)).OfType<AdmittedDownload>().Distinct().ToList();
            return Ask(text, entries) is { } together ? alone.SequenceEqual([together]) : alone.Count == 0;
        }));
    }

    private static readonly Gen<string> Configured =
        from title in Ids
        from episode in Ids
        from folder in Gen.Elements($"downloads/{title}/trailers/", $"downloads/{title}/{episode}/trailers/", $"press/{title}/", $"downloads/{title}/{episode}/public/")
        from file in Gen.Elements("a.mp4", "a.pdf", "a.zip", "a.mp4.zip", "b/a.mp4", ".mp4")
        select folder + file;

    private static AdmittedDownload? Ask(string key, params (string Name, string Prefix, string Extension, string Type)[] entries) =>
        AllowlistOptionsTests.ListOf(entries).TryAdmit(key, out var download) ? download : null;

    /// <summary>Whether the layout makes such a key for the public, by its own types.</summary>
    private static bool IsPublic(StorageKey key) => StorageLocation.TryParse(key, out var location)
        && location is SeasonBundleLocation or BundleLocation or ExtrasLocation or SeasonBundleManifestLocation or BundleManifestLocation
        && location.Key == key;

    private static Gen<Guid?> Optional(Gen<Guid> ids) => Gen.OneOf(Gen.Constant((Guid?)null), ids.Select(id => (Guid?)id));
}

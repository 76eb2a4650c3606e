using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using MoviesNow.Catalog.Playback;
using MoviesNow.Catalog.Playback.Codecs;
using MoviesNow.Catalog.Playback.Hls;
using MoviesNow.Catalog.V1;

namespace MoviesNow.Catalog.Tests.Playback;

/// <summary>What holds of every playlist, whatever the rows: texts of all kinds, languages twice, codecs of all makes, no audio, no video.</summary>
public sealed class PlaylistPropertyTests
{
    private static readonly Gen<string> Texts = Gen.OneOf(
        Gen.Elements("", "English", "english", "Director's \"cut\"", "a\nb", "\r", " ", "\"", "\u2028", "😀", "\ud800", "a,b=c"),
        ArbMap.Default.GeneratorFor<string>().Select(text => text ?? ""));

    private static readonly Gen<string> Languages = Gen.OneOf(Gen.Elements("", "en", "EN", "en-GB", "de", "und", "English", "zh-Hant-TW", "x-a"), Texts);

    private static readonly Gen<string> Codecs = Gen.OneOf(
        Gen.Elements("", "mp4a.40.2", "mp4a.a6", "opus", "fLaC", "avc1", "avc1.640028", "avc1.640028,mp4a.40.2", ",", "dvh1.05.06,ec-3"), Texts);

    private static readonly Gen<StreamVariant> Audio =
        from language in Languages
        from label in Texts
        from codecs in Codecs
        from codec in Gen.Elements(AudioCodec.Aac, AudioCodec.Eac3)
        from id in Gen.Choose(0, 1_000)
        from peak in Gen.Elements(0, 1, 128_000, long.MaxValue)
        from isDefault in Gen.Elements(true, false)
        select new StreamVariant
        {
            Id = $"{id}",
            VideoCodec = VideoCodec.None,
            AudioCodec = codec,
            AudioChannels = id % 3,
            AudioLanguage = language,
            Label = label,
            Codecs = codecs,
            PeakBandwidthBps = peak,
            AverageBandwidthBps = peak / 2,
            IsAudioOnly = true,
            IsDefault = isDefault,
            StorageKey = $"{PlaylistRows.Folder}{label}.m3u8",
        };

    private static readonly Gen<StreamVariant> Video =
        from index in Gen.Choose(0, 2)
        from codecs in Codecs
        from supplemental in Codecs
        from audio in Gen.Elements(AudioCodec.None, AudioCodec.Aac)
        from rate in ArbMap.Default.GeneratorFor<double>()
        select With(PlaylistRows.Ladder()[index], variant =>
        {
            variant.Codecs = codecs;
            variant.SupplementalCodecs = supplemental;
            variant.AudioCodec = audio;
            variant.FrameRate = rate;
        });

    private static readonly Gen<MediaAsset> Text =
        from language in Languages
        from kind in Gen.Elements(AssetKind.Subtitle, AssetKind.Caption)
        from isPrimary in Gen.Elements(true, false)
        from type in Gen.Elements("application/vnd.apple.mpegurl", "text/vtt")
        select PlaylistRows.Text(language, kind, isPrimary, type);

    private static readonly Gen<PlaybackSource> Sources =
        from videos in Video.ArrayOf()
        from audio in Audio.ArrayOf()
        from texts in Text.ArrayOf()
        from original in Languages
        select new PlaybackSource(videos, audio, texts, original, PlaylistRows.Folder);

    [Fact]
    public void Write_AnyRows_GivesAPlaylistThatKeepsTheRules() => Prop.ForAll(Sources.ToArbitrary(), source =>
    {
        var playlist = PlaylistReader.Read(MultivariantPlaylist.Write(source));
        foreach (var group in playlist.Media.GroupBy(media => (media["TYPE"], media["GROUP-ID"])))
        {
            Assert.Equal(group.Count(), group.Select(media => media["NAME"]).Distinct(StringComparer.Ordinal).Count());
            Assert.True(group.Count(media => media["DEFAULT"] is "YES") <= 1);
            Assert.All(group.Where(media => media["DEFAULT"] is "YES"), media => Assert.Equal("YES", media["AUTOSELECT"]));
            var selectable = group.Where(media => media["AUTOSELECT"] is "YES")
                .Select(media => (media.GetValueOrDefault("LANGUAGE"), media.GetValueOrDefault("CHARACTERISTICS"))).ToArray();
            Assert.Equal(selectable.Length, selectable.Distinct().Count());
            Assert.All(group, media => Assert.Matches("^\"[a-z]{2,3}(-[A-Za-z0-9]+)*\"$", media.GetValueOrDefault("LANGUAGE", "\"en\"")));
        }

        var groups = playlist.Media.Select(media => media["GROUP-ID"]).ToHashSet(StringComparer.Ordinal);
        foreach (var (stream, _) in playlist.Streams)
        {
            Assert.True(ulong.Parse(stream["BANDWIDTH"], CultureInfo.InvariantCulture) > 0);
            Assert.Subset(groups, stream.Where(attribute => attribute.Key is "AUDIO" or "SUBTITLES").Select(attribute => attribute.Value).ToHashSet());
            var codecs = stream.GetValueOrDefault("CODECS")?.Trim('"').Split(',').Select(codec => CodecString.Parse(codec)!).ToArray();
            Assert.True(codecs is null || codecs.All(codec => codec.IsKnown), stream.GetValueOrDefault("CODECS"));
            Assert.True(codecs is null || !stream.ContainsKey("AUDIO") || codecs.Any(codec => codec.IsAudio), stream.GetValueOrDefault("CODECS"));
        }

        // Audio is in the segments or in a group, never in both: what has a group has no audio codec of its own.
        var inGroup = source.Streamable.Where(video => video.AudioCodec is AudioCodec.None).Select(video => video.Tier).ToHashSet();
        Assert.True(inGroup.Count > 0 || source.Streamable.Count == 0 || !playlist.Streams.Exists(stream => stream.Attributes.ContainsKey("AUDIO")));
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void Write_AnyRowsInAnotherOrder_GivesTheSameBytes() => Prop.ForAll(Sources.ToArbitrary(), source =>
    {
        // Ids are unique, as the database makes them.
        var unique = source with
        {
            Streamable = [.. source.Streamable.Select((variant, i) => With(variant.Clone(), copy => copy.Id += $"-{i}"))],
            AudioOnly = [.. source.AudioOnly.Select((variant, i) => With(variant.Clone(), copy => copy.Id += $"-{i}"))],
            Texts = [.. source.Texts.Select((asset, i) => With(asset.Clone(), copy => copy.Id += $"-{i}"))],
        };
        Assert.Equal(MultivariantPlaylist.Write(unique), MultivariantPlaylist.Write(unique with
        {
            Streamable = [.. unique.Streamable.Reverse()],
            AudioOnly = [.. unique.AudioOnly.Reverse()],
            Texts = [.. unique.Texts.Reverse()],
        }));
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void Parse_AnyText_IsNullOrACodecThatParsesToItself() => Prop.ForAll(Gen.OneOf(Codecs, Mutated).ToArbitrary(), text =>
    {
        foreach (var codec in CodecString.Split(text).Select(CodecString.Parse).OfType<CodecString>())
        {
            Assert.Equal(codec.Text, CodecString.Parse(codec.Text)!.Text);
            Assert.DoesNotContain(codec.Text, c => c is '"' or ',' or ' ' || char.IsControl(c));
        }
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(5_000));

    /// <summary>Codecs with one character that is another.</summary>
    private static Gen<string> Mutated =>
        from codec in Gen.Elements("avc1.640028", "hvc1.2.4.L123.B0", "dvh1.08.07", "vp09.02.10.10.01.09.16.09.01", "av01.0.04M.10.0.110.09.16.09.0", "mp4a.40.29", "ec-3")
        from position in Gen.Choose(0, codec.Length - 1)
        from character in Gen.Choose(0, 127)
        select codec[..position] + (char)character + codec[(position + 1)..];

    private static T With<T>(T row, Action<T> change)
    {
        change(row);
        return row;
    }
}

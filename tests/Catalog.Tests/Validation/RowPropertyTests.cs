using FsCheck;
using FsCheck.Fluent;
using MoviesNow.Catalog.Streams;
using MoviesNow.Catalog.V1;
using MoviesNow.Catalog.Validation;
using MoviesNow.Catalog.Validation.Rows;

namespace MoviesNow.Catalog.Tests.Validation;

/// <summary>What holds of every examination, whatever the rows, also those that the database would not take.</summary>
public sealed class RowPropertyTests
{
    private static readonly Gen<string> Texts = Gen.OneOf(
        Gen.Elements("", "en", "EN", "und", "English", "avc1.640028", "hvc1.2.4.L93", "avc1", ",", "\ud800", "a\nb"),
        ArbMap.Default.GeneratorFor<string>().Select(text => text ?? ""));

    private static readonly Gen<long> Numbers = Gen.OneOf(Gen.Elements(0, -1, 1, long.MaxValue, long.MinValue), ArbMap.Default.GeneratorFor<long>());

    private static readonly Gen<StreamVariant> Variant =
        from flags in Gen.Choose(0, 31)
        from codec in Gen.Elements(Enum.GetValues<VideoCodec>())
        from audio in Gen.Elements(Enum.GetValues<AudioCodec>())
        from tier in Gen.Elements(Enum.GetValues<QualityTier>())
        from texts in Gen.ListOf(Texts, 4)
        from numbers in Gen.ListOf(Numbers, 5)
        from rate in ArbMap.Default.GeneratorFor<double>()
        select new StreamVariant
        {
            IsStreamable = (flags & 1) > 0,
            IsAudioOnly = (flags & 2) > 0,
            IsDefault = (flags & 4) > 0,
            Protocol = (flags & 8) > 0 ? StreamProtocol.Hls : StreamProtocol.Mp4,
            DrmSystem = (flags & 16) > 0 ? DrmSystem.Fairplay : DrmSystem.None,
            VideoCodec = codec,
            AudioCodec = audio,
            Tier = tier,
            Codecs = texts[0],
            SupplementalCodecs = texts[1],
            AudioLanguage = texts[2],
            Label = texts[3],
            PeakBandwidthBps = numbers[0],
            AverageBandwidthBps = numbers[1],
            Width = (int)numbers[2],
            Height = (int)numbers[3],
            SizeBytes = numbers[4],
            FrameRate = rate,
            StorageKey = "hls/x",
        };

    private static readonly Gen<MediaAsset> Asset =
        from kind in Gen.Elements(Enum.GetValues<AssetKind>())
        from isPrimary in Gen.Elements(true, false)
        from scope in Gen.Elements<(string, string)>(("", ""), ("season-1", ""), ("season-1", "episode-1"))
        from text in Texts
        from number in Numbers
        select new MediaAsset
        {
            Scope = new() { TitleId = MediaDraft.TitleId, SeasonId = scope.Item1, EpisodeId = scope.Item2 },
            Kind = kind,
            IsPrimary = isPrimary,
            Language = text,
            SizeBytes = number,
            Properties = number % 3 == 0 ? null : new() { Width = (int)number, Height = (int)number },
        };

    private static readonly Gen<TitleMedia> Media =
        from isSeries in Gen.Elements(true, false)
        from language in Texts
        from assets in Gen.ListOf(Asset)
        from variants in Gen.ListOf(Variant)
        select Grow(isSeries, language, assets, variants);

    [Fact]
    public void Examine_WhateverIsAdded_NeverThrowsAndDoesNotDependOnOrder() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(400),
        Prop.ForAll(Arb.From(Media), media =>
        {
            var reversed = media with { Assets = [.. media.Assets.Reverse()], Variants = [.. media.Variants.Reverse()] };
            Assert.Equal(Examine(media), Examine(reversed));
        }));

    private static MediaFinding[] Examine(TitleMedia media) => [.. RowExamination.Examine(media, QualityTiers.Default).WorstFirst()];

    /// <summary>A title without a fault, and rows of all kinds with it.</summary>
    private static TitleMedia Grow(bool isSeries, string language, IEnumerable<MediaAsset> assets, IEnumerable<StreamVariant> variants)
    {
        var draft = isSeries ? MediaDraft.Series() : MediaDraft.Film();
        draft.Title.OriginalLanguage = language;
        foreach (var asset in assets)
        {
            asset.Id = $"asset-{draft.Assets.Count}";
            draft.Assets.Add(asset);
        }

        foreach (var variant in variants)
        {
            variant.Id = $"variant-{draft.Variants.Count}";
            variant.AssetId = draft.Assets[draft.Variants.Count % draft.Assets.Count].Id;
            draft.Variants.Add(variant);
        }

        return draft.Media();
    }
}

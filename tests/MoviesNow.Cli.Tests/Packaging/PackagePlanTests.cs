using MoviesNow.Catalog.V1;
using MoviesNow.Cli.Packaging;

namespace MoviesNow.Cli.Tests.Packaging;

/// <summary>What is planned for what ffprobe tells.</summary>
public sealed class PackagePlanTests
{
    private const string Video = """{"index":0,"codec_type":"video","width":1920,"height":1080,"r_frame_rate":"25/1","avg_frame_rate":"25/1","duration":"60"}""";

    private static readonly PlanOptions Usual = new(Container.Fmp4, "medium", Pad: false, Language: null, Tolerant: false);

    [Theory]
    // Pixels of anamorphic pictures become square: PAL and NTSC at 16:9, HDV.
    [InlineData("""{"width":720,"height":576,"sample_aspect_ratio":"64:45"}""", 1024, 576)]
    [InlineData("""{"width":720,"height":480,"sample_aspect_ratio":"8:9"}""", 640, 480)]
    [InlineData("""{"width":1440,"height":1080,"sample_aspect_ratio":"4:3"}""", 1920, 1080)]
    [InlineData("""{"width":720,"height":480,"sample_aspect_ratio":"0:1"}""", 720, 480)]
    // Telephones film on their side.
    [InlineData("""{"width":1920,"height":1080,"side_data_list":[{"side_data_type":"Display Matrix","rotation":-90}]}""", 1080, 1920)]
    [InlineData("""{"width":1920,"height":1080,"side_data_list":[{"rotation":180}]}""", 1920, 1080)]
    [InlineData("""{"width":1920,"height":1080,"tags":{"rotate":"270"}}""", 1080, 1920)]
    public void Read_APicture_IsSizedAsItIsShown(string stream, int width, int height)
    {
        var video = ProbeReader.Read("{\"streams\":[{\"index\":0,\"codec_type\":\"video\"," + stream[1..] + "]}").Video!;

        Assert.Equal((width, height), (video.Width, video.Height));
    }

    [Fact]
    public void Read_FieldsAndVaryingFrames_AreToldApart()
    {
        static VideoTrack Of(string more) => ProbeReader.Read($$$"""{"streams":[{"index":0,"codec_type":"video","width":720,"height":576,{{{more}}} }]}""").Video!;

        var interlaced = Of("\"field_order\":\"tt\",\"r_frame_rate\":\"50/1\",\"avg_frame_rate\":\"25/1\"");
        var varying = Of("\"field_order\":\"progressive\",\"r_frame_rate\":\"90000/1\",\"avg_frame_rate\":\"2900/100\"");

        Assert.Equal((true, false), (interlaced.IsInterlaced, interlaced.IsVariableRate));
        Assert.Equal((false, true), (varying.IsInterlaced, varying.IsVariableRate));
    }

    [Fact]
    public void Read_ACover_IsNotThePicture()
    {
        var probe = ProbeReader.Read($$$"""{"streams":[{"index":1,"codec_type":"video","width":600,"height":900,"disposition":{"attached_pic":1}},{{{Video}}}]}""");

        Assert.Equal((0, 1), (probe.Video!.Index, probe.CoverIndex));
    }

    [Fact]
    public void Of_ManyTracks_GivesEachItsPlace()
    {
        var plan = Plan("""
            {"index":1,"codec_type":"audio","channels":6,"tags":{"language":"ger","title":"Kino"}},
            {"index":2,"codec_type":"audio","channels":2,"tags":{"language":"eng"},"disposition":{"default":1}},
            {"index":3,"codec_type":"audio","channels":2,"tags":{"language":"eng"}},
            {"index":4,"codec_type":"subtitle","codec_name":"subrip","tags":{"language":"fre"},"disposition":{"default":1}},
            {"index":5,"codec_type":"subtitle","codec_name":"hdmv_pgs_subtitle","tags":{"language":"eng"}},
            {"index":6,"codec_type":"subtitle","codec_name":"mov_text","tags":{"language":"eng"},"disposition":{"hearing_impaired":1,"default":1}},
            {"index":7,"codec_type":"subtitle","codec_name":"subrip","tags":{"language":"eng"},"disposition":{"forced":1}},
            {"index":8,"codec_type":"subtitle","codec_name":"subrip"}
            """, Usual);

        Assert.Equal(
            ["1 de Kino False audio/1-de", "2 en  True audio/2-en", "3 en 2 False audio/3-en"],
            plan.Audio.Select(one => $"{one.Track.Index} {one.Language} {one.Label} {one.IsDefault} {one.Folder}"));
        // Who understands what is spoken does not want to read it.
        Assert.Equal(
            ["4 fr Subtitle True subtitles/1-fr", "6 en Caption False subtitles/3-en"],
            plan.Subtitles.Select(one => $"{one.Track.Index} {one.Language} {one.Kind} {one.IsPrimary} {one.Folder}"));
        Assert.Contains(plan.Warnings, warning => warning.Contains("6 channels", StringComparison.Ordinal));
        Assert.Contains(plan.Warnings, warning => warning.Contains("hdmv_pgs_subtitle", StringComparison.Ordinal));
        Assert.Contains(plan.Warnings, warning => warning.Contains("forced", StringComparison.Ordinal));
        Assert.Contains(plan.Warnings, warning => warning.Contains("Subtitles 5 tell no language", StringComparison.Ordinal));
    }

    [Fact]
    public void Of_TracksWithoutLanguage_TakesThatOfTheOption()
    {
        var plan = Plan("""{"index":1,"codec_type":"audio","channels":2},{"index":2,"codec_type":"subtitle","codec_name":"ass"}""", Usual with { Language = "nb" });

        Assert.Equal(("nb", "nb"), (plan.Audio[0].Language, plan.Subtitles[0].Language));
        Assert.Empty(plan.Warnings);
    }

    [Theory]
    [InlineData("""{"format":{"format_name":"mp3"}}""", "has no picture")]
    [InlineData("""{"streams":[{"index":0,"codec_type":"video","width":800,"height":600}],"format":{"format_name":"png_pipe"}}""", "is not a film but png_pipe")]
    [InlineData("""{"streams":[{"index":0,"codec_type":"video","width":640,"height":360}],"format":{"duration":"9"}}""", "--pad")]
    [InlineData("""{"streams":[{"index":0,"codec_type":"video","width":1920,"height":1080,"color_transfer":"smpte2084"}]}""", "libzimg")]
    [InlineData("""{"streams":[{"index":0,"codec_type":"video","width":1920,"height":1080,"side_data_list":[{"dv_profile":5}]}]}""", "Dolby Vision")]
    [InlineData("""{"streams":[{"index":0,"codec_type":"video","width":1920,"height":1080}],"format":{"duration":"90000"}}""", "cut it into parts")]
    public void Of_WhatCannotBePackaged_NamesTheFileAndSaysWhatToDo(string json, string expected)
    {
        var problem = Assert.Throws<CommandException>(() => PackagePlan.Of("/films/fog.mov", ProbeReader.Read(json), Usual, canToneMap: false));

        Assert.StartsWith("'fog.mov' ", problem.Message, StringComparison.Ordinal);
        Assert.Contains(expected, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_ASmallPictureToBePadded_IsSaid()
    {
        var probe = ProbeReader.Read("""{"streams":[{"index":0,"codec_type":"video","width":640,"height":360}],"format":{"duration":"9"}}""");

        var plan = PackagePlan.Of("fog.mov", probe, Usual with { Pad = true }, canToneMap: false);

        Assert.Equal((854, 480), (plan.Frames[0].Width, plan.Frames[0].Height));
        Assert.Contains(plan.Warnings, warning => warning.Contains("640x360", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("eng", "en")]
    [InlineData("ger", "de")]
    [InlineData("deu", "de")]
    [InlineData("nob", "nb")]
    [InlineData("zho-Hant", "zh-Hant")]
    [InlineData("pt_BR", "pt-BR")]
    [InlineData("fil", "fil")]
    [InlineData("und", null)]
    [InlineData("", null)]
    [InlineData("klingon!", null)]
    public void Language_OfATrack_IsTheShortestTag(string tag, string? expected) => Assert.Equal(expected, TrackLanguage.Of(tag));

    private static PackagePlan Plan(string streams, PlanOptions options) =>
        PackagePlan.Of("fog.mkv", ProbeReader.Read($$$"""{"streams":[{{{Video}}},{{{streams}}}],"format":{"format_name":"matroska,webm"}}"""), options, canToneMap: true);
}

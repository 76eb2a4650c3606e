using Google.Protobuf;
using Google.Protobuf.Reflection;
using MoviesNow.Catalog.V1;
using MoviesNow.Cli.Catalog;

namespace MoviesNow.Cli.Tests.Catalog;

public sealed class FieldTextTests
{
    [Theory]
    [InlineData("name", "a name")]
    [InlineData("kind", "series")]
    [InlineData("release_year", "1999")]
    [InlineData("duration_ms", "1ms")]
    [InlineData("duration_ms", "45m")]
    [InlineData("duration_ms", "1h2m3s4ms")]
    [InlineData("duration_ms", "100h")]
    [InlineData("is_adult", "true", "yes")]
    [InlineData("availability.from", "2026-12-24", "2026-12-24 00:00:00Z")]
    [InlineData("availability.from", "2026-12-24T18:00:00+02:00", "2026-12-24 16:00:00Z")]
    [InlineData("availability.country_rule", "EXCLUDE", "exclude")]
    [InlineData("external_ids", "EIDR:10.5240/7791-8534-2C23-9030-8610-5", "eidr:10.5240/7791-8534-2C23-9030-8610-5")]
    [InlineData("content_ratings", "US:PG-13")]
    public void Parse_OfATitle_ReadsWhatFormatWrites(string path, string text, string? written = null) => AssertReads(new Title(), path, text, written ?? text);

    [Theory]
    [InlineData("dynamic_range", "Dolby_Vision", "dolby-vision")]
    [InlineData("tier", "p1080")]
    [InlineData("size_bytes", "3,000,000,000")]
    [InlineData("peak_bandwidth_bps", "128000", "128,000")]
    [InlineData("frame_rate", "23.976")]
    public void Parse_OfAVariant_ReadsWhatFormatWrites(string path, string text, string? written = null) => AssertReads(new StreamVariant(), path, text, written ?? text);

    [Theory]
    [InlineData("kind", "unspecified", "must be one of movie, series")]
    [InlineData("kind", "1", "must be one of movie, series")]
    [InlineData("release_year", "1999.5", "must be a whole number")]
    [InlineData("release_year", "99999999999", "must be a whole number")]
    [InlineData("duration_ms", "90", "must be a duration such as 2h16m, 45m or 1m30s")]
    [InlineData("duration_ms", "1m1h", "must be a duration such as 2h16m, 45m or 1m30s")]
    [InlineData("duration_ms", "9999999999h", "must be a duration such as 2h16m, 45m or 1m30s")]
    [InlineData("is_adult", "ja", "must be true or false")]
    [InlineData("availability.from", "soon", "must be a time such as 2026-12-24 or 2026-12-24T18:00:00Z")]
    [InlineData("external_ids", "tt0133093", "must be a scheme and an id, such as imdb:tt0133093")]
    [InlineData("external_ids", "imdb:", "must be a scheme and an id, such as imdb:tt0133093")]
    [InlineData("external_ids", "isbn:1", "must be one of imdb, tmdb, eidr")]
    [InlineData("content_ratings", "PG-13", "must be a country and its rating, such as US:PG-13")]
    public void Parse_WhatItIsNot_SaysWhatItMustBe(string path, string text, string expected) =>
        Assert.Equal(expected, Assert.Throws<FormatException>(() => FieldText.Parse(Title.Descriptor.FieldAt(path), text)).Message);

    [Fact]
    public void Format_NotStated_IsEmptyUnlessItCounts()
    {
        Assert.All(Title.Descriptor.Fields.InDeclarationOrder().Where(field => field.FieldType is not FieldType.Bool && field.Name != "availability"), field => Assert.Equal("", FieldText.Format(field, new Title())));
        Assert.Equal("0", FieldText.Format(Season.Descriptor.FieldAt("number"), new Season()));
    }

    [Fact]
    public void Format_AKindOfALaterVersion_IsItsNumber() =>
        Assert.Equal("99", FieldText.Format(Title.Descriptor.FieldAt("kind"), new Title { Kind = (TitleKind)99 }));

    private static void AssertReads(IMessage message, string path, string text, string written)
    {
        var field = message.Descriptor.FieldAt(path);

        var value = FieldText.Parse(field, text);
        message.Set(path, value);

        var owner = path.Contains('.', StringComparison.Ordinal) ? message.Child(path.Split('.')[0]) : message;
        Assert.Equal(written, FieldText.Format(field, owner));
        if (field.FieldType is not FieldType.Bool)
        {
            Assert.Equal(value, FieldText.Parse(field, written));
        }
    }
}

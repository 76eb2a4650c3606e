using System.Text;
using FsCheck;
using FsCheck.Fluent;
using MoviesNow.Telemetry.Cmcd;
using MoviesNow.Telemetry.V1;
using Telemetry.Tests.Hosting;

namespace Telemetry.Tests.Cmcd;

/// <summary>Whatever is sent, the decoder does not throw, keeps its bounds, and makes events that keep the contract.</summary>
public sealed class DecoderFuzzTests
{
    private const int Cases = 3_000;

    private static readonly string[] Pieces =
    [
        "br", "bl", "sid", "sta", "e", "v", "ot", "pt", "ec", "nor", "com.example-x", "sn", "ts", "pr", "bg", "=", "=", ",", ",", "(", ")", ";v", ";a=1", " ", "\"", "\"abc\"", "\\", "?1", "?0", "?",
        "1", "-", "2", "0.5", "999999999999999", "1e9", "ps", "p", "*", ":YQ==:", ":", "\n", "\0", "%", "%22", "+", "{", "}", "[", "]", "\ud800", "😀", "ä", "\t", "true", "null", "\"v\":2", "\"br\":[1]",
    ];

    private static Gen<string> Texts => Gen.OneOf(
        Gen.Elements(Pieces).ArrayOf().Select(parts => string.Concat(parts)),
        Gen.Choose(0, 0xFFFF).ArrayOf().Select(chars => string.Concat(chars.Select(c => (char)c))));

    [Fact]
    public void Decode_AnyText_KeepsItsBounds() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(Cases).WithEndSize(200), Prop.ForAll(Texts.ToArbitrary(), text =>
    {
        IEnumerable<CmcdReport> reports =
        [
            CmcdDecoder.FromText(text), CmcdDecoder.FromArgument(text), CmcdDecoder.FromHeaders([text, text]), .. CmcdDecoder.FromLines(text, 500),
            .. CmcdJson.Decode(Encoding.UTF8.GetBytes(text), 500), .. CmcdJson.Decode(Encoding.UTF8.GetBytes($"[{{{text}}}]"), 500),
        ];
        return reports.All(IsBounded) && reports.All(IsStorable);
    }));

    [Fact]
    public void Decode_AnyBytes_DoesNotThrow() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(Cases), Prop.ForAll(
        Gen.Choose(0, 255).ArrayOf().Select(bytes => bytes.Select(b => (byte)b).ToArray()).ToArbitrary(),
        bytes => CmcdJson.Decode(bytes, 500).Concat(CmcdJson.Decode([.. "{\""u8, .. bytes, .. "\":1}"u8], 500)).All(IsBounded)));

    [Fact]
    public void FromText_WellFormedMembersAroundMalformedOnes_AreRead() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(Cases), Prop.ForAll(
        Gen.Elements(Pieces.Where(piece => !piece.Contains('"', StringComparison.Ordinal)).ToArray()).ArrayOf().Select(parts => string.Concat(parts)).ToArbitrary(),
        text => CmcdDecoder.FromText($"sf=h,x{text},st=v") is { Version: 1 } report ? report.Text("sf") == "h" && report.Text("st") == "v" : text.Contains('v', StringComparison.Ordinal)));

    private static bool IsBounded(CmcdReport report) =>
        report.Values.Count <= CmcdLimits.MaxKeys
        && report.Extra.Count <= CmcdLimits.MaxExtraKeys
        && report.Problems.Count <= CmcdLimits.MaxProblems
        && report.Values.Values.All(value => value.Items is null || value.Items.Count <= CmcdLimits.MaxItems)
        && report.Extra.All(pair => pair.Key.Length <= CmcdLimits.MaxKeyLength && pair.Value.Text.Length <= CmcdLimits.MaxExtraLength)
        && report.Problems.All(problem => problem.Key.Length <= CmcdLimits.MaxKeyLength);

    private static bool IsStorable(CmcdReport report) =>
        !MoviesNow.Telemetry.Events.EventRules.Violations(CmcdEvents.Of(report, 1, Samples.Noon, new CmcdMemory())).Any()
        || CmcdEvents.Of(report, 1, Samples.Noon, new CmcdMemory()).Type is EventType.Unspecified;
}

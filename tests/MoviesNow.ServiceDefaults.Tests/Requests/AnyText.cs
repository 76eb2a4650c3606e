using FsCheck;
using FsCheck.Fluent;

namespace MoviesNow.ServiceDefaults.Tests.Requests;

/// <summary>Texts for property tests: of the characters that rules are about, in any order, and of any at all.</summary>
internal static class AnyText
{
    private static readonly int[] Interesting =
    [
        .. "aAeEoOsSıIÅéŁłßẞσςΣ’–\"' \t\n\r.-".Select(c => (int)c),
        0x300, 0x301, 0x307, 0x308, 0x30A, 0x323, 0x327, 0x338, 0x345, 0x1AB0, 0x20E3, 0x3099, 0x309A, 0x64E, 0x651, 0x93C, 0x5B4,
        0x1100, 0x1161, 0x11A8, 0xAC00, 0xAC01, 0x304B, 0xFF76, 0xFF9E, 0x928, 0x9C7, 0x9BE, 0xDDD, 0xFB2C, 0x1F82, 0x1E0A, 0xA0, 0x2003, 0x3000, 0x2028,
        0x85, 0xAD, 0x61C, 0x200B, 0x200C, 0x200D, 0x200E, 0x202E, 0x2060, 0x2066, 0x2800, 0x3164, 0x115F, 0xFEFF, 0xFE0F, 0xFFFD, 0xFFFE, 0xE000,
        0x1F468, 0x1F3F4, 0x1F3FB, 0x1D15E, 0xE0067, 0xE007F, 0xE0100, 0x10FFFF, 0x2F81A, 0x212B, 0xFF21, 0xFB01, 0x1D400,
    ];

    private static readonly Gen<string> Characters = Gen.Elements(Interesting).Select(char.ConvertFromUtf32).ListOf().Select(string.Concat);

    private static readonly Gen<string> Anything = ArbMap.Default.GeneratorFor<string?>().Select(text => text ?? "");

    public static Arbitrary<string> Arbitrary { get; } = Gen.OneOf(Characters, Characters, Anything).ToArbitrary();

    /// <summary>Runs a property on ten thousand texts.</summary>
    public static void Check(Action<string> property) => Prop.ForAll(Arbitrary, property).Check(Config.QuickThrowOnFailure.WithMaxTest(10_000));
}

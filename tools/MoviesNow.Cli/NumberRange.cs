using System.CommandLine;
using System.Globalization;
using System.Numerics;

namespace MoviesNow.Cli;

/// <summary>Ranges of options that are numbers.</summary>
internal static class NumberRange
{
    /// <summary>
    /// Refuses a number outside a range. It looks at the text: asked for its value, an option that is no number throws, and the parser, whose
    /// business that is, never comes to tell it.
    /// </summary>
    public static Option<T> Within<T>(this Option<T> option, long least, long most = long.MaxValue)
    {
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }]
                && BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                && (number < least || number > most))
            {
                result.AddError(most == long.MaxValue
                    ? string.Create(CultureInfo.InvariantCulture, $"{option.Name} must be at least {least}.")
                    : string.Create(CultureInfo.InvariantCulture, $"{option.Name} must be {least} to {most}."));
            }
        });
        return option;
    }
}

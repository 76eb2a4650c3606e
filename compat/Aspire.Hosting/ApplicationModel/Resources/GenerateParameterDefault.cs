using System.Security.Cryptography;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>A random value, made once in each run.</summary>
public sealed class GenerateParameterDefault : ParameterDefault
{
    private const string Letters = "abcdefghjkmnpqrstuvwxyz";
    private const string Digits = "0123456789";
    private const string Symbols = "-_.{}~()*+!";

    private string? _value;

    public int MinLength { get; set; }

    public bool Lower { get; set; } = true;

    public bool Upper { get; set; } = true;

    public bool Numeric { get; set; } = true;

    public bool Special { get; set; } = true;

    public override string GetDefaultValue() => _value ??= RandomNumberGenerator.GetString(
        $"{(Lower ? Letters : "")}{(Upper ? Letters.ToUpperInvariant() : "")}{(Numeric ? Digits : "")}{(Special ? Symbols : "")}",
        Math.Max(22, MinLength));
}

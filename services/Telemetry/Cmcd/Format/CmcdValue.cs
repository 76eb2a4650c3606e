namespace MoviesNow.Telemetry.Cmcd;

/// <summary>Types of structured fields (RFC 8941) that CMCD knows.</summary>
internal enum CmcdKind
{
    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>A whole number of at most 15 digits.</summary>
    Integer,

    /// <summary>A number with up to three digits after the point.</summary>
    Decimal,

    /// <summary>Text in quotes.</summary>
    String,

    /// <summary>A word without quotes.</summary>
    Token,

    /// <summary>Bytes, as base64. No key has them; they are read past.</summary>
    Bytes,

    /// <summary>An inner list.</summary>
    List,
}

/// <summary>The value of a key.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Number">The number; 1 and 0 for true and false.</param>
/// <param name="Text">The text, token or base64; empty for others.</param>
/// <param name="Items">The items of a list; null for others.</param>
internal readonly record struct CmcdValue(CmcdKind Kind, decimal Number, string Text, IReadOnlyList<CmcdItem>? Items = null)
{
    public static readonly CmcdValue True = new(CmcdKind.Boolean, 1, "");

    public static readonly CmcdValue False = new(CmcdKind.Boolean, 0, "");

    public bool IsNumber => Kind is CmcdKind.Integer or CmcdKind.Decimal;

    public static CmcdValue Of(string text) => new(CmcdKind.String, 0, text);

    public static CmcdValue OfNumber(decimal number) => new(number == decimal.Truncate(number) ? CmcdKind.Integer : CmcdKind.Decimal, number, "");

    public static CmcdValue OfList(IReadOnlyList<CmcdItem> items) => new(CmcdKind.List, 0, "", items);
}

/// <summary>An item of a list.</summary>
/// <param name="Value">The item; never a list.</param>
/// <param name="ObjectType">The object type that it is for, such as <c>v</c>; empty when it says none.</param>
internal readonly record struct CmcdItem(CmcdValue Value, string ObjectType);

using System.Buffers;
using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using MoviesNow.ServiceDefaults.Errors;

namespace MoviesNow.ServiceDefaults.Requests;

/// <summary>
/// Checks the fields of a request and collects every violation, so that a caller learns of all of them at once. Each method
/// returns the parsed value, which means something only after <see cref="ThrowIfInvalid"/>.
/// </summary>
public sealed class RequestCheck
{
    private static readonly SearchValues<char> LowerHexDigits = SearchValues.Create("0123456789abcdef");

    private static readonly SearchValues<char> UuidCharacters = SearchValues.Create("0123456789abcdefABCDEF-");

    private readonly List<BadRequest.Types.FieldViolation> _violations = [];

    /// <summary>What was wrong so far.</summary>
    public IReadOnlyList<BadRequest.Types.FieldViolation> Violations => _violations;

    /// <summary>Adds a violation.</summary>
    /// <param name="field">Path of the field in the request, such as <c>target.title_id</c>.</param>
    /// <param name="description">What the field must be.</param>
    public void Add(string field, string description) =>
        _violations.Add(new BadRequest.Types.FieldViolation { Field = field, Description = description });

    /// <summary>Adds a violation unless the condition holds.</summary>
    public bool Require(bool condition, string field, string description)
    {
        if (!condition)
        {
            Add(field, description);
        }

        return condition;
    }

    /// <summary>A required id.</summary>
    public Guid Id(string field, string value)
    {
        if (value.Length == 0)
        {
            Add(field, "is required");
            return default;
        }

        return OptionalId(field, value) ?? default;
    }

    /// <summary>An id, or null when it is empty.</summary>
    public Guid? OptionalId(string field, string value)
    {
        if (value.Length == 0)
        {
            return null;
        }

        // The parser also takes white space, signs and 0x, which would give one id many spellings.
        if (value.Length == 36 && !value.AsSpan().ContainsAnyExcept(UuidCharacters) && Guid.TryParseExact(value, "D", out var id))
        {
            return id;
        }

        Add(field, "must be a UUID such as 0198c0de-7a5b-7c3d-8e9f-0123456789ab");
        return null;
    }

    /// <summary>A name or label of one line, in its canonical form, which is the one to store and to search for.</summary>
    /// <param name="field">Path of the field.</param>
    /// <param name="value">The text as it came.</param>
    /// <param name="maxLength">The most characters of the canonical form (Unicode code points).</param>
    /// <param name="required">Whether white space only is a violation.</param>
    public string Text(string field, string value, int maxLength, bool required = false) => Text(field, value, TextRule.Line(maxLength), required);

    /// <summary>A description of several lines, in its canonical form, which is the one to store.</summary>
    /// <param name="field">Path of the field.</param>
    /// <param name="value">The text as it came.</param>
    /// <param name="maxLength">The most characters of the canonical form (Unicode code points).</param>
    public string Paragraphs(string field, string value, int maxLength) => Text(field, value, TextRule.Paragraphs(maxLength), required: false);

    /// <summary>
    /// A value of another system, such as an ETag or the subject of a token, whose length in characters (Unicode code points) is limited. It
    /// is kept as it is, because a changed one would not be found again.
    /// </summary>
    public string Opaque(string field, string value, int maxLength, bool required = false)
    {
        if (required && string.IsNullOrWhiteSpace(value))
        {
            Add(field, "is required");
        }
        else if (value.EnumerateRunes().Count() > maxLength)
        {
            Add(field, $"must have at most {maxLength.ToString("N0", CultureInfo.InvariantCulture)} characters");
        }
        else if (value.Any(c => char.IsControl(c) && c is not ('\n' or '\r' or '\t')))
        {
            Add(field, "must not contain control characters");
        }

        return value;
    }

    /// <summary>A number within limits, both included.</summary>
    public long Range(string field, long value, long min, long max)
    {
        Require(value >= min && value <= max, field, string.Create(CultureInfo.InvariantCulture, $"must be {min:N0} to {max:N0}"));
        return value;
    }

    /// <summary>An enum value that is known and stated.</summary>
    public T Known<T>(string field, T value) where T : struct, System.Enum
    {
        if (EqualityComparer<T>.Default.Equals(value, default))
        {
            Add(field, "is required");
        }

        return KnownOrUnspecified(field, value);
    }

    /// <summary>An enum value that is known, or not stated.</summary>
    public T KnownOrUnspecified<T>(string field, T value) where T : struct, System.Enum
    {
        Require(System.Enum.IsDefined(value), field, "is not a value of the contract");
        return value;
    }

    /// <summary>A SHA-256 in the one spelling that the contract allows.</summary>
    public string Sha256(string field, string value, bool required = true)
    {
        if (value.Length > 0 || required)
        {
            Require(value.Length == 64 && !value.AsSpan().ContainsAnyExcept(LowerHexDigits), field, "must be 64 lower-case hexadecimal digits");
        }

        return value;
    }

    /// <summary>A country code, or empty.</summary>
    public string Country(string field, string value)
    {
        if (value.Length > 0 && CountryCode.Violation(value) is { } violation)
        {
            Add(field, violation);
        }

        return value;
    }

    /// <summary>A language tag in its canonical form, which is the one to store, or empty.</summary>
    public string Language(string field, string value)
    {
        if (value.Length == 0)
        {
            return value;
        }

        if (LanguageTag.TryCanonicalize(value, out var canonical, out var violation))
        {
            return canonical;
        }

        Add(field, violation);
        return value;
    }

    /// <summary>A moment, or null when it is absent.</summary>
    public DateTimeOffset? Time(string field, Timestamp? value, bool required = false)
    {
        if (value is null)
        {
            Require(!required, field, "is required");
            return null;
        }

        try
        {
            return value.ToDateTimeOffset();
        }
        catch (InvalidOperationException)
        {
            Add(field, "must be a timestamp from year 1 to 9999");
            return null;
        }
    }

    /// <summary>Ends the checks.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT with all violations, if there are any.</exception>
    public void ThrowIfInvalid()
    {
        if (_violations.Count > 0)
        {
            throw RpcErrors.InvalidFields(_violations);
        }
    }

    private string Text(string field, string value, TextRule rule, bool required)
    {
        if (rule.Apply(value, out var canonical) is { } violation)
        {
            Add(field, violation);
        }
        else
        {
            Require(canonical.Length > 0 || !required, field, "is required");
        }

        return canonical;
    }
}

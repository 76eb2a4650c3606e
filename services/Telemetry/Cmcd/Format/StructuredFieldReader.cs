using System.Globalization;

namespace MoviesNow.Telemetry.Cmcd;

/// <summary>
/// Reads a dictionary of structured fields (RFC 8941) member by member. Where the standard gives the whole up, this reader says what is
/// wrong with one member and goes on with the next. Names of keys may have capital letters too: version 1 of CMCD shows such.
/// </summary>
internal ref struct StructuredFieldReader(ReadOnlySpan<char> text)
{
    private const int MaxIntegerDigits = 15;
    private const int MaxDecimalDigits = 12;
    private const int MaxFractionDigits = 3;

    private readonly ReadOnlySpan<char> _text = text;
    private int _at;

    /// <summary>Where the last member began, from 1.</summary>
    public int Column { get; private set; }

    /// <summary>What is wrong with the last member; null when it is well-formed.</summary>
    public string? Error { get; private set; }

    /// <summary>Reads the next member, well-formed or not; false at the end.</summary>
    public bool Next(out string key, out CmcdValue value)
    {
        (key, value, Error) = ("", CmcdValue.True, null);
        SkipSpaces();
        if (_at >= _text.Length)
        {
            return false;
        }

        Column = _at + 1;
        key = ReadKey();
        if (Error is null && TryTake('='))
        {
            value = Peek() == '(' ? ReadList() : ReadBare();
        }

        if (Error is null)
        {
            ReadParameters(out _);
        }

        SkipSpaces();
        if (Error is null && _at < _text.Length && _text[_at] != ',')
        {
            Error = "must be followed by a comma";
        }

        SkipToComma();
        return true;
    }

    private string ReadKey()
    {
        var start = _at;
        if (!char.IsAsciiLetter(Peek()) && Peek() != '*')
        {
            Error = "must begin with a letter";
            return "";
        }

        while (char.IsAsciiLetterOrDigit(Peek()) || Peek() is '_' or '-' or '.' or '*')
        {
            _at++;
        }

        if (_at - start > CmcdLimits.MaxKeyLength)
        {
            Error = $"must have a name of at most {CmcdLimits.MaxKeyLength} characters";
            return "";
        }

        return CmcdNames.Of(_text[start.._at]);
    }

    private CmcdValue ReadBare()
    {
        switch (Peek())
        {
            case '"':
                return ReadString();
            case '?':
                return ReadBoolean();
            case ':':
                return ReadBytes();
            case '*':
            case var letter when char.IsAsciiLetter(letter):
                return ReadToken();
            default:
                return ReadNumber();
        }
    }

    private CmcdValue ReadNumber()
    {
        var start = _at;
        TryTake('-');
        var digits = CountDigits();
        var fraction = 0;
        if (digits > 0 && TryTake('.'))
        {
            fraction = CountDigits();
            if (digits > MaxDecimalDigits || fraction is 0 or > MaxFractionDigits)
            {
                Error = "must have at most 12 digits before the point and 3 behind it";
            }
        }
        else if (digits is 0 or > MaxIntegerDigits)
        {
            Error = digits == 0 ? "must be a value" : "must have at most 15 digits";
        }

        return Error is not null
            ? CmcdValue.True
            : new(fraction > 0 ? CmcdKind.Decimal : CmcdKind.Integer, decimal.Parse(_text[start.._at], CultureInfo.InvariantCulture), "");
    }

    private CmcdValue ReadString()
    {
        var start = ++_at;
        var escapes = 0;
        for (; _at < _text.Length && _text[_at] != '"'; _at++)
        {
            if (_text[_at] is < ' ' or > '~')
            {
                Error = "must have only printable ASCII characters";
            }
            else if (_text[_at] == '\\')
            {
                escapes++;
                _at++;
                if (Peek() is not ('"' or '\\'))
                {
                    Error = "must escape only quotes and backslashes";
                }
            }
        }

        if (_at >= _text.Length)
        {
            _at = _text.Length;
            Error = "must end with a quote";
        }

        if (Error is not null)
        {
            return CmcdValue.True;
        }

        var raw = _text[start.._at++];
        return CmcdValue.Of(escapes == 0 ? raw.ToString() : Unescape(raw));
    }

    private CmcdValue ReadToken()
    {
        var start = _at++;
        while (char.IsAsciiLetterOrDigit(Peek()) || "!#$%&'*+-.^_`|~:/".Contains(Peek(), StringComparison.Ordinal))
        {
            _at++;
        }

        return new(CmcdKind.Token, 0, CmcdNames.Of(_text[start.._at]));
    }

    private CmcdValue ReadBoolean()
    {
        _at++;
        if (TryTake('1'))
        {
            return CmcdValue.True;
        }

        Error = TryTake('0') ? null : "must be ?0 or ?1";
        return CmcdValue.False;
    }

    private CmcdValue ReadBytes()
    {
        var start = ++_at;
        while (char.IsAsciiLetterOrDigit(Peek()) || Peek() is '+' or '/' or '=')
        {
            _at++;
        }

        var bytes = _text[start.._at];
        Error = TryTake(':') ? null : "must end with a colon";
        return new(CmcdKind.Bytes, 0, bytes.ToString());
    }

    private CmcdValue ReadList()
    {
        _at++;
        var items = new List<CmcdItem>();
        while (true)
        {
            SkipSpaces();
            if (TryTake(')'))
            {
                return CmcdValue.OfList(items);
            }

            if (items.Count == CmcdLimits.MaxItems)
            {
                Error = $"must have at most {CmcdLimits.MaxItems} items";
                return CmcdValue.True;
            }

            var value = ReadBare();
            var objectType = "";
            if (Error is null)
            {
                ReadParameters(out objectType);
            }

            if (Error is null && Peek() is not (' ' or ')'))
            {
                Error = "must have a space or ) behind each item";
            }

            if (Error is not null)
            {
                return CmcdValue.True;
            }

            items.Add(new CmcdItem(value, objectType));
        }
    }

    /// <summary>Reads <c>;a;b=1</c>; the first that is true is the object type.</summary>
    private void ReadParameters(out string objectType)
    {
        objectType = "";
        while (Error is null && TryTake(';'))
        {
            SkipSpaces();
            var key = ReadKey();
            if (Error is null)
            {
                var value = TryTake('=') ? ReadBare() : CmcdValue.True;
                objectType = objectType.Length == 0 && value == CmcdValue.True ? key : objectType;
            }
        }
    }

    private readonly char Peek() => _at < _text.Length ? _text[_at] : '\0';

    private bool TryTake(char wanted)
    {
        if (Peek() != wanted)
        {
            return false;
        }

        _at++;
        return true;
    }

    private int CountDigits()
    {
        var start = _at;
        while (char.IsAsciiDigit(Peek()))
        {
            _at++;
        }

        return _at - start;
    }

    private void SkipSpaces()
    {
        while (Peek() is ' ' or '\t')
        {
            _at++;
        }
    }

    /// <summary>Goes past the comma that ends the member; commas in quotes end none.</summary>
    private void SkipToComma()
    {
        if (Error is null)
        {
            _at = Math.Min(_at + 1, _text.Length);
            return;
        }

        var isQuoted = false;
        for (_at = Column - 1; _at < _text.Length; _at++)
        {
            if (_text[_at] == '\\' && isQuoted)
            {
                _at++;
            }
            else if (_text[_at] == '"')
            {
                isQuoted = !isQuoted;
            }
            else if (_text[_at] == ',' && !isQuoted)
            {
                _at++;
                return;
            }
        }

        _at = _text.Length;
    }

    private static string Unescape(ReadOnlySpan<char> raw)
    {
        Span<char> text = raw.Length <= 256 ? stackalloc char[raw.Length] : new char[raw.Length];
        var length = 0;
        for (var i = 0; i < raw.Length; i++)
        {
            text[length++] = raw[i] == '\\' ? raw[++i] : raw[i];
        }

        return text[..length].ToString();
    }
}

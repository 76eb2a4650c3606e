using System.Text;

namespace MoviesNow.ServiceDefaults.Requests;

/// <summary>Puts the words of a text together, with one space or at most some line breaks between them.</summary>
internal sealed class TextScan
{
    private readonly StringBuilder _text = new();

    // Invisible characters at the beginning of a word: they count when a visible one follows.
    private readonly StringBuilder _held = new();
    private bool _space;
    private int _lineBreaks;
    private bool _afterReturn;
    private bool _inWord;

    /// <summary>How many characters there are so far (Unicode code points).</summary>
    public int Length { get; private set; }

    /// <summary>The last character, or 0 after white space and at the beginning.</summary>
    public int Previous { get; private set; }

    /// <summary>True when there was more than white space.</summary>
    public bool HasContent { get; private set; }

    /// <summary>True when something shows.</summary>
    public bool HasVisible { get; private set; }

    public void Space()
    {
        _space = true;
        EndWord();
    }

    public void BreakLine(Rune rune, int most)
    {
        // CR LF is one line break.
        if (!(_afterReturn && rune.Value == '\n'))
        {
            _lineBreaks = Math.Min(_lineBreaks + 1, most);
        }

        EndWord();
        _afterReturn = rune.Value == '\r';
    }

    public void Append(Rune rune)
    {
        HasContent = true;
        HasVisible |= TextCharacters.IsVisible(rune);
        (Previous, _afterReturn) = (rune.Value, false);
        Length++;
        if (!_inWord && TextCharacters.IsInvisible(rune))
        {
            _held.Append(rune.ToString());
            return;
        }

        if (!_inWord && _text.Length > 0)
        {
            _text.Append(_lineBreaks > 0 ? new string('\n', _lineBreaks) : _space ? " " : "").Append(_held);
        }

        (_inWord, _space, _lineBreaks) = (true, false, 0);
        _held.Clear();
        _text.Append(rune.ToString());
    }

    /// <summary>The text, without invisible characters at its ends.</summary>
    public string Finish()
    {
        var text = _text.ToString();
        while (text.Length > 0 && Rune.DecodeLastFromUtf16(text, out var last, out var length) is System.Buffers.OperationStatus.Done
            && TextCharacters.IsInvisible(last) && !TextCharacters.BelongsToWord(last))
        {
            text = text[..^length];
        }

        return text;
    }

    private void EndWord()
    {
        (_inWord, _afterReturn, Previous) = (false, false, 0);
        _held.Clear();
    }
}

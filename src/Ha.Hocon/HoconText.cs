namespace Ha.Hocon;

/// <summary>A text that is read letter by letter, with the place of each.</summary>
internal sealed class HoconText(string file, string text)
{
    private int _index;
    private int _line = 1;
    private int _column = 1;

    public Position At => new(file, _line, _column);

    public string File => file;

    public bool IsEnd => _index >= text.Length;

    /// <summary>The letter here; zero at the end.</summary>
    public char Here => Ahead(0);

    /// <summary>The letter further on; zero past the end.</summary>
    public char Ahead(int count) => _index + count < text.Length ? text[_index + count] : '\0';

    public bool StartsWith(string what) => string.CompareOrdinal(text, _index, what, 0, what.Length) == 0;

    /// <summary>Takes one letter.</summary>
    public char Take()
    {
        var letter = text[_index++];
        if (letter == '\n')
        {
            _line++;
            _column = 1;
        }
        else if (!char.IsLowSurrogate(letter))
        {
            _column++;
        }

        return letter;
    }

    public void Skip(int count)
    {
        for (; count > 0 && !IsEnd; count--)
        {
            Take();
        }
    }

    /// <summary>Blanks as the language has them: Unicode's spaces and separators, control blanks, the byte order mark; not the
    /// line feed.</summary>
    public static bool IsBlank(char letter) => letter switch
    {
        '\n' or '\0' => false,
        '\t' or '\v' or '\f' or '\r' or '\u001c' or '\u001d' or '\u001e' or '\u001f' or '\ufeff' => true,
        _ => char.GetUnicodeCategory(letter) is System.Globalization.UnicodeCategory.SpaceSeparator
            or System.Globalization.UnicodeCategory.LineSeparator
            or System.Globalization.UnicodeCategory.ParagraphSeparator,
    };

    public bool IsComment => Here == '#' || (Here == '/' && Ahead(1) == '/');

    /// <summary>Skips blanks and comments; line feeds, too, where told. True when a line feed was skipped.</summary>
    public bool SkipBlanks(bool overLines)
    {
        var crossed = false;
        while (!IsEnd)
        {
            if (IsBlank(Here))
            {
                Take();
            }
            else if (IsComment)
            {
                while (!IsEnd && Here != '\n')
                {
                    Take();
                }
            }
            else if (overLines && Here == '\n')
            {
                crossed = true;
                Take();
            }
            else
            {
                break;
            }
        }

        return crossed;
    }
}

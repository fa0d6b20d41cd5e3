using System.Globalization;

namespace Ha.Hocon;

/// <summary>A text that is read letter by letter, with the place of each.</summary>
internal sealed class HoconText(string file, string text)
{
    private const string ForbiddenUnquoted = "$\"{}[]:=,+#`^?!@*&\\\0";

    private Mark _mark = new(0, 1, 1);

    /// <summary>A point in the text to come back to.</summary>
    internal readonly record struct Mark(int Index, int Line, int Column);

    public Position At => new(file, _mark.Line, _mark.Column);

    public string File => file;

    public bool IsEnd => _mark.Index >= text.Length;

    /// <summary>The letter here; zero at the end.</summary>
    public char Here => Ahead(0);

    public bool IsComment => Here == '#' || (Here == '/' && Ahead(1) == '/');

    /// <summary>The letter further on; zero past the end.</summary>
    public char Ahead(int count) => _mark.Index + count < text.Length ? text[_mark.Index + count] : '\0';

    public bool StartsWith(string what) => string.CompareOrdinal(text, _mark.Index, what, 0, what.Length) == 0;

    public Mark Save() => _mark;

    public void GoBack(Mark mark) => _mark = mark;

    /// <summary>Takes one letter.</summary>
    public char Take()
    {
        var letter = text[_mark.Index];
        _mark = letter == '\n'
            ? new Mark(_mark.Index + 1, _mark.Line + 1, 1)
            : new Mark(_mark.Index + 1, _mark.Line, _mark.Column + (char.IsLowSurrogate(letter) ? 0 : 1));
        return letter;
    }

    public void Skip(int count)
    {
        for (; count > 0 && !IsEnd; count--)
        {
            Take();
        }
    }

    /// <summary>True when what begins at a mark follows a comma on the same line.</summary>
    public bool IsAfterComma(Mark mark)
    {
        var index = mark.Index - 1;
        while (index >= 0 && IsBlank(text[index]))
        {
            index--;
        }

        return index >= 0 && text[index] == ',';
    }

    public void SkipToEnd() => _mark = _mark with { Index = text.Length };

    /// <summary>Blanks as the language has them: Unicode's spaces and separators, control blanks, the byte order mark;
    /// not the line feed.</summary>
    public static bool IsBlank(char letter) => letter switch
    {
        ' ' or '\t' or '\v' or '\f' or '\r' or '\u001c' or '\u001d' or '\u001e' or '\u001f' or '\ufeff' => true,
        < '\u0080' => false,
        _ => char.GetUnicodeCategory(letter) is UnicodeCategory.SpaceSeparator
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator,
    };

    /// <summary>Letters that unquoted text may not have.</summary>
    public static bool IsForbidden(char letter) => ForbiddenUnquoted.Contains(letter, StringComparison.Ordinal);

    /// <summary>A letter as a message can show it.</summary>
    public static string Show(char letter) => letter < ' ' ? $"U+{(int)letter:X4}" : letter.ToString();

    /// <summary>Skips blanks, but neither comments nor line feeds.</summary>
    public void SkipBlanksOnly()
    {
        while (!IsEnd && IsBlank(Here))
        {
            Take();
        }
    }

    /// <summary>Skips blanks and comments; line feeds, too, where told.</summary>
    public void SkipBlanks(bool overLines)
    {
        while (!IsEnd)
        {
            if (IsBlank(Here) || (overLines && Here == '\n'))
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
            else
            {
                break;
            }
        }
    }
}

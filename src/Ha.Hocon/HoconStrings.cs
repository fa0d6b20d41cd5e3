using System.Globalization;
using System.Text;

namespace Ha.Hocon;

/// <summary>Reads text in quotes, in three quotes, and without quotes.</summary>
internal static class HoconStrings
{
    /// <summary>Text in quotes, from the quote on; null after an error.</summary>
    /// <param name="warnsOfSubstitutions">False where ${ in quotes is certainly meant so (keys, file names).</param>
    public static string? Quoted(HoconText text, DiagnosticList diagnostics, bool warnsOfSubstitutions = false)
    {
        var at = text.At;
        if (text.StartsWith("\"\"\""))
        {
            return Triple(text, at, diagnostics);
        }

        text.Take();
        var letters = new StringBuilder();
        while (text.Here != '"' || text.IsEnd)
        {
            if (text.IsEnd || text.Here == '\n')
            {
                diagnostics.Error(
                    "HA1024", at, text.IsEnd ? "this quote is never closed" : "this quote is not closed on its line",
                    "close it with \", or use \"\"\" for several lines");
                return null;
            }

            if (!Letter(text, letters, diagnostics))
            {
                return null;
            }
        }

        text.Take();
        var result = letters.ToString();
        if (HasLoneSurrogate(result))
        {
            diagnostics.Error("HA1026", at, "half of a surrogate pair stands alone in this text", "write both \\uXXXX");
            return null;
        }

        if (warnsOfSubstitutions && result.Contains("${", StringComparison.Ordinal))
        {
            diagnostics.Warning(
                "HA1103", at, "${...} in quotes is plain text, and is not substituted",
                "end the quotes before it: \"a\"${b}\"c\"");
        }

        return result;
    }

    /// <summary>Text without quotes, up to what cannot belong to it; null after an error. Blanks inside belong to it,
    /// those at its end do not.</summary>
    /// <param name="isFirst">False where another value stands before it on the same line.</param>
    public static HoconNode.Scalar? Unquoted(HoconText text, bool isFirst, DiagnosticList diagnostics)
    {
        var at = text.At;
        var letters = new StringBuilder();
        while (!text.IsEnd && text.Here != '\n' && !text.IsComment
            && (!HoconText.IsForbidden(text.Here) || IsPlusOfExponent(text, letters)))
        {
            if (!HoconText.IsBlank(text.Here))
            {
                letters.Append(text.Take());
                continue;
            }

            var mark = text.Save();
            var blanks = new StringBuilder();
            while (HoconText.IsBlank(text.Here))
            {
                blanks.Append(text.Take());
            }

            if (text.IsEnd || text.Here == '\n' || text.IsComment || HoconText.IsForbidden(text.Here))
            {
                text.GoBack(mark);
                break;
            }

            letters.Append(blanks);
        }

        var mayFollow = text.IsEnd || text.Here is '\n' or ',' or '}' or ']' or '"' or '$' or '{' or '['
            || text.IsComment || HoconText.IsBlank(text.Here);
        if (mayFollow && letters.Length > 0)
        {
            return new HoconNode.Scalar(at, letters.ToString(), IsQuoted: false);
        }

        RefuseLetter(text, letters.ToString(), isFirst, diagnostics);
        return null;
    }

    // The one place where a plus may stand: 1e+3, which is a number in JSON.
    private static bool IsPlusOfExponent(HoconText text, StringBuilder letters) =>
        text.Here == '+' && char.IsAsciiDigit(text.Ahead(1)) && letters.Length >= 2 && letters[^1] is 'e' or 'E'
        && HoconScalar.IsNumberText(letters.ToString(0, letters.Length - 1));

    private static void RefuseLetter(HoconText text, string before, bool isFirst, DiagnosticList diagnostics)
    {
        var at = text.At;
        var letter = text.Here;
        if (letter == '\0')
        {
            diagnostics.Error("HA1018", at, "the text has a zero character in it", "remove it");
            text.Skip(1);
            return;
        }

        if (letter is '=' or ':' && (!isFirst || before.Length == 0 || before.Any(HoconText.IsBlank)))
        {
            diagnostics.Error(
                "HA1016", at, $"a second '{letter}' for one key",
                    "put a comma or a new line between two fields, or the text into quotes");
            return;
        }

        var rest = new StringBuilder();
        while (!text.IsEnd && !HoconText.IsBlank(text.Here) && text.Here is not ('\n' or ',' or '}' or ']'))
        {
            rest.Append(text.Take());
        }

        var whole = before + rest;
        diagnostics.Error(
            "HA1019", at, $"unquoted text may not contain '{HoconText.Show(letter)}'",
            whole == "+INFINITY" ? "write INFINITY" : $"put it in quotes: {QuotedForm(whole)}");
    }

    /// <summary>A text as it is written in quotes.</summary>
    public static string QuotedForm(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var letter in text)
        {
            quoted.Append(letter switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                < ' ' => $"\\u{(int)letter:x4}",
                _ => letter.ToString(),
            });
        }

        return quoted.Append('"').ToString();
    }

    private static bool Letter(HoconText text, StringBuilder letters, DiagnosticList diagnostics)
    {
        var at = text.At;
        var letter = text.Take();
        if (letter == '\\')
        {
            return Escape(text, at, letters, diagnostics);
        }

        if (letter < ' ')
        {
            diagnostics.Error(
                "HA1025", at, $"a control character (U+{(int)letter:X4}) stands in quotes",
                    $"write \\u{(int)letter:x4}");
            return false;
        }

        letters.Append(letter);
        return true;
    }

    private static bool Escape(HoconText text, Position at, StringBuilder letters, DiagnosticList diagnostics)
    {
        var kind = text.Here;
        var plain = kind switch
        {
            '"' or '\\' or '/' => kind,
            'b' => '\b',
            'f' => '\f',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            _ => '\0',
        };
        if (plain != '\0')
        {
            text.Take();
            letters.Append(plain);
            return true;
        }

        if (kind == 'u')
        {
            var digits = string.Concat(Enumerable.Range(1, 4).Select(text.Ahead));
            if (ushort.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
            {
                text.Skip(5);
                letters.Append((char)code);
                return true;
            }
        }

        diagnostics.Error(
            "HA1026", at, "this escape is not known", "known are \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX", length: 2);
        return false;
    }

    private static string? Triple(HoconText text, Position at, DiagnosticList diagnostics)
    {
        text.Skip(3);
        var letters = new StringBuilder();
        while (!text.StartsWith("\"\"\""))
        {
            if (text.IsEnd)
            {
                diagnostics.Error("HA1027", at, "this \"\"\" is never closed", "add \"\"\"", length: 3);
                return null;
            }

            letters.Append(text.Take());
        }

        text.Skip(3);
        while (text.Here == '"')
        {
            letters.Append(text.Take());
        }

        return letters.ToString();
    }

    private static bool HasLoneSurrogate(string text)
    {
        for (var index = 0; index < text.Length; index++)
        {
            if (!char.IsSurrogate(text[index]))
            {
                continue;
            }

            if (index + 1 >= text.Length || !char.IsSurrogatePair(text[index], text[index + 1]))
            {
                return true;
            }

            index++;
        }

        return false;
    }
}

using System.Globalization;
using System.Text;

namespace Ha.Hocon;

/// <summary>Text to nodes. After an error it goes on at the next comma, line or brace, so that one run shows several.
/// Source: the HOCON specification.</summary>
internal sealed class HoconParser(HoconText text, HoconIncludes includes, DiagnosticList diagnostics)
{
    /// <summary>Deepest nesting that is read.</summary>
    public const int MaxDepth = 256;

    private const string Forbidden = "$\"{}[]:=,+#`^?!@*&\\";

    private int _depth;

    /// <summary>The whole document.</summary>
    public HoconNode Parse()
    {
        text.SkipBlanks(overLines: true);
        var at = text.At;
        if (text.Here == '[')
        {
            var list = ParseList([]);
            ExpectEnd();
            return list;
        }

        if (text.Here == '{')
        {
            var body = ParseObject([]);
            ExpectEnd();
            return body;
        }

        var entries = ParseEntries([], isRoot: true);
        return new HoconNode.Object(at, entries);
    }

    private void ExpectEnd()
    {
        text.SkipBlanks(overLines: true);
        if (!text.IsEnd)
        {
            diagnostics.Error("HA1001", text.At, $"nothing may follow the end of the document, but here is '{text.Here}'");
        }
    }

    private HoconNode.Object ParseObject(IReadOnlyList<string> path)
    {
        var at = text.At;
        text.Take();
        if (TooDeep(at))
        {
            return new HoconNode.Object(at, []);
        }

        var entries = ParseEntries(path, isRoot: false);
        _depth--;
        if (text.Here == '}')
        {
            text.Take();
        }
        else
        {
            diagnostics.Error("HA1002", at, "this { is never closed", "add }");
        }

        return new HoconNode.Object(at, entries);
    }

    private bool TooDeep(Position at)
    {
        if (++_depth <= MaxDepth)
        {
            return false;
        }

        diagnostics.Error("HA1003", at, $"values are nested deeper than {MaxDepth}");
        text.Skip(int.MaxValue);
        return true;
    }

    private List<HoconNode.Entry> ParseEntries(IReadOnlyList<string> path, bool isRoot)
    {
        var entries = new List<HoconNode.Entry>();
        var mayHaveComma = false;
        while (true)
        {
            text.SkipBlanks(overLines: true);
            if (text.IsEnd || diagnostics.IsFull)
            {
                return entries;
            }

            if (text.Here == '}')
            {
                if (!isRoot)
                {
                    return entries;
                }

                diagnostics.Error("HA1004", text.At, "this } closes nothing", "remove it");
                text.Take();
                continue;
            }

            if (text.Here == ',')
            {
                if (!mayHaveComma)
                {
                    diagnostics.Error("HA1005", text.At, "a comma must follow a value", "remove it");
                }

                mayHaveComma = false;
                text.Take();
                continue;
            }

            if (ParseEntry(path, entries))
            {
                mayHaveComma = true;
                ExpectSeparator("}");
            }
            else
            {
                mayHaveComma = true;
                Recover();
            }
        }
    }

    private bool ParseEntry(IReadOnlyList<string> path, List<HoconNode.Entry> entries)
    {
        if (IsInclude())
        {
            return ParseInclude(path, entries);
        }

        var at = text.At;
        if (ParseKey() is not { } names)
        {
            return false;
        }

        text.SkipBlanks(overLines: false);
        var whole = path.Concat(names).ToList();
        HoconNode? value;
        if (text.Here == '{')
        {
            value = ParseValue(whole);
        }
        else if (text.Here is '=' or ':')
        {
            text.Take();
            value = ParseValueAfterSeparator(whole);
        }
        else if (text.StartsWith("+="))
        {
            text.Skip(2);
            var added = ParseValueAfterSeparator(whole);
            value = added is null ? null : new HoconNode.Concatenation(
                at, [new HoconNode.Before(at), new HoconNode.List(at, [added])]);
        }
        else
        {
            diagnostics.Error(
                "HA1006", text.At,
                text.IsEnd || text.Here == '\n' || text.Here == '}' || text.Here == ','
                    ? $"key '{string.Join('.', names)}' has no value"
                    : $"after the key '{string.Join('.', names)}' = or {{ is expected, not '{text.Here}'",
                text.Here == ',' ? "put a text that has a comma in it into quotes" : "");
            return false;
        }

        if (value is null)
        {
            return false;
        }

        for (var index = names.Count - 1; index > 0; index--)
        {
            value = new HoconNode.Object(at, [new HoconNode.Entry(at, names[index], value)]);
        }

        entries.Add(new HoconNode.Entry(at, names[0], value));
        return true;
    }

    private HoconNode? ParseValueAfterSeparator(IReadOnlyList<string> path)
    {
        text.SkipBlanks(overLines: true);
        if (text.IsEnd || text.Here is '}' or ',' or ']')
        {
            diagnostics.Error("HA1007", text.At, $"'{string.Join('.', path)}' has no value", "write one, or \"\" for empty text");
            return null;
        }

        return ParseValue(path);
    }

    private bool IsInclude() =>
        text.StartsWith("include") && (HoconText.IsBlank(text.Ahead(7)) || text.Ahead(7) is '"' or '\n');

    private bool ParseInclude(IReadOnlyList<string> path, List<HoconNode.Entry> entries)
    {
        var at = text.At;
        text.Skip("include".Length);
        text.SkipBlanks(overLines: true);
        var isRequired = TakeCall("required");
        var kind = TakeCall("file") ? "file" : TakeCall("url") ? "url" : TakeCall("classpath") ? "classpath" : "";
        if (text.Here != '"')
        {
            if (text.Here is '=' or ':' or '{' && kind.Length == 0 && !isRequired)
            {
                diagnostics.Error("HA1008", at, "a key must not be called include", "write \"include\" in quotes");
                return false;
            }

            diagnostics.Error("HA1009", text.At, "include needs the file's name in quotes", "include \"name.conf\"");
            return false;
        }

        var nameAt = text.At;
        if (ParseQuoted() is not { } name)
        {
            return false;
        }

        for (var closing = (isRequired ? 1 : 0) + (kind.Length > 0 ? 1 : 0); closing > 0; closing--)
        {
            text.SkipBlanks(overLines: true);
            if (text.Here != ')')
            {
                diagnostics.Error("HA1010", text.At, "a ) is missing");
                return false;
            }

            text.Take();
        }

        if (kind is "url" or "classpath")
        {
            diagnostics.Error("HA1011", nameAt, $"include {kind}() is not allowed: configuration comes from files of this folder");
            return true;
        }

        foreach (var entry in includes.Read(text.File, name, nameAt, isRequired, path, diagnostics))
        {
            entries.Add(entry);
        }

        return true;
    }

    private bool TakeCall(string name)
    {
        if (!text.StartsWith(name) || (text.Ahead(name.Length) != '(' && !HoconText.IsBlank(text.Ahead(name.Length))))
        {
            return false;
        }

        text.Skip(name.Length);
        text.SkipBlanks(overLines: true);
        if (text.Here == '(')
        {
            text.Take();
            text.SkipBlanks(overLines: true);
        }

        return true;
    }

    private List<string>? ParseKey()
    {
        var names = new List<string>();
        var current = new StringBuilder();
        var blanks = new StringBuilder();
        var hasPart = false;
        var isQuotedPart = false;
        while (!text.IsEnd)
        {
            if (text.Here == '"')
            {
                if (ParseQuoted() is not { } quoted)
                {
                    return null;
                }

                current.Append(blanks).Append(quoted);
                blanks.Clear();
                (hasPart, isQuotedPart) = (true, true);
            }
            else if (text.Here == '.')
            {
                if (!hasPart)
                {
                    diagnostics.Error("HA1012", text.At, "a key has an empty part", "write \"\" for an empty name");
                    return null;
                }

                text.Take();
                names.Add(isQuotedPart ? current.ToString() : current.ToString());
                current.Clear();
                blanks.Clear();
                (hasPart, isQuotedPart) = (false, false);
                text.SkipBlanks(overLines: false);
            }
            else if (HoconText.IsBlank(text.Here))
            {
                blanks.Append(text.Take());
            }
            else if (text.Here is '=' or ':' or '{' or '\n' or '}' or ',' || text.StartsWith("+=") || text.IsComment)
            {
                break;
            }
            else if (Forbidden.Contains(text.Here, StringComparison.Ordinal))
            {
                diagnostics.Error("HA1013", text.At, $"a key may not have '{text.Here}' in it", "put the key into quotes");
                return null;
            }
            else
            {
                if (hasPart)
                {
                    current.Append(blanks);
                }

                blanks.Clear();
                current.Append(text.Take());
                hasPart = true;
            }
        }

        if (!hasPart)
        {
            diagnostics.Error(
                "HA1014", text.At,
                text.IsEnd ? "a key is expected" : names.Count > 0 ? "a key ends with a dot" : $"a key is expected, not '{text.Here}'");
            return null;
        }

        names.Add(current.ToString());
        return names;
    }

    // One or more values side by side, up to the end of the line, a comma or a closing bracket.
    private HoconNode? ParseValue(IReadOnlyList<string> path)
    {
        var at = text.At;
        var parts = new List<HoconNode>();
        while (!text.IsEnd && text.Here is not ('\n' or ',' or '}' or ']') && !text.IsComment)
        {
            var partAt = text.At;
            if (HoconText.IsBlank(text.Here))
            {
                var blank = new StringBuilder();
                while (HoconText.IsBlank(text.Here))
                {
                    blank.Append(text.Take());
                }

                parts.Add(new HoconNode.Blank(partAt, blank.ToString()));
                continue;
            }

            HoconNode? part = text.Here switch
            {
                '{' => ParseObject(path),
                '[' => ParseList(path),
                '"' => ParseQuoted() is { } quoted ? new HoconNode.Scalar(partAt, quoted, IsQuoted: true) : null,
                '$' => ParseSubstitution(),
                _ => ParseUnquoted(),
            };
            if (part is null)
            {
                return null;
            }

            parts.Add(part);
        }

        if (text.IsComment && parts.Count > 0 && parts[^1] is HoconNode.Scalar { IsQuoted: false })
        {
            diagnostics.Warning(
                "HA1101", text.At, "a comment begins directly after this text", "put the text into quotes, or a blank before the comment");
        }

        while (parts.Count > 0 && parts[^1] is HoconNode.Blank)
        {
            parts.RemoveAt(parts.Count - 1);
        }

        return parts.Count switch
        {
            0 => null,
            1 => parts[0],
            _ => new HoconNode.Concatenation(at, parts),
        };
    }

    private HoconNode.List ParseList(IReadOnlyList<string> path)
    {
        var at = text.At;
        text.Take();
        var items = new List<HoconNode>();
        if (TooDeep(at))
        {
            return new HoconNode.List(at, items);
        }

        var mayHaveComma = false;
        while (true)
        {
            text.SkipBlanks(overLines: true);
            if (text.IsEnd || diagnostics.IsFull)
            {
                diagnostics.Error("HA1015", at, "this [ is never closed", "add ]");
                break;
            }

            if (text.Here == ']')
            {
                text.Take();
                break;
            }

            if (text.Here == ',')
            {
                if (!mayHaveComma)
                {
                    diagnostics.Error("HA1005", text.At, "a comma must follow a value", "remove it");
                }

                mayHaveComma = false;
                text.Take();
                continue;
            }

            if (text.Here == '}')
            {
                diagnostics.Error("HA1015", at, "this [ is never closed", "add ] before the }");
                break;
            }

            if (ParseValue([.. path, $"[{items.Count}]"]) is { } item)
            {
                WarnOfBlanks(item);
                items.Add(item);
                ExpectSeparator("]");
            }
            else
            {
                Recover();
            }

            mayHaveComma = true;
        }

        _depth--;
        return new HoconNode.List(at, items);
    }

    private void WarnOfBlanks(HoconNode item)
    {
        if (item is HoconNode.Scalar { IsQuoted: false } scalar && scalar.Text.Any(HoconText.IsBlank))
        {
            diagnostics.Warning(
                "HA1102", item.At, $"'{scalar.Text}' is one element of the list, not several", "put commas between, or quotes around it");
        }
    }

    private void ExpectSeparator(string closing)
    {
        text.SkipBlanks(overLines: false);
        if (!text.IsEnd && text.Here is not ('\n' or ',') && !closing.Contains(text.Here, StringComparison.Ordinal)
            && text.Here is not ('}' or ']'))
        {
            diagnostics.Error("HA1016", text.At, $"a comma or a new line is expected, not '{text.Here}'");
            Recover();
        }
        else if (text.Here is '}' or ']' && !closing.Contains(text.Here, StringComparison.Ordinal))
        {
            diagnostics.Error("HA1017", text.At, $"'{closing}' is expected, not '{text.Here}'");
            text.Take();
        }
    }

    // To the next place where a value can begin.
    private void Recover()
    {
        while (!text.IsEnd && text.Here is not ('\n' or ',' or '}' or ']'))
        {
            if (text.Here == '"' && ParseQuoted() is not null)
            {
                continue;
            }

            if (!text.IsEnd)
            {
                text.Take();
            }
        }

        if (text.Here == ']')
        {
            text.Take();
        }
    }

    private HoconNode.Scalar? ParseUnquoted()
    {
        var at = text.At;
        var letters = new StringBuilder();
        while (!text.IsEnd && text.Here != '\n' && !text.IsComment && !Forbidden.Contains(text.Here, StringComparison.Ordinal))
        {
            if (HoconText.IsBlank(text.Here))
            {
                // Blanks inside of unquoted text belong to it; those at its end do not.
                var ahead = 0;
                while (HoconText.IsBlank(text.Ahead(ahead)))
                {
                    ahead++;
                }

                var next = text.Ahead(ahead);
                if (next is '\0' or '\n' or '"' or '$' or '{' or '[' || Forbidden.Contains(next, StringComparison.Ordinal)
                    || next == '#' || (next == '/' && text.Ahead(ahead + 1) == '/'))
                {
                    break;
                }

                for (; ahead > 0; ahead--)
                {
                    letters.Append(text.Take());
                }
            }
            else if (text.Here == '\0')
            {
                diagnostics.Error("HA1018", text.At, "the text has a zero character in it");
                text.Take();
                return null;
            }
            else
            {
                letters.Append(text.Take());
            }
        }

        if (!text.IsEnd && text.Here is not ('\n' or ',' or '}' or ']' or '"' or '$' or '{' or '[') && !text.IsComment
            && !HoconText.IsBlank(text.Here))
        {
            var rest = RestOfWord();
            var whole = letters + rest;
            diagnostics.Error(
                "HA1019", at, $"unquoted text may not contain '{rest[0]}'",
                whole is "+INFINITY" ? "write INFINITY" : $"put it in quotes: \"{whole}\"");
            return null;
        }

        return new HoconNode.Scalar(at, letters.ToString(), IsQuoted: false);
    }

    private string RestOfWord()
    {
        var rest = new StringBuilder();
        while (!text.IsEnd && !HoconText.IsBlank(text.Here) && text.Here is not ('\n' or ',' or '}' or ']') && !(text.IsComment && rest.Length > 0))
        {
            rest.Append(text.Take());
        }

        return rest.Length == 0 ? "?" : rest.ToString();
    }

    private HoconNode.Substitution? ParseSubstitution()
    {
        var at = text.At;
        text.Take();
        if (text.Here != '{')
        {
            diagnostics.Error("HA1020", at, "unquoted text may not contain '$'", "put it in quotes, or write ${path}");
            return null;
        }

        text.Take();
        var isOptional = text.Here == '?';
        if (isOptional)
        {
            text.Take();
        }

        text.SkipBlanks(overLines: false);
        if (ParsePath() is not { } path)
        {
            return null;
        }

        if (text.Here != '}')
        {
            diagnostics.Error("HA1021", at, "this substitution is never closed", "add }");
            return null;
        }

        text.Take();
        return new HoconNode.Substitution(at, path, isOptional, includes.Prefix);
    }

    private List<string>? ParsePath()
    {
        var names = new List<string>();
        var current = new StringBuilder();
        var hasPart = false;
        while (!text.IsEnd && text.Here is not ('}' or '\n'))
        {
            if (text.Here == '"')
            {
                if (ParseQuoted() is not { } quoted)
                {
                    return null;
                }

                current.Append(quoted);
                hasPart = true;
            }
            else if (text.Here == '.')
            {
                if (!hasPart)
                {
                    break;
                }

                text.Take();
                names.Add(current.ToString());
                current.Clear();
                hasPart = false;
            }
            else if (Forbidden.Contains(text.Here, StringComparison.Ordinal))
            {
                diagnostics.Error("HA1022", text.At, $"a path may not have '{text.Here}' in it", "put that part into quotes");
                return null;
            }
            else
            {
                current.Append(text.Take());
                hasPart = true;
            }
        }

        if (!hasPart)
        {
            diagnostics.Error("HA1023", text.At, "a path is empty, or has an empty part");
            return null;
        }

        names.Add(current.ToString().TrimEnd());
        return names;
    }

    private string? ParseQuoted()
    {
        var at = text.At;
        if (text.StartsWith("\"\"\""))
        {
            return ParseTriple(at);
        }

        text.Take();
        var letters = new StringBuilder();
        while (!text.IsEnd && text.Here != '"')
        {
            if (text.Here == '\n')
            {
                diagnostics.Error("HA1024", at, "this quote is not closed on its line", "close it, or use \"\"\" for several lines");
                return null;
            }

            var letterAt = text.At;
            var letter = text.Take();
            if (letter == '\\')
            {
                if (!ParseEscape(letterAt, letters))
                {
                    return null;
                }
            }
            else if (letter < ' ')
            {
                diagnostics.Error("HA1025", letterAt, $"a control character (U+{(int)letter:X4}) stands in quotes", $"write \\u{(int)letter:x4}");
                return null;
            }
            else
            {
                letters.Append(letter);
            }
        }

        if (text.IsEnd)
        {
            diagnostics.Error("HA1024", at, "this quote is never closed", "add \"");
            return null;
        }

        text.Take();
        var result = letters.ToString();
        if (result.Contains("${", StringComparison.Ordinal))
        {
            diagnostics.Warning(
                "HA1103", at, "${...} in quotes is plain text, and is not substituted", "end the quotes before it: \"a\"${b}\"c\"");
        }

        return result;
    }

    private bool ParseEscape(Position at, StringBuilder letters)
    {
        var kind = text.IsEnd ? '\0' : text.Take();
        var plain = kind switch
        {
            '"' => '"',
            '\\' => '\\',
            '/' => '/',
            'b' => '\b',
            'f' => '\f',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            _ => '\0',
        };
        if (plain != '\0')
        {
            letters.Append(plain);
            return true;
        }

        if (kind == 'u')
        {
            var digits = string.Concat(Enumerable.Range(0, 4).Select(text.Ahead));
            if (ushort.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
            {
                text.Skip(4);
                letters.Append((char)code);
                return true;
            }
        }

        diagnostics.Error("HA1026", at, "this escape is not known", "known are \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX");
        return false;
    }

    private string? ParseTriple(Position at)
    {
        text.Skip(3);
        var letters = new StringBuilder();
        while (!text.StartsWith("\"\"\""))
        {
            if (text.IsEnd)
            {
                diagnostics.Error("HA1027", at, "this \"\"\" is never closed", "add \"\"\"");
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
}

using System.Text;

namespace Ha.Hocon;

/// <summary>Text to nodes. After an error it goes on at the next comma, line or brace, so that one run shows several.
/// Source: the HOCON specification.</summary>
internal sealed class HoconParser(HoconText text, HoconIncludes includes, DiagnosticList diagnostics)
{
    /// <summary>Deepest nesting that is read: far more than people write, far less than the stack holds.</summary>
    public const int MaxDepth = 256;

    private int _depth;
    private bool _isGivenUp;

    /// <summary>The whole document.</summary>
    public HoconNode Parse()
    {
        text.SkipBlanks(overLines: true);
        var at = text.At;
        HoconNode root = text.Here switch
        {
            '[' => ParseList([]),
            '{' => ParseObject([]),
            _ => new HoconNode.Object(at, ParseEntries([], isRoot: true)),
        };
        text.SkipBlanks(overLines: true);
        if (!text.IsEnd && !diagnostics.IsFull)
        {
            diagnostics.Error(
                "HA1001", text.At, $"the document ends before this '{HoconText.Show(text.Here)}'",
                    "remove what follows");
        }

        return root;
    }

    private HoconNode.Object ParseObject(IReadOnlyList<string> path)
    {
        var at = text.At;
        text.Take();
        if (IsTooDeep(at))
        {
            return new HoconNode.Object(at, []);
        }

        var entries = ParseEntries(path, isRoot: false);
        _depth--;
        Close('}', at);
        return new HoconNode.Object(at, entries);
    }

    private HoconNode.List ParseList(IReadOnlyList<string> path)
    {
        var at = text.At;
        text.Take();
        var items = new List<HoconNode>();
        if (IsTooDeep(at))
        {
            return new HoconNode.List(at, items);
        }

        var mayHaveComma = false;
        while (SkipToNext(']', ref mayHaveComma))
        {
            if (text.Here == '}')
            {
                break;
            }

            if (ParseValue([.. path, $"[{items.Count}]"]) is { } item)
            {
                WarnOfBlanks(item);
                items.Add(item);
                ExpectSeparator(']');
            }
            else
            {
                Recover(']');
            }
        }

        _depth--;
        Close(']', at);
        return new HoconNode.List(at, items);
    }

    private void Close(char closing, Position openedAt)
    {
        if (text.Here == closing)
        {
            text.Take();
        }
        else if (!diagnostics.IsFull && !_isGivenUp)
        {
            diagnostics.Error(
                "HA1002", openedAt, $"this {(closing == ']' ? '[' : '{')} is never closed",
                text.IsEnd ? $"add {closing}" : $"add {closing} before line {text.At.Line}, column {text.At.Column}");
        }
    }

    private bool IsTooDeep(Position at)
    {
        if (++_depth <= MaxDepth)
        {
            return false;
        }

        diagnostics.Error("HA1003", at, $"values are nested deeper than {MaxDepth}");
        text.SkipToEnd();
        _isGivenUp = true;
        return true;
    }

    // To the next element or field, over blanks, lines and a comma; false at the closing bracket and at the end.
    private bool SkipToNext(char closing, ref bool mayHaveComma)
    {
        while (true)
        {
            text.SkipBlanks(overLines: true);
            if (text.IsEnd || diagnostics.IsFull || text.Here == closing)
            {
                return false;
            }

            if (text.Here != ',')
            {
                mayHaveComma = true;
                return true;
            }

            if (!mayHaveComma)
            {
                diagnostics.Error("HA1005", text.At, "a comma must follow a value", "remove it");
            }

            mayHaveComma = false;
            text.Take();
        }
    }

    private List<HoconNode.Entry> ParseEntries(IReadOnlyList<string> path, bool isRoot)
    {
        var entries = new List<HoconNode.Entry>();
        var mayHaveComma = false;
        while (SkipToNext(isRoot ? '\0' : '}', ref mayHaveComma))
        {
            if (text.Here is '}' or ']')
            {
                if (text.Here == ']' && !isRoot)
                {
                    break;
                }

                diagnostics.Error("HA1004", text.At, $"this {text.Here} closes nothing", "remove it");
                text.Take();
            }
            else if (ParseEntry(path, entries))
            {
                ExpectSeparator('}');
            }
            else
            {
                Recover('}');
            }
        }

        return entries;
    }

    private bool ParseEntry(IReadOnlyList<string> path, List<HoconNode.Entry> entries)
    {
        if (IncludeStatement.IsHere(text))
        {
            return IncludeStatement.Parse(text, includes, path, entries, diagnostics);
        }

        var before = text.Save();
        if (HoconPaths.Read(text, isKey: true, diagnostics) is not { } parts)
        {
            return false;
        }

        List<string> whole = [.. path, .. parts.Select(part => part.Name)];
        if (ParseFieldValue(parts, whole, before) is not { } value)
        {
            return false;
        }

        for (var index = parts.Count - 1; index > 0; index--)
        {
            var at = parts[index].At;
            value = new HoconNode.Object(at, [new HoconNode.Entry(at, parts[index].Name, value)]);
        }

        entries.Add(new HoconNode.Entry(parts[0].At, parts[0].Name, value));
        return true;
    }

    private HoconNode? ParseFieldValue(List<PathPart> parts, List<string> path, HoconText.Mark before)
    {
        var afterKey = text.Save();
        var at = text.At;
        text.SkipBlanks(overLines: true);
        switch (text.Here)
        {
            case '{':
                return ParseValue(path);
            case '=' or ':':
                text.Take();
                return ParseValueAfterSeparator(path, at);
            case '+' when text.Ahead(1) == '=':
                text.Skip(2);
                return ParseValueAfterSeparator(path, at) is { } added
                    ? new HoconNode.Concatenation(
                        added.At, [new HoconNode.Before(parts[^1].At), new HoconNode.List(added.At, [added])])
                    : null;
        }

        text.GoBack(afterKey);
        var name = string.Join('.', path);
        var isAfterComma = text.IsAfterComma(before);
        diagnostics.Error(
            "HA1006", parts[0].At, $"'{name}' has no value: = or {{ is expected after it",
            isAfterComma ? "put a text that has a comma in it into quotes"
                : "", length: Math.Max(1, parts[^1].Name.Length));
        return null;
    }

    private HoconNode? ParseValueAfterSeparator(IReadOnlyList<string> path, Position keyEndsAt)
    {
        text.SkipBlanks(overLines: true);
        if (!text.IsEnd && text.Here is not ('}' or ',' or ']'))
        {
            return ParseValue(path);
        }

        diagnostics.Error(
            "HA1007", keyEndsAt, $"'{string.Join('.', path)}' has no value", "write one, or \"\" for empty text");
        return null;
    }

    // One or more values side by side, up to the end of the line, a comma or a closing bracket.
    private HoconNode? ParseValue(IReadOnlyList<string> path)
    {
        var at = text.At;
        var parts = new List<HoconNode>();
        while (!text.IsEnd && text.Here is not ('\n' or ',' or '}' or ']') && !text.IsComment)
        {
            if (ParsePart(path, isFirst: parts.Count == 0) is not { } part)
            {
                return null;
            }

            parts.Add(part);
        }

        if (text.IsComment && parts is [.., HoconNode.Scalar { IsQuoted: false } last])
        {
            diagnostics.Warning(
                "HA1101", text.At, $"a comment begins directly after '{last.Text}'",
                "put the whole text into quotes, or a blank before the comment");
        }

        while (parts is [.., HoconNode.Blank])
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

    private HoconNode? ParsePart(IReadOnlyList<string> path, bool isFirst)
    {
        var at = text.At;
        if (HoconText.IsBlank(text.Here))
        {
            var blank = new StringBuilder();
            while (HoconText.IsBlank(text.Here))
            {
                blank.Append(text.Take());
            }

            return new HoconNode.Blank(at, blank.ToString());
        }

        return text.Here switch
        {
            '{' => ParseObject(path),
            '[' => ParseList(path),
            '"' => HoconStrings.Quoted(text, diagnostics, warnsOfSubstitutions: true) is { } quoted
                ? new HoconNode.Scalar(at, quoted, IsQuoted: true)
                : null,
            '$' => ParseSubstitution(),
            _ => HoconStrings.Unquoted(text, isFirst, diagnostics),
        };
    }

    private void WarnOfBlanks(HoconNode item)
    {
        if (item is HoconNode.Scalar { IsQuoted: false } scalar && scalar.Text.Any(HoconText.IsBlank))
        {
            diagnostics.Warning(
                "HA1102", item.At, $"'{scalar.Text}' is one element of the list, not several",
                "put commas between, or quotes around it", length: scalar.Text.Length);
        }
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
        text.Skip(isOptional ? 1 : 0);
        if (HoconPaths.Read(text, isKey: false, diagnostics) is not { } parts)
        {
            SkipSubstitution();
            return null;
        }

        text.Take();
        return new HoconNode.Substitution(at, [.. parts.Select(part => part.Name)], isOptional, includes.Scopes);
    }

    private void SkipSubstitution()
    {
        for (var open = 1; open > 0 && !text.IsEnd && text.Here != '\n';)
        {
            open += text.Take() switch { '{' => 1, '}' => -1, _ => 0 };
        }
    }

    private void ExpectSeparator(char closing)
    {
        text.SkipBlanks(overLines: false);
        if (text.IsEnd || text.Here is '\n' or ',' || text.Here == closing || diagnostics.IsFull)
        {
            return;
        }

        if (text.Here is '}' or ']')
        {
            // The bracket of another kind is judged by who opened it.
            return;
        }

        diagnostics.Error(
            "HA1016", text.At, $"a comma or a new line is expected, not '{HoconText.Show(text.Here)}'");
        Recover(closing);
    }

    // To the next place where a value can begin: a comma, a new line or a closing bracket of the same level.
    private void Recover(char closing)
    {
        var depth = 0;
        while (!text.IsEnd && !(depth == 0 && text.Here is '\n' or ','))
        {
            switch (text.Here)
            {
                case '{' or '[':
                    depth++;
                    break;
                case '}' or ']' when depth == 0:
                    if (text.Here == closing)
                    {
                        return;
                    }

                    break;
                case '}' or ']':
                    depth--;
                    break;
                case '"':
                    SkipQuoted();
                    continue;
            }

            text.Take();
        }
    }

    private void SkipQuoted()
    {
        text.Take();
        while (!text.IsEnd && text.Here is not ('"' or '\n'))
        {
            text.Skip(text.Here == '\\' ? 2 : 1);
        }

        if (text.Here == '"')
        {
            text.Take();
        }
    }
}

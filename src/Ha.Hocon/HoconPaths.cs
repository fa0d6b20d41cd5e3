using System.Text;

namespace Ha.Hocon;

/// <summary>One part of a key or of a path in a substitution.</summary>
internal readonly record struct PathPart(Position At, string Name);

/// <summary>Reads keys and the paths of substitutions: parts joined by dots, each with or without quotes.</summary>
internal static class HoconPaths
{
    /// <summary>A path, up to what cannot belong to one; null after an error.</summary>
    /// <param name="isKey">True for the key of a field, false for a path inside of ${ }.</param>
    public static List<PathPart>? Read(HoconText text, bool isKey, DiagnosticList diagnostics)
    {
        var parts = new List<PathPart>();
        while (true)
        {
            text.SkipBlanksOnly();
            var at = text.At;
            if (ReadPart(text, diagnostics) is not { } name)
            {
                return null;
            }

            var isLast = text.Here != '.' || text.IsEnd;
            if (name.Length == 0 && !IsQuotedEmpty(text, at))
            {
                Refuse(text, parts, isLast, isKey, diagnostics);
                return null;
            }

            parts.Add(new PathPart(at, name));
            if (isLast)
            {
                return Ends(text, isKey, diagnostics) ? parts : null;
            }

            text.Take();
        }
    }

    private static bool IsQuotedEmpty(HoconText text, Position at) => text.At.Column - at.Column >= 2;

    private static string? ReadPart(HoconText text, DiagnosticList diagnostics)
    {
        var name = new StringBuilder();
        while (!text.IsEnd)
        {
            if (text.Here == '"')
            {
                if (HoconStrings.Quoted(text, diagnostics) is not { } quoted)
                {
                    return null;
                }

                name.Append(quoted);
            }
            else if (HoconText.IsBlank(text.Here))
            {
                var blanks = new StringBuilder();
                while (HoconText.IsBlank(text.Here))
                {
                    blanks.Append(text.Take());
                }

                if (text.IsEnd || IsEndOfPart(text))
                {
                    break;
                }

                name.Append(blanks);
            }
            else if (IsEndOfPart(text))
            {
                break;
            }
            else
            {
                name.Append(text.Take());
            }
        }

        return name.ToString();
    }

    private static bool IsEndOfPart(HoconText text) =>
        text.Here is '\n' or '.' || text.IsComment || (text.Here != '"' && HoconText.IsForbidden(text.Here));

    private static bool Ends(HoconText text, bool isKey, DiagnosticList diagnostics)
    {
        var isFine = isKey
            ? text.IsEnd || text.Here is '=' or ':' or '{' or '\n' or '}' or ',' || text.IsComment
                || text.StartsWith("+=")
            : text.Here == '}';
        if (isFine)
        {
            return true;
        }

        if (isKey || (!text.IsEnd && text.Here != '\n'))
        {
            diagnostics.Error(
                isKey ? "HA1013" : "HA1022", text.At,
                $"a {(isKey ? "key" : "path")} may not have '{HoconText.Show(text.Here)}' in it", "put it into quotes");
        }
        else
        {
            diagnostics.Error("HA1021", text.At, "this substitution is never closed", "add }");
        }

        return false;
    }

    private static void Refuse(
        HoconText text, List<PathPart> parts, bool isLast, bool isKey, DiagnosticList diagnostics)
    {
        var what = isKey ? "key" : "path";
        var (message, fix) = (parts.Count, isLast) switch
        {
            (0, false) => ($"a {what} may not begin with a dot", "write \"\" for an empty name"),
            ( > 0, true) => ($"a {what} may not end with a dot", "remove the dot"),
            ( > 0, false) => ($"a {what} has an empty part", "write \"\" for an empty name"),
            _ when text.IsEnd || text.Here is '\n' or '}' => ($"a {what} is expected", ""),
            _ => ($"a {what} is expected, not '{HoconText.Show(text.Here)}'", text.Here == '*' ? "put it into quotes"
                : ""),
        };
        diagnostics.Error(isKey ? "HA1014" : "HA1023", text.At, message, fix);
    }
}

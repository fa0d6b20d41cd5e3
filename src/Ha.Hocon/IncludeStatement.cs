namespace Ha.Hocon;

/// <summary>include "name", include file("name"), include required(...): how it is written.</summary>
internal static class IncludeStatement
{
    private const string Word = "include";

    /// <summary>True where the word stands alone at the start of a field.</summary>
    public static bool IsHere(HoconText text) =>
        text.StartsWith(Word) && (
            HoconText.IsBlank(text.Ahead(Word.Length)) || text.Ahead(Word.Length) is '"' or '\n' or '=' or ':' or '{');

    /// <summary>Reads the statement and the files that it names; false after an error in the statement
    /// itself.</summary>
    public static bool Parse(
        HoconText text, HoconIncludes includes, IReadOnlyList<string> path, List<HoconNode.Entry> entries,
        DiagnosticList diagnostics)
    {
        var at = text.At;
        text.Skip(Word.Length);
        text.SkipBlanks(overLines: true);
        if (text.Here is '=' or ':' or '{')
        {
            diagnostics.Error(
                "HA1008", at, "a key cannot begin with the word include", "write \"include\" in quotes", length: 7);
            return false;
        }

        var isRequired = TakeCall(text, "required");
        var kind = TakeCall(text, "file") ? "file"
            : TakeCall(text, "url") ? "url"
            : TakeCall(text, "classpath") ? "classpath"
            : "";
        var nameAt = text.At;
        if (text.Here != '"')
        {
            diagnostics.Error(
                "HA1009", nameAt, "include needs the name of one file in quotes", "include \"name.conf\"");
            return false;
        }

        if (HoconStrings.Quoted(text, diagnostics) is not { } name
            || !TakeClosing(text, (isRequired ? 1 : 0) + (kind.Length > 0 ? 1 : 0), diagnostics))
        {
            return false;
        }

        if (kind is "url" or "classpath")
        {
            diagnostics.Error(
                "HA1011", nameAt, $"include {kind}() is not allowed: configuration comes from files of this folder",
                "copy the file into this folder and include it by its name");
            return true;
        }

        entries.AddRange(includes.Read(text.File, name, nameAt, isRequired, path, diagnostics));
        return true;
    }

    private static bool TakeCall(HoconText text, string name)
    {
        if (!text.StartsWith(name))
        {
            return false;
        }

        var mark = text.Save();
        text.Skip(name.Length);
        text.SkipBlanks(overLines: true);
        if (text.Here != '(')
        {
            text.GoBack(mark);
            return false;
        }

        text.Take();
        text.SkipBlanks(overLines: true);
        return true;
    }

    private static bool TakeClosing(HoconText text, int count, DiagnosticList diagnostics)
    {
        for (; count > 0; count--)
        {
            text.SkipBlanks(overLines: true);
            if (text.Here != ')')
            {
                diagnostics.Error("HA1010", text.At, "a ) is missing after the name of the file", "add )");
                return false;
            }

            text.Take();
        }

        return true;
    }
}

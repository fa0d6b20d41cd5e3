using System.Globalization;
using Ha.Hocon;

namespace Ha.InformationBase.Reader;

/// <summary>Whether a text is right for what it is set for.</summary>
internal static class ValueChecks
{
    /// <summary>False, with a diagnostic, when it is not.</summary>
    public static bool Check(string path, PropertyDefinition definition, HoconScalar scalar, DiagnosticList diagnostics)
    {
        var text = scalar.Text;
        var error = ErrorOf(definition, text);
        if (error.Length > 0)
        {
            // "a duration needs a unit: 10s or 10ms?" is what is wrong and what to write.
            var (what, fix) = error.IndexOf(": ", StringComparison.Ordinal) is > 0 and var at
                && definition.Kind == ValueKind.Duration
                ? (error[..at], error[(at + 2)..])
                : (error, Suggestion.For(text, definition.Words));
            diagnostics.Error(
                "HA2011", scalar.At, $"{path} is '{text}': {what}", fix, length: Math.Max(1, text.Length));
            return false;
        }

        var isNumber = definition.Kind is ValueKind.Integer or ValueKind.Score;
        if (isNumber && text.Length > 1 && text.TrimStart('-').StartsWith('0') && text.Trim('-', '0').Length > 0)
        {
            diagnostics.Warning(
                "HA2107", scalar.At, $"{path} is '{text}': a leading zero does not make it octal",
                $"write {text.TrimStart('0')}", length: text.Length);
        }

        return true;
    }

    /// <summary>The same value in the one form that everybody behind the reader has to know: true and false, and
    /// durations in their largest exact unit.</summary>
    public static string Normal(PropertyDefinition definition, string text) => definition.Kind switch
    {
        ValueKind.Boolean when HoconUnits.Boolean(text) is { } flag => flag ? "true" : "false",
        ValueKind.Duration when HoconUnits.TryDuration(text, null, out var duration).Length == 0 =>
            HoconUnits.Show(duration),
        _ => text,
    };

    private static string ErrorOf(PropertyDefinition definition, string text) => definition.Kind switch
    {
        ValueKind.Boolean when HoconUnits.Boolean(text) is null => "write true or false",
        ValueKind.Integer when !int.TryParse(
            text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) =>
            "write a whole number",
        ValueKind.Duration => HoconUnits.TryDuration(text, null, out _),
        ValueKind.Score when !Score.TryParse(text, out _) => "write a whole number, INFINITY or -INFINITY",
        ValueKind.Word when !definition.Words.Contains(text, StringComparer.OrdinalIgnoreCase) =>
            $"write one of: {string.Join(", ", definition.Words)}",
        ValueKind.Percent when !(text.EndsWith('%')
            && int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var percent)
                && percent <= 100) =>
            "write a percentage such as 80%",
        _ => "",
    };
}

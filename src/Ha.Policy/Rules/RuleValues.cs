using System.Globalization;

namespace Ha.Policy.Rules;

/// <summary>Compares the values of rule expressions by their type.</summary>
internal static class RuleValues
{
    /// <summary>Negative, zero or positive, as the first comes before, with or after the second; what is not there
    /// comes first.</summary>
    /// <param name="first">A value, or null.</param>
    /// <param name="second">A value, or null.</param>
    /// <param name="type">string, integer, number or version, in any case. Values that are no numbers are compared as
    /// strings.</param>
    public static int Compare(string? first, string? second, string type)
    {
        if (first is null || second is null)
        {
            return (first is null ? 0 : 1) - (second is null ? 0 : 1);
        }

        switch (type.ToLowerInvariant())
        {
            case "integer" when IntegerOf(first) is { } one && IntegerOf(second) is { } other:
                return one.CompareTo(other);
            case "number" when NumberOf(first) is { } one && NumberOf(second) is { } other:
                return one.CompareTo(other);
            case "version":
                return CompareVersions(first, second);
            default:
                return string.Compare(first, second, StringComparison.OrdinalIgnoreCase);
        }
    }

    /// <summary>Compares 1.2.3 with 1.10: number by number, missing ones are zero. What is not a digit separates.
    /// </summary>
    public static int CompareVersions(string first, string second)
    {
        var one = first.AsSpan();
        var other = second.AsSpan();
        while (one.Length > 0 || other.Length > 0)
        {
            var order = NextPart(ref one).CompareTo(NextPart(ref other));
            if (order != 0)
            {
                return order;
            }
        }

        return 0;
    }

    private static long NextPart(ref ReadOnlySpan<char> text)
    {
        var start = 0;
        while (start < text.Length && !char.IsAsciiDigit(text[start]))
        {
            start++;
        }

        var end = start;
        while (end < text.Length && char.IsAsciiDigit(text[end]))
        {
            end++;
        }

        var isNumber = long.TryParse(
            text[start..end], NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        var isTooLarge = !isNumber && end > start;
        text = text[end..];
        return isTooLarge ? long.MaxValue : number;
    }

    // What follows the digits is not looked at, as in C.
    private static long? IntegerOf(string text)
    {
        var trimmed = text.AsSpan().TrimStart();
        var end = trimmed.Length > 0 && trimmed[0] is '+' or '-' ? 1 : 0;
        while (end < trimmed.Length && char.IsAsciiDigit(trimmed[end]))
        {
            end++;
        }

        var invariant = CultureInfo.InvariantCulture;
        return long.TryParse(trimmed[..end], NumberStyles.AllowLeadingSign, invariant, out var number) ? number : null;
    }

    private static double? NumberOf(string text)
    {
        var trimmed = text.AsSpan().Trim();
        for (var length = trimmed.Length; length > 0; length--)
        {
            if (double.TryParse(
                trimmed[..length], NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            {
                return number;
            }

            if (length < trimmed.Length - MaxTrailingCharacters)
            {
                break;
            }
        }

        return null;
    }

    // Units and the like; a longer rest is no number.
    private const int MaxTrailingCharacters = 16;
}

using System.CommandLine;
using System.Globalization;

namespace Ha.Node.Commands;

/// <summary>Options and arguments that several commands share, and how their texts are read.</summary>
internal static class Arguments
{
    /// <summary>Longest name of a node or resource that is looked at.</summary>
    public const int MaxNameLength = 256;

    /// <summary>A reason that the audit keeps.</summary>
    public static Option<string> Reason() => new("--reason") { Description = "Why; kept in the events" };

    /// <summary>Show what would happen.</summary>
    public static Option<bool> DryRun() => new("--dry-run") { Description = "Show what would happen, and change nothing" };

    /// <summary>Follow until the cluster has settled.</summary>
    public static Option<string> Wait() => new("--wait")
    {
        Description = "Wait until the cluster has settled, at most this long (default 60s)",
        Arity = ArgumentArity.ZeroOrOne,
    };

    /// <summary>Yes to a question that a person would be asked.</summary>
    public static Option<bool> Yes() => new("--yes", "-y") { Description = "Do not ask" };

    /// <summary>A name of a node or a resource.</summary>
    public static Argument<string> Name(string name, string description)
    {
        var argument = new Argument<string>(name) { Description = description };
        argument.Validators.Add(result =>
        {
            var text = result.Tokens.Count == 0 ? "" : result.Tokens[0].Value;
            if (!IsName(text))
            {
                result.AddError($"'{Printable(text)}' cannot be a name: letters, digits, '_', '-', '.' and ':' only");
            }
        });
        return argument;
    }

    /// <summary>Reads a length of time such as 500ms, 10s, 5m, 1h; null where it is none.</summary>
    public static TimeSpan? Duration(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        var digits = text.AsSpan().IndexOfAnyExceptInRange('0', '9');
        var unit = digits < 0 ? "" : text[digits..];
        if (digits == 0
            || !long.TryParse(digits < 0 ? text : text[..digits], NumberStyles.None, CultureInfo.InvariantCulture,
                out var number)
            || number > 1_000_000_000)
        {
            return null;
        }

        return unit switch
        {
            "ms" => TimeSpan.FromMilliseconds(number),
            "s" => TimeSpan.FromSeconds(number),
            "m" or "min" => TimeSpan.FromMinutes(number),
            "h" => TimeSpan.FromHours(number),
            "d" => TimeSpan.FromDays(number),
            _ => null,
        };
    }

    /// <summary>A text from outside, safe for a terminal and a log line.</summary>
    public static string Printable(string text) =>
        string.Concat(text.Take(MaxNameLength).Select(letter =>
            char.IsControl(letter) ? $"\\u{(int)letter:x4}" : letter.ToString()));

    private static bool IsName(string text) =>
        text.Length is > 0 and <= MaxNameLength
        && text.All(letter => char.IsLetterOrDigit(letter) || letter is '_' or '-' or '.' or ':');
}

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
    public static Option<string> Wait()
    {
        var option = DurationOption("--wait", "Wait until the cluster has settled, at most this long (default 60s)");
        option.Arity = ArgumentArity.ZeroOrOne;
        return option;
    }

    /// <summary>An option whose value is a length of time.</summary>
    public static Option<string> DurationOption(string name, string description)
    {
        var option = new Option<string>(name) { Description = description };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && Duration(result.Tokens[0].Value) is null)
            {
                result.AddError(
                    $"{name} '{Printable(result.Tokens[0].Value)}' is no length of time; write one with its unit, such as 500ms, 30s, 5m or 2h");
            }
        });
        return option;
    }

    /// <summary>An option whose value is a name of a node or a resource.</summary>
    public static Option<string> NameOption(string name, string description)
    {
        var option = new Option<string>(name) { Description = description };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && !IsName(result.Tokens[0].Value))
            {
                result.AddError($"{name}: {NoName(result.Tokens[0].Value)}");
            }
        });
        return option;
    }

    /// <summary>Yes to a question that a person would be asked.</summary>
    public static Option<bool> Yes() => new("--yes", "-y") { Description = "Do not ask" };

    /// <summary>A name of a node or a resource.</summary>
    public static Argument<string> Name(string name, string description)
    {
        var argument = new Argument<string>(name) { Description = description };
        argument.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => !IsName(token.Value)))
            {
                result.AddError(NoName(token.Value));
            }
        });
        return argument;
    }

    /// <summary>Any number of names.</summary>
    public static Argument<string[]> Names(string name, string description)
    {
        var argument = new Argument<string[]>(name) { Description = description, Arity = ArgumentArity.ZeroOrMore };
        argument.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => !IsName(token.Value)))
            {
                result.AddError(NoName(token.Value));
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

    /// <summary>A text from outside, safe for a terminal and a log line; a long one is cut.</summary>
    public static string Printable(string text) =>
        string.Concat(text.Take(MaxNameLength).Select(letter =>
            char.IsControl(letter) ? $"\\u{(int)letter:x4}" : letter.ToString()))
        + (text.Length > MaxNameLength ? "..." : "");

    private static string NoName(string text) =>
        $"'{Printable(text)}' cannot be a name: letters, digits, '_', '-', '.' and ':', at most {MaxNameLength}";

    private static bool IsName(string text) =>
        text.Length is > 0 and <= MaxNameLength
        && text[0] != '-'
        && text.All(letter => char.IsLetterOrDigit(letter) || letter is '_' or '-' or '.' or ':');
}

using System.Diagnostics.CodeAnalysis;

namespace Ha.Node.Pacemaker;

/// <summary>One option of a helper command.</summary>
/// <param name="Name">Its long name, without dashes.</param>
/// <param name="Letter">Its short name; a blank for none.</param>
/// <param name="Value">Whether it takes a value.</param>
internal sealed record ToolOption(string Name, char Letter, OptionValue Value);

/// <summary>Whether an option takes a value.</summary>
internal enum OptionValue
{
    /// <summary>It takes none.</summary>
    None,

    /// <summary>It takes one, in the same word or the next.</summary>
    Required,

    /// <summary>It may take one: of a long name after an equals sign, of a letter in the same word, or the next word
    /// where that does not begin with a dash.</summary>
    Optional,
}

/// <summary>The options that a helper command was called with, as getopt_long reads them: letters may stand together,
/// and long names may be cut where they stay unique.</summary>
internal sealed class ToolOptions
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    private ToolOptions()
    {
    }

    /// <summary>True when the option was given.</summary>
    public bool Has(string name) => _values.ContainsKey(name);

    /// <summary>The value of an option; null when it was not given.</summary>
    public string? this[string name] => _values.GetValueOrDefault(name);

    /// <summary>Reads a command line.</summary>
    /// <returns>False, with the reason, for what the command does not know.</returns>
    public static bool TryParse(
        IReadOnlyList<string> words, IReadOnlyList<ToolOption> known, [NotNullWhen(true)] out ToolOptions? options,
        out string error)
    {
        var found = new ToolOptions();
        options = null;
        error = "";
        for (var at = 0; at < words.Count && error.Length == 0; at++)
        {
            error = words[at] switch
            {
                "--" when at == words.Count - 1 => "",
                ['-', '-', .. var name] => found.Long(name, words, ref at, known),
                ['-', _, ..] => found.Letters(words, ref at, known),
                var word => $"'{word}' is no option",
            };
        }

        options = error.Length == 0 ? found : null;
        return options is not null;
    }

    private string Long(string text, IReadOnlyList<string> words, ref int at, IReadOnlyList<ToolOption> known)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var name = equals < 0 ? text : text[..equals];
        var fits = known.Where(option => option.Name == name).ToList();
        if (fits.Count == 0)
        {
            fits = [.. known.Where(option => option.Name.StartsWith(name, StringComparison.Ordinal))];
        }

        if (fits is not [{ } one])
        {
            return $"--{name} is not known here";
        }

        return equals >= 0 && one.Value == OptionValue.None
            ? $"--{name} takes no value"
            : Put(one, equals < 0 ? null : text[(equals + 1)..], words, ref at);
    }

    private string Letters(IReadOnlyList<string> words, ref int at, IReadOnlyList<ToolOption> known)
    {
        var word = words[at];
        for (var index = 1; index < word.Length; index++)
        {
            if (known.FirstOrDefault(option => option.Letter == word[index]) is not { } one)
            {
                return $"-{word[index]} is not known here";
            }

            if (one.Value != OptionValue.None)
            {
                return Put(one, index + 1 < word.Length ? word[(index + 1)..] : null, words, ref at);
            }

            _values[one.Name] = "";
        }

        return "";
    }

    private string Put(ToolOption one, string? value, IReadOnlyList<string> words, ref int at)
    {
        if (value is null && one.Value != OptionValue.None && at + 1 < words.Count
            && (one.Value == OptionValue.Required || !words[at + 1].StartsWith('-')))
        {
            value = words[++at];
        }

        if (value is null && one.Value == OptionValue.Required)
        {
            return $"--{one.Name} needs a value";
        }

        _values[one.Name] = value ?? "";
        return "";
    }
}

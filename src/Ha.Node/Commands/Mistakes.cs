using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Ha.Hocon;

namespace Ha.Node.Commands;

/// <summary>What is wrong with a command line, in words of ours: what was written, what was probably meant, and how the
/// command is called.</summary>
internal static class Mistakes
{
    /// <summary>Most mistakes that are told at once.</summary>
    private const int Limit = 3;

    /// <summary>The mistakes and the usage, one line each; never empty.</summary>
    public static IReadOnlyList<string> Of(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var lines = new List<string>();
        if (parsed.UnmatchedTokens.Count > 0)
        {
            lines.Add(Unmatched(command, parsed.UnmatchedTokens));
        }
        else if (command.Subcommands.Count > 0 && command.Action is null)
        {
            lines.Add($"which one? {NameOf(command)} {string.Join('|', Known(command))}");
        }

        else if (parsed.Tokens.FirstOrDefault(IsOption) is { } stray)
        {
            lines.Add(Unmatched(command, [stray.Value]));
        }

        if (lines.Count == 0)
        {
            lines.AddRange(parsed.Errors.Select(error => error.SymbolResult is { Tokens.Count: > 0 } or OptionResult
                ? Text(error.Message)
                : Missing(command, error.Message)));
        }

        return [.. lines.Take(Limit), $"usage: {Usage(command)}"];
    }

    /// <summary>How a command is called.</summary>
    public static string Usage(Command command)
    {
        var arguments = command.Arguments.Select(argument => argument.Arity.MinimumNumberOfValues == 0
            ? $"[{argument.Name.ToUpperInvariant()}]"
            : argument.Name.ToUpperInvariant());
        var name = NameOf(command);
        var rest = command.Subcommands.Count > 0 ? ["COMMAND"] : arguments;
        return $"{string.Join(' ', rest.Prepend(name).Append("[options]"))}    more: {name} --help";
    }

    // An option that the command does not have, where it takes any number of words.
    private static bool IsOption(Token token) =>
        token is { Type: TokenType.Argument, Value.Length: > 1 } && token.Value.StartsWith('-');

    private static string Unmatched(Command command, IReadOnlyList<string> tokens)
    {
        var first = tokens[0];
        if (first.StartsWith('-'))
        {
            var options = Options(command).SelectMany(option => option.Aliases.Prepend(option.Name));
            return $"{NameOf(command)} has no option '{Text(first)}'{Meant(first.Split('=')[0], options)}";
        }

        if (command.Subcommands.Count > 0)
        {
            var hint = OldVerbs.Hint(tokens);
            return $"there is no command '{NameOf(command)} {Text(first)}'"
                + (hint.Length > 0 ? hint : Meant(first, Known(command)));
        }

        var taken = command.Arguments.Count == 0 ? "no argument"
            : $"only {string.Join(' ', command.Arguments.Select(argument => argument.Name.ToUpperInvariant()))}";
        var more = tokens.Count > 1 ? string.Create(CultureInfo.InvariantCulture, $" and {tokens.Count - 1} more") : "";
        return $"{NameOf(command)} takes {taken}; '{Text(first)}'{more} is too much";
    }

    private static string Missing(Command command, string message) =>
        command.Arguments.FirstOrDefault(argument => argument.Arity.MinimumNumberOfValues > 0) is { } argument
            ? $"{NameOf(command)} needs {argument.Name.ToUpperInvariant()}: {argument.Description}"
            : Text(message);

    private static string Meant(string written, IEnumerable<string> known) =>
        Suggestion.For(written, known) is { Length: > 0 } meant ? $"; {meant}" : "";

    private static IEnumerable<string> Known(Command command) =>
        command.Subcommands.Where(sub => !sub.Hidden).Select(sub => sub.Name);

    private static IEnumerable<Option> Options(Command command) => command.Options
        .Concat(command.Parents.OfType<Command>().SelectMany(Options).Where(option => option.Recursive))
        .Where(option => !option.Hidden);

    private static string NameOf(Command command) => command is RootCommand
        ? "ha"
        : $"{command.Parents.OfType<Command>().Select(NameOf).FirstOrDefault() ?? "ha"} {command.Name}";

    private static string Text(string text) => Arguments.Printable(text);
}

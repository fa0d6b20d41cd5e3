using System.Text;

namespace Ha.InformationBase.Keepalived;

/// <summary>A statement of keepalived.conf: words, and the statements of its block.</summary>
/// <param name="Line">1 for the first line.</param>
/// <param name="Words">At least one.</param>
/// <param name="Block">What stands between its braces; null where it has none.</param>
public sealed record KeepalivedStatement(int Line, IReadOnlyList<string> Words,
    IReadOnlyList<KeepalivedStatement>? Block)
{
    /// <summary>Its first word.</summary>
    public string Name => Words[0];

    /// <summary>Its second word; empty where there is none.</summary>
    public string Value => Words.Count > 1 ? Words[1] : "";
}

/// <summary>Reads keepalived.conf as far as its form goes. Source: keepalived's own manual page of the file.</summary>
public static class KeepalivedText
{
    private const int MaxDepth = 20;
    private const int MaxVariables = 1000;

    /// <summary>Reads it.</summary>
    /// <param name="text">The file.</param>
    /// <param name="notes">What cannot be read, each with its line: "LINE: words".</param>
    public static IReadOnlyList<KeepalivedStatement> Read(string text, List<string> notes)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        var stack = new Stack<(int Line, List<string> Words, List<KeepalivedStatement> Block)>();
        var top = new List<KeepalivedStatement>();
        stack.Push((0, [], top));
        foreach (var (index, line) in text.ReplaceLineEndings("\n").Split('\n').Index())
        {
            if (!IsPlain(line.Trim(), index + 1, variables, notes))
            {
                continue;
            }

            var words = WordsOf(Substitute(line, variables));
            var statement = new List<string>();
            foreach (var word in words)
            {
                switch (word)
                {
                    case "{" when stack.Count > MaxDepth:
                        notes.Add($"{index + 1}: blocks are nested too deep");
                        return top;
                    case "{":
                        // A brace may stand on the line after its name.
                        var owner = statement.Count == 0 ? TakeLast(stack.Peek().Block) : statement;
                        stack.Push((index + 1, owner, []));
                        statement = [];
                        break;
                    case "}":
                        Add(stack.Peek().Block, index + 1, statement);
                        statement = [];
                        if (stack.Count == 1)
                        {
                            notes.Add($"{index + 1}: there is a }} too many");
                            break;
                        }

                        var (at, name, block) = stack.Pop();
                        stack.Peek().Block.Add(new KeepalivedStatement(at, name.Count > 0 ? name : ["?"], block));
                        break;
                    default:
                        statement.Add(word);
                        break;
                }
            }

            Add(stack.Peek().Block, index + 1, statement);
        }

        if (stack.Count > 1)
        {
            notes.Add($"{stack.Peek().Line}: the block {string.Join(' ', stack.Peek().Words)} has no }}");
        }

        return top;
    }

    private static void Add(List<KeepalivedStatement> block, int line, List<string> words)
    {
        if (words.Count > 0)
        {
            block.Add(new KeepalivedStatement(line, words, null));
        }
    }

    private static List<string> TakeLast(List<KeepalivedStatement> block)
    {
        if (block.Count == 0 || block[^1].Block is not null)
        {
            return ["?"];
        }

        var words = block[^1].Words;
        block.RemoveAt(block.Count - 1);
        return [.. words];
    }

    // Definitions, conditions and includes are no statements.
    private static bool IsPlain(string line, int number, Dictionary<string, string> variables, List<string> notes)
    {
        if (line.StartsWith('$') && line.IndexOf('=', StringComparison.Ordinal) is > 1 and var at
            && variables.Count < MaxVariables)
        {
            variables[line[1..at].Trim()] = line[(at + 1)..].Trim();
            return false;
        }

        if (line.StartsWith('@') || line.StartsWith('~'))
        {
            notes.Add($"{number}: '{line.Split(' ')[0]}' is a condition or a sequence of keepalived; the line was left out");
            return false;
        }

        if (line.StartsWith("include", StringComparison.Ordinal))
        {
            notes.Add($"{number}: the included file was not read; import it by itself: {line}");
            return false;
        }

        return true;
    }

    private static string Substitute(string line, Dictionary<string, string> variables)
    {
        if (!line.Contains('$', StringComparison.Ordinal))
        {
            return line;
        }

        foreach (var (name, value) in variables.OrderByDescending(pair => pair.Key.Length))
        {
            line = line.Replace($"${{{name}}}", value, StringComparison.Ordinal)
                .Replace($"${name}", value, StringComparison.Ordinal);
        }

        return line;
    }

    private static List<string> WordsOf(string line)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var quote = '\0';
        var isWord = false;
        foreach (var letter in line)
        {
            if (quote != '\0')
            {
                if (letter == quote)
                {
                    quote = '\0';
                }
                else
                {
                    word.Append(letter);
                }

                continue;
            }

            if (letter is '#' or '!' && !isWord)
            {
                break;
            }

            if (letter is '"' or '\'')
            {
                quote = letter;
                isWord = true;
            }
            else if (char.IsWhiteSpace(letter) || letter is '{' or '}')
            {
                End();
                if (letter is '{' or '}')
                {
                    words.Add(letter.ToString());
                }
            }
            else
            {
                word.Append(letter);
                isWord = true;
            }
        }

        End();
        return words;

        void End()
        {
            if (isWord)
            {
                words.Add(word.ToString());
                word.Clear();
                isWord = false;
            }
        }
    }
}

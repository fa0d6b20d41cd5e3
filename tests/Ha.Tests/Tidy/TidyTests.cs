using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Ha.Tests.Tidy;

/// <summary>The rules of the house, read off the source. Each failure says file, line, rule and what to write instead.
/// </summary>
public sealed partial class TidyTests
{
    private const int MaxFileLines = 500;
    private const int MaxColumns = 120;

    // A text in quotes is not torn apart: people search the source for the sentence that they saw.
    private const int MaxColumnsWithText = 220;
    private const int MaxMethodLines = 70;

    private static readonly Dictionary<string, string[]> s_mayKnow = new(StringComparer.Ordinal)
    {
        ["Ha.Hocon"] = [],
        ["Ha.Kernel"] = [],
        ["Ha.Cib"] = ["Ha.Hocon"],
        ["Ha.Policy"] = ["Ha.Cib"],
        ["Ha.Resources"] = ["Ha.Cib", "Ha.Kernel"],
        ["Ha.Actors"] = ["Ha.Cib", "Ha.Kernel", "Ha.Policy", "Ha.Resources"],
        ["Ha.Simulation"] = ["Ha.Actors"],
        ["Ha.Node"] =
        [
            "Ha.Actors", "Ha.Cib", "Ha.Hocon", "Ha.Kernel", "Ha.Policy", "Ha.Resources", "Ha.Simulation",
        ],
    };

    [Fact]
    public void Each_room_knows_only_the_rooms_that_it_may_know()
    {
        foreach (var path in SourceTree.Files("src", "*.csproj"))
        {
            var room = Path.GetFileNameWithoutExtension(path);
            Assert.True(s_mayKnow.ContainsKey(room), $"{room}: a new room needs a line in ARCHITECTURE.md and in this test");
            var known = XDocument.Load(path).Descendants("ProjectReference")
                .Select(reference => Path.GetFileNameWithoutExtension((string?)reference.Attribute("Include") ?? ""))
                .Order(StringComparer.Ordinal);
            Assert.Equal(s_mayKnow[room], known);
        }
    }

    [Fact]
    public void Files_and_lines_keep_their_length()
    {
        var broken = new List<string>();
        foreach (var path in CodeFiles())
        {
            var lines = File.ReadAllLines(path);
            if (lines.Length > MaxFileLines)
            {
                broken.Add($"{SourceTree.Relative(path)}: {lines.Length} lines; split it by noun at {MaxFileLines}");
            }

            broken.AddRange(lines.Index()
                .Where(line => line.Item.Length > (line.Item.Contains('"') ? MaxColumnsWithText : MaxColumns))
                .Select(line => $"{SourceTree.Relative(path)}:{line.Index + 1}: {line.Item.Length} columns; break it at {MaxColumns}"));
        }

        AssertNone(broken);
    }

    [Fact]
    public void Methods_keep_their_length()
    {
        var broken = new List<string>();
        foreach (var path in SourceTree.Files("src", "*.cs"))
        {
            var lines = File.ReadAllLines(path);
            for (var start = 0; start < lines.Length; start++)
            {
                if (!MethodStart().IsMatch(lines[start]) || start + 1 >= lines.Length)
                {
                    continue;
                }

                var open = Array.FindIndex(lines, start, line => line is "    {" || line.EndsWith(';') || line is "    }");
                if (open < 0 || lines[open] is not "    {")
                {
                    continue;
                }

                var end = Array.IndexOf(lines, "    }", open);
                if (end - open - 1 > MaxMethodLines)
                {
                    broken.Add($"{SourceTree.Relative(path)}:{start + 1}: a method of {end - open - 1} lines; "
                        + $"name its steps and split it at {MaxMethodLines}");
                }
            }
        }

        AssertNone(broken);
    }

    [Fact]
    public void Nothing_is_left_to_be_done_later() =>
        AssertNone(Matches(CodeFiles().Where(path => !path.Contains("/Tidy/", StringComparison.Ordinal)), Unfinished(), "do it, or file an issue"));

    [Fact]
    public void Types_are_named_by_what_they_are() =>
        AssertNone(Matches(SourceTree.Files("src", "*.cs"), WeakName(), "find the noun: what is it in the field's words?"));

    [Fact]
    public void Words_that_the_glossary_bans_are_not_ours() =>
        AssertNone(Matches(
            SourceTree.Files("src", "*.cs").Where(path => !SpeaksOldWords(path)), OldWord(), "GLOSSARY.md names the word to use"));

    [Fact]
    public void Decisions_are_static_and_never_wait()
    {
        var broken = new List<string>();
        foreach (var path in SourceTree.Files("src", "*.cs"))
        {
            var name = Path.GetFileNameWithoutExtension(path);
            if (!DecisionName().IsMatch(name))
            {
                continue;
            }

            var text = File.ReadAllText(path);
            if (!Regex.IsMatch(text, $@"\bstatic (partial )?class {name}\b"))
            {
                broken.Add($"{SourceTree.Relative(path)}: {name} must be a static class: a decision has no state");
            }

            if (Regex.IsMatch(text, @"\basync\b|\bawait\b"))
            {
                broken.Add($"{SourceTree.Relative(path)}: {name} awaits; a decision returns, an actor carries out");
            }
        }

        AssertNone(broken);
    }

    [Fact]
    public void The_architecture_names_every_room_and_no_file_that_is_gone()
    {
        var text = File.ReadAllText(Path.Combine(SourceTree.Root, "ARCHITECTURE.md"));
        var broken = s_mayKnow.Keys
            .Where(room => !text.Contains($"`{room}`", StringComparison.Ordinal))
            .Select(room => $"ARCHITECTURE.md does not name `{room}`")
            .ToList();
        var names = SourceTree.Files("src", "*.cs").Concat(SourceTree.Files("tests", "*.cs"))
            .Select(Path.GetFileName)
            .ToHashSet(StringComparer.Ordinal);
        broken.AddRange(FileName().Matches(text)
            .Select(match => match.Groups[1].Value)
            .Where(file => !names.Contains(Path.GetFileName(file)))
            .Select(file => $"ARCHITECTURE.md names {file}, which does not exist"));
        AssertNone(broken);
    }

    [Fact]
    public void No_test_is_switched_off() =>
        AssertNone(Matches(SourceTree.Files("tests", "*.cs").Where(path => !path.Contains("/Tidy/", StringComparison.Ordinal)), SwitchedOff(),
            "a test runs, or says at run time why it cannot"));

    private static IEnumerable<string> CodeFiles() =>
        SourceTree.Files("src", "*.cs").Concat(SourceTree.Files("tests", "*.cs"));

    // Formats, agents and old option names need the old words: these are the edges where they are read and written.
    private static bool SpeaksOldWords(string path) =>
        path.Contains("/Pacemaker/", StringComparison.Ordinal)
        || path.Contains("/Ha.Policy/", StringComparison.Ordinal)
        || path.Contains("/Ha.Resources/", StringComparison.Ordinal)
        || path.Contains("/Ha.Cib/", StringComparison.Ordinal)
        || path.Contains("/Ha.Node/Commands/Simulate", StringComparison.Ordinal);

    private static List<string> Matches(IEnumerable<string> files, Regex bad, string instead) =>
    [
        .. from path in files
           from line in File.ReadAllLines(path).Index()
           let match = bad.Match(line.Item)
           where match.Success
           select $"{SourceTree.Relative(path)}:{line.Index + 1}: '{match.Value.Trim()}'; {instead}",
    ];

    private static void AssertNone(IReadOnlyCollection<string> broken) =>
        Assert.True(broken.Count == 0, string.Join('\n', broken.Take(40)));

    [GeneratedRegex(@"^    (public|private|internal|protected)(?!.*\b(class|record|struct)\b)[^=;]*\(")]
    private static partial Regex MethodStart();

    [GeneratedRegex(@"\b(TODO|TBD|FIXME|XXX)\b")]
    private static partial Regex Unfinished();

    [GeneratedRegex(@"\b(class|record|struct|interface|enum) \w*(Manager|Helper|Util|Utils|Service|Handler|Impl|Common|Processor|Wrapper)\b")]
    private static partial Regex WeakName();

    [GeneratedRegex(@"\b(stonith|suicide|shoot|master|slave)\b", RegexOptions.IgnoreCase)]
    private static partial Regex OldWord();

    [GeneratedRegex(@"^\w+(Machine|Stage|Checks)$")]
    private static partial Regex DecisionName();

    [GeneratedRegex(@"`((?:[\w.]+/)*\w+\.cs)`")]
    private static partial Regex FileName();

    [GeneratedRegex(@"\[(Fact|Theory)\(.*Skip *=")]
    private static partial Regex SwitchedOff();
}

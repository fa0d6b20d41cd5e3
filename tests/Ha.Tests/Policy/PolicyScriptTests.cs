using System.Text;
using Ha.Tests.Tidy;

namespace Ha.Tests.Policy;

/// <summary>Runs the scripts: a command (with more lines, where it takes them), a line of four dashes, and what is to
/// come of it, up to an empty line. HA_WRITE_SCRIPTS=1 writes what came instead of comparing.</summary>
public sealed class PolicyScriptTests
{
    private static string Folder => Path.Combine(SourceTree.Root, "tests/Ha.Tests/Policy/scripts");

    public static IEnumerable<object[]> Names => Directory.EnumerateFiles(Folder, "*.txt")
        .Select(path => Path.GetFileNameWithoutExtension(path))
        .Order(StringComparer.Ordinal)
        .Select(name => new object[] { name });

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_script_gives_what_it_says(string name)
    {
        var path = Path.Combine(Folder, $"{name}.txt");
        var expected = File.ReadAllText(path);
        var actual = Play(expected, seed: 0, _ => true);
        if (Environment.GetEnvironmentVariable("HA_WRITE_SCRIPTS") == "1")
        {
            File.WriteAllText(path, actual);
            return;
        }

        Assert.Equal(expected, actual);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_order_in_which_operations_end_changes_nothing_in_the_end(string name)
    {
        var script = File.ReadAllText(Path.Combine(Folder, $"{name}.txt"));
        static bool IsEnd(string command) => command is not ("settle" or "plan");
        var expected = Play(script, seed: 0, IsEnd);
        for (var seed = 1; seed <= 10; seed++)
        {
            Assert.Equal(expected, Play(script, seed, IsEnd));
        }
    }

    private static string Play(string script, int seed, Func<string, bool> isShown)
    {
        var world = new PolicyWorld(seed);
        var text = new StringBuilder();
        var lines = script.Split('\n');
        var at = 0;
        while (at < lines.Length)
        {
            if (lines[at].Length == 0 || lines[at].StartsWith('#'))
            {
                text.Append(lines[at]).Append(at < lines.Length - 1 ? "\n" : "");
                at++;
                continue;
            }

            var divider = Array.IndexOf(lines, "----", at);
            Assert.True(divider > at, $"line {at + 1}: a command without a line of four dashes");
            var asked = lines[at..divider];
            at = divider + 1;
            while (at < lines.Length && lines[at].Length > 0)
            {
                at++;
            }

            // Several commands may stand above one line of dashes: their last one answers.
            var isCluster = asked[0] is "cluster" or "cluster new";
            world = asked[0] == "cluster new" ? new PolicyWorld(seed) : world;
            var answer = isCluster ? world.Do("cluster", string.Join('\n', asked[1..])) : "";
            foreach (var command in isCluster ? [] : asked.Where(line => !line.StartsWith('#')))
            {
                answer = world.Do(command, "");
            }

            text.Append(string.Join('\n', asked)).Append("\n----\n");
            text.Append(isShown(asked[^1]) ? answer : "...").Append('\n');
        }

        return text.ToString();
    }
}

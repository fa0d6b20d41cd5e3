using System.Text;
using Ha.Hocon;
using Ha.InformationBase;
using Ha.InformationBase.Reader;
using Ha.Tests.Tidy;

namespace Ha.Tests.InformationBase;

/// <summary>Cluster files with mistakes of every kind: what is wrong is said, nothing throws, and what is right is
/// written and read back the same.</summary>
public sealed class HostileClusterFileTests
{
    private const int Mutations = 4000;

    private const string Rules = """
        nodes { alpha { id = 1, attributes.rack = 1 }, beta { id = 2, votes = 2 } }
        fencing { f { agent = fence_x, targets = [alpha], target-map { beta = plug7 }, delay-base = 5s, params.a = b } }
        fencing-levels { alpha = [[f]], beta = [[f], f] }
        templates { t { agent = "ocf:heartbeat:Dummy", meta.priority = 5 } }
        resources {
          d { template = t, params-sets { s { score = 5, values { x = 1 }
              rule { expressions = [{ start = "2026-01-01" }] } } } }
          e { agent = "systemd:e", op { monitor { interval = 10s }, m2 { name = monitor, interval = 20s } } }
          g { agent = "ha:vip", utilization.memory = 5 }
        }
        groups { grp { members = [d, e] } }
        clones { c { of = g, meta { clone-max = 2 } } }
        tags { all = [d, e] }
        constraints {
          location.l { rsc = all, rule { score = 5, expressions = [{ attribute = x, operation = eq, value = 1 }] } }
          colocation.k { score = -100, sets = [{ members = [d, e], sequential = no }] }
          order.o { first = grp, then = c, kind = Optional }
          ticket.t { ticket = site-a, rsc = d, loss-policy = stop }
        }
        alerts.a { path = /x, events = [nodes], timeout = 5s }
        """;

    private static readonly string[] s_values =
    [
        "null", "5", "-1", "\"\"", "[]", "{}", "[{}]", "[[]]", "[1, [2]]", "{ a = 1 }", "true", "10s", "x y",
            "\"a:b\"", "99999999999",
    ];

    [Fact]
    public void Any_value_in_any_place_is_read_or_refused_with_its_place()
    {
        var random = new System.Random(7_112_026);
        var seeds = Directory.GetFiles(Path.Combine(SourceTree.Root, "hocon", "examples"), "*.conf").Order(
            StringComparer.Ordinal)
            .Select(File.ReadAllText)
            .Append(Rules)
            .ToList();
        for (var round = 0; round < Mutations; round++)
        {
            var text = Mutate(seeds[random.Next(seeds.Count)], seeds[random.Next(seeds.Count)], random);
            var read = ClusterFileReader.ReadText(text);
            Assert.True(
                read.Configuration is not null || read.Diagnostics.Any(item => item.Severity == Severity.Error), text);
            if (read.Configuration is { } configuration)
            {
                var written = ClusterFileWriter.Write(configuration);
                Assert.True(configuration.Equals(ClusterFileReader.ReadText(written).Configuration),
                    $"{text}\n----\n{written}");
            }
        }
    }

    private static string Mutate(string seed, string other, System.Random random)
    {
        var lines = seed.Split('\n').ToList();
        for (var edits = random.Next(1, 4); edits > 0; edits--)
        {
            var at = random.Next(lines.Count);
            switch (random.Next(4))
            {
                case 0:
                    var words = lines[at].Split(" = ");
                    words[^1] = s_values[random.Next(s_values.Length)];
                    lines[at] = string.Join(" = ", words);
                    break;
                case 1:
                    lines.RemoveAt(at);
                    lines.Add("");
                    break;
                case 2:
                    var more = other.Split('\n');
                    lines.Insert(at, more[random.Next(more.Length)]);
                    break;
                default:
                    lines[at] = Replace(lines[at], random);
                    break;
            }
        }

        return string.Join('\n', lines);
    }

    // One value within a line is another one.
    private static string Replace(string line, System.Random random)
    {
        var starts = Enumerable.Range(0, line.Length).Where(index => line.AsSpan(index).StartsWith("= ")).ToList();
        if (starts.Count == 0)
        {
            return line;
        }

        var start = starts[random.Next(starts.Count)] + 2;
        var end = start;
        while (end < line.Length && line[end] is not (',' or ' ' or '}' or ']'))
        {
            end++;
        }

        return new StringBuilder(line).Remove(start, end - start).Insert(
            start, s_values[random.Next(s_values.Length)]).ToString();
    }
}

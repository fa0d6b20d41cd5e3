namespace Ha.Tests.Policy;

/// <summary>Random stories: hosts that die and return, services that fail, orders of people, in any mix. Nothing is
/// ever
/// started beside itself, every plan keeps its invariants, and every story comes to rest.</summary>
public sealed class PolicyFuzzTests
{
    private const int Stories = 100;
    private const int Steps = 25;

    private static readonly string[] s_nodes = ["n1", "n2", "n3", "n4"];
    private static readonly string[] s_resources = ["a", "b", "c", "d", "e"];

    [Fact]
    public void Every_story_is_safe_and_comes_to_rest()
    {
        for (var seed = 1; seed <= Stories; seed++)
        {
            var told = new List<string>();
            try
            {
                Tell(seed, told);
            }
            catch (Exception e) when (e is Xunit.Sdk.XunitException or InvalidOperationException)
            {
                Assert.Fail($"story {seed}: {e.Message}\n{string.Join('\n', told)}");
            }
        }
    }

    private static void Tell(int seed, List<string> told)
    {
        var random = new Random(seed);
        var world = new PolicyWorld(seed);
        void Do(string command)
        {
            told.Add(command);
            world.Do(command, "");
        }

        var cluster = Cluster(random);
        told.Add(cluster);
        Assert.Equal("ok", world.Do("cluster", cluster));
        Do("join n1 n2 n3 n4");
        for (var step = 0; step < Steps; step++)
        {
            foreach (var command in Event(random, world))
            {
                Do(command);
            }

            if (random.Next(3) == 0)
            {
                Do("settle");
            }
            else if (random.Next(2) == 0)
            {
                Do("begin");
            }
        }

        Do("settle");
        Assert.Equal("nothing to do", world.Do("settle", ""));
    }

    private static string Cluster(Random random)
    {
        var isFencing = random.Next(4) > 0;
        var lines = new List<string>
        {
            $"cluster {{ name = t, properties {{ fencing-enabled = {(isFencing ? "true" : "false")} }} }}",
            "nodes { n1 { id = 1 }, n2 { id = 2 }, n3 { id = 3 }, n4 { id = 4 } }",
            $"rsc-defaults {{ resource-stickiness = {random.Next(3) * 50}, migration-threshold = {1 + random.Next(3)} }}",
            "fencing { power { agent = fence_lab, targets = [n1, n2, n3, n4] } }",
            "resources {",
        };
        string[] onFail = ["restart", "stop", "standby", "ignore", "block"];
        lines.AddRange(s_resources.Select(id => $"  {id} {{ agent = \"systemd:{id}\", op {{ monitor {{ interval = 10s, "
            + $"on-fail = {(random.Next(3) == 0 ? onFail[random.Next(onFail.Length)] : "restart")} }} }} }}"));
        lines.Add("}");
        lines.Add(random.Next(2) == 0 ? "groups { g { members = [d, e] } }" : "");
        lines.Add("constraints {");
        lines.Add($"  location {{ l1 {{ rsc = a, node = n{1 + random.Next(4)}, score = {random.Next(-2, 3) * 100} }} }}");
        lines.Add($"  colocation {{ c1 {{ rsc = b, with-rsc = a, score = {Pick(random, "INFINITY", "-INFINITY", "70", "-70")} }}"
            + $", c2 {{ rsc = c, with-rsc = b, score = {Pick(random, "INFINITY", "-INFINITY", "30")} }} }}");
        lines.Add($"  order {{ o1 {{ first = a, then = {Pick(random, "b", "c")}, kind = {Pick(random, "Mandatory", "Optional")} }}"
            + $", o2 {{ first = c, then = d, kind = {Pick(random, "Mandatory", "Optional")} }} }}");
        lines.Add("}");
        return string.Join('\n', lines);
    }

    private static string Pick(Random random, params string[] words) => words[random.Next(words.Length)];

    private static IEnumerable<string> Event(Random random, PolicyWorld world)
    {
        var node = Pick(random, s_nodes);
        var resource = Pick(random, s_resources);
        return random.Next(14) switch
        {
            0 when world.IsMember(node) && world.MemberCount > 1 => [$"die {node}"],
            1 when world.IsMember(node) && world.MemberCount > 1 => 
                // Without fencing a lost host counts as off: here it is.
                [world.IsFencing ? $"lose {node}" : $"die {node}"],
            2 or 3 or 4 when world.CanJoin(node) => [$"join {node}"],
            5 or 6 when world.IsWatched(resource, node) =>
                [$"answer monitor {resource} on {node} rc 1", $"monitor {resource} on {node}", $"answer monitor {resource} on {node} ok"],
            7 => [$"answer start {resource} on {node} {Pick(random, "rc 1", "rc 5", "ok", "timeout", "ok")}"],
            8 => [$"answer stop {resource} on {node} {Pick(random, "rc 1", "ok", "ok")}"],
            9 => [$"attribute {node} standby {Pick(random, "on", "-")}"],
            10 => [$"meta {resource} target-role {Pick(random, "Stopped", "-")}"],
            11 => [$"move {resource} {node}"],
            12 => [$"cleanup {resource}"],
            13 => [$"attribute {node} maintenance {Pick(random, "true", "-", "-")}"],
            _ => [],
        };
    }
}

using System.Text.RegularExpressions;
using Ha.InformationBase;
using Ha.Policy.Rules;

namespace Ha.Policy.Scheduling;

/// <summary>Location constraints: by resource, tag, template, pattern or set; by node or rules.</summary>
internal static class LocationConstraints
{
    /// <summary>Begins the ids of constraints that stand for one-time moves; a person's ids may not.</summary>
    public const string MovePrefix = "one-time-move-";

    public static void Unpack(PolicyRun run, LocationConstraint location)
    {
        if (location.Resource is { } id)
        {
            var members = ConstraintTargets.Find(run, id) is not null ? [id] : ConstraintTargets.Expand(run, id);
            if (members is null)
            {
                run.Warnings.Add($"location '{location.Id}' is ignored: there is no resource '{id}'");
            }

            foreach (var member in members ?? [])
            {
                if (ConstraintTargets.Find(run, member) is { } resource)
                {
                    Unpack(run, location, resource, location.Role, location.Score, null);
                }
            }
        }

        if (location.ResourcePattern is { } pattern)
        {
            UnpackPattern(run, location, pattern);
        }

        foreach (var set in location.Sets)
        {
            foreach (var resource in ConstraintTargets.Members(run, set, location.Id))
            {
                Unpack(run, location, resource, set.Role ?? location.Role, set.Score ?? location.Score, null);
            }
        }
    }

    // Only what is of the top level is looked at.
    private static void UnpackPattern(PolicyRun run, LocationConstraint location, string pattern)
    {
        var isNegated = pattern.StartsWith('!');
        if (Compile(isNegated ? pattern[1..] : pattern) is not { } expression)
        {
            run.Warnings.Add($"location '{location.Id}' is ignored: '{pattern}' is no regular expression");
            return;
        }

        foreach (var resource in run.Resources)
        {
            var match = expression.Match(resource.Id);
            if (match.Success == isNegated)
            {
                continue;
            }

            string[]? submatches = isNegated ? null : [.. match.Groups.Values.Select(group => group.Value)];
            Unpack(run, location, resource, location.Role, location.Score, submatches);
        }
    }

    // In linear time whatever the pattern is, so that no clock has a say in it.
    private static Regex? Compile(string pattern)
    {
        try
        {
            return new Regex(pattern, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    private static void Unpack(
        PolicyRun run, LocationConstraint location, PolicyResource resource, string? role, string? score,
        string[]? submatches)
    {
        var discovery = location.ResourceDiscovery?.ToLowerInvariant() switch
        {
            "never" => DiscoveryMode.Never,
            "exclusive" => DiscoveryMode.Exclusive,
            _ => DiscoveryMode.Always,
        };

        if (location.Node is { } name)
        {
            if (run.FindNode(name) is not { } node)
            {
                return;
            }

            var simple = New(location.Id, resource, role, discovery, location.Origin);
            simple.Nodes.Add((node, ScoreOf(score)));
            Add(run, simple);
            return;
        }

        foreach (var rule in location.Rules)
        {
            var byRule = New(location.Id, resource, rule.Role ?? role, discovery, rule.Origin);
            Collect(run, byRule, rule, submatches);
            if (byRule.Nodes.Count > 0)
            {
                Add(run, byRule);
            }
        }
    }

    private static void Collect(PolicyRun run, PolicyLocation location, Rule rule, string[]? submatches)
    {
        var resource = location.Resource;
        var looksAtNode = RuleEvaluator.LooksAtNode(rule);
        RuleOutcome? same = null;
        var scoreAttribute = rule.ScoreAttribute;
        foreach (var node in run.Nodes)
        {
            var input = InputFor(run, resource, node, submatches);
            if (submatches is not null && scoreAttribute is not null)
            {
                scoreAttribute = input.Expand(rule.ScoreAttribute!);
            }

            var outcome = same ?? RuleEvaluator.Evaluate(rule, input);
            if (!looksAtNode)
            {
                same = outcome;
            }

            if (outcome.ChangesAt is { } at)
            {
                run.Recheck(at, $"location rule {rule.Id} evaluation");
            }

            if (outcome.Holds)
            {
                // A node without the attribute that has the score is banned.
                var score = scoreAttribute is null
                    ? ScoreOf(rule.Score)
                    : Scores.Parse(AttributeOf(resource, node, scoreAttribute), Scores.MinusInfinity);
                location.Nodes.Add((node, score));
            }
        }
    }

    private static RuleInput InputFor(
        PolicyRun run, PolicyResource resource, PolicyNode node, string[]? submatches) => new()
    {
        Now = run.Now,
        NodeAttribute = node.Attribute,
        Parameter = name => Parameters.Of(run, resource, node).GetValueOrDefault(name),
        Meta = name => resource.Meta.GetValueOrDefault(name),
        Agent = resource.Agent,
        Submatches = submatches,
    };

    // What runs in a container may ask for scores of the container's host.
    private static string? AttributeOf(PolicyResource resource, PolicyNode node, string name) =>
        NodeAttributes.Of(node, name, NodeAttributes.IsHostAsked(resource), isAssigned: false);

    private static PolicyLocation New(
        string id, PolicyResource resource, string? role, DiscoveryMode discovery, Origin origin) => new()
    {
        Id = id,
        Resource = resource,
        Discovery = discovery,
        Origin = origin,
        Code = id.StartsWith(MovePrefix, StringComparison.Ordinal) ? Cause.Move : Cause.Location,

        // What shall be promoted must be started there first, so the lower roles stand for all of them.
        Role = ValueText.RoleOf(role) is var parsed && parsed is Role.Promoted or Role.Stopped ? parsed : Role.Unknown,
    };

    private static int ScoreOf(string? text) => Scores.Parse(text, 0);

    private static void Add(PolicyRun run, PolicyLocation location)
    {
        run.Locations.Add(location);
        location.Resource.Locations.Add(location);
        if (run.Reasons is null)
        {
            return;
        }

        foreach (var (node, score) in location.Nodes)
        {
            if (location.Role == Role.Promoted)
            {
                run.ExplainPromotion(
                    location.Resource, node, location.Code, score, $"{location.Id}, when promoted", location.Origin);
            }
            else
            {
                var text = location.Code != Cause.Move ? location.Id
                    : $"a person moves it {(score < 0 ? "away from" : "to")} {node.Name}";
                run.Explain(location.Resource, node, location.Code, score, text, location.Origin);
            }
        }
    }
}

using Ha.InformationBase;
using Ha.Resources.Fencing;

namespace Ha.Simulation.Rehearsal;

/// <summary>A weak point of a configuration.</summary>
/// <param name="Code">What kind, for programs.</param>
/// <param name="Subject">What it is about: a node, a resource, a device.</param>
/// <param name="Text">What is weak, as a sentence without its full stop.</param>
/// <param name="Remedy">What to do about it.</param>
public sealed record Advice(string Code, string Subject, string Text, string Remedy);

/// <summary>The weakest points of a configuration, worst first: a pure function of it and of what was rehearsed.
/// </summary>
public static class RehearsalAdvice
{
    // A stop that may take longer than this is what an outage mostly consists of: detection and fencing take less.
    private static readonly TimeSpan s_longStop = TimeSpan.FromSeconds(60);

    // A failure that is looked for less often than this is found by customers.
    private static readonly TimeSpan s_longInterval = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan s_longDetection = TimeSpan.FromSeconds(20);

    /// <summary>The advice.</summary>
    public static ValueList<Advice> Of(RehearsalSubject subject, ValueList<RehearsalOutcome> outcomes)
    {
        var found = Fencing(subject).Concat(Votes(subject)).Concat(Places(subject)).Concat(Monitors(subject))
            .Concat(Times(subject)).Concat(Wires(subject)).ToList();
        found.AddRange(Unexplained(outcomes, found));
        return found.ToValueList();
    }

    private static IEnumerable<Advice> Fencing(RehearsalSubject subject)
    {
        if (!subject.Configuration.IsFencingEnabled)
        {
            yield return new Advice(
                "no-fencing", "the cluster", "fencing is switched off: a node that is only cut off is taken for dead, and data is written twice",
                "set fencing-enabled = true and give every node a fencing device");
            yield break;
        }

        var only = new List<(string Node, string Device)>();
        foreach (var host in subject.Hosts)
        {
            var attempts = FencingDevices.Attempts(subject.Configuration, host);
            if (attempts.IsEmpty)
            {
                yield return new Advice(
                    "no-fencing", host, $"no fencing device can fence {host}: when it is lost, what ran there runs nowhere",
                    $"add a device with targets = [{host}]");
            }
            else if (attempts.All(attempt => attempt.Any(RehearsalSubject.IsOnBoard)))
            {
                var devices = string.Join(", ", attempts.SelectMany(attempt => attempt).Select(device => device.Id)
                    .Distinct(StringComparer.Ordinal));
                yield return new Advice(
                    "fencing-shares-power", host,
                    $"fencing of {host} rests on {devices} alone, on {host}'s own power feed: when {host} loses its power, fencing fails and nothing is recovered",
                    "add a second level that does not share it: a switched power supply, a storage or hypervisor device");
            }
            else if (attempts.FirstOrDefault(attempt => attempt.Any(device =>
                IsOn(subject, device, host))) is { IsEmpty: false } own
                && attempts.All(attempt => attempt.Any(device => IsOn(subject, device, host))))
            {
                yield return new Advice(
                    "fencing-on-target", host, $"{own[0].Id} is asked at {host}'s own address: it does not answer when it is needed",
                    "fence through something that is not on the node itself");
            }
            else if (attempts[0].FirstOrDefault(device => attempts.All(attempt =>
                attempt.Contains(device))) is { } single)
            {
                only.Add((host, single.Id));
            }
        }

        foreach (var device in only.GroupBy(pair => pair.Device, pair => pair.Node, StringComparer.Ordinal))
        {
            yield return new Advice(
                "single-fencing-device", device.Key,
                $"{device.Key} is the only way to fence {string.Join(", ", device)}: while it does not answer, no lost node is recovered from",
                "give each node a second level with a device of another kind (fencing-levels)");
        }
    }

    private static bool IsOn(RehearsalSubject subject, Primitive device, string host)
    {
        var parameters = FencingDevices.ParametersOf(device);
        var address = parameters.GetValueOrDefault("ip") ?? parameters.GetValueOrDefault("ipaddr");
        return address is not null && subject.Configuration.Nodes.FirstOrDefault(node => node.Name == host)
            is { } node && (node.Addresses.Contains(address) || address == host);
    }

    private static IEnumerable<Advice> Votes(RehearsalSubject subject)
    {
        var total = subject.Votes.Sum();
        foreach (var (host, votes) in subject.Hosts.Zip(subject.Votes))
        {
            if (subject.Hosts.Count > 2 && total - votes < subject.Quorum)
            {
                yield return new Advice(
                    "no-quorum-spare", host, $"{host} has {votes} of {total} votes: when it is lost, the others have no quorum and everything stops",
                    "give every node one vote");
            }
        }

        if (subject.Hosts.Count == 2 && !IsSet(subject, "wait-for-all", "wait_for_all")
            && IsSet(subject, "two-node", "two_node") && SaysNo(subject, "wait-for-all", "wait_for_all"))
        {
            yield return new Advice(
                "two-nodes-alone", "the cluster",
                "two nodes without wait-for-all: a node that boots cut off fences the one that works",
                "set quorum { two-node = true, wait-for-all = true }");
        }
        else if (subject.Hosts.Count > 2 && subject.Hosts.Count % 2 == 0
            && subject.Votes.All(votes => votes == subject.Votes[0]))
        {
            yield return new Advice(
                "even-votes", "the cluster", $"{subject.Hosts.Count} nodes can part into halves of which neither has quorum, and then everything stops",
                "add a node, or a vote to one of them");
        }

        if (subject.Configuration.Property("no-quorum-policy") == "ignore")
        {
            yield return new Advice(
                "quorum-ignored", "the cluster", "no-quorum-policy = ignore: each side of a split goes on",
                "set no-quorum-policy = stop");
        }
    }

    private static bool IsSet(RehearsalSubject subject, string name, string other) =>
        (subject.Configuration.Quorum.GetValueOrDefault(name) ?? subject.Configuration.Quorum.GetValueOrDefault(other))
        is "true" or "yes" or "on" or "1";

    private static bool SaysNo(RehearsalSubject subject, string name, string other) =>
        (subject.Configuration.Quorum.GetValueOrDefault(name) ?? subject.Configuration.Quorum.GetValueOrDefault(other))
        is "false" or "no" or "off" or "0";

    private static IEnumerable<Advice> Places(RehearsalSubject subject)
    {
        if (subject.Hosts.Count < 2)
        {
            yield break;
        }

        foreach (var resource in subject.Resources.Where(resource => !resource.IsPromoted))
        {
            var owners = OwnersOf(subject.Configuration, resource.Id);
            var places = subject.Hosts.Where(host => MayRun(subject.Configuration, owners, host)).ToList();
            if (places.Count == 1)
            {
                yield return new Advice(
                    "single-place", resource.Id, $"{resource.Id} may run on {places[0]} alone: when that is lost, it runs nowhere",
                    "allow a second node: lift its ban, or add a location constraint for it");
            }
        }
    }

    private static bool MayRun(Configuration configuration, HashSet<string> owners, string host)
    {
        var about = configuration.Constraints.OfType<LocationConstraint>()
            .Where(location => location.Resource is { } id && owners.Contains(id) && location.Node is not null
                && location.Role is null or "Started").ToList();
        var isOptIn = configuration.Property("symmetric-cluster") is "false" or "no" or "off";
        var isBanned = about.Any(location => location.Node == host && IsMinusInfinity(location.Score));
        return !isBanned && (!isOptIn || about.Any(location => location.Node == host && !IsNegative(location.Score)));
    }

    private static bool IsMinusInfinity(string? score) => score is "-INFINITY" or "-infinity" or "-1000000";

    private static bool IsNegative(string? score) => score is null || score.StartsWith('-');

    // A constraint on a group or a clone is one on its members.
    private static HashSet<string> OwnersOf(Configuration configuration, string id)
    {
        var owners = new HashSet<string>([id], StringComparer.Ordinal);
        foreach (var resource in configuration.Resources)
        {
            var child = resource is Clone clone ? clone.Child : resource;
            if (child.Id == id || (child is Group group && group.Members.Any(member => member.Id == id)))
            {
                owners.Add(resource.Id);
                owners.Add(child.Id);
            }
        }

        owners.UnionWith(configuration.Tags.Where(tag => tag.References.Any(owners.Contains)).Select(tag => tag.Id));
        return owners;
    }

    private static IEnumerable<Advice> Monitors(RehearsalSubject subject)
    {
        foreach (var resource in subject.Resources.Where(resource => !resource.IsPromoted))
        {
            if (resource.MonitorInterval is not { } interval)
            {
                yield return new Advice(
                    "no-monitor", resource.Id, $"{resource.Id} has no recurring monitor: when it dies, nobody notices",
                    "add op { monitor { interval = 10s } }");
            }
            else if (interval > s_longInterval)
            {
                yield return new Advice(
                    "rare-monitor", resource.Id, $"{resource.Id} is looked at every {interval.TotalSeconds:0} s: so long its death goes unseen",
                    "shorten the interval of its monitor");
            }
        }
    }

    private static IEnumerable<Advice> Times(RehearsalSubject subject)
    {
        foreach (var resource in subject.Resources.Where(resource => !resource.IsPromoted
            && resource.StopTimeout > s_longStop))
        {
            yield return new Advice(
                "stop-timeout-dominates", resource.Id,
                $"the stop time-out of {resource.Id}, {resource.StopTimeout.TotalSeconds:0} s, dominates: when its stop hangs, so long passes before the node is fenced",
                "shorten it to the longest stop that you have seen, and half as much again");
        }

        if (subject.DetectionTime > s_longDetection)
        {
            yield return new Advice(
                "late-detection", "the cluster", $"a lost node is noticed after {subject.DetectionTime.TotalSeconds:0} s (token and consensus)",
                "shorten totem { token }");
        }
    }

    private static IEnumerable<Advice> Wires(RehearsalSubject subject)
    {
        var single = subject.Configuration.Nodes.Where(node => node.Kind == NodeKind.Member
            && node.Addresses.Count == 1)
            .Select(node => node.Name).ToList();
        if (subject.Hosts.Count > 1 && single.Count > 0)
        {
            yield return new Advice(
                "single-link", "the cluster", $"{string.Join(", ", single)} can be reached over one network alone: when a switch fails, the cluster splits",
                "give every node a second address, on another network");
        }
    }

    // What the rehearsal showed and nothing above explains.
    private static IEnumerable<Advice> Unexplained(ValueList<RehearsalOutcome> outcomes, List<Advice> found)
    {
        if (found.Count > 0)
        {
            yield break;
        }

        foreach (var lost in outcomes
            .Where(outcome => !outcome.IsRecovered && outcome.Schedule.Fault
                is not (RehearsalFault.LoseTwo or RehearsalFault.AgentHangs))
            .SelectMany(outcome => outcome.Outages.Where(outage => !outage.IsRecovered)
                .Select(outage => (outcome.Schedule, outage)))
            .GroupBy(item => item.outage.Resource, StringComparer.Ordinal))
        {
            var (schedule, outage) = lost.First();
            yield return new Advice(
                "not-recovered", lost.Key, $"{lost.Key} stayed down after a single fault ({schedule.Describe()}): {outage.Why}",
                $"look at it: ha rehearse FILE --seed {schedule.Seed}");
        }
    }
}

using Ha.Actors.Cluster;
using Ha.InformationBase;
using Ha.Resources;

namespace Ha.Simulation.Truth;

/// <summary>Nothing runs twice, and nothing is started while it may still run elsewhere: S1, S2, S5, S8, S21.</summary>
internal sealed class PlacementWitness(SimulatedCluster cluster) : Witness(cluster)
{
    // Where a resource may run, as the world knows: since which boot of that host.
    private readonly SortedDictionary<string, SortedDictionary<string, int>> _mayRun = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _cutBoots = new(StringComparer.Ordinal);
    private readonly HashSet<long> _wasSeen = [];

    public override void ResourceStarted(SimulatedHost host, string resource)
    {
        var hosts = Cluster.World.WhereIs(resource)
            .Where(name => !Cluster.World[name].Lied.Contains(resource)).ToList();
        var limit = LimitOf(host, resource);
        if (hosts.Count > limit)
        {
            Violate(limit == 1 ? "S1" : "S2", $"{resource} runs on {string.Join(" and ", hosts)}");
        }

        var promoted = Cluster.World.Hosts.Count(other => other.IsPowered && other.Promoted.Contains(resource));
        var clone = CloneOf(host, resource);
        if (promoted > (clone is null ? 0 : Number(clone, "promoted-max", 1)))
        {
            Violate("S2", $"{resource} is promoted on {promoted} hosts");
        }
    }

    public override void AgentBegins(SimulatedHost host, AgentRequest request)
    {
        if (request.Agent.IsFencing || request.Action != "start")
        {
            return;
        }

        if (!_mayRun.TryGetValue(request.ResourceId, out var places))
        {
            _mayRun.Add(request.ResourceId, places = new SortedDictionary<string, int>(StringComparer.Ordinal));
        }

        var elsewhere = places.Keys.Where(name => name != host.Name).ToList();
        if (elsewhere.Count >= LimitOf(host, request.ResourceId))
        {
            var other = Cluster[elsewhere[0]];
            var isMember = host.View?.Epoch is EpochState.Active active && active.Members.Contains(other.Name)
                && other is { View.IsActive: true };
            Violate(
                isMember ? "S8" : "S5",
                $"{request.ResourceId} is started on {host.Name} and may run on {other.Name}: "
                + (isMember ? "no stop and no look has succeeded there" : "its fencing is not confirmed"));
        }

        places[host.Name] = host.Truth.Boots;
    }

    public override void AgentEnds(SimulatedHost host, AgentRequest request, AgentResult result)
    {
        var isGone = result.Status == OperationStatus.Done
            && (request.Action == "stop" && result.ExitCode == 0
                || request is { Action: "monitor", Interval.Ticks: 0 } && result.ExitCode == 7);
        if (isGone && _mayRun.TryGetValue(request.ResourceId, out var places))
        {
            places.Remove(host.Name);
        }
    }

    public override void PowerCut(string by, SimulatedHost target, FenceRequest request) =>
        _cutBoots[target.Name] = target.Truth.Boots;

    public override void FencingEnds(SimulatedHost by, int program, FenceRequest request, FenceResult result)
    {
        if (result.Succeeded)
        {
            Clear(request.Target, _cutBoots.GetValueOrDefault(request.Target));
        }
    }

    public override void Moved(SimulatedHost host, ReplicaView? before, ReplicaEvent.Moved moved)
    {
        foreach (var committed in moved.Changes)
        {
            if (committed is { Change: CibChange.ConfirmOff confirm, Refusal: "" } && !Cluster[confirm.Node].Truth.IsPowered)
            {
                Clear(confirm.Node, Cluster[confirm.Node].Truth.Boots);
            }
            else if (committed.Change is CibChange.StartEpoch start && _wasSeen.Add(start.Epoch))
            {
                CheckEpoch(moved.View.Cib, start);
            }
        }
    }

    // An epoch has a majority of the votes, or what is missing is made up by hosts that surely run nothing.
    private void CheckEpoch(Cib cib, CibChange.StartEpoch start)
    {
        var voters = cib.Configuration.Nodes.Where(node => node.Kind == NodeKind.Member).ToList();
        var quorum = (voters.Sum(node => node.Votes) / 2) + 1;
        var members = start.Members.Select(member => member.Node).ToHashSet(StringComparer.Ordinal);
        var votes = voters.Where(node => members.Contains(node.Name)).Sum(node => node.Votes);
        if (voters.Count == 0 || votes >= quorum)
        {
            return;
        }

        var vouched = start.FenceBasis.Where(name => !members.Contains(name)).ToList();
        if (votes + voters.Where(node => vouched.Contains(node.Name)).Sum(node => node.Votes) < quorum)
        {
            Violate("S21", $"epoch {start.Epoch} of {string.Join(", ", members)} has too few votes");
        }

        var feared = vouched.FirstOrDefault(name => _mayRun.Values.Any(places => places.ContainsKey(name)));
        if (feared is not null)
        {
            Violate("S21", $"epoch {start.Epoch} counts on {feared} to be harmless, which may run something");
        }
    }

    private void Clear(string host, int throughBoot)
    {
        foreach (var places in _mayRun.Values)
        {
            if (places.TryGetValue(host, out var boot) && boot <= throughBoot)
            {
                places.Remove(host);
            }
        }
    }

    private static int LimitOf(SimulatedHost host, string resource) =>
        CloneOf(host, resource) is { } clone ? Number(clone, "clone-max", int.MaxValue) : 1;

    private static Clone? CloneOf(SimulatedHost host, string resource)
    {
        var bare = resource.Split(':')[0];
        return host.View?.Cib.Configuration.Resources.OfType<Clone>().FirstOrDefault(clone =>
            clone.Child.Id == bare || clone.Child is Group group && group.Members.Any(member => member.Id == bare));
    }

    private static int Number(Clone clone, string name, int otherwise) =>
        clone.Meta.SelectMany(set => set.Values).FirstOrDefault(pair => pair.Name == name).Value is { } text
        && int.TryParse(text, out var number) ? number : otherwise;
}

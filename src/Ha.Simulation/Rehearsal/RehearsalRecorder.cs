using Ha.InformationBase;

namespace Ha.Simulation.Rehearsal;

/// <summary>Notes, at each change of what truly runs, which resources run where.</summary>
internal sealed class RehearsalRecorder
{
    private readonly SimulatedCluster _cluster;
    private readonly List<Lane> _lanes;

    public RehearsalRecorder(SimulatedCluster cluster, RehearsalSubject subject)
    {
        _cluster = cluster;
        _lanes =
        [
            .. subject.Hosts.Select(host => new Lane(host, () => cluster.World[host].IsPowered ? "on" : "")),
            .. subject.Resources.Select(resource => new Lane(resource.Name, () => Places(resource), resource)),
        ];
        foreach (var host in cluster.World.Hosts)
        {
            host.Changed = Look;
        }
    }

    /// <summary>From now on time counts as outage.</summary>
    public TimeSpan CountsFrom { get; set; } = TimeSpan.MaxValue;

    /// <summary>When anything changed last.</summary>
    public TimeSpan ChangedAt { get; private set; }

    /// <summary>All resources run that are looked at.</summary>
    public bool AllRun(ISet<string> names) =>
        _lanes.All(lane => lane.Resource is null || !names.Contains(lane.Name) || lane.What.Length > 0);

    /// <summary>Names of the resources that run now.</summary>
    public HashSet<string> Running => [.. _lanes.Where(lane => lane is { Resource: not null, What.Length: > 0 })
        .Select(lane => lane.Name)];

    /// <summary>How long a resource did not run since the time counts.</summary>
    public TimeSpan Down(string name)
    {
        var lane = _lanes.First(lane => lane.Resource is not null && lane.Name == name);
        return lane.Spans(_cluster.Scheduler.Now).Where(span => span.What.Length == 0 && span.Until > CountsFrom)
            .Aggregate(TimeSpan.Zero, (sum, span) => sum + span.Until - Later(span.From, CountsFrom));
    }

    /// <summary>Everything that was so, lane by lane.</summary>
    public ValueList<RehearsalSpan> Spans => _lanes.SelectMany(lane =>
        lane.Spans(_cluster.Scheduler.Now)).ToValueList();

    private static TimeSpan Later(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private void Look()
    {
        foreach (var lane in _lanes)
        {
            if (lane.Look(_cluster.Scheduler.Now))
            {
                ChangedAt = _cluster.Scheduler.Now;
            }
        }
    }

    private string Places(RehearsedResource resource)
    {
        var places = "";
        foreach (var host in _cluster.World.Hosts)
        {
            if (host.IsPowered && Has(resource.IsPromoted ? host.Promoted : host.Running, resource.Id))
            {
                places += places.Length == 0 ? host.Name : $" {host.Name}";
            }
        }

        return places;
    }

    // An instance of a clone has a number after its id.
    private static bool Has(SortedSet<string> running, string id)
    {
        foreach (var name in running)
        {
            if (name == id || (name.Length > id.Length && name[id.Length] == ':'
                && name.StartsWith(id, StringComparison.Ordinal)))
            {
                return true;
            }
        }

        return false;
    }

    private sealed class Lane(string name, Func<string> now, RehearsedResource? resource = null)
    {
        private readonly List<RehearsalSpan> _spans = [];
        private TimeSpan _since;

        public string Name => name;

        public RehearsedResource? Resource => resource;

        public string What { get; private set; } = "";

        public bool Look(TimeSpan at)
        {
            var what = now();
            if (what == What)
            {
                return false;
            }

            _spans.Add(new RehearsalSpan(name, What, _since, at));
            (What, _since) = (what, at);
            return true;
        }

        public IEnumerable<RehearsalSpan> Spans(TimeSpan until) =>
            _spans.Append(new RehearsalSpan(name, What, _since, until)).Where(span => span.Until > span.From);
    }
}

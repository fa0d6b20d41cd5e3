using Ha.InformationBase;
using Ha.Resources;

namespace Ha.Simulation.Truth;

/// <summary>Mandatory order and bans hold whenever the cluster itself acts: S12, S13.</summary>
internal sealed class OrderWitness(SimulatedCluster cluster) : Witness(cluster)
{
    // What ended otherwise than by a stop of ours: whoever rests on it is not to blame.
    private readonly HashSet<string> _stopped = new(StringComparer.Ordinal);
    private readonly HashSet<(string Host, string Resource)> _stopping = [];
    private readonly Dictionary<(string Host, string Resource), ValueList<Constraint>> _known = [];

    public override void AgentBegins(SimulatedHost host, AgentRequest request)
    {
        if (request.Action == "stop" && host.View is { IsActive: true } && host.Truth.Running.Contains(request.ResourceId))
        {
            _stopping.Add((host.Name, request.ResourceId));
        }

        if (request.Agent.IsFencing || host.View is not { IsActive: true } view)
        {
            return;
        }

        var constraints = view.Cib.Configuration.Constraints;
        var key = (host.Name, request.ResourceId);
        var isNew = !_known.TryGetValue(key, out var before) || before != constraints;
        _known[key] = constraints;
        if (request.Action != "start" || isNew)
        {
            return; // A plan may be as old as the constraints before these.
        }

        foreach (var constraint in constraints)
        {
            Check(host, request.ResourceId, constraint);
        }

        foreach (var group in view.Cib.Configuration.Resources.OfType<Group>())
        {
            var ids = group.Members.Select(member => member.Id).ToList();
            var at = ids.IndexOf(request.ResourceId);
            if (at > 0 && !host.Truth.Running.Contains(ids[at - 1]) && _stopped.Contains(ids[at - 1]))
            {
                Violate("S12", $"{request.ResourceId} is started on {host.Name} without {ids[at - 1]}, its forerunner");
            }
        }
    }

    public override void AgentEnds(SimulatedHost host, AgentRequest request, AgentResult result)
    {
        if (request.Action == "stop" && _stopping.Remove((host.Name, request.ResourceId)) && result is { Status: OperationStatus.Done, ExitCode: 0 })
        {
            _stopped.Add(request.ResourceId);
        }

        // An agent that lies says so, too: who believes it is not to blame.
        if (request.Action == "start" && result is { Status: OperationStatus.Done, ExitCode: 0 })
        {
            _stopped.Remove(request.ResourceId);
        }
    }

    public override void FaultInjected(Faults.Fault fault)
    {
        if (fault.Kind is Faults.FaultKind.ResourceCrash or Faults.FaultKind.PowerLoss)
        {
            _stopped.Clear();
        }
    }

    public override void PowerCut(string by, SimulatedHost target, FenceRequest request) => _stopped.Clear();

    public override void ResourceStarted(SimulatedHost host, string resource) => _stopped.Remove(resource);

    private void Check(SimulatedHost host, string resource, Constraint constraint)
    {
        switch (constraint)
        {
            case OrderConstraint { First: { } first, Then: { } then, Kind: null or "Mandatory" } when then == resource:
                if (_stopped.Contains(first) && Cluster.World.WhereIs(first).Count == 0)
                {
                    Violate("S12", $"{resource} is started on {host.Name} while {first} was stopped by us");
                }

                break;
            case LocationConstraint { Node: { } node, Score: { } score } location
                when location.Resource == resource && node == host.Name && IsBan(score):
                Violate("S13", $"{resource} is started on {host.Name}, which is banned ({location.Id})");
                break;
            case ColocationConstraint { Score: { } score } colocation
                when colocation.Resource == resource && IsBan(score) && host.Truth.Running.Contains(colocation.WithResource ?? ""):
                Violate("S13", $"{resource} is started on {host.Name} beside {colocation.WithResource} ({colocation.Id})");
                break;
        }
    }

    private static bool IsBan(string score) => score is "-INFINITY" or "-infinity";
}

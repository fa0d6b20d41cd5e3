using Ha.Actors.Cluster;
using Ha.Policy;

namespace Ha.Node.Api;

/// <summary>The plan for the latest state, kept for a second: however many ask, it is made once.</summary>
internal sealed class PlanMemory
{
    private readonly Lock _gate = new();
    private (ReplicaView View, long At, Plan Plan)? _last;

    /// <summary>The plan for a state at a time in seconds.</summary>
    public Plan Of(ReplicaView view, long now)
    {
        lock (_gate)
        {
            if (_last is not { } last || !ReferenceEquals(last.View, view) || last.At != now)
            {
                _last = last = (view, now, PolicyEngine.Plan(view.Cib, now));
            }

            return last.Plan;
        }
    }
}

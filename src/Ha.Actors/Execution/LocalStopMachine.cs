using Ha.InformationBase;
using Ha.Policy;

namespace Ha.Actors.Execution;

/// <summary>What a node does on its own, without an epoch: only stop. Pure.</summary>
public static class LocalStopMachine
{
    /// <summary>The committed state as this node alone sees it: no quorum, and nobody else there.</summary>
    public static Cib AloneWithoutQuorum(Cib cib, string self, bool stopAll)
    {
        var nodes = cib.Status.Nodes
            .Select(node => node.Name == self
                ? node with { IsMember = true, IsProcessUp = true, Join = "member", Expected = "member", History = WithoutPending(node.History) }
                : new NodeState { Name = node.Name, Id = node.Id, IsMember = false, IsProcessUp = false, Join = "down", Expected = "down" })
            .ToValueList();
        var alone = cib with { Status = cib.Status with { Nodes = nodes, HasQuorum = false, Moves = [] } };
        if (alone.Configuration.Property("no-quorum-policy") is { } policy
            && policy is not ("stop" or "freeze" or "ignore" or "demote"))
        {
            // To fence itself it would have to ask others, and wait; to stop it need not.
            alone = CibChanges.Apply(alone, new CibChange.SetProperty("no-quorum-policy", "stop", "")).Cib;
        }

        return stopAll
            ? CibChanges.Apply(alone, new CibChange.SetProperty("stop-all-resources", "true", "")).Cib
            : alone;
    }

    /// <summary>The stops that are ready, as intents; never anything else.</summary>
    public static ValueList<OperationIntent> Stops(Cib alone, string self, long serial, long now) =>
        PolicyEngine.Plan(alone, now, withReasons: false).Graph.Ready()
            .Where(action => action is { Kind: ActionKind.Operation, Task: "stop" or "demote" }
                && action.Node == self)
            .Select(action => new OperationIntent
            {
                Node = self,
                ResourceId = action.ResourceId,
                Agent = action.Agent!,
                Entry = new HistoryEntry
                {
                    Id = action.Key,
                    Operation = action.Task,
                    OperationKey = action.Key,
                    TransitionKey = $"{action.Id}:{serial}:0:local",
                    Digest = action.Digest,
                },
                Timeout = action.Timeout,
                Parameters = action.Parameters,
                Meta = action.Meta,
            })
            .ToValueList();

    /// <summary>True when the policy for a lost quorum is to stop what runs.</summary>
    public static bool MustStop(Cib cib) => 
        cib.Configuration.Property("no-quorum-policy") is not ("ignore" or "freeze");

    private static ValueList<ResourceHistory> WithoutPending(ValueList<ResourceHistory> history) =>
        history
            .Select(item => item with
            {
                Entries = item.Entries.Where(entry => entry.Status != OperationStatus.Pending).ToValueList(),
            })
            .ToValueList();
}

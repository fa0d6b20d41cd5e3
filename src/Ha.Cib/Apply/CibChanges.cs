namespace Ha.InformationBase;

/// <summary>What applying a change gave.</summary>
/// <param name="Cib">The CIB after it.</param>
/// <param name="Refusal">Why the change had no effect, as a sentence; empty when it had. A refusal is part of the log:
/// it is
/// the same on every replica.</param>
public sealed record ApplyResult(Cib Cib, string Refusal)
{
    /// <summary>True when the change had no effect.</summary>
    public bool IsRefused => Refusal.Length > 0;
}

/// <summary>Applies changes: a pure function, the same on every replica.</summary>
public static class CibChanges
{
    /// <summary>The CIB after a change.</summary>
    public static ApplyResult Apply(Cib cib, CibChange change)
    {
        var result = ApplyOne(cib, change);
        return result with
        {
            Cib = result.Cib with { Status = result.Cib.Status with { Sequence = cib.Status.Sequence + 1 } },
        };
    }

    private static ApplyResult ApplyOne(Cib cib, CibChange change) => change switch
    {
        CibChange.SetConfiguration set => ConfigurationApply.Set(cib, set),
        CibChange.SetAttribute set => ConfigurationApply.SetAttribute(cib, set),
        CibChange.SetProperty set => ConfigurationApply.SetProperty(cib, set),
        CibChange.SetMeta set => ConfigurationApply.SetMeta(cib, set),
        CibChange.StartEpoch start => MembershipApply.StartEpoch(cib, start),
        CibChange.ReportNode report => MembershipApply.Report(cib, report),
        CibChange.LeaveNode leave => MembershipApply.Leave(cib, leave),
        CibChange.RecordIntent intent => OperationApply.RecordIntent(cib, intent),
        CibChange.RecordResult result => OperationApply.RecordResult(cib, result),
        CibChange.ForgetHistory forget => OperationApply.Forget(cib, forget),
        CibChange.Cleanup cleanup => OperationApply.Cleanup(cib, cleanup),
        CibChange.RequestMove move => MoveApply.Request(cib, move),
        CibChange.EndMove move => MoveApply.End(cib, move),
        CibChange.RequestFencing request => FencingApply.Request(cib, request),
        CibChange.AssignFencing assign => FencingApply.Assign(cib, assign),
        CibChange.RecordFencing record => FencingApply.Record(cib, record),
        CibChange.ConfirmOff confirm => FencingApply.Confirm(cib, confirm),
        CibChange.CheckDigest => new ApplyResult(cib, ""),
        _ => throw new InvalidOperationException($"no way to apply {change.GetType().Name}"),
    };

    internal static ApplyResult Refuse(Cib cib, string why) => new(cib, why);

    internal static ApplyResult Done(Cib cib, Status status) => new(cib with { Status = status }, "");

    /// <summary>The status with one node's state replaced or added.</summary>
    internal static Status With(this Status status, NodeState state)
    {
        for (var index = 0; index < status.Nodes.Count; index++)
        {
            if (status.Nodes[index].Name == state.Name)
            {
                return status with { Nodes = status.Nodes.SetItem(index, state) };
            }
        }

        return status with { Nodes = status.Nodes.Add(state) };
    }

    /// <summary>The state of a node, made up where nothing is known yet.</summary>
    internal static NodeState StateOf(Cib cib, string node) =>
        cib.Status.Find(node) ?? new NodeState { Name = node, Id = IdOf(cib, node) };

    internal static string IdOf(Cib cib, string node) =>
        cib.Configuration.Nodes.FirstOrDefault(candidate => candidate.Name == node)?.Id ?? node;

    /// <summary>One name in the first set with this id: replaced, added, or taken out (null).</summary>
    internal static ValueList<AttributeSet> Put(
        ValueList<AttributeSet> sets, string setId, string name, string? value, Score score = default)
    {
        var at = -1;
        for (var index = 0; index < sets.Count && at < 0; index++)
        {
            at = sets[index].Id == setId ? index : -1;
        }

        var set = at < 0 ? new AttributeSet { Id = setId, Score = score } : sets[at];
        var values = set.Values.Where(pair => pair.Name != name);
        var changed = set with
        {
            Values = (value is null ? values : values.Append(new NameValue(name, value))).ToValueList(),
        };
        return (at, changed.Values.IsEmpty) switch
        {
            ( < 0, true) => sets,
            ( < 0, false) => sets.Add(changed),
            (_, true) => sets.Where((_, index) => index != at).ToValueList(),
            _ => sets.SetItem(at, changed),
        };
    }
}

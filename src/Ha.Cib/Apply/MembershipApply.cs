namespace Ha.InformationBase;

/// <summary>Changes of who is there.</summary>
internal static class MembershipApply
{
    private const string Member = "member";
    private const string Down = "down";

    public static ApplyResult StartEpoch(Cib cib, CibChange.StartEpoch start)
    {
        var status = cib.Status;
        foreach (var state in cib.Status.Nodes)
        {
            if (!start.Members.Any(member => member.Node == state.Name))
            {
                status = status.With(
                    start.FenceBasis.Contains(state.Name) ? Harmless(state)
                    : start.Ring.Contains(state.Name) ? WithoutProgram(state, start.At)
                    : PlantedBugs.Has(PlantedBug.AbsentIsHarmless) ? Harmless(state) : Absent(state));
            }
        }

        foreach (var member in start.Members)
        {
            status = status.With(Present(CibChanges.StateOf(cib with { Status = status }, member.Node), member,
                start.At));
        }

        return CibChanges.Done(cib, status with
        {
            HasQuorum = true,
            CoordinatorId = CibChanges.IdOf(cib, start.Coordinator),
        });
    }

    public static ApplyResult Report(Cib cib, CibChange.ReportNode report)
    {
        if (cib.Status.Find(report.Node) is not { IsMember: true } state)
        {
            return CibChanges.Refuse(cib, $"{report.Node} is no member of the epoch");
        }

        var isSameProgram = state.Incarnation == report.Incarnation;
        var next = state with
        {
            Incarnation = report.Incarnation,
            IsProcessUp = true,
            ProcessSince = state.IsProcessUp == true && isSameProgram ? state.ProcessSince : report.At,
            Join = Member,
            Expected = Member,
            Attributes = isSameProgram ? state.Attributes : [],
            History = isSameProgram || PlantedBugs.Has(PlantedBug.OldHistoryBelieved)
                ? WithoutVoid(state.History, report) : OnlyLater(state.History, report),
        };
        var status = cib.Status.With(next);
        return CibChanges.Done(cib, isSameProgram ? status : WithoutFencing(status, report));
    }

    // A node that came back with a new program runs nothing that was feared: nobody has to fence it any more.
    private static Status WithoutFencing(Status status, CibChange.ReportNode report) => status with
    {
        Fencing = status.Fencing
            .Select(record => record is { State: FencingState.Pending, Action: not "on" } && record.Target == report.Node
                ? record with
                {
                    State = FencingState.Failed,
                    Error = "called off: it joined again with a new program",
                    CompletedAt = report.At,
                }
                : record)
            .ToValueList(),
    };

    public static ApplyResult Leave(Cib cib, CibChange.LeaveNode leave) =>
        cib.Status.Find(leave.Node) is not { } state
            ? CibChanges.Refuse(cib, $"nothing is known of {leave.Node}")
            : CibChanges.Done(cib, cib.Status.With(state with
            {
                IsProcessUp = false,
                Join = Down,
                Expected = Down,
                Attributes = [],
                History = [],
                Incarnation = "",
            }));

    /// <summary>A node that is surely off: nothing runs there, nothing is known, and nobody waits for it.</summary>
    public static NodeState Harmless(NodeState state) => new()
    {
        Name = state.Name,
        Id = state.Id,
        IsRemote = state.IsRemote,
        IsRemoteFenced = state.IsRemote,
        IsMember = false,
        IsProcessUp = false,
        Join = Down,
        Expected = Down,
    };

    private static NodeState Absent(NodeState state) =>
        state.IsRemote ? state : state with { IsMember = false, MemberSince = 0, IsProcessUp = false, Join = Down };

    // The host lives and what runs on it goes on; its program is being started again, or must be fenced after a while.
    private static NodeState WithoutProgram(NodeState state, long at) => state with
    {
        IsMember = true,
        IsProcessUp = false,
        ProcessSince = state.IsProcessUp == true || state.ProcessSince == 0 ? at : state.ProcessSince,
        Join = "pending",
    };

    // A member of before whose program goes on stays joined; any other must report first.
    private static NodeState Present(NodeState state, EpochMember member, long at)
    {
        var stays = state is { IsMember: true, IsProcessUp: true, Join: Member }
            && state.Incarnation.StartsWith(member.Incarnation, StringComparison.Ordinal);
        return state with
        {
            IsMember = true,
            MemberSince = state.IsMember == true ? state.MemberSince : at,
            IsProcessUp = stays,
            ProcessSince = stays ? state.ProcessSince : at,
            Join = stays ? Member : "pending",
        };
    }

    // Of a new program nothing is known but what was intended for it since it looked: that it will do.
    private static ValueList<ResourceHistory> OnlyLater(
        ValueList<ResourceHistory> history, CibChange.ReportNode report) =>
        history
            .Select(resource => resource with
            {
                Entries = resource.Entries
                    .Where(entry => entry.Status == OperationStatus.Pending && entry.IntendedAt > report.Known)
                    .ToValueList(),
            })
            .Where(resource => !resource.Entries.IsEmpty)
            .ToValueList();

    private static ValueList<ResourceHistory> WithoutVoid(
        ValueList<ResourceHistory> history, CibChange.ReportNode report) =>
        history
            .Select(resource => resource with
            {
                Entries = resource.Entries
                    .Where(entry => entry.Status != OperationStatus.Pending || entry.IntendedAt > report.Known
                        || report.RunningOperations.Contains(entry.TransitionKey))
                    .ToValueList(),
            })
            .Where(resource => !resource.Entries.IsEmpty)
            .ToValueList();
}

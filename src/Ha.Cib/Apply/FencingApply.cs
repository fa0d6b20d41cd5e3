namespace Ha.InformationBase;

/// <summary>Changes of fencing requests.</summary>
internal static class FencingApply
{
    public static ApplyResult Request(Cib cib, CibChange.RequestFencing request)
    {
        var pending = cib.Status.Fencing.FirstOrDefault(record =>
            record.Target == request.Record.Target && record.State == FencingState.Pending);
        if (pending is not null)
        {
            return CibChanges.Refuse(cib, $"fencing of {pending.Target} is in progress already ({pending.Id})");
        }

        if (cib.Status.Fencing.Any(record => record.Id == request.Record.Id))
        {
            return CibChanges.Refuse(cib, $"fencing request {request.Record.Id} is known already");
        }

        if (request.Seen.Length > 0 && !PlantedBugs.Has(PlantedBug.StaleFencingRequest)
            && CibChanges.StateOf(cib, request.Record.Target).Standing != request.Seen)
        {
            return CibChanges.Refuse(cib, $"{request.Record.Target} has come or gone since its fencing was planned");
        }

        return CibChanges.Done(cib, cib.Status with
        {
            Fencing = Bounded(cib.Status.Fencing.Add(request.Record with { State = FencingState.Pending })),
        });
    }

    public static ApplyResult Assign(Cib cib, CibChange.AssignFencing assign)
    {
        var index = PendingIndex(cib, assign.RequestId);
        return index < 0
            ? CibChanges.Refuse(cib, $"no pending fencing request {assign.RequestId}")
            : CibChanges.Done(cib, cib.Status with
            {
                Fencing = cib.Status.Fencing.SetItem(
                    index, cib.Status.Fencing[index] with { Executor = assign.Executor }),
            });
    }

    public static ApplyResult Record(Cib cib, CibChange.RecordFencing result)
    {
        var index = PendingIndex(cib, result.RequestId);
        if (index < 0)
        {
            return CibChanges.Refuse(cib, $"no pending fencing request {result.RequestId}");
        }

        var record = cib.Status.Fencing[index] with
        {
            State = result.State,
            Device = result.Device,
            Error = result.Error,
            CompletedAt = result.At,
        };
        var status = cib.Status with { Fencing = cib.Status.Fencing.SetItem(index, record) };
        return CibChanges.Done(
            cib, (result.State == FencingState.Succeeded || PlantedBugs.Has(PlantedBug.FailedFencingCounts))
                && record.Action != "on" && !PlantedBugs.Has(PlantedBug.FencedStaysUnclean) ? Harmless(cib, status, record.Target) : status);
    }

    public static ApplyResult Confirm(Cib cib, CibChange.ConfirmOff confirm)
    {
        if (cib.Status.Find(confirm.Node) is { IsMember: true })
        {
            // It may have come back while the word was on its way, and not have spoken yet.
            return CibChanges.Refuse(cib, $"{confirm.Node} is a member of the cluster: it is not off");
        }

        var pending = cib.Status.Fencing.Select(record =>
            record.Target == confirm.Node && record.State == FencingState.Pending
                ? record with
                {
                    State = FencingState.Succeeded,
                    Device = $"confirmed by {confirm.Person}",
                    CompletedAt = confirm.At,
                }
                : record).ToValueList();
        var record = new FencingRecord
        {
            Id = $"confirm-{confirm.Node}-{confirm.At}",
            Target = confirm.Node,
            Action = "off",
            Reason = confirm.Reason.Length == 0 ? "a person vouches that it is off" : confirm.Reason,
            Origin = confirm.Person,
            Device = "a person",
            State = FencingState.Succeeded,
            RequestedAt = confirm.At,
            CompletedAt = confirm.At,
        };
        return CibChanges.Done(
            cib, Harmless(cib, cib.Status with { Fencing = Bounded(pending.Add(record)) }, confirm.Node));
    }

    private static Status Harmless(Cib cib, Status status, string node) =>
        status.With(MembershipApply.Harmless(CibChanges.StateOf(cib, node)));

    private static int PendingIndex(Cib cib, string requestId)
    {
        for (var index = 0; index < cib.Status.Fencing.Count; index++)
        {
            var record = cib.Status.Fencing[index];
            if (record.Id == requestId && record.State == FencingState.Pending)
            {
                return index;
            }
        }

        return -1;
    }

    private static ValueList<FencingRecord> Bounded(ValueList<FencingRecord> records) =>
        records.Count <= Status.FencingHistoryLimit
            ? records
            : records.Where((record, index) =>
                record.State == FencingState.Pending || index >= records.Count - Status.FencingHistoryLimit)
                    .ToValueList();
}

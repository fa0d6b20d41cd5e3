using System.Globalization;
using Ha.Actors.Cluster;
using Ha.InformationBase;
using Ha.Node.Api;

namespace Ha.Node.Hosting;

/// <summary>What happened, as events for people: made from the committed changes, so that every node tells the same
/// story.
/// </summary>
internal sealed class EventLog
{
    /// <summary>How many events are kept in memory.</summary>
    public const int Limit = 10_000;

    private readonly Lock _gate = new();
    private readonly Queue<EventReply> _events = new();
    private long _number;

    /// <summary>Events with a number above <paramref name="after"/>, oldest first.</summary>
    public IReadOnlyList<EventReply> After(long after)
    {
        lock (_gate)
        {
            return [.. _events.Where(item => item.Number > after)];
        }
    }

    /// <summary>Adds what committed changes mean.</summary>
    public void Add(ValueList<CommittedChange> changes, DateTimeOffset at)
    {
        lock (_gate)
        {
            foreach (var committed in changes.Where(committed => committed.Refusal.Length == 0))
            {
                foreach (var item in EventsOf(committed))
                {
                    _events.Enqueue(item with
                    {
                        Number = ++_number,
                        At = at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
                    });
                    if (_events.Count > Limit)
                    {
                        _events.Dequeue();
                    }
                }
            }
        }
    }

    private static IEnumerable<EventReply> EventsOf(CommittedChange committed) => committed.Change switch
    {
        CibChange.SetConfiguration set => [New("config", $"{committed.Principal} applied a configuration{Because(set.Reason)}")],
        CibChange.SetAttribute set when set.IsPermanent =>
            [New("config", $"{committed.Principal} {Words(set)}{Because(set.Reason)}") with { Node = set.Node }],
        CibChange.SetMeta set =>
            [New("config", $"{committed.Principal} set {set.Name} of {set.ResourceId} to {set.Value ?? "its default"}{Because(set.Reason)}")
                with { Resource = set.ResourceId }],
        CibChange.SetProperty set =>
            [New("config", $"{committed.Principal} set {set.Name} to {set.Value ?? "its default"}{Because(set.Reason)}")],
        CibChange.RequestMove move =>
            [New("config", $"{committed.Principal} moves {move.ResourceId}{(move.ToNode is null ? " away" : $" to {move.ToNode}")}{Because(move.Reason)}")
                with { Resource = move.ResourceId }],
        CibChange.Cleanup cleanup =>
            [New("config", $"{committed.Principal} cleaned up {cleanup.ResourceId ?? "all failures"}{Because(cleanup.Reason)}")
                with { Resource = cleanup.ResourceId ?? "" }],
        CibChange.StartEpoch start =>
            [New("member", $"epoch {start.Epoch}: {string.Join(", ", start.Members.Select(member => member.Node))}; coordinator {start.Coordinator}")],
        CibChange.ReportNode => [],
        CibChange.LeaveNode leave => [New("member", $"{leave.Node} left cleanly") with { Node = leave.Node }],
        CibChange.RecordIntent intent => intent.Operations
            .Where(operation => operation.Entry.Interval == TimeSpan.Zero && operation.Entry.Operation != "monitor")
            .Select(operation => New("plan", $"{operation.Entry.Operation} {operation.ResourceId} on {operation.Node}") with
            {
                Node = operation.Node,
                Resource = operation.ResourceId,
                Transition = intent.TransitionId,
            }),
        CibChange.RecordResult result when IsWorthTelling(result) => [OfResult(result)],
        CibChange.RequestFencing request =>
            [New("fence", $"fencing of {request.Record.Target} requested: {request.Record.Reason}") with { Node = request.Record.Target }],
        CibChange.RecordFencing { State: FencingState.Succeeded } done =>
            [New("fence", $"fencing done by {done.Device} ({done.RequestId})")],
        CibChange.RecordFencing done => [New("fence", $"fencing failed: {done.Error} ({done.RequestId})")],
        CibChange.ConfirmOff confirm =>
            [New("fence", $"{confirm.Person} vouches that {confirm.Node} is off") with { Node = confirm.Node }],
        _ => [],
    };

    private static bool IsWorthTelling(CibChange.RecordResult result) =>
        result.Failure is not null || result.Entry is { Operation: not "monitor" };

    private static EventReply OfResult(CibChange.RecordResult result)
    {
        var entry = result.Entry;
        var seconds = (entry.ExecTimeMs / 1000.0).ToString("0.000", CultureInfo.InvariantCulture);
        var end = result.Failure is null
            ? $"ok {seconds}s"
            : $"failed: {(entry.Status == OperationStatus.Timeout ? "timed out" : $"exit code {entry.ExitCode}")}"
                + (entry.ExitReason.Length > 0 ? $", {entry.ExitReason}" : "");
        var parts = entry.TransitionKey.Split(':');
        return New("op", $"{entry.Operation} {result.ResourceId} on {result.Node} {end}") with
        {
            Node = result.Node,
            Resource = result.ResourceId,
            Transition = parts.Length > 3 ? parts[3] : "",
        };
    }

    private static string Words(CibChange.SetAttribute set) => (set.Name, set.Value) switch
    {
        ("standby", null) => $"undrained {set.Node}",
        ("standby", _) => $"drained {set.Node}",
        ("maintenance", null) => $"ended maintenance of {set.Node}",
        ("maintenance", _) => $"put {set.Node} into maintenance",
        _ => $"set {set.Name} of {set.Node} to {set.Value ?? "nothing"}",
    };

    private static string Because(string reason) => reason.Length == 0 ? "" : $" \"{reason}\"";

    private static EventReply New(string kind, string text) => new()
    {
        Number = 0,
        At = "",
        Kind = kind,
        Transition = "",
        Node = "",
        Resource = "",
        Text = text,
        Cause = "",
    };
}

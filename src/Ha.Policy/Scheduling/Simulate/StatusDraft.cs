using System.Globalization;
using Ha.InformationBase;

namespace Ha.Policy.Scheduling;

/// <summary>A status while a simulated execution writes into it.</summary>
internal sealed class StatusDraft
{
    private const string KeyOwner = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";

    private readonly Status _status;
    private readonly List<NodeState> _nodes;
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<string, ResourceHistory>> _histories = new(StringComparer.Ordinal);

    public StatusDraft(Status status)
    {
        _status = status;
        _nodes = [.. status.Nodes];
        for (var place = 0; place < _nodes.Count; place++)
        {
            _places.TryAdd(_nodes[place].Name, place);
        }
    }

    /// <summary>A node after its fencing: gone, and nothing known of what it ran.</summary>
    public void TakeDown(PolicyNode node)
    {
        var place = PlaceOf(node);
        _nodes[place] = _nodes[place] with
        {
            IsMember = false,
            IsProcessUp = false,
            MemberSince = 0,
            ProcessSince = 0,
            Join = "down",
            Expected = "down",
            Attributes = [],
            History = [],
        };
        _histories.Remove(node.Name);
    }

    /// <summary>Counts a failure, as transient attributes do.</summary>
    public void Count(PolicyNode node, string resource, string task, int intervalMs, long now)
    {
        var place = PlaceOf(node);
        var tail = string.Create(CultureInfo.InvariantCulture, $"{resource}#{task}_{intervalMs}");
        var values = _nodes[place].Attributes.SelectMany(set => set.Values).ToList();
        var before = Scores.Parse(values.FirstOrDefault(pair => pair.Name == $"fail-count-{tail}").Value, 0);
        values.RemoveAll(pair => pair.Name == $"fail-count-{tail}" || pair.Name == $"last-failure-{tail}");
        values.Add(new NameValue($"fail-count-{tail}", Scores.Text(Scores.Add(before, 1))));
        values.Add(new NameValue($"last-failure-{tail}", now.ToString(CultureInfo.InvariantCulture)));
        _nodes[place] = _nodes[place] with { Attributes = [AttributeSet.Of($"status-{node.Id}", values)] };
    }

    /// <summary>Records a result as the node's history would have it.</summary>
    /// <param name="action">What was done, of a resource and on a node.</param>
    /// <param name="key">Its key, as agents know it.</param>
    /// <param name="expected">The exit code that was expected.</param>
    /// <param name="exitCode">The exit code that it ended with.</param>
    /// <param name="now">Seconds since 1970.</param>
    /// <param name="digest">Of the parameters that it was done with; null where nobody knows.</param>
    public void Record(PolicyAction action, string key, int expected, int exitCode, long now, string? digest)
    {
        var (node, resource) = (action.Node!, action.Resource!);
        var histories = HistoriesOf(node);
        var id = histories.ContainsKey(resource.HistoryId) || !histories.ContainsKey(resource.Id)
            ? resource.HistoryId
            : resource.Id;
        if (!histories.TryGetValue(id, out var history))
        {
            history = new ResourceHistory
            {
                ResourceId = id,
                Agent = resource.Agent ?? new AgentName("ocf", "heartbeat", "unknown"),
                Container = resource.Launcher?.Id,
            };
        }

        var callId = 0;
        foreach (var entry in history.Entries)
        {
            callId = Math.Max(callId, entry.CallId);
        }

        if (action.Is(Tasks.Cancel))
        {
            var cancelled = ActionTable.Key(id, action.CancelledTask ?? Tasks.Monitor, action.IntervalMs);
            histories[id] = history with
            {
                Entries = history.Entries.Where(entry => entry.Id != cancelled).ToValueList(),
            };
            return;
        }

        var made = EntryOf(action, key, id, expected, exitCode, callId + 1, now);

        // Who wrote it stays as it was: with another name the call ids would not be comparable.
        made = made with
        {
            Digest = digest,
            OnNode = history.Entries.FirstOrDefault(entry => entry.Id == made.Id)?.OnNode ?? "",
        };
        histories[id] = history with
        {
            Entries = history.Entries.Where(entry => entry.Id != made.Id).Append(made).ToValueList(),
        };
        if (made.Id.EndsWith("_last_failure_0", StringComparison.Ordinal) && action.IntervalMs == 0)
        {
            var last = made with { Id = $"{id}_last_0" };
            histories[id] = histories[id] with
            {
                Entries = histories[id].Entries.Where(entry => entry.Id != last.Id).Append(last).ToValueList(),
            };
        }
    }

    private static HistoryEntry EntryOf(
        PolicyAction action, string key, string id, int expected, int exitCode, int callId, long now)
    {
        var entryId = action.Task switch
        {
            Tasks.Notify => key,
            Tasks.MigrateTo or Tasks.MigrateFrom => key,
            _ when exitCode != expected => $"{id}_last_failure_0",
            _ when action.IntervalMs > 0 => key,
            _ => $"{id}_last_0",
        };
        return new HistoryEntry
        {
            Id = entryId,
            Operation = action.Task,
            OperationKey = key,
            Interval = TimeSpan.FromMilliseconds(action.IntervalMs),
            CallId = callId,
            Status = OperationStatus.Done,
            ExitCode = exitCode,
            TransitionKey = string.Create(
                CultureInfo.InvariantCulture, $"{action.Id + 1}:-1:{expected}:{KeyOwner}"),
            TransitionMagic = string.Create(
                CultureInfo.InvariantCulture, $"0:{exitCode};{action.Id + 1}:-1:{expected}:{KeyOwner}"),
            LastChange = now,
            LastRun = now,
            MigrateSource = action.Meta?.GetValueOrDefault("migrate_source"),
            MigrateTarget = action.Meta?.GetValueOrDefault("migrate_target"),
        };
    }

    /// <summary>The finished status.</summary>
    public Status Finish()
    {
        for (var place = 0; place < _nodes.Count; place++)
        {
            if (_histories.TryGetValue(_nodes[place].Name, out var histories))
            {
                var known = _nodes[place].History.Select(history => history.ResourceId).ToList();
                var names = known.Concat(histories.Keys.Where(id => !known.Contains(id))).Distinct();
                _nodes[place] = _nodes[place] with
                {
                    History = names.Select(id => histories[id]).ToValueList(),
                };
            }
        }

        return _status with { Nodes = _nodes.ToValueList() };
    }

    private Dictionary<string, ResourceHistory> HistoriesOf(PolicyNode node)
    {
        var place = PlaceOf(node);
        if (!_histories.TryGetValue(node.Name, out var histories))
        {
            histories = new Dictionary<string, ResourceHistory>(StringComparer.Ordinal);
            foreach (var history in _nodes[place].History)
            {
                histories.TryAdd(history.ResourceId, history);
            }

            _histories[node.Name] = histories;
        }

        return histories;
    }

    private int PlaceOf(PolicyNode node)
    {
        if (!_places.TryGetValue(node.Name, out var place))
        {
            place = _nodes.Count;
            _places[node.Name] = place;
            _nodes.Add(new NodeState { Name = node.Name, Id = node.Id, IsRemote = node.IsRemoteKind });
        }

        return place;
    }
}

using System.Globalization;
using System.Text;
using Ha.Actors.Coordination;
using Ha.Actors.Execution;
using Ha.Actors.Transition;
using Ha.InformationBase;
using Ha.InformationBase.Reader;
using Ha.Policy;
using Ha.Resources;

namespace Ha.Tests.Policy;

/// <summary>A cluster in which every agent answers at once: what runs where is kept apart from what the information
/// base believes, so that a start beside a running instance is seen. After each plan its invariants are checked, and
/// a shuffled input must give the same plan.</summary>
internal sealed class PolicyWorld(int seed)
{
    private const int StepLimit = 200;
    private const string Self = "n1";

    private readonly Random _random = new(seed);
    private readonly SortedSet<string> _running = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _promoted = new(StringComparer.Ordinal);
    private readonly Dictionary<string, AgentResult> _answers = new(StringComparer.Ordinal);
    private readonly List<OperationIntent> _pending = [];
    private readonly List<string> _log = [];
    private Cib _cib = Cib.Empty;
    private NoticeMemory _notices = NoticeMemory.Empty;
    private long _epoch;
    private long _index;
    private long _now = 1_800_000_000;

    /// <summary>All that is known and wanted.</summary>
    public Cib Cib => _cib;

    /// <summary>Seconds since 1970.</summary>
    public long Now => _now;

    public int MemberCount => Members().Count();

    public bool IsFencing => !_cib.Configuration.Properties.Any(set =>
        set.Values.Any(pair => pair is { Name: "fencing-enabled", Value: "false" }));

    public bool IsMember(string node) => Members().Contains(node);

    /// <summary>A host that was lost joins again only as a new program after it was fenced, or is off.</summary>
    public bool CanJoin(string node) => !IsMember(node)
        && !_running.Any(item => item.EndsWith($" {node}", StringComparison.Ordinal))
        && !_cib.Status.Fencing.Any(record => record.Target == node && record.State == FencingState.Pending);

    /// <summary>A recurring monitor of it is on there.</summary>
    public bool IsWatched(string resource, string node) => IsMember(node)
        && _cib.Status.Find(node)!.History.Any(history => history.ResourceId == resource
            && history.Entries.Any(entry => entry is { Interval.Ticks: > 0, Status: OperationStatus.Done }
                && !entry.Id.EndsWith("_last_failure_0", StringComparison.Ordinal)));

    public string Do(string command, string body)
    {
        var words = command.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words switch
        {
            ["cluster"] => Configure(body),
            ["join", .. var nodes] => Join(nodes),
            ["lose", .. var nodes] => Lose(nodes),
            ["die", var node] => Die(node),
            ["hang", var node] => Hang(node),
            ["leave", var node] => Leave(node),
            ["quorum", var word] => Quorum(word),
            ["pass", var seconds] => Pass(int.Parse(seconds, CultureInfo.InvariantCulture)),
            ["answer", var task, var resource, "on", var node, .. var how] => Answer(task, resource, node, how),
            ["monitor", var resource, "on", var node] => Monitor(resource, node),
            ["run", var resource, "on", var node] => Run(resource, node),
            ["prefer", var resource, "on", var node, var score] => Apply(new CibChange.SetAttribute(
                node, $"master-{resource}", score, IsPermanent: false, "")),
            ["property", var name, var value] => Apply(new CibChange.SetProperty(name, Value(value), "")),
            ["meta", var resource, var name, var value] =>
                Apply(new CibChange.SetMeta(resource, name, Value(value), "")),
            ["attribute", var node, var name, var value] =>
                Apply(new CibChange.SetAttribute(node, name, Value(value), IsPermanent: true, "")),
            ["move", var resource, .. var to] =>
                Apply(new CibChange.RequestMove(resource, to.Length > 0 ? to[0] : null, "", _now)),
            ["cleanup", var resource] => Apply(new CibChange.Cleanup(resource, null, "")),
            ["confirm-off", var node] => ConfirmOff(node),
            ["plan"] => Show(Plan()),
            ["begin"] => Start(),
            ["settle"] => Settle(),
            ["state"] => State(),
            ["why", var resource] => Why(resource),
            ["node", var node] => NodeText(node),
            ["scores", var resource] => Scores(resource),
            ["parameters", var task, var resource] => Parameters(task, resource),
            ["reasons", var resource] => Reasons(resource),
            _ => throw new InvalidOperationException($"the script says '{command}', which is no command"),
        };
    }

    private static string? Value(string text) => text == "-" ? null : text;

    private string Configure(string body)
    {
        var file = ClusterFileReader.Read([("cluster.conf", Encoding.UTF8.GetBytes(body))]);
        return file.Configuration is { } configuration
            ? Apply(new CibChange.SetConfiguration(configuration, body, null, ""))
            : string.Join('\n', file.Diagnostics.Select(diagnostic => diagnostic.ToString()));
    }

    private string Join(string[] nodes)
    {
        var members = Members().Concat(nodes).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        StartEpoch(members);
        foreach (var node in nodes)
        {
            Apply(new CibChange.ReportNode(node, $"{node}-{_epoch}", [], _cib.Status.Sequence, _now));
        }

        return "ok";
    }

    private string Lose(string[] nodes)
    {
        _pending.RemoveAll(intent => nodes.Contains(intent.Node));
        StartEpoch([.. Members().Except(nodes)]);
        return "ok";
    }

    // Lost, and truly off.
    private string Die(string node)
    {
        Vanish(node);
        return Lose([node]);
    }

    private void Vanish(string node)
    {
        _running.RemoveWhere(item => item.EndsWith($" {node}", StringComparison.Ordinal));
        _promoted.RemoveWhere(item => item.EndsWith($" {node}", StringComparison.Ordinal));
    }

    private string Hang(string node)
    {
        StartEpoch([.. Members().Except([node])], [node]);
        return "ok";
    }

    private void StartEpoch(List<string> members, params string[] ring) => Apply(new CibChange.StartEpoch(
        ++_epoch, members
            .Select(node => new EpochMember(node, _cib.Status.Find(node)?.Incarnation ?? node)).ToValueList(),
        ring.Concat(members).ToValueList(), members.Count > 0 ? members[0] : Self, [], _now));

    private string Leave(string node)
    {
        Vanish(node);
        Apply(new CibChange.LeaveNode(node, _now));
        StartEpoch([.. Members().Except([node])]);
        return "ok";
    }

    private string Quorum(string word)
    {
        _cib = _cib with { Status = _cib.Status with { HasQuorum = word == "yes" } };
        return "ok";
    }

    private string Pass(int seconds)
    {
        _now += seconds;
        return "ok";
    }

    private string Answer(string task, string resource, string node, string[] how)
    {
        if (how is ["ok"])
        {
            _answers.Remove($"{task} {resource} {node}");
            return "ok";
        }

        _answers[$"{task} {resource} {node}"] = how switch
        {
            ["rc", var code, .. var reason] => new AgentResult(
                OperationStatus.Done, int.Parse(code, CultureInfo.InvariantCulture), string.Join(' ', reason),
                    TimeSpan.Zero),
            ["timeout"] => new AgentResult(OperationStatus.Timeout, 1, "", TimeSpan.Zero),
            ["missing"] => new AgentResult(OperationStatus.NotInstalled, 5, "", TimeSpan.Zero),
            _ => new AgentResult(OperationStatus.Done, 0, "", TimeSpan.Zero),
        };
        return "ok";
    }

    // A recurring monitor answers again, as told by "answer".
    private string Monitor(string resource, string node)
    {
        var history = _cib.Status.Find(node)!.History.FirstOrDefault(item => item.ResourceId == resource)
            ?? throw Wrong($"{resource} is not known on {node}");
        var before = history.Entries.FirstOrDefault(entry => entry is { Interval.Ticks: > 0,
            Status: OperationStatus.Done }
            && !entry.Id.EndsWith("_last_failure_0", StringComparison.Ordinal))
            ?? throw Wrong($"{resource} has no monitor on {node}");
        Complete(new OperationIntent { Node = node, ResourceId = resource, Agent = history.Agent, Entry = before });
        return "ok";
    }

    private string Run(string resource, string node)
    {
        _running.Add($"{resource} {node}");
        return "ok";
    }

    private string ConfirmOff(string node)
    {
        Vanish(node);
        return Apply(new CibChange.ConfirmOff(node, "ana", "", _now));
    }

    private string Apply(CibChange change)
    {
        var result = CibChanges.Apply(_cib, change);
        _cib = result.Cib;
        _index++;
        return result.IsRefused ? result.Refusal : "ok";
    }

    private IEnumerable<string> Members() => _cib.Status.Nodes.Where(node => node.IsMember == true
        && node.IsProcessUp == true)
        .Select(node => node.Name);

    private Plan Plan()
    {
        var plan = PolicyEngine.Plan(_cib, _now);
        Assert.Empty(PlanChecks.Violations(plan));
        Assert.Equal(plan, PolicyEngine.Plan(_cib, _now));
        Assert.Equal(Show(plan), Show(PolicyEngine.Plan(Shuffled(), _now)));
        return plan;
    }

    // The order in which nodes became known, histories came in and constraints were written means nothing.
    private Cib Shuffled() => _cib with
    {
        Configuration = _cib.Configuration with { Constraints = Shuffle(_cib.Configuration.Constraints) },
        Status = _cib.Status with
        {
            Nodes = Shuffle(_cib.Status.Nodes
                .Select(node => node with { History = Shuffle(node.History) }).ToValueList()),
        },
    };

    private ValueList<T> Shuffle<T>(ValueList<T> items)
    {
        var array = items.ToArray();
        _random.Shuffle(array);
        return array.ToValueList();
    }

    private string Settle()
    {
        _log.Clear();
        for (var step = 0; step < StepLimit; step++)
        {
            var plan = Plan();
            foreach (var ended in CoordinatorMachine.EndedMoves(plan, _cib).ToList())
            {
                Apply(ended);
            }

            var changes = TransitionMachine.Next(plan, _cib, $"t{_index}", _index, Self, _now, ref _notices);
            foreach (var change in changes)
            {
                Begin(change);
            }

            var fencing = _cib.Status.Fencing.FirstOrDefault(record => record.State == FencingState.Pending);
            if (_pending.Count > 0)
            {
                var at = seed == 0 ? 0 : _random.Next(_pending.Count);
                var intent = _pending[at];
                _pending.RemoveAt(at);
                Complete(intent);
            }
            else if (fencing is not null)
            {
                Fenced(fencing);
            }
            else if (changes.IsEmpty && _cib.Status.Moves.IsEmpty)
            {
                return _log.Count == 0 ? "nothing to do" : string.Join('\n', _log);
            }
        }

        throw Wrong($"no end after {StepLimit} steps");
    }

    private InvalidOperationException Wrong(string what) => new(
        $"{what}:\n{State()}\n{string.Join('\n', _log)}\nplan:\n{Show(Plan())}\nmoves: {_cib.Status.Moves}\n"
        + $"fencing: {string.Join(' ', _cib.Status.Fencing.Select(record => $"{record.Target}={record.State}"))}");

    // What is ready begins, and does not end yet.
    private string Start()
    {
        foreach (var change in TransitionMachine.Next(Plan(), _cib, $"t{_index}", _index, Self, _now, ref _notices))
        {
            Begin(change);
        }

        return "ok";
    }

    private void Begin(CibChange change)
    {
        var answer = Apply(change);
        if (change is CibChange.RecordIntent intent)
        {
            Assert.Equal("ok", answer);
            _pending.AddRange(intent.Operations);
        }
        else if (change is CibChange.ForgetHistory or CibChange.SetAttribute)
        {
            _log.Add(change is not CibChange.ForgetHistory forget ? "forget failures"
                : forget.OperationKey is null ? $"forget {forget.ResourceId} {forget.Node}"
                : $"cancel {forget.OperationKey} {forget.Node}");
        }
    }

    private void Fenced(FencingRecord record)
    {
        var fails = _answers.GetValueOrDefault($"fence - {record.Target}") is { ExitCode: not 0 };
        _log.Add($"fence {record.Target}: {record.Reason}{(fails ? " (failed)" : "")}");
        if (!fails)
        {
            Vanish(record.Target);
        }

        Apply(new CibChange.RecordFencing(
            record.Id, fails ? FencingState.Failed : FencingState.Succeeded, "power", fails ? "no answer" : "", _now));
    }

    private void Complete(OperationIntent intent)
    {
        var task = intent.Entry.Operation;
        var name = $"{intent.ResourceId} {intent.Node}";
        var isRunning = _running.Contains(name);
        var result = _answers.GetValueOrDefault($"{task} {name}")
            ?? new AgentResult(
                OperationStatus.Done,
                task != "monitor" ? 0 : !isRunning ? 7 : _promoted.Contains(name) ? 8 : 0, "", TimeSpan.Zero);
        if (task == "notify")
        {
            _log.Add($"tell {name}: {Told(intent, "type")} {Told(intent, "operation")}");
            Apply(ResultMachine.Record(intent, result, intent.Node, isStartFailureFatal: true, _now));
            return;
        }

        var isGood = result is { Status: OperationStatus.Done, ExitCode: 0 or 8 };
        if (task == "start")
        {
            Assert.DoesNotContain(_running, item => intent.Agent.Class != "stonith" && !IsCloned(intent.ResourceId)
                && item.StartsWith($"{intent.ResourceId} ", StringComparison.Ordinal) && item != name);
            _running.Add(name);
        }
        else if (task == "stop" && isGood)
        {
            _running.Remove(name);
            _promoted.Remove(name);
        }
        else if (task == "promote")
        {
            Assert.DoesNotContain(_promoted, item =>
                item.StartsWith($"{intent.ResourceId} ", StringComparison.Ordinal) && item != name);
            _promoted.Add(name);
        }
        else if (task == "demote" && isGood)
        {
            _promoted.Remove(name);
        }

        var isProbe = task == "monitor" && intent.Entry.Interval == TimeSpan.Zero;
        if (!isProbe || result.ExitCode != 7)
        {
            _log.Add($"{(isProbe ? "probe" : task)} {name}{(isGood ? "" : $" rc {result.ExitCode}")}");
        }

        Apply(ResultMachine.Record(intent, result, intent.Node, isStartFailureFatal: true, _now));
    }

    private bool IsCloned(string resource) => _cib.Configuration.Resources.OfType<Clone>()
        .Any(clone => clone.Child.Id == resource.Split(':')[0]);

    private static string Told(OperationIntent intent, string what) => intent.Meta.GetValueOrDefault($"notify_{what}") ?? "";

    // Where a fencing device is depends on what came first, and means nothing.
    private string State() => string.Join('\n', Plan().Resources.Where(resource => resource.Id != "power")
        .Select(resource =>
        $"{resource.Id} {(resource.ActiveOn.IsEmpty ? "stopped" : $"on {string.Join(" and ", resource.ActiveOn)}")}"
        + (resource.PromotedOn.IsEmpty ? "" : $", promoted on {string.Join(" and ", resource.PromotedOn)}")
        + (resource.Code.Length > 0 ? $" ({resource.Code})" : "")));

    private string Why(string id)
    {
        var resource = Plan().Resources.First(item => item.Id == id);
        return resource.Code.Length == 0 ? "as wanted" : $"{resource.Code}: {resource.Text}";
    }

    private string NodeText(string name)
    {
        var node = Plan().Nodes.First(item => item.Name == name);
        return node.Code.Length == 0 ? "online" : $"{node.Code}: {node.Reason}";
    }

    private string Scores(string id) => string.Join(' ', Plan().Resources.First(item => item.Id == id).Scores
        .Select(score => $"{score.Key}={score.Value}"));

    private string Reasons(string id) => string.Join('\n', Plan().Resources.First(item => item.Id == id).Reasons
        .Select(reason =>
            $"{(reason.Node.Length == 0 ? "all" : reason.Node)} {reason.Score} {reason.Code}: {reason.Text}"
            + (reason.Origin.ToString() is { Length: > 0 } at ? $" ({at})" : "")));

    private string Parameters(string task, string id) => Plan().Graph.Actions
        .FirstOrDefault(action => action.ResourceId == id && action.Task == task) is { } found
            ? $"{found.Key} {found.Node} {found.Parameters}"
            : "none";

    private static string Show(Plan plan) => plan.IsSettled
        ? "nothing to do"
        : string.Join('\n', plan.Graph.Actions.Select(action =>
            $"{action.Id} {action.Key} {action.Node}"
            + (action.Inputs.IsEmpty ? "" : $" after {string.Join(' ', action.Inputs)}")));
}

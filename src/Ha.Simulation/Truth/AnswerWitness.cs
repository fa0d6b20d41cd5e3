using Ha.Actors.Cluster;
using Ha.InformationBase;

namespace Ha.Simulation.Truth;

/// <summary>What askers were told is what happened, in an order that fits time: S11, S27, L3.</summary>
internal sealed class AnswerWitness(SimulatedCluster cluster) : Witness(cluster)
{
    private readonly Dictionary<string, Question> _questions = new(StringComparer.Ordinal);
    private readonly HashSet<string> _effective = new(StringComparer.Ordinal);

    // Highest index that was acknowledged, by the time at which it was: both grow.
    private readonly List<(TimeSpan At, long Index)> _answers = [];

    public override void Asked(SimulatedHost host, string requestId, CibChange change, TimeSpan deadline) =>
        _questions.TryAdd(requestId, new Question(host, host.Program, Now, deadline));

    public override void Answered(SimulatedHost host, string requestId, ChangeOutcome outcome)
    {
        var question = _questions[requestId];
        if (question.Outcome is not null)
        {
            Violate("S27", $"{requestId} was answered twice: {question.Outcome}, then {outcome}");
        }

        question.Outcome = outcome;
        var late = Now - question.AskedAt - question.Deadline - TimeSpan.FromSeconds(1);
        if (late > TimeSpan.Zero && host.ChangedAt <= question.AskedAt)
        {
            Violate("L3", $"{requestId} was answered {late.TotalSeconds + 1:0.0} s after its deadline");
        }

        switch (outcome)
        {
            case ChangeOutcome.Fail when _effective.Contains(requestId):
                Violate("S27", $"{requestId} was answered with a failure and is committed");
                break;
            case ChangeOutcome.Ok ok:
                CheckOrder(requestId, question, ok);
                break;
        }
    }

    public override void Moved(SimulatedHost host, ReplicaView? before, ReplicaEvent.Moved moved)
    {
        foreach (var change in moved.Changes)
        {
            if (change.Refusal.Length == 0 && _questions.TryGetValue(change.RequestId, out var question))
            {
                _effective.Add(change.RequestId);
                if (question.Outcome is ChangeOutcome.Fail fail)
                {
                    Violate("S27", $"{change.RequestId} was answered with a failure ({fail.Reason}) and is committed at {change.Index}");
                }
            }
        }
    }

    public override void AtEnd()
    {
        foreach (var (id, question) in _questions)
        {
            if (question.Outcome is null && question.Host.Program == question.Program
                && Now > question.AskedAt + question.Deadline + TimeSpan.FromSeconds(1))
            {
                Violate("L3", $"{id} was asked at {question.AskedAt.TotalSeconds:0.0} s and never answered");
            }
        }
    }

    // All writes have one order, that of the log. It fits time when what was acknowledged before a question was asked
    // has
    // a lower place.
    private void CheckOrder(string requestId, Question question, ChangeOutcome.Ok ok)
    {
        var earlier = 0L;
        foreach (var (at, index) in _answers)
        {
            if (at >= question.AskedAt)
            {
                break;
            }

            earlier = index;
        }

        if (ok.Index < earlier)
        {
            Violate("S11", $"{requestId} has place {ok.Index}; place {earlier} was acknowledged before it was asked for");
        }

        _answers.Add((Now, Math.Max(ok.Index, _answers.Count == 0 ? 0 : _answers[^1].Index)));
    }

    private sealed class Question(SimulatedHost host, int program, TimeSpan askedAt, TimeSpan deadline)
    {
        public SimulatedHost Host => host;

        public int Program => program;

        public TimeSpan AskedAt => askedAt;

        public TimeSpan Deadline => deadline;

        public ChangeOutcome? Outcome { get; set; }
    }
}

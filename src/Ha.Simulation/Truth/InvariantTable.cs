namespace Ha.Simulation.Truth;

/// <summary>All invariants in one place: their numbers, what they say, and who holds the simulated world against them.
/// </summary>
/// <remarks>S are those of safety, checked after every event; L those of liveness, checked when all faults are over.
/// Where a simulated cluster has no such thing, the last column says which tests look at it.</remarks>
public static class InvariantTable
{
    /// <summary>Number, what holds, who checks it.</summary>
    public static IReadOnlyList<(string Number, string Says, string CheckedBy)> Rows { get; } =
    [
        ("S1", "a unique primitive is never truly active on two powered hosts", nameof(PlacementWitness)),
        ("S2", "no more instances and no more promoted ones than the clone allows", nameof(PlacementWitness)),
        ("S3", "what was answered with OK is in the log of every later active epoch, at the same place", nameof(LogWitness)),
        ("S4", "an agent starts or promotes only by an intent committed in the epoch that is active there", nameof(ExecutionWitness)),
        ("S5", "what may run on a lost host is started elsewhere after its confirmed fencing only", nameof(PlacementWitness)),
        ("S6", "fencing has a committed reason, does not hit an active clean member, one at a time", nameof(FencingWitness)),
        ("S7", "replicas at one index have the same entry and the same state", nameof(LogWitness)),
        ("S8", "a stop, a look that found nothing, or fencing comes before a start elsewhere", nameof(PlacementWitness)),
        ("S9", "a result belongs to an operation that was intended, on that node", nameof(ExecutionWitness)),
        ("S10", "an epoch has one coordinator; epochs do not overlap in the log", nameof(LogWitness)),
        ("S11", "the order of the log fits the time of questions and answers", nameof(AnswerWitness)),
        ("S12", "the later of a mandatory order is not started while we stopped the first", nameof(OrderWitness)),
        ("S13", "a ban of place or company is not broken by a start", nameof(OrderWitness)),
        ("S14", "nothing but monitors while hands are off", nameof(ExecutionWitness)),
        ("S15", "one operation at a time of one instance on one node", nameof(ExecutionWitness)),
        ("S16", "what the log says of an operation is what its agent answered, its time-out among it", nameof(ExecutionWitness)),
        ("S17", "a failure is counted once", nameof(ExecutionWitness)),
        ("S18", "epoch, promise and committed index never go back", nameof(LogWitness)),
        ("S19", "the state read back from disk is the state that was", nameof(LogWitness)),
        ("S20", "planning twice gives the same", nameof(LogWitness)),
        ("S21", "a node that boots alone starts nothing before it has formed an epoch of enough votes", nameof(PlacementWitness)),
        ("S22", "all of it under clock jumps and pauses", "FaultKind.ClockJump, ProgramPause and HostPause"),
        ("S23", "what was refused changes nothing", nameof(LogWitness)),
        ("S24", "no secret in the log", nameof(SimulatedCluster)),
        ("S25", "one active virtual router of an id, but for a moment after a split", "tests of the link layer: no router here"),
        ("S26", "timers return to a few when all is quiet", nameof(SeedRun)),
        ("S27", "an answer is final: a failure never shows as applied", nameof(AnswerWitness)),
        ("S28", "who differs from the majority acts no more", "FaultKind.Alter: an entry that differs at one replica"),
        ("L1", "all runs as planned, and the plan is empty", nameof(SeedRun)),
        ("L2", "an epoch of all nodes", nameof(SeedRun)),
        ("L3", "every question has its answer by its deadline", nameof(AnswerWitness)),
        ("L4", "what failed is noticed and recovered", nameof(FinalExam)),
        ("L5", "what ran on a lost node runs elsewhere", nameof(FinalExam)),
        ("L6", "what has settled stays as it is", nameof(SeedRun)),
        ("L7", "a lost coordinator is replaced", nameof(FinalExam)),
        ("L8", "a drained node becomes empty", nameof(FinalExam)),
        ("L9", "a node that was away catches up while changes go on", nameof(FinalExam)),
        ("L10", "a disk that can be written again brings its node back", nameof(FinalExam)),
        ("L11", "fencing is begun at once", nameof(FencingWitness)),
        ("L12", "all this from any state, without a person", nameof(SeedRun)),
    ];
}

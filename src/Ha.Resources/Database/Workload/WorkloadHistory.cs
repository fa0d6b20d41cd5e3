using Ha.InformationBase;

namespace Ha.Resources.Database.Workload;

/// <summary>What a client knows of one attempt to append a row.</summary>
public enum AttemptOutcome
{
    /// <summary>The server said that it is done, and nothing beside: it must never be lost.</summary>
    Acknowledged,

    /// <summary>It may have been done: the connection broke after it was sent, the answer came too late, or it came
    /// with a warning, as a cancelled wait for the standbys does.</summary>
    Unknown,

    /// <summary>It surely was not done: nothing was sent, or the server refused it.</summary>
    Failed,
}

/// <summary>One attempt to append one row. Times are lengths since the run began, by one clock.</summary>
/// <param name="Writer">Number of the client.</param>
/// <param name="Number">Number of the row: each writer counts from 1, and tries a number until it is
/// acknowledged.</param>
/// <param name="BeganAt">When it was asked for.</param>
/// <param name="EndedAt">When the answer came.</param>
/// <param name="Outcome">What came of it.</param>
/// <param name="Timeline">The server's timeline, as the answer says; 0 without an answer.</param>
/// <param name="IsNew">The row was not there before: this attempt made it.</param>
/// <param name="Error">Why it is not acknowledged; empty otherwise.</param>
public sealed record WorkloadAttempt(
    int Writer, int Number, TimeSpan BeganAt, TimeSpan EndedAt, AttemptOutcome Outcome, int Timeline, bool IsNew,
    string Error);

/// <summary>One look at the table: the greatest number of each writer.</summary>
/// <param name="BeganAt">When it was asked for.</param>
/// <param name="EndedAt">When the answer came.</param>
/// <param name="Timeline">The server's timeline.</param>
/// <param name="Highest">By writer.</param>
public sealed record WorkloadRead(
    TimeSpan BeganAt, TimeSpan EndedAt, int Timeline, ValueMap<int> Highest);

/// <summary>One row as it stands in the end.</summary>
/// <param name="Writer">Number of the client.</param>
/// <param name="Number">Number of the row.</param>
/// <param name="Timeline">The timeline on which it was written.</param>
public sealed record WorkloadRow(int Writer, int Number, int Timeline);

/// <summary>All that a run saw.</summary>
/// <param name="Attempts">In any order.</param>
/// <param name="Reads">In any order.</param>
/// <param name="Rows">The table after the writers stopped, as the primary has it.</param>
/// <param name="Length">From the first attempt to the end of the last.</param>
public sealed record WorkloadHistory(
    ValueList<WorkloadAttempt> Attempts, ValueList<WorkloadRead> Reads, ValueList<WorkloadRow> Rows, TimeSpan Length);

/// <summary>What must not be, found in a run.</summary>
public sealed record WorkloadVerdict
{
    /// <summary>Acknowledged rows that are not in the table, or were written anew on another timeline.</summary>
    public ValueList<string> Lost { get; init; }

    /// <summary>Rows that are there more than once.</summary>
    public ValueList<string> Duplicates { get; init; }

    /// <summary>Rows that nobody asked for.</summary>
    public ValueList<string> Foreign { get; init; }

    /// <summary>Acknowledgements of a timeline that had ended for others: two servers accepted writes.</summary>
    public ValueList<string> LateTimelines { get; init; }

    /// <summary>Reads that did not see what an earlier read or acknowledgement showed.</summary>
    public ValueList<string> BackwardReads { get; init; }

    /// <summary>Acknowledged, unknown, failed attempts.</summary>
    public int Acknowledged { get; init; }

    /// <summary>Attempts with an unknown end.</summary>
    public int Unknown { get; init; }

    /// <summary>Attempts that surely failed.</summary>
    public int Failed { get; init; }

    /// <summary>Errors that clients saw, with their number, the most frequent first.</summary>
    public ValueList<WorkloadError> Errors { get; init; }

    /// <summary>Longest time in which one writer had no acknowledgement.</summary>
    public TimeSpan LongestGap { get; init; }

    /// <summary>When that gap began, since the run began.</summary>
    public TimeSpan GapBeganAt { get; init; }

    /// <summary>Longest time in which no writer at all had an acknowledgement.</summary>
    public TimeSpan LongestSilence { get; init; }

    /// <summary>Timelines on which rows were acknowledged, in order.</summary>
    public ValueList<int> Timelines { get; init; }

    /// <summary>Nothing was found that must not be, and something was acknowledged.</summary>
    public bool IsGood => Acknowledged > 0 && Lost.IsEmpty && Duplicates.IsEmpty && Foreign.IsEmpty
        && LateTimelines.IsEmpty && BackwardReads.IsEmpty;
}

/// <summary>An error that clients saw.</summary>
public sealed record WorkloadError(string Text, int Count);

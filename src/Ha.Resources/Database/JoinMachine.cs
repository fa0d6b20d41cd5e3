namespace Ha.Resources.Database;

/// <summary>What a data folder's control file says of the server that used it last.</summary>
public enum DataState
{
    /// <summary>There is no data.</summary>
    Empty,

    /// <summary>It was a primary and was shut down cleanly.</summary>
    PrimaryAtRest,

    /// <summary>It was a primary and was not shut down.</summary>
    PrimaryCrashed,

    /// <summary>It was a standby, shut down or not.</summary>
    Standby,
}

/// <summary>What a node knows before it lets its server follow.</summary>
/// <param name="Self">It.</param>
/// <param name="Record">What is committed; null before the first promotion.</param>
/// <param name="Data">What its own data is.</param>
/// <param name="SystemId">Identity of its data; 0 for none.</param>
/// <param name="Own">How far its log surely reaches.</param>
/// <param name="IsPrimaryUp">A primary accepts connections.</param>
/// <param name="Fork">Where the primary's timeline left the one that this node's data is on; null while that is not
/// known, or where it is on the primary's own.</param>
/// <param name="RewindFailed">A rewind was tried, and failed.</param>
/// <param name="IsAside">The server ran as a standby and cannot follow: its log left the primary's.</param>
public sealed record JoinView(
    string Self, SyncRecord? Record, DataState Data, ulong SystemId, WalPosition Own, bool IsPrimaryUp, ulong? Fork,
    bool RewindFailed, bool IsAside);

/// <summary>How a node joins.</summary>
public enum JoinStep
{
    /// <summary>Start the server as a standby: it can follow, or there is nobody to follow yet.</summary>
    Start,

    /// <summary>Wait for a primary: without one it is not known whether the data can follow.</summary>
    Wait,

    /// <summary>Take what others never had out of the data, by pg_rewind.</summary>
    Rewind,

    /// <summary>Take a fresh copy of the primary.</summary>
    Clone,

    /// <summary>The data is another database's: a person must look.</summary>
    Refuse,
}

/// <summary>Decides how a node joins: pure.</summary>
public static class JoinMachine
{
    /// <summary>The step.</summary>
    public static JoinStep Next(JoinView view) => view switch
    {
        { Data: DataState.Empty } => view.IsPrimaryUp ? JoinStep.Clone : JoinStep.Wait,
        { Record: { } record } when record.SystemId != view.SystemId => JoinStep.Refuse,
        { Record: null } => JoinStep.Start,
        _ when view.Record.Primary == view.Self => JoinStep.Start,
        { RewindFailed: true } => view.IsPrimaryUp ? JoinStep.Clone : JoinStep.Wait,
        { IsAside: true } => view.IsPrimaryUp ? JoinStep.Rewind : JoinStep.Wait,
        { Data: DataState.Standby } => JoinStep.Start,
        // It was a primary, and another is now.
        _ when !view.IsPrimaryUp => JoinStep.Wait,
        { Data: DataState.PrimaryAtRest, Fork: { } fork } when view.Own.Lsn <= fork => JoinStep.Start,
        _ => JoinStep.Rewind,
    };
}

namespace Ha.Node.Commands;

/// <summary>What the program ends with. The numbers are Pacemaker's where it has one, so that scripts port.</summary>
internal static class ExitCode
{
    /// <summary>Done; healthy; no difference.</summary>
    public const int Ok = 0;

    /// <summary>Failed for a reason without a number of its own.</summary>
    public const int Failed = 1;

    /// <summary>`status --check`: nothing is known.</summary>
    public const int Unknown = 3;

    /// <summary>`diff`, or `apply --dry-run --exit-code`: there are changes.</summary>
    public const int Differs = 10;

    /// <summary>`status --exit-code`: works, but the next failure would be an outage.</summary>
    public const int Degraded = 20;

    /// <summary>`status --exit-code`: something that should run does not.</summary>
    public const int Down = 21;

    /// <summary>The command line makes no sense.</summary>
    public const int Usage = 64;

    /// <summary>The data given is unusable.</summary>
    public const int BadData = 65;

    /// <summary>The daemon cannot be reached.</summary>
    public const int Unreachable = 69;

    /// <summary>Not permitted.</summary>
    public const int NotPermitted = 77;

    /// <summary>The configuration is invalid.</summary>
    public const int BadConfiguration = 78;

    /// <summary>The node ended the connection in the middle.</summary>
    public const int ConnectionLost = 102;

    /// <summary>The configuration's revision moved on.</summary>
    public const int RevisionMoved = 103;

    /// <summary>There is no such object.</summary>
    public const int NoSuchObject = 105;

    /// <summary>No quorum.</summary>
    public const int NoQuorum = 106;

    /// <summary>Refused: unsafe, or it needs a flag or a confirmation.</summary>
    public const int Refused = 107;

    /// <summary>The state asked for cannot be reached.</summary>
    public const int CannotBeReached = 113;

    /// <summary>There is quorum, and no coordinator yet.</summary>
    public const int NoCoordinator = 114;

    /// <summary>The wait ran out; it is still in progress.</summary>
    public const int TimedOut = 124;
}

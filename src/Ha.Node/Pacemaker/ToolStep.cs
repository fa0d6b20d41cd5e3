using Ha.InformationBase;

namespace Ha.Node.Pacemaker;

/// <summary>What a helper command comes to: a closed family.</summary>
internal abstract record ToolStep
{
    private ToolStep()
    {
    }

    /// <summary>Print this and end well.</summary>
    public sealed record Say(string Text) : ToolStep;

    /// <summary>Put this into the cluster's log, and end well when it is committed.</summary>
    public sealed record Change(CibChange Wanted) : ToolStep;

    /// <summary>Complain, and end with this exit code of Pacemaker's.</summary>
    public sealed record Fail(int ExitCode, string Text) : ToolStep;
}

/// <summary>What a helper command knows when it decides.</summary>
/// <param name="Cib">The committed state.</param>
/// <param name="Node">The node that it runs on.</param>
/// <param name="HasQuorum">The node is in an active epoch, or would have the votes for one.</param>
/// <param name="Resource">The resource (instance) whose agent calls it; null where none does.</param>
internal sealed record ToolScene(Cib Cib, string Node, bool HasQuorum, string? Resource);

namespace Ha.Policy.Scheduling;

/// <summary>One round of notifications: what they are about, the points around it, and what agents are told.</summary>
internal sealed class Notice
{
    /// <summary>start, stop, promote or demote.</summary>
    public required string Task { get; init; }

    public PolicyAction? Before { get; set; }

    public PolicyAction? BeforeDone { get; set; }

    public PolicyAction? After { get; set; }

    public PolicyAction? AfterDone { get; set; }

    /// <summary>Variables for agents, without their common prefix.</summary>
    public Dictionary<string, string> Variables { get; } = new(StringComparer.Ordinal);

    public List<(PolicyResource Resource, PolicyNode? Node)> Active { get; } = [];

    public List<(PolicyResource Resource, PolicyNode? Node)> Inactive { get; } = [];

    public List<(PolicyResource Resource, PolicyNode? Node)> Promoted { get; } = [];

    public List<(PolicyResource Resource, PolicyNode? Node)> Unpromoted { get; } = [];

    public List<(PolicyResource Resource, PolicyNode? Node)> Starting { get; } = [];

    public List<(PolicyResource Resource, PolicyNode? Node)> Stopping { get; } = [];

    public List<(PolicyResource Resource, PolicyNode? Node)> Promoting { get; } = [];

    public List<(PolicyResource Resource, PolicyNode? Node)> Demoting { get; } = [];
}

/// <summary>The rounds of one clone.</summary>
internal sealed class CloneNotices
{
    public Notice? Start { get; set; }

    public Notice? Stop { get; set; }

    public Notice? Promote { get; set; }

    public Notice? Demote { get; set; }
}

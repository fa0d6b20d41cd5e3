namespace Ha.Policy.Scheduling;

/// <summary>Roles as configurations write them, old words among them.</summary>
internal static class RoleText
{
    /// <summary>Unknown for null and for what is no role.</summary>
    public static Role Parse(string? text) => text?.ToLowerInvariant() switch
    {
        "stopped" => Role.Stopped,
        "started" => Role.Started,
        "unpromoted" or "slave" => Role.Unpromoted,
        "promoted" or "master" => Role.Promoted,
        _ => Role.Unknown,
    };
}

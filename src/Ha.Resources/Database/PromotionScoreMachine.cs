using Ha.InformationBase;

namespace Ha.Resources.Database;

/// <summary>What a node says of itself when it gives itself a score.</summary>
/// <param name="Self">It.</param>
/// <param name="State">What its server is doing.</param>
/// <param name="Record">What is committed; null before the first promotion.</param>
/// <param name="Own">How far its log reaches.</param>
/// <param name="Known">How far those of others reach, as they said last, without its own.</param>
public sealed record ScoreView(
    string Self, ServerState State, SyncRecord? Record, WalPosition Own, ValueMap<string> Known);

/// <summary>What a server is doing.</summary>
public enum ServerState
{
    /// <summary>It does not run.</summary>
    Stopped,

    /// <summary>It is on its way to follow the primary: waits for one, is rewound, is cloned, or recovers.</summary>
    Joining,

    /// <summary>It follows, or waits for a primary to follow.</summary>
    Standby,

    /// <summary>It accepts writes.</summary>
    Primary,

    /// <summary>Its process is there, and does not answer.</summary>
    Silent,
}

/// <summary>Scores for the policy engine, which promotes the node with the highest: pure. The score only orders;
/// whether a node may be promoted is decided when it is.</summary>
public static class PromotionScoreMachine
{
    /// <summary>Score of the primary.</summary>
    public const int Primary = 1000;

    /// <summary>Score of the node that was the last primary, and runs.</summary>
    public const int LastPrimary = 900;

    /// <summary>Score of the best of the standbys that count.</summary>
    public const int Voter = 500;

    /// <summary>The score; null for none: it must not be promoted.</summary>
    public static int? Of(ScoreView view) => view.State switch
    {
        ServerState.Primary => Primary,
        ServerState.Standby when view.Record is null => 100 - Ahead(view),
        ServerState.Standby when view.Record.Primary == view.Self => LastPrimary,
        ServerState.Standby when view.Record.Voters.Contains(view.Self) => Voter - Ahead(view),
        _ => null,
    };

    // How many are better: who has more, or as much and an earlier name.
    private static int Ahead(ScoreView view) => view.Known.Count(other =>
        WalPosition.TryParse(other.Value, out var position)
        && (position > view.Own || (position == view.Own && string.CompareOrdinal(other.Key, view.Self) < 0))
        && (view.Record is null || view.Record.Voters.Contains(other.Key)));
}

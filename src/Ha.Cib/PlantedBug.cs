namespace Ha.InformationBase;

/// <summary>Bugs that tests plant to see whether the simulation finds them. Nothing but a test sets one.</summary>
public enum PlantedBug
{
    /// <summary>None: always, outside of those tests.</summary>
    None,

    /// <summary>A change is acknowledged when its own node has delivered it.</summary>
    AcknowledgeOnSelfDelivery,

    /// <summary>A member says that entries are on disk before they are.</summary>
    PersistedBeforeSync,

    /// <summary>A promise is given before it is on disk, and not written.</summary>
    PromiseNotPersisted,

    /// <summary>The base of an epoch is the longest log, not that of the highest epoch.</summary>
    LongestLogWins,

    /// <summary>Any members form an epoch, without a majority.</summary>
    NoQuorumGate,

    /// <summary>Half of the votes are enough, fenced others or not.</summary>
    HalfWithoutFencing,

    /// <summary>A fenced node's vote makes up for any missing one.</summary>
    FencedVotesCount,

    /// <summary>An entry is committed when one member has it on disk.</summary>
    CommitOnOne,

    /// <summary>What others have on disk is not compared by its hash.</summary>
    HashesIgnored,

    /// <summary>The promises that count are those that this node heard.</summary>
    PromisesByEar,

    /// <summary>A lower epoch is promised after a higher one.</summary>
    LowerEpochPromised,

    /// <summary>Own entries beyond the base are kept.</summary>
    TailKept,

    /// <summary>An entry is taken though the one before it is missing.</summary>
    GapIgnored,

    /// <summary>A disk that lost what it promised votes.</summary>
    LearnersVote,

    /// <summary>What a node said for an earlier forming counts in the next one.</summary>
    OldWordCounts,

    /// <summary>Entries of an old epoch are appended.</summary>
    OldEpochAppended,

    /// <summary>A change is answered when it is in the log, committed or not.</summary>
    AnswerUncommitted,

    /// <summary>A change that may take effect is answered with a failure.</summary>
    FailureAfterSending,

    /// <summary>A node that is joining counts as one that left cleanly.</summary>
    JoiningIsGone,

    /// <summary>After an I/O error a node knows only what its disk has.</summary>
    CommitGoesBack,

    /// <summary>Every host goes by its own wall clock.</summary>
    OwnWallClock,

    /// <summary>Who does not hear itself counts itself as missing.</summary>
    SelfIsMissing,

    /// <summary>One replica applies a change otherwise than the others.</summary>
    StateDiffers,

    /// <summary>What a node's last program did is believed of its new one.</summary>
    OldHistoryBelieved,

    /// <summary>A node that is not in the epoch counts as harmless.</summary>
    AbsentIsHarmless,

    /// <summary>A cleanup forgets what runs on nodes that cannot be looked at.</summary>
    CleanupForgetsLost,

    /// <summary>Fencing that failed makes its target harmless.</summary>
    FailedFencingCounts,

    /// <summary>A fencing request stands though its target came back meanwhile.</summary>
    StaleFencingRequest,

    /// <summary>Fencing that succeeded changes nothing.</summary>
    FencedStaysUnclean,

    /// <summary>What ran on an unclean node starts elsewhere before its fencing is confirmed.</summary>
    StartBeforeFencing,

    /// <summary>A move starts the resource at its new place without stopping it at the old one.</summary>
    StopSkippedOnMove,

    /// <summary>A start does not wait for the looks at other nodes.</summary>
    LookNotAwaited,

    /// <summary>Actions wait for nothing.</summary>
    NothingAwaited,

    /// <summary>Recurring monitors are never begun.</summary>
    MonitorsForgotten,

    /// <summary>Fencing that is planned is never asked for.</summary>
    FencingForgotten,

    /// <summary>What waited for its turn begins in whatever epoch.</summary>
    StartInOldEpoch,

    /// <summary>Intents of earlier epochs are obeyed.</summary>
    OldIntentObeyed,

    /// <summary>Operations of one resource run at the same time.</summary>
    TwoAtOnce,

    /// <summary>A stop that failed is recorded as done.</summary>
    FailedStopIsStopped,

    /// <summary>A monitor that failed is recorded as one that found all well.</summary>
    FailedMonitorIsFine,

    /// <summary>A result that got lost is not sent again.</summary>
    ResultNotResent,

    /// <summary>A monitor runs once.</summary>
    MonitorNotRepeated,

    /// <summary>A node does not report in a new epoch.</summary>
    NoReport,

    /// <summary>A fence agent that failed is believed to have succeeded.</summary>
    FenceFailureIgnored,

    /// <summary>Fencing that was called off goes on.</summary>
    CalledOffGoesOn,

    /// <summary>A target is fenced again while its result is on its way.</summary>
    FencedAgain,

    /// <summary>A missing vote is vouched for before its node is fenced.</summary>
    BasisBeforeFencing,

    /// <summary>A side that lost quorum goes on to fence the others.</summary>
    MinorityFences,

    /// <summary>Own entries beyond the base stay on disk.</summary>
    TailStaysOnDisk,

    /// <summary>One entry of a batch is not written.</summary>
    EntryNotWritten,
}

/// <summary>The planted bug that is active.</summary>
public static class PlantedBugs
{
    /// <summary>The one; <see cref="PlantedBug.None"/> outside of the tests that plant.</summary>
    public static PlantedBug Active { get; set; }

    /// <summary>True while a test has planted this one.</summary>
    public static bool Has(PlantedBug bug) => Active == bug;
}

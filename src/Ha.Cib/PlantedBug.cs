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

    /// <summary>What ran on an unclean node starts elsewhere before its fencing is confirmed.</summary>
    StartBeforeFencing,

    /// <summary>A move starts the resource at its new place without stopping it at the old one.</summary>
    StopSkippedOnMove,
}

/// <summary>The planted bug that is active.</summary>
public static class PlantedBugs
{
    /// <summary>The one; <see cref="PlantedBug.None"/> outside of the tests that plant.</summary>
    public static PlantedBug Active { get; set; }
}

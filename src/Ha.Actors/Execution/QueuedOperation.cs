using Ha.InformationBase;

namespace Ha.Actors.Execution;

/// <summary>An operation that waits for the one before it.</summary>
/// <param name="Intent">What is to be done.</param>
/// <param name="Epoch">Epoch in which it was committed; 0 for what this node does on its own.</param>
internal sealed record QueuedOperation(OperationIntent Intent, long Epoch)
{
    /// <summary>It makes nothing run that does not run.</summary>
    public bool IsHarmless =>
        PlantedBugs.Has(PlantedBug.StartInOldEpoch) || Intent.Entry.Operation is "stop" or "demote" or "monitor";

    /// <summary>It may still begin in this epoch.</summary>
    public bool MayRunIn(long epoch) => IsHarmless || Epoch == epoch;
}

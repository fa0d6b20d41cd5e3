using Ha.InformationBase;

namespace Ha.Policy.Scheduling;

/// <summary>What is true now: options, nodes, tickets, resources with their instances, and what history says of them.
/// Nothing here is a decision.</summary>
internal static class ViewStages
{
    public static PolicyRun Read(Cib cib, long now, bool withScores, bool withReasons)
    {
        var run = new PolicyRun
        {
            Cib = cib,
            Now = now,
            Options = new PolicyOptions(),
            ScoreLines = withScores ? [] : null,
            Reasons = withReasons ? [] : null,
        };
        return run;
    }
}

using Ha.InformationBase;

namespace Ha.Policy.Scheduling;

/// <summary>What is true now: options, nodes, tickets, resources with their instances, and what history says of them.
/// Nothing here is a decision. Read this file first in this folder.</summary>
internal static class ViewStages
{
    public static PolicyRun Read(Cib cib, long now, bool withScores, bool withReasons, bool isLive)
    {
        var run = new PolicyRun
        {
            Cib = cib,
            Now = now,
            Options = new PolicyOptions(),
            IsLive = isLive,
            ScoreLines = withScores ? [] : null,
            Reasons = withReasons ? [] : null,
            PromotionReasons = withReasons ? [] : null,
        };
        OptionsView.Read(run);
        run.HasUnfencing = AsksForUnfencing(cib.Configuration);
        var guests = GuestConnections.GuestsOf(cib.Configuration);
        var resources = new ResourceReading(run, NodesView.Read(run, guests));
        resources.ReadAll(guests);
        NodeStates.Read(run, new HistoryReading(run, resources));
        Count(run);
        return run;
    }

    // Some device unfences: then nearly everything waits for unfencing.
    private static bool AsksForUnfencing(Configuration configuration)
    {
        foreach (var resource in configuration.Resources)
        {
            if (AsksForUnfencing(resource.Meta) || AsksForUnfencing(resource.Parameters))
            {
                return true;
            }
        }

        return configuration.Templates.Any(template => AsksForUnfencing(template.Meta));
    }

    private static bool AsksForUnfencing(ValueList<AttributeSet> sets) =>
        sets.Any(set => set.Values.Any(pair => pair is { Name: "provides", Value: "unfencing" }));

    private static void Count(PolicyRun run)
    {
        run.HasManagedResource = run.Resources.Exists(resource => resource.IsManaged);
        foreach (var resource in run.All())
        {
            if (resource.Children.Count > 0 || (resource.IsRemoved && resource.Role <= Role.Stopped))
            {
                continue;
            }

            run.InstanceCount++;
            run.DisabledCount += ResourceSettings.IsDisabled(resource) ? 1 : 0;
            run.BlockedCount += resource.IsBlocked ? 1 : 0;
        }
    }
}

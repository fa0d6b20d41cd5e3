namespace Ha.Policy.Scheduling;

/// <summary>What must hold of every graph: it can be carried out to its end.</summary>
internal static class GraphChecks
{
    /// <summary>Looks for an input that is not in the graph, an action that is in it twice, and a loop.</summary>
    /// <returns>What is wrong, with the actions that it is about; null when nothing is.</returns>
    public static string? Fault(IReadOnlyList<Synapse> synapses)
    {
        var places = new Dictionary<PolicyAction, int>(synapses.Count);
        for (var place = 0; place < synapses.Count; place++)
        {
            if (!places.TryAdd(synapses[place].Action, place))
            {
                return $"{synapses[place].Action} is in the graph twice";
            }
        }

        foreach (var synapse in synapses)
        {
            foreach (var input in synapse.Inputs)
            {
                if (!places.ContainsKey(input))
                {
                    return $"{synapse.Action} waits for {input}, which is not in the graph";
                }
            }
        }

        return Loop(synapses, places);
    }

    // What is ready is taken away until nothing is; what is left waits for itself.
    private static string? Loop(IReadOnlyList<Synapse> synapses, Dictionary<PolicyAction, int> places)
    {
        var waits = new int[synapses.Count];
        var followers = new List<int>?[synapses.Count];
        var ready = new Stack<int>();
        for (var place = 0; place < synapses.Count; place++)
        {
            waits[place] = synapses[place].Inputs.Count;
            foreach (var input in synapses[place].Inputs)
            {
                (followers[places[input]] ??= []).Add(place);
            }

            if (waits[place] == 0)
            {
                ready.Push(place);
            }
        }

        var done = 0;
        while (ready.TryPop(out var place))
        {
            done++;
            foreach (var follower in followers[place] ?? [])
            {
                if (--waits[follower] == 0)
                {
                    ready.Push(follower);
                }
            }
        }

        return done == synapses.Count ? null : LoopText(synapses, places, waits);
    }

    // From something that waits, backwards along what is waiting too, until something comes by again.
    private static string LoopText(
        IReadOnlyList<Synapse> synapses, Dictionary<PolicyAction, int> places, int[] waits)
    {
        var at = Array.FindIndex(waits, count => count > 0);
        var way = new List<int>();
        while (!way.Contains(at))
        {
            way.Add(at);
            at = places[synapses[at].Inputs.First(input => waits[places[input]] > 0)];
        }

        var loop = way.Skip(way.IndexOf(at)).Append(at).Select(place => synapses[place].Action.ToString());
        return $"a loop: {string.Join(" waits for ", loop)}";
    }
}

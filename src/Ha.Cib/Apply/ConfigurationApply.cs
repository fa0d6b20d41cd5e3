namespace Ha.InformationBase;

/// <summary>Changes of what is wanted.</summary>
internal static class ConfigurationApply
{
    public static ApplyResult Set(Cib cib, CibChange.SetConfiguration set) =>
        set.ExpectedRevision is { } expected && expected != cib.Revision
            ? CibChanges.Refuse(cib, $"the configuration is at revision {cib.Revision}, not {expected}")
            : Doubled(set.Configuration) is { } id
            ? CibChanges.Refuse(cib, $"the id '{id}' is used twice")
            : TooManyVoters(cib.Configuration, set.Configuration) is { Length: > 0 } changed
            ? CibChanges.Refuse(
                cib,
                $"the votes of {changed} change at once; add, remove or change one vote after the other, "
                + "so that every majority before shares a node with every majority after")
            : new ApplyResult(
                cib with
                {
                    Revision = cib.Revision + 1,
                    Configuration = WithLive(cib.Configuration, set.Configuration),
                    SourceText = set.SourceText,
                    Status = WithFormer(WithoutMoves(cib.Status, set.Configuration), cib.Configuration,
                        set.Configuration),
                },
                "");

    // A file with such ids is refused before; a change that did not come from a file is refused here.
    private static string? Doubled(Configuration configuration) =>
        configuration.Resources.SelectMany(Flatten).Select(resource => $"{resource.Id}")
            .Concat(configuration.Templates.Select(template => template.Id))
            .Concat(configuration.Nodes.Select(node => $"node {node.Name}"))
            .Concat(configuration.Constraints.Select(constraint => $"constraint {constraint.Id}"))
            .GroupBy(id => id, StringComparer.Ordinal)
            .FirstOrDefault(group => group.Skip(1).Any())?.Key;

    // Names of the nodes whose votes change, where that is more than one vote. The first configuration may bring any.
    private static string TooManyVoters(Configuration before, Configuration after)
    {
        var (old, next) = (Votes(before), Votes(after));
        var changed = old.Keys.Union(next.Keys, StringComparer.Ordinal)
            .Where(node => old.GetValueOrDefault(node) != next.GetValueOrDefault(node))
            .Order(StringComparer.Ordinal)
            .ToList();
        var votes = changed.Sum(node => Math.Abs((long)old.GetValueOrDefault(node) - next.GetValueOrDefault(node)));
        return old.Count == 0 || votes <= 1 ? "" : string.Join(", ", changed);
    }

    private static Dictionary<string, int> Votes(Configuration configuration) =>
        configuration.Nodes
            .Where(node => node is { Kind: NodeKind.Member, Votes: > 0 })
            .DistinctBy(node => node.Name, StringComparer.Ordinal)
            .ToDictionary(node => node.Name, node => node.Votes, StringComparer.Ordinal);

    public static ApplyResult SetAttribute(Cib cib, CibChange.SetAttribute set)
    {
        if (!set.IsPermanent)
        {
            return cib.Status.Find(set.Node) is not { } state
                ? CibChanges.Refuse(cib, $"nothing is known of {set.Node}")
                : CibChanges.Done(cib, cib.Status.With(state with
                {
                    Attributes = CibChanges.Put(state.Attributes, $"status-{state.Id}", set.Name, set.Value),
                }));
        }

        var nodes = cib.Configuration.Nodes;
        for (var index = 0; index < nodes.Count; index++)
        {
            if (nodes[index].Name == set.Node)
            {
                var changed = nodes[index] with
                {
                    Attributes = CibChanges.Put(nodes[index].Attributes, LiveId(set.Node), set.Name, set.Value,
                        Score.Infinity),
                };
                return new ApplyResult(
                    cib with { Configuration = cib.Configuration with { Nodes = nodes.SetItem(index, changed) } }, "");
            }
        }

        return CibChanges.Refuse(cib, $"no node {set.Node}");
    }

    public static ApplyResult SetProperty(Cib cib, CibChange.SetProperty set) =>
        set.Seen is { } seen && (cib.Configuration.Property(set.Name) ?? "") != seen
        ? CibChanges.Refuse(cib, $"{set.Name} was changed meanwhile")
        : new ApplyResult(
        cib with
        {
            Configuration = cib.Configuration with
            {
                Properties = CibChanges.Put(
                    cib.Configuration.Properties, LiveId("cluster"), set.Name, set.Value, Score.Infinity),
            },
        },
        "");

    public static ApplyResult SetMeta(Cib cib, CibChange.SetMeta set)
    {
        var found = false;
        var resources = cib.Configuration.Resources
            .Select(resource => Change(resource, set, ref found))
            .ToValueList();
        return found
            ? new ApplyResult(cib with { Configuration = cib.Configuration with { Resources = resources } }, "")
            : CibChanges.Refuse(cib, $"no resource {set.ResourceId}");
    }

    private static string LiveId(string owner) => CibChange.LivePrefix + owner;

    private static Resource Change(Resource resource, CibChange.SetMeta set, ref bool found)
    {
        if (resource.Id == set.ResourceId)
        {
            found = true;
            return resource with
            {
                Meta = CibChanges.Put(resource.Meta, LiveId(resource.Id), set.Name, set.Value, Score.Infinity),
            };
        }

        switch (resource)
        {
            case Group group:
                var members = new List<Primitive>();
                foreach (var member in group.Members)
                {
                    members.Add((Primitive)Change(member, set, ref found));
                }

                return group with { Members = members.ToValueList() };
            case Clone clone:
                return clone with { Child = Change(clone.Child, set, ref found) };
            case Bundle { Child: { } child } bundle:
                return bundle with { Child = (Primitive)Change(child, set, ref found) };
            default:
                return resource;
        }
    }

    // What commands set (pause, stop, drain) stays until a command takes it back.
    private static Configuration WithLive(Configuration before, Configuration after)
    {
        var resources = before.Resources.SelectMany(Flatten).ToDictionary(item => item.Id, StringComparer.Ordinal);
        var nodes = before.Nodes.ToDictionary(node => node.Name, StringComparer.Ordinal);
        return after with
        {
            Properties = Keep(before.Properties, after.Properties),
            Nodes = after.Nodes
                .Select(node => nodes.TryGetValue(node.Name, out var old)
                    ? node with { Attributes = Keep(old.Attributes, node.Attributes) }
                    : node)
                .ToValueList(),
            Resources = after.Resources.Select(resource => KeepMeta(resource, resources)).ToValueList(),
        };
    }

    private static Resource KeepMeta(Resource resource, Dictionary<string, Resource> before)
    {
        var kept = before.TryGetValue(resource.Id, out var old)
            ? resource with { Meta = Keep(old.Meta, resource.Meta) }
            : resource;
        return kept switch
        {
            Group group => group with
            {
                Members = group.Members.Select(member => (Primitive)KeepMeta(member, before)).ToValueList(),
            },
            Clone clone => clone with { Child = KeepMeta(clone.Child, before) },
            Bundle { Child: { } child } bundle => bundle with { Child = (Primitive)KeepMeta(child, before) },
            _ => kept,
        };
    }

    private static IEnumerable<Resource> Flatten(Resource resource) => resource switch
    {
        Group group => group.Members.Prepend<Resource>(group),
        Clone clone => Flatten(clone.Child).Prepend(clone),
        Bundle { Child: { } child } bundle => [bundle, child],
        _ => [resource],
    };

    private static ValueList<AttributeSet> Keep(ValueList<AttributeSet> before, ValueList<AttributeSet> after) =>
        after.Where(set => !IsLive(set)).Concat(before.Where(IsLive)).ToValueList();

    private static bool IsLive(AttributeSet set) => set.Id.StartsWith(CibChange.LivePrefix, StringComparison.Ordinal);

    private static Status WithFormer(Status status, Configuration before, Configuration after)
    {
        var known = status.Nodes.SelectMany(node => node.History).Select(history =>
            OperationApply.Bare(history.ResourceId))
            .ToHashSet(StringComparer.Ordinal);
        var now = Whole(after).ToDictionary(primitive => primitive.Id, StringComparer.Ordinal);
        var former = status.Former
            .Concat(Whole(before).Where(old => !now.TryGetValue(old.Id, out var same)
                || same.Agent != old.Agent || same.Parameters != old.Parameters))
            .Where(old => known.Contains(old.Id))
            .Distinct()
            .ToList();
        return status with
        {
            Former = former
                .Where((old, index) => former.Skip(index).Count(later => later.Id == old.Id) <= Status.FormerLimit)
                .ToValueList(),
        };
    }

    private static IEnumerable<Primitive> Whole(Configuration configuration) => configuration.Resources
        .SelectMany(Flatten)
        .OfType<Primitive>()
        .Select(primitive => configuration.Templates.FirstOrDefault(template => template.Id == primitive.TemplateId)
            ?.Complete(primitive) ?? primitive);

    private static Status WithoutMoves(Status status, Configuration configuration)
    {
        var ids = configuration.Resources.SelectMany(Flatten).Select(resource => resource.Id)
            .ToHashSet(StringComparer.Ordinal);
        return status with { Moves = status.Moves.Where(move => ids.Contains(move.ResourceId)).ToValueList() };
    }
}

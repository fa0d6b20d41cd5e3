using Ha.Hocon;
using Ha.InformationBase;

namespace Ha.Node.Commands;

/// <summary>Finds names in a CIB, and what was probably meant where there is none.</summary>
internal static class CibNames
{
    private const int MaxListed = 12;

    /// <summary>Every resource with the ids inside of it.</summary>
    public static IEnumerable<Resource> AllResources(Configuration configuration) =>
        configuration.Resources.SelectMany(WithMembers);

    /// <summary>A resource and what is inside of it.</summary>
    public static IEnumerable<Resource> WithMembers(Resource resource) => resource switch
    {
        Group group => group.Members.Prepend<Resource>(group),
        Clone clone => WithMembers(clone.Child).Prepend(clone),
        Bundle { Child: { } child } bundle => [bundle, child],
        _ => [resource],
    };

    /// <summary>An error when no resource has this id; null when one has.</summary>
    public static string? UnknownResource(Cib cib, string name)
    {
        var ids = AllResources(cib.Configuration).Select(resource => resource.Id).ToList();
        return ids.Contains(name.Split(':')[0], StringComparer.Ordinal) ? null : Missing("resource", name, ids);
    }

    /// <summary>The error for a name that neither a resource nor a node has.</summary>
    public static string UnknownResourceOrNode(Cib cib, string name) => Missing(
        "resource or node", name,
        [
            .. AllResources(cib.Configuration).Select(resource => resource.Id),
            .. cib.Configuration.Nodes.Select(node => node.Name),
        ]);

    /// <summary>An error when no node has this name; null when one has.</summary>
    public static string? UnknownNode(Cib cib, string name)
    {
        var names = cib.Configuration.Nodes.Select(node => node.Name).ToList();
        return names.Contains(name, StringComparer.Ordinal) ? null : Missing("node", name, names);
    }

    /// <summary>The error for a name that is not among those known, with what was probably meant.</summary>
    public static string Missing(string kind, string name, IReadOnlyList<string> known)
    {
        var nearest = name.Length > Arguments.MaxNameLength ? null : Nearest(name, known);
        var hint = nearest is not null ? $"; did you mean {nearest}?"
            : known.Count == 0 ? $"; no {kind} is configured"
            : $"; there are: {string.Join(", ", known.Take(MaxListed))}{(known.Count > MaxListed ? ", ..." : "")}";
        return $"no {kind} '{Arguments.Printable(name)}'{hint}";
    }

    // Names are short, so one wrong letter counts in a name of two, too.
    private static string? Nearest(string name, IEnumerable<string> known) => known
        .Select(candidate => (Name: candidate, Distance: Suggestion.Distance(name, candidate)))
        .Where(candidate => candidate.Distance <= Math.Max(1, Math.Min(2, candidate.Name.Length / 3)))
        .OrderBy(candidate => candidate.Distance)
        .ThenBy(candidate => candidate.Name, StringComparer.Ordinal)
        .Select(candidate => candidate.Name)
        .FirstOrDefault();
}

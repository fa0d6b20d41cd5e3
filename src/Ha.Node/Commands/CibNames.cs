using Ha.InformationBase;

namespace Ha.Node.Commands;

/// <summary>Finds names in a CIB, and what was probably meant where there is none.</summary>
internal static class CibNames
{
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

    private static string Missing(string kind, string name, List<string> known)
    {
        var nearest = (name.Length > Arguments.MaxNameLength ? [] : known)
            .Select(candidate => (Name: candidate, Distance: Distance(name, candidate)))
            .Where(candidate => candidate.Distance <= Math.Max(1, Math.Min(2, candidate.Name.Length / 3)))
            .OrderBy(candidate => candidate.Distance)
            .ThenBy(candidate => candidate.Name, StringComparer.Ordinal)
            .Select(candidate => candidate.Name)
            .FirstOrDefault();
        var hint = nearest is not null ? $"; did you mean {nearest}?"
            : known.Count == 0 ? $"; no {kind} is configured"
            : $"; there are: {string.Join(", ", known.Take(12))}{(known.Count > 12 ? ", ..." : "")}";
        return $"no {kind} '{Arguments.Printable(name)}'{hint}";
    }

    private static int Distance(string left, string right)
    {
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var substitute = diagonal + (left[i - 1] == right[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substitute, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[right.Length];
    }
}

namespace Ha.Hocon;

/// <summary>The paths that a document writes, for suggestions.</summary>
internal static class HoconPathNames
{
    // Deeper paths and longer documents give suggestions for their first part only.
    private const int MaxDepth = 6;
    private const int MaxPaths = 20_000;

    public static IEnumerable<string> All(HoconNode? root) => Walk(root, "", 0).Take(MaxPaths);

    private static IEnumerable<string> Walk(HoconNode? node, string prefix, int depth)
    {
        if (node is HoconNode.Concatenation concatenation)
        {
            foreach (var path in concatenation.Parts.SelectMany(part => Walk(part, prefix, depth)))
            {
                yield return path;
            }
        }
        else if (node is HoconNode.Object body && depth < MaxDepth)
        {
            foreach (var entry in body.Entries)
            {
                yield return prefix + entry.Name;
                foreach (var path in Walk(entry.Value, $"{prefix}{entry.Name}.", depth + 1))
                {
                    yield return path;
                }
            }
        }
    }
}

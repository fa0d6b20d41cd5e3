using System.Xml.Linq;

namespace Ha.Benchmarks.Fuzz;

/// <summary>Makes a CIB smaller while something still holds for it.</summary>
internal static class Shrinker
{
    private const int RoundLimit = 6;

    /// <summary>Takes parts away, large pieces first, until no single one can be spared or the calls are used up.
    /// </summary>
    public static XDocument Shrink(XDocument cib, Func<XDocument, bool> stillHolds, int callLimit)
    {
        var calls = 0;
        var smallest = new XDocument(cib);
        for (var round = 0; round < RoundLimit && calls < callLimit; round++)
        {
            var before = Removable(smallest).Count;
            for (var piece = Math.Max(1, before / 4); piece >= 1; piece /= 2)
            {
                for (var end = Removable(smallest).Count; end > 0 && calls < callLimit; end -= piece)
                {
                    end = Math.Min(end, Removable(smallest).Count);
                    var candidate = Without(smallest, Math.Max(0, end - piece), end);
                    calls++;
                    if (stillHolds(candidate))
                    {
                        smallest = candidate;
                    }
                }
            }

            if (Removable(smallest).Count == before)
            {
                break;
            }
        }

        return smallest;
    }

    private static XDocument Without(XDocument cib, int start, int end)
    {
        var candidate = new XDocument(cib);
        foreach (var element in Removable(candidate).Skip(start).Take(end - start).ToList())
        {
            if (element.Parent is { } parent && (element.Name != "node" || parent.Elements("node").Count() > 1))
            {
                element.Remove();
            }
        }

        return candidate;
    }

    private static List<XElement> Removable(XDocument cib) => cib.Root!.Descendants()
        .Where(element => element.Name.LocalName is "node" or "node_state" or "primitive" or "group" or "clone"
            or "rsc_location" or "rsc_colocation" or "rsc_order" or "rsc_ticket" or "nvpair" or "lrm_resource"
            or "lrm_rsc_op" or "op" or "resource_set" or "resource_ref" or "operations" or "tag"
            or "meta_attributes" or "instance_attributes" or "utilization")
        .ToList();
}

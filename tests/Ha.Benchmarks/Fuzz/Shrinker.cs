using System.Xml.Linq;

namespace Ha.Benchmarks.Fuzz;

/// <summary>Makes a CIB smaller while something still holds for it.</summary>
internal static class Shrinker
{
    private const int RoundLimit = 6;

    public static XDocument Shrink(XDocument cib, Func<XDocument, bool> stillHolds, int callLimit)
    {
        var calls = 0;
        var smallest = new XDocument(cib);
        for (var round = 0; round < RoundLimit; round++)
        {
            var isSmaller = false;
            for (var index = Removable(smallest).Count - 1; index >= 0 && calls < callLimit; index--)
            {
                var candidate = new XDocument(smallest);
                var elements = Removable(candidate);
                if (index >= elements.Count)
                {
                    continue;
                }

                elements[index].Remove();
                calls++;
                if (stillHolds(candidate))
                {
                    smallest = candidate;
                    isSmaller = true;
                }
            }

            if (!isSmaller)
            {
                break;
            }
        }

        return smallest;
    }

    private static List<XElement> Removable(XDocument cib) => cib.Root!.Descendants()
        .Where(element => element.Name.LocalName is "node" or "node_state" or "primitive" or "group" or "clone"
            or "rsc_location" or "rsc_colocation" or "rsc_order" or "rsc_ticket" or "nvpair" or "lrm_resource"
            or "lrm_rsc_op" or "op" or "resource_set" or "resource_ref" or "operations" or "tag")
        .ToList();
}

using System.Xml.Linq;

namespace Ha.Benchmarks.Fuzz;

/// <summary>Makes a CIB wrong in its words, never in its form.</summary>
internal static class WordMutations
{
    private static readonly string[] s_values =
    [
        "", " ", "0", "-1", "1", "INFINITY", "-INFINITY", "99999999999999999999", "-99999999999999999999", "2147483647",
        "-2147483648", "9223372036854775807", "1e9", "true", "false", "%0", "#default", "#uname", "a:b:c:d", "::::",
        "x_y_0", "P1Y", "PT", "10s", "-5s", "1000000h", "started", "Promoted", "Master", "Stopped", "stonith", "ocf",
        "remote",
        "\u00e9\u4e2d", "a b\tc\nd", "<&\"'>", ":0", ":", "_0", "node1", "rsc1",
    ];

    private static readonly string[] s_names =
    [
        "id", "name", "value", "interval", "call-id", "rc-code", "op-status", "operation", "operation_key", "score",
        "rsc", "with-rsc", "first", "then", "kind", "node", "uname", "in_ccm", "crmd", "join", "expected", "class",
        "type", "template", "id-ref", "sequential", "require-all", "role", "action",
        "transition-key", "transition-magic",
        "on_node", "migrate_source", "migrate_target", "last-rc-change", "resource-discovery", "ticket", "xmlns",
        "symmetrical",
    ];

    public static void Apply(XDocument cib, Random random)
    {
        for (var change = random.Next(1, 8); change > 0; change--)
        {
            var elements = cib.Descendants().ToList();
            ChangeOne(elements, elements[random.Next(elements.Count)], random);
        }
    }

    private static void ChangeOne(List<XElement> elements, XElement element, Random random)
    {
        var attributes = element.Attributes().Where(attribute => !attribute.IsNamespaceDeclaration).ToList();
        var other = elements[random.Next(elements.Count)];
        switch (random.Next(9))
        {
            case 0 or 1 when attributes.Count > 0:
                attributes[random.Next(attributes.Count)].Value = s_values[random.Next(s_values.Length)];
                break;
            case 2 when attributes.Count > 0:
                attributes[random.Next(attributes.Count)].Remove();
                break;
            case 3 when s_names[random.Next(s_names.Length)] is var name && name != "xmlns":
                element.SetAttributeValue(name, s_values[random.Next(s_values.Length)]);
                break;
            case 4 when element.Parent is not null:
                element.Remove();
                break;
            case 5 when element.Parent is not null:
                element.AddAfterSelf(new XElement(element));
                break;
            case 6 when element.Parent is not null && !other.DescendantsAndSelf().Contains(element):
                element.Add(new XElement(other));
                break;
            case 7 when attributes.Count > 0 && other.FirstAttribute is { } given:
                // References and ids of others: loops, ids twice, things inside of themselves.
                attributes[random.Next(attributes.Count)].Value = given.Value;
                break;
            default:
                element.Name = other.Name;
                break;
        }
    }
}

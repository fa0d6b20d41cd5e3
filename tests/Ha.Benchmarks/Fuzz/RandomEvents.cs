using System.Globalization;
using System.Xml.Linq;

namespace Ha.Benchmarks.Fuzz;

/// <summary>Something that happens to a random cluster between two plans: nodes come and go, operations fail, people
/// change settings. The history itself is the oracle's own, from carrying out its last plan.</summary>
internal sealed class RandomEvents(Random random, RandomConfiguration configuration)
{
    private int _ids;

    public void Happen(XDocument cib)
    {
        for (var left = 1 + random.Next(3); left > 0; left--)
        {
            switch (random.Next(9))
            {
                case 0:
                    Lose(cib, isClean: true);
                    break;
                case 1:
                    Lose(cib, isClean: !configuration.Has("fencing"));
                    break;
                case 2:
                    Return(cib);
                    break;
                case 3 or 4:
                    Fail(cib);
                    break;
                case 5:
                    SetNodeAttribute(cib, "standby", random.Next(2) == 0 ? "true" : "false");
                    break;
                case 6:
                    SetMeta(cib);
                    break;
                case 7:
                    Promote(cib);
                    break;
                default:
                    DropConstraint(cib);
                    break;
            }
        }
    }

    private T? Pick<T>(IReadOnlyList<T> items)
        where T : class => items.Count == 0 ? null : items[random.Next(items.Count)];

    private static IEnumerable<XElement> States(XDocument cib, bool isUp) => cib.Root!.Element("status")!
        .Elements("node_state")
        .Where(state => ((string?)state.Attribute("crmd") == "online") == isUp);

    private void Lose(XDocument cib, bool isClean)
    {
        var up = States(cib, true).ToList();
        if (up.Count < 2 || Pick(up.Skip(1).ToList()) is not { } state)
        {
            return;
        }

        state.SetAttributeValue("in_ccm", "false");
        state.SetAttributeValue("crmd", "offline");
        state.SetAttributeValue("join", "down");
        state.SetAttributeValue("expected", isClean ? "down" : "member");
        if (isClean)
        {
            state.Element("lrm")?.Element("lrm_resources")?.RemoveNodes();
            state.Element("transient_attributes")?.Remove();
        }
    }

    private void Return(XDocument cib)
    {
        if (Pick(States(cib, false).ToList()) is { } state)
        {
            state.SetAttributeValue("in_ccm", "true");
            state.SetAttributeValue("crmd", "online");
            state.SetAttributeValue("join", "member");
            state.SetAttributeValue("expected", "member");
            state.Element("lrm")?.Element("lrm_resources")?.RemoveNodes();
        }
    }

    // A monitor or the last operation of something that runs ends with a failure.
    private void Fail(XDocument cib)
    {
        var started = States(cib, true)
            .SelectMany(state => state.Descendants("lrm_resource"))
            .Where(resource => (string?)resource.Attribute("class") == "ocf"
                && resource.Elements("lrm_rsc_op").Any(op => (string?)op.Attribute("operation") == "start"))
            .ToList();
        if (Pick(started) is not { } failed)
        {
            return;
        }

        var last = failed.Elements("lrm_rsc_op").Max(op => (int?)op.Attribute("call-id") ?? 0);
        var model = failed.Elements("lrm_rsc_op").First(op => (string?)op.Attribute("operation") == "start");
        var id = (string)failed.Attribute("id")!;
        var entry = new XElement(model);
        var code = random.Next(4) == 0 ? 7 : 1;
        entry.SetAttributeValue("id", $"{id}_last_failure_0");
        entry.SetAttributeValue("operation", "monitor");
        entry.SetAttributeValue("operation_key", $"{id}_monitor_10000");
        entry.SetAttributeValue("interval", "10000");
        entry.SetAttributeValue("call-id", last + 1);
        entry.SetAttributeValue("rc-code", code);
        entry.SetAttributeValue("op-status", "0");
        entry.SetAttributeValue("transition-key", "1:1:0:00000000-0000-0000-0000-000000000000");
        entry.SetAttributeValue("transition-magic",
            string.Create(CultureInfo.InvariantCulture, $"0:{code};1:1:0:00000000-0000-0000-0000-000000000000"));
        failed.Elements("lrm_rsc_op").Where(op => (string?)op.Attribute("id") == $"{id}_last_failure_0").Remove();
        failed.Add(entry);
        var state = failed.Ancestors("node_state").First();
        SetTransient(state, $"fail-count-{id}#monitor_10000", (1 + random.Next(3)).ToString(CultureInfo.InvariantCulture));
        SetTransient(state, $"last-failure-{id}#monitor_10000", "1700000000");
    }

    private void SetTransient(XElement state, string name, string value)
    {
        var attributes = state.Element("transient_attributes");
        if (attributes is null)
        {
            attributes = new XElement("transient_attributes", new XAttribute("id", state.Attribute("id")!.Value),
                new XElement("instance_attributes", new XAttribute("id", $"status-{state.Attribute("id")!.Value}")));
            state.Add(attributes);
        }

        var block = attributes.Element("instance_attributes")!;
        block.Elements("nvpair").Where(pair => (string?)pair.Attribute("name") == name).Remove();
        block.Add(Pair(name, value));
    }

    private XElement Pair(string name, string value) => new("nvpair",
        new XAttribute("id", string.Create(CultureInfo.InvariantCulture, $"ev{random.Next(1_000_000)}-{++_ids}")),
        new XAttribute("name", name), new XAttribute("value", value));

    private void SetNodeAttribute(XDocument cib, string name, string value)
    {
        if (Pick(cib.Descendants("node").ToList()) is not { } node)
        {
            return;
        }

        var block = node.Element("instance_attributes");
        if (block is null)
        {
            block = new XElement("instance_attributes", new XAttribute("id", $"nodes-{node.Attribute("id")!.Value}"));
            node.AddFirst(block);
        }

        block.Elements("nvpair").Where(pair => (string?)pair.Attribute("name") == name).Remove();
        block.Add(Pair(name, value));
    }

    private void SetMeta(XDocument cib)
    {
        var owners = cib.Descendants("resources").Elements()
            .Where(resource => (string?)resource.Attribute("class") != "stonith").ToList();
        if (Pick(owners) is not { } owner)
        {
            return;
        }

        var block = owner.Element("meta_attributes");
        if (block is null)
        {
            block = new XElement("meta_attributes", new XAttribute("id", $"meta-{owner.Attribute("id")!.Value}"));
            owner.Add(block);
        }

        var (name, value) = random.Next(4) switch
        {
            0 => ("target-role", "Stopped"),
            1 => ("target-role", "Started"),
            2 => ("is-managed", random.Next(2) == 0 ? "false" : "true"),
            _ => ("resource-stickiness", "100"),
        };
        block.Elements("nvpair").Where(pair => (string?)pair.Attribute("name") == name).Remove();
        block.Add(Pair(name, value));
    }

    // Promotion scores come and change.
    private void Promote(XDocument cib)
    {
        foreach (var state in States(cib, true).ToList())
        {
            foreach (var resource in state.Descendants("lrm_resource")
                .Where(resource => (string?)resource.Attribute("type") == "Stateful").ToList())
            {
                var id = ((string)resource.Attribute("id")!).Split(':')[0];
                if (random.Next(3) > 0)
                {
                    SetTransient(state, $"master-{id}", (1 + random.Next(20)).ToString(CultureInfo.InvariantCulture));
                }
            }
        }
    }

    private void DropConstraint(XDocument cib)
    {
        if (Pick(cib.Descendants("constraints").Elements().ToList()) is { } constraint)
        {
            constraint.Remove();
        }
    }
}

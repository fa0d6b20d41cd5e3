using System.Xml.Linq;

namespace Ha.Benchmarks.Fuzz;

/// <summary>Constraints, rules and settings of rarer kinds.</summary>
internal sealed partial class RandomExtras
{
    private void AddPromotedRoles()
    {
        foreach (var clone in Promotables)
        {
            var id = (string)clone.Attribute("id")!;
            var plain = Tops.Select(top => (string)top.Attribute("id")!).Where(top => top != id).ToList();
            for (var left = plain.Count == 0 ? 0 : 1 + _random.Next(2); left > 0; left--)
            {
                var isWith = Chance(70);
                Constrain("rsc_colocation", At("rsc", isWith ? Pick(plain) : id), At("with-rsc", isWith ? id : Pick(plain)),
                    At(isWith ? "with-rsc-role" : "rsc-role", Pick(["Master", "Master", "Slave"])), At("score", Score));
            }

            if (Chance(50))
            {
                Constrain("rsc_location", At("rsc", id), new XElement("rule", Id("rule"), At("role", "Master"),
                    At("score", Score), new XElement("expression", Id("ex"), At("attribute", "#uname"),
                        At("operation", Pick(["eq", "ne"])), At("value", NodeName))));
            }

            if (Chance(50) && plain.Count > 0)
            {
                Constrain("rsc_order", At("first", id), At("first-action", Pick(["promote", "promote", "demote"])),
                    At("then", Pick(plain)), At("then-action", Pick(["start", "start", "stop"])));
            }

            // Who could be promoted is known from the beginning.
            foreach (var state in _cib.Root!.Element("status")!.Elements("node_state"))
            {
                if (Chance(70))
                {
                    SetTransient(state, $"master-{(string)clone.Element("primitive")!.Attribute("id")!}", Number(1, 20));
                }
            }
        }
    }

    private void SetTransient(XElement state, string name, string value)
    {
        var attributes = state.Element("transient_attributes");
        var id = state.Attribute("id")!.Value;
        if (attributes is null)
        {
            attributes = new XElement("transient_attributes", At("id", id),
                new XElement("instance_attributes", At("id", $"status-{id}")));
            state.Add(attributes);
        }

        var block = attributes.Element("instance_attributes")!;
        block.Elements("nvpair").Where(pair => (string?)pair.Attribute("name") == name).Remove();
        block.Add(Pair(name, value));
    }

    private void AddRoom()
    {
        SetOption("placement-strategy", Pick(["utilization", "balanced", "minimal"]));
        foreach (var node in Section("nodes").Elements("node"))
        {
            Set(node, "utilization", "memory", Number(2, 12));
        }

        foreach (var primitive in Primitives.Where(_ => Chance(60)))
        {
            Set(primitive, "utilization", "memory", Number(1, 4));
        }
    }

    private void AddTickets()
    {
        var status = _cib.Root!.Element("status")!;
        var tickets = new XElement("tickets");
        foreach (var name in new[] { "ticketA", "ticketB" })
        {
            Constrain("rsc_ticket", At("rsc", TopId), At("ticket", name),
                At("loss-policy", Pick(["stop", "freeze", "demote", "fence"])));
            if (Promotables is { Count: > 0 } promotables && Chance(50))
            {
                Constrain("rsc_ticket", At("rsc", (string)Pick(promotables).Attribute("id")!), At("rsc-role", "Master"),
                    At("ticket", name), At("loss-policy", Pick(["stop", "demote"])));
            }

            if (Chance(75))
            {
                tickets.Add(new XElement("ticket_state", At("id", name), At("granted", Chance(65) ? "true" : "false"),
                    At("standby", Chance(25) ? "true" : "false"), At("last-granted", "1700000000")));
            }
        }

        status.Add(tickets);
    }

    private void AddDates()
    {
        for (var left = 1 + _random.Next(3); left > 0; left--)
        {
            Constrain("rsc_location", At("rsc", TopId), new XElement("rule", Id("rule"), At("score", Score),
                Chance(50) ? At("boolean-op", Pick(["and", "or"])) : null, Date(), Chance(40) ? Date() : null,
                Chance(30) ? new XElement("expression", Id("ex"), At("attribute", "#uname"), At("operation", "eq"),
                    At("value", NodeName)) : null));
        }

        var owner = Pick(Primitives);
        owner.Add(new XElement("meta_attributes", Id("set"), At("score", "2"),
            new XElement("rule", Id("rule"), At("score", "0"), Date()),
            Pair("resource-stickiness", "500"), Pair("target-role", Pick(["Started", "Stopped"]))));
    }

    // Now is 2024-01-01, a Monday, at midnight.
    private XElement Date()
    {
        var date = new XElement("date_expression", Id("date"));
        switch (_random.Next(5))
        {
            case 0:
                date.Add(At("operation", "gt"), At("start", Pick(["2023-12-31", "2024-01-02", "2024-01-01 00:00:00Z"])));
                break;
            case 1:
                date.Add(At("operation", "lt"), At("end", Pick(["2023-12-31", "2024-01-02T12:00:00Z", "2024-001"])));
                break;
            case 2:
                date.Add(At("operation", "in_range"), At("start", Pick(["2023-12-01", "2023-06-01"])),
                    At("end", Pick(["2023-12-31", "2024-02-01"])));
                break;
            case 3:
                date.Add(At("operation", "in_range"), At("start", "2023-12-25"), new XElement("duration", Id("dur"),
                    Pick([At("weeks", "1"), At("days", "3"), At("months", "1"), At("hours", "200")])));
                break;
            default:
                date.Add(At("operation", "date_spec"), new XElement("date_spec", Id("spec"), Pick(
                    [At("hours", "0-8"), At("weekdays", "1-5"), At("weekdays", "6-7"), At("months", "2-11"),
                        At("monthdays", "1"), At("years", "2020-2030"), At("yeardays", "2-366")])));
                break;
        }

        return date;
    }

    private void AddHealth()
    {
        SetOption("node-health-strategy", Pick(["migrate-on-red", "only-green", "progressive", "custom"]));
        if (Chance(50))
        {
            SetOption("node-health-base", Number(-20, 20));
            SetOption("node-health-yellow", Number(-50, 0));
            SetOption("node-health-red", Pick(["-INFINITY", "-100"]));
        }

        foreach (var node in Section("nodes").Elements("node").Where(_ => Chance(50)))
        {
            Set(node, "instance_attributes", "#health-cpu", Pick(["red", "yellow", "green", "-5", "10"]));
        }

        if (Chance(30))
        {
            SetMeta(Pick(Primitives), "allow-unhealthy-nodes", "true");
        }
    }

    private XElement ResourceSet(IEnumerable<string> ids, params XAttribute?[] attributes) =>
        new("resource_set", Id("rs"), attributes, ids.Select(id => new XElement("resource_ref", At("id", id))));

    private List<string> SomeTops(int most) => Tops.Select(top => (string)top.Attribute("id")!)
        .OrderBy(_ => _random.Next()).Take(1 + _random.Next(most)).ToList();

    private void AddSets()
    {
        var sequential = At("sequential", Chance(50) ? "true" : "false");
        switch (_random.Next(5))
        {
            case 0:
                Constrain("rsc_location", At("node", NodeName), At("score", Score), ResourceSet(SomeTops(3)));
                break;
            case 1:
                Constrain("rsc_location", At("rsc-pattern", Pick(["rsc.*[13]", "!rsc.*1", "grp.*", "clone"])),
                    At("node", NodeName), At("score", Score));
                break;
            case 2:
                Constrain("rsc_ticket", At("ticket", "ticketC"), At("loss-policy", "stop"), ResourceSet(SomeTops(3)));
                break;
            case 3 when Promotables.Count > 0:
                var promotable = (string)Pick(Promotables).Attribute("id")!;
                var others = SomeTops(3).Where(id => id != promotable).ToList();
                Constrain("rsc_colocation", At("score", Pick(["INFINITY", "100"])), ResourceSet(others, sequential),
                    ResourceSet([promotable], At("role", "Master")));
                Constrain("rsc_order", ResourceSet([promotable], At("action", "promote")),
                    ResourceSet(others, At("action", "start"), sequential));
                break;
            default:
                var some = SomeTops(5);
                Constrain("rsc_order", At("kind", Pick(["Mandatory", "Optional", "Serialize"])),
                    ResourceSet(some, sequential));
                break;
        }
    }

    private void AddTags()
    {
        var tag = NewId("tag");
        var members = SomeTops(3);
        var tags = _cib.Root!.Element("configuration")!.Element("tags");
        if (tags is null)
        {
            tags = new XElement("tags");
            _cib.Root!.Element("configuration")!.Add(tags);
        }

        tags.Add(new XElement("tag", At("id", tag), members.Select(id => new XElement("obj_ref", At("id", id)))));
        Constrain("rsc_location", At("rsc", tag), At("node", NodeName), At("score", Score));
        var other = TopId;
        if (!members.Contains(other))
        {
            switch (_random.Next(3))
            {
                case 0:
                    Constrain("rsc_order", At("first", tag), At("then", other));
                    break;
                case 1:
                    Constrain("rsc_colocation", At("rsc", tag), At("with-rsc", other), At("score", Score));
                    break;
                default:
                    Constrain("rsc_colocation", At("rsc", other), At("with-rsc", tag), At("score", Score));
                    break;
            }
        }
    }
}

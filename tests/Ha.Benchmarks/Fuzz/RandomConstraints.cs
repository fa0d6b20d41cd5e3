using System.Xml.Linq;

namespace Ha.Benchmarks.Fuzz;

/// <summary>Random constraints between the resources of a random cluster.</summary>
internal sealed class RandomConstraints(
    Random random, RandomConfiguration configuration, List<string> top, List<string> promotable,
    Func<string, string> newId)
{
    private static readonly string[] s_scores = ["INFINITY", "-INFINITY", "100", "-100", "10", "1", "0", "50"];

    public IEnumerable<XElement> Make()
    {
        var constraints = new List<XElement>();
        var share = Math.Max(1, top.Count / 3);
        Repeat("location", share, () => constraints.Add(Location()));
        Repeat("location-rules", share / 2 + 1, () => constraints.Add(LocationRule()));
        Repeat("colocation", share, () => constraints.Add(Colocation()));
        Repeat("colocation-sets", 1, () => constraints.Add(ColocationSets()));
        Repeat("order", share, () => constraints.Add(Order()));
        Repeat("order-sets", 1, () => constraints.Add(OrderSets()));
        Repeat("tickets", 1, () => constraints.Add(Ticket()));
        if (configuration.Has("asymmetric"))
        {
            foreach (var id in top)
            {
                constraints.Add(new XElement("rsc_location", Id("loc"), At("rsc", id), At("node", Pick(configuration.Nodes)),
                    At("score", Pick(["0", "100", "50"]))));
            }
        }

        return constraints;
    }

    private void Repeat(string feature, int most, Action add)
    {
        if (configuration.Has(feature))
        {
            for (var left = 1 + random.Next(most); left > 0; left--)
            {
                add();
            }
        }
    }

    private T Pick<T>(IReadOnlyList<T> items) => items[random.Next(items.Count)];

    private bool Chance(int percent) => random.Next(100) < percent;

    private XAttribute Id(string prefix) => new("id", newId(prefix));

    private static XAttribute At(string name, string value) => new(name, value);

    private (string, string) Two()
    {
        var first = Pick(top);
        var second = Pick(top);
        return first == second && top.Count > 1 ? Two() : (first, second);
    }

    private XElement Location()
    {
        var location = new XElement("rsc_location", Id("loc"), At("rsc", Pick(top)), At("node", Pick(configuration.Nodes)),
            At("score", Pick(s_scores)));
        if (configuration.Has("discovery") && Chance(30))
        {
            location.Add(At("resource-discovery", Pick(["never", "exclusive", "always"])));
        }

        return location;
    }

    private XElement LocationRule()
    {
        var rule = new XElement("rule", Id("rule"), At("score", Pick(s_scores)));
        if (Chance(50))
        {
            rule.Add(new XElement("expression", Id("ex"), At("attribute", "site"), At("operation", Pick(["eq", "ne"])),
                At("value", Pick(["a", "b"]))));
        }
        else
        {
            rule.Add(new XElement("expression", Id("ex"), At("attribute", "size"),
                At("operation", Pick(["lt", "gt", "lte", "gte"])), At("value", Pick(["3", "5", "7"])),
                At("type", "number")));
        }

        if (promotable.Count > 0 && Chance(30))
        {
            rule.Add(At("role", "Master"));
            return new XElement("rsc_location", Id("loc"), At("rsc", Pick(promotable)), rule);
        }

        return new XElement("rsc_location", Id("loc"), At("rsc", Pick(top)), rule);
    }

    private XElement Colocation()
    {
        var (dependent, primary) = Two();
        var colocation = new XElement("rsc_colocation", Id("col"), At("rsc", dependent), At("with-rsc", primary),
            At("score", Chance(50) ? "INFINITY" : Pick(s_scores)));
        if (configuration.Has("colocation-roles") && promotable.Contains(primary))
        {
            colocation.Add(At("with-rsc-role", Pick(["Master", "Master", "Slave"])));
        }

        if (configuration.Has("node-attribute") && Chance(30))
        {
            colocation.Add(At("node-attribute", "site"));
        }

        return colocation;
    }

    private XElement Set(params XAttribute[] attributes)
    {
        var set = new XElement("resource_set", Id("rs"), attributes);
        foreach (var id in top.OrderBy(_ => random.Next()).Take(1 + random.Next(3)))
        {
            set.Add(new XElement("resource_ref", At("id", id)));
        }

        return set;
    }

    private XElement ColocationSets()
    {
        var colocation = new XElement("rsc_colocation", Id("col"), At("score", Pick(["INFINITY", "100"])));
        for (var left = 1 + random.Next(2); left > 0; left--)
        {
            colocation.Add(Set(At("sequential", Chance(60) ? "true" : "false")));
        }

        return colocation;
    }

    private XElement Order()
    {
        var (first, then) = Two();
        var order = new XElement("rsc_order", Id("ord"), At("first", first), At("then", then));
        if (configuration.Has("order-kinds"))
        {
            order.Add(At("kind", Pick(["Mandatory", "Optional", "Serialize"])));
            if (Chance(25) && order.Attribute("kind")!.Value != "Serialize")
            {
                order.Add(At("symmetrical", "false"));
            }
        }

        if (promotable.Contains(first) && Chance(50))
        {
            order.Add(At("first-action", "promote"), At("then-action", "start"));
        }

        if (configuration.Has("require-all") && Chance(30))
        {
            order.Add(At("require-all", "false"));
        }

        return order;
    }

    private XElement OrderSets()
    {
        var order = new XElement("rsc_order", Id("ord"));
        for (var left = 1 + random.Next(3); left > 0; left--)
        {
            var set = Set(At("sequential", Chance(60) ? "true" : "false"));
            if (configuration.Has("require-all") && Chance(40))
            {
                set.SetAttributeValue("require-all", "false");
                set.SetAttributeValue("sequential", "false");
            }

            order.Add(set);
        }

        return order;
    }

    private XElement Ticket() => new("rsc_ticket", Id("tic"), At("rsc", Pick(top)), At("ticket", "ticketA"),
        At("loss-policy", Pick(["stop", "freeze", "demote"])));
}

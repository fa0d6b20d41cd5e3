using System.Xml.Linq;

namespace Ha.Benchmarks.Fuzz;

/// <summary>Options, and settings of resources and operations.</summary>
internal sealed partial class RandomExtras
{
    private void AddMaintenance()
    {
        switch (_random.Next(4))
        {
            case 0:
                Set(Pick(Section("nodes").Elements("node").ToList()), "instance_attributes", "maintenance", "true");
                break;
            case 1:
                SetMeta(Pick(Tops), "maintenance", "true");
                break;
            case 2:
                SetOption("is-managed-default", "false");
                SetMeta(Pick(Tops), "is-managed", "true");
                break;
            default:
                SetMeta(Pick(Tops), "is-managed", "false");
                break;
        }
    }

    private void AddShutdownLock()
    {
        SetOption("shutdown-lock", "true");
        if (Chance(40))
        {
            SetOption("shutdown-lock-limit", Pick(["1h", "10min"]));
        }
    }

    private void AddExpiry()
    {
        foreach (var top in Tops.Where(_ => Chance(50)))
        {
            SetMeta(top, "failure-timeout", Pick(["30s", "10min", "400d"]));
            if (Chance(50))
            {
                SetMeta(top, "migration-threshold", Number(1, 3));
            }
        }
    }

    private void AddFailKinds()
    {
        foreach (var primitive in Primitives.Where(_ => Chance(40)))
        {
            var operations = primitive.Element("operations");
            if (operations is null)
            {
                operations = new XElement("operations");
                primitive.Add(operations);
            }

            foreach (var op in operations.Elements("op").Where(op => op.Attribute("on-fail") is null))
            {
                op.Add(At("on-fail", Pick(["standby", "fence", "demote", "block", "ignore", "stop", "restart"])));
            }

            if (Chance(50) && !operations.Elements("op").Any(op => (string?)op.Attribute("name") == "stop"))
            {
                operations.Add(new XElement("op", Id("op"), At("name", "stop"), At("interval", "0"),
                    At("on-fail", Pick(["block", "ignore", "fence", "standby"]))));
            }

            if (Chance(30))
            {
                operations.Add(new XElement("op", Id("op"), At("name", "monitor"), At("interval", "45s"),
                    At("role", "Stopped")));
            }
        }
    }

    private void AddDefaults()
    {
        var configuration = _cib.Root!.Element("configuration")!;
        configuration.Add(new XElement("rsc_defaults", new XElement("meta_attributes", Id("set"),
            Pair("resource-stickiness", Pick(["0", "1", "100"])), Pair("migration-threshold", Number(1, 4)))));
        configuration.Add(new XElement("op_defaults", new XElement("meta_attributes", Id("set"),
            Pair("timeout", "30s"), Pair("on-fail", Pick(["restart", "block", "ignore"])))));
    }

    private void AddRequires()
    {
        foreach (var primitive in Primitives.Where(_ => Chance(40)))
        {
            SetMeta(primitive, "requires", Pick(["nothing", "quorum", "fencing"]));
        }
    }

    private void AddCritical()
    {
        foreach (var primitive in Primitives.Where(_ => Chance(30)))
        {
            SetMeta(primitive, "critical", "false");
        }

        foreach (var colocation in Section("constraints").Elements("rsc_colocation").Where(_ => Chance(40)))
        {
            if (colocation.Attribute("rsc") is not null)
            {
                colocation.SetAttributeValue("influence", Chance(70) ? "false" : "true");
            }
        }
    }
}

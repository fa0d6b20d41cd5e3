using System.Xml.Linq;

namespace Ha.Benchmarks.Fuzz;

/// <summary>Bundles, guests, remote nodes, templates, devices that unfence.</summary>
internal sealed partial class RandomExtras
{
    private void AddBundle()
    {
        var id = NewId("bundle");
        var isPromotable = Chance(35);
        var container = new XElement("docker", At("image", "app:latest"), At("replicas", Number(1, 3)));
        if (isPromotable)
        {
            container.Add(At("promoted-max", "1"));
        }

        if (Chance(25))
        {
            container.Add(At("replicas-per-host", "2"));
        }

        var bundle = new XElement("bundle", At("id", id), container);
        var hasChild = isPromotable || Chance(75);
        if (hasChild || Chance(50))
        {
            var network = new XElement("network");
            if (hasChild || Chance(50))
            {
                network.Add(At("control-port", "3121"));
            }

            if (Chance(50))
            {
                network.Add(At("ip-range-start", "192.168.122.10"));
            }

            bundle.Add(network);
        }

        if (hasChild)
        {
            var child = new XElement("primitive", Id("rsc"), At("class", "ocf"), At("provider", "pacemaker"),
                At("type", isPromotable ? "Stateful" : "Dummy"),
                new XElement("operations", Monitor("10s", isPromotable ? "Master" : null),
                    isPromotable ? Monitor("11s", "Slave") : null));
            bundle.Add(child);
        }

        Section("resources").Add(bundle);
        for (var left = _random.Next(3); left > 0; left--)
        {
            Relate(id, null);
        }

        if (Chance(40))
        {
            Constrain("rsc_location", At("rsc", id), At("node", NodeName), At("score", Score));
        }
    }

    private XElement Monitor(string interval, string? role) => new("op", Id("op"), At("name", "monitor"),
        At("interval", interval), role is null ? null : At("role", role));

    private void AddRemote()
    {
        var remote = new XElement("primitive", Id("remote"), At("class", "ocf"), At("provider", "pacemaker"),
            At("type", "remote"), new XElement("operations", Monitor("60s", null)));
        if (Chance(40))
        {
            Set(remote, "instance_attributes", "reconnect_interval", "60");
        }

        Section("resources").Add(remote);
        var id = (string)remote.Attribute("id")!;
        for (var left = _random.Next(3); left > 0; left--)
        {
            Constrain("rsc_location", At("rsc", TopId), At("node", id), At("score", Score));
        }
    }

    private void AddGuest()
    {
        foreach (var primitive in Plain.Where(_ => Chance(25)).Take(2).ToList())
        {
            var guest = NewId("guest");
            SetMeta(primitive, "remote-node", guest);
            for (var left = _random.Next(3); left > 0; left--)
            {
                var inside = TopId;
                if (inside != (string)primitive.Attribute("id")!)
                {
                    Constrain("rsc_location", At("rsc", inside), At("node", guest), At("score", Score));
                }
            }
        }
    }

    private void AddTemplate()
    {
        var template = new XElement("template", Id("tpl"), At("class", "ocf"), At("provider", "pacemaker"),
            At("type", "Dummy"), new XElement("operations", Monitor("20s", null)));
        Set(template, "meta_attributes", Pick(["resource-stickiness", "migration-threshold", "priority"]), Number(1, 9));
        var id = (string)template.Attribute("id")!;
        var users = Plain.Where(_ => Chance(50)).ToList();
        foreach (var user in users)
        {
            user.Attribute("class")!.Remove();
            user.Attribute("provider")!.Remove();
            user.Attribute("type")!.Remove();
            user.Add(At("template", id));
        }

        Section("resources").AddFirst(template);
        if (users.Count > 0 && Chance(50))
        {
            Constrain("rsc_location", At("rsc", id), At("node", NodeName), At("score", Score));
        }

        if (users.Count > 0 && Chance(50) && Tops.Except(users).ToList() is { Count: > 0 } others)
        {
            Constrain("rsc_colocation", At("rsc", id), At("with-rsc", (string)Pick(others).Attribute("id")!),
                At("score", Score));
        }
    }

    private void AddUnfencing()
    {
        SetOption("stonith-enabled", "true");
        var device = new XElement("primitive", Id("unfence"), At("class", "stonith"), At("type", "fence_scsi"));
        SetMeta(device, "provides", "unfencing");
        Set(device, "instance_attributes", "pcmk_host_list",
            string.Join(' ', Section("nodes").Elements("node").Select(node => (string)node.Attribute("uname")!)));
        Section("resources").AddFirst(device);
    }
}

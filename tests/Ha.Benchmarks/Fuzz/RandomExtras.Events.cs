using System.Globalization;
using System.Xml.Linq;

namespace Ha.Benchmarks.Fuzz;

/// <summary>What may happen to the rarer features between two plans.</summary>
internal sealed partial class RandomExtras
{
    /// <summary>Lets something happen that belongs to a kind that this cluster has.</summary>
    /// <param name="cib">The cluster after its last plan.</param>
    public void Happen(XDocument cib)
    {
        May("maintenance-levels", () => Toggle(cib));
        May("shutdown-lock", () => Lock(cib));
        May("ticket-state", () => Turn(cib));
        May("expiry", () => Fail(cib, Pick(["monitor", "start", "monitor"])));
        May("fail-kinds", () => Fail(cib, Pick(["monitor", "start", "stop", "promote", "demote"])));
        May("remote", () => FailType(cib, "remote"));
        May("bundle", () => Fail(cib, "monitor"));
        May("pending", () => Begin(cib));
        May("orphans", () => Forget(cib));
        May("move-status", () => MoveStatus(cib));
    }

    private static IEnumerable<XElement> States(XDocument cib) => cib.Root!.Element("status")!.Elements("node_state");

    private static List<XElement> Started(XDocument cib, string? type = null) => States(cib)
        .SelectMany(state => state.Descendants("lrm_resource"))
        .Where(resource => type is null || (string?)resource.Attribute("type") == type)
        .Where(resource => resource.Elements("lrm_rsc_op")
            .Any(op => (string?)op.Attribute("operation") is "start" or "promote" or "migrate_from"))
        .ToList();

    private void Toggle(XDocument cib)
    {
        if (Chance(50))
        {
            var node = Pick(cib.Descendants("nodes").Elements("node").ToList());
            Set(node, "instance_attributes", "maintenance", Chance(50) ? "true" : "false");
        }
        else
        {
            var resources = cib.Descendants("resources").Elements()
                .Where(top => (string?)top.Attribute("class") != "stonith").ToList();
            SetMeta(Pick(resources), Pick(["maintenance", "is-managed"]), Chance(50) ? "true" : "false");
        }
    }

    // A node goes down in good order: what ran there is locked to it.
    private void Lock(XDocument cib)
    {
        var up = States(cib).Where(state => (string?)state.Attribute("crmd") == "online").Skip(1).ToList();
        if (up.Count == 0 || !Chance(60))
        {
            return;
        }

        var state = Pick(up);
        if (Chance(40))
        {
            SetTransient(state, "shutdown", "1704067100");
            return;
        }

        state.SetAttributeValue("in_ccm", "false");
        state.SetAttributeValue("crmd", "offline");
        state.SetAttributeValue("join", "down");
        state.SetAttributeValue("expected", "down");
        state.Element("transient_attributes")?.Remove();
        foreach (var resource in state.Descendants("lrm_resource").Where(_ => Chance(50)))
        {
            resource.SetAttributeValue("shutdown-lock", Pick(["1704067000", "1704060000"]));
        }
    }

    private void Turn(XDocument cib)
    {
        var states = cib.Descendants("ticket_state").ToList();
        if (states.Count > 0)
        {
            Pick(states).SetAttributeValue(Pick(["granted", "standby"]), Chance(50) ? "true" : "false");
        }
    }

    private void FailType(XDocument cib, string type)
    {
        if (Started(cib, type) is { Count: > 0 } started && Chance(60))
        {
            Record(Pick(started), Pick(["monitor", "start"]), 1);
        }
    }

    private void Fail(XDocument cib, string task)
    {
        var started = Started(cib);
        if (started.Count > 0 && Chance(70))
        {
            Record(Pick(started), task, task == "monitor" && Chance(30) ? Pick([7, 5, 8]) : 1);
        }
    }

    // A result that was not expected, of now or of long ago, with its fail count.
    private void Record(XElement resource, string task, int code)
    {
        var id = (string)resource.Attribute("id")!;
        var model = resource.Elements("lrm_rsc_op").First();
        var interval = task == "monitor" ? "10000" : "0";
        var entry = new XElement("lrm_rsc_op", model.Attributes().Where(a => a.Name != "migrate_source"
            && a.Name != "migrate_target"));
        var call = resource.Elements("lrm_rsc_op").Max(op => (int?)op.Attribute("call-id") ?? 0) + 1;
        var when = Pick(["1704067190", "1704066000", "1703000000"]);
        const string Owner = "1:1:0:00000000-0000-0000-0000-000000000000";
        foreach (var (name, value) in new[]
        {
            ("id", $"{id}_last_failure_0"), ("operation", task), ("operation_key", $"{id}_{task}_{interval}"),
            ("interval", interval), ("call-id", Text(call)), ("rc-code", Text(code)), ("op-status", "0"),
            ("transition-key", Owner), ("transition-magic", $"0:{Text(code)};{Owner}"), ("last-rc-change", when),
        })
        {
            entry.SetAttributeValue(name, value);
        }

        resource.Elements("lrm_rsc_op").Where(op => (string?)op.Attribute("id") == $"{id}_last_failure_0").Remove();
        resource.Add(entry);
        var state = resource.Ancestors("node_state").First();
        SetTransient(state, $"fail-count-{id}#{task}_{interval}", task == "start" ? "INFINITY" : Number(1, 3));
        SetTransient(state, $"last-failure-{id}#{task}_{interval}", when);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    // An operation is under way.
    private void Begin(XDocument cib)
    {
        var known = States(cib).SelectMany(state => state.Descendants("lrm_resource")).ToList();
        if (known.Count == 0 || !Chance(60))
        {
            return;
        }

        var resource = Pick(known);
        var id = (string)resource.Attribute("id")!;
        var task = Pick(["start", "stop", "monitor"]);
        const string Owner = "1:1:0:00000000-0000-0000-0000-000000000000";
        resource.Elements("lrm_rsc_op").Where(op => (string?)op.Attribute("id") == $"{id}_last_0").Remove();
        resource.Add(new XElement("lrm_rsc_op", At("id", $"{id}_last_0"), At("operation", task),
            At("operation_key", $"{id}_{task}_0"), At("interval", "0"), At("call-id", "-1"), At("rc-code", "193"),
            At("op-status", "-1"), At("transition-key", Owner), At("transition-magic", $"-1:193;{Owner}"),
            At("last-rc-change", "1704067190"), At("crm_feature_set", "3.16.1")));
    }

    // Somebody takes a resource out of the configuration, or its node.
    private void Forget(XDocument cib)
    {
        var plain = cib.Descendants("resources").Elements("primitive")
            .Where(primitive => (string?)primitive.Attribute("class") == "ocf").ToList();
        if (plain.Count < 2 || !Chance(60))
        {
            return;
        }

        var gone = Pick(plain);
        var id = (string)gone.Attribute("id")!;
        gone.Remove();
        cib.Descendants("constraints").Elements()
            .Where(constraint => constraint.DescendantsAndSelf().Attributes().Any(a => a.Value == id)).Remove();
        cib.Descendants("obj_ref").Where(reference => (string?)reference.Attribute("id") == id).Remove();
        cib.Descendants("tag").Where(tag => !tag.HasElements).Remove();
    }

    // Half of a migration: it left, and nobody knows yet whether it arrived.
    private void MoveStatus(XDocument cib)
    {
        var started = Started(cib, "Dummy").Where(resource => !resource.Elements("lrm_rsc_op")
            .Any(op => (string?)op.Attribute("operation") == "migrate_to")).ToList();
        var others = States(cib).Where(state => (string?)state.Attribute("crmd") == "online").ToList();
        if (started.Count == 0 || others.Count < 2 || !Chance(60))
        {
            return;
        }

        var resource = Pick(started);
        var state = resource.Ancestors("node_state").First();
        var target = Pick(others);
        if (target == state)
        {
            return;
        }

        var source = (string)state.Attribute("uname")!;
        var id = (string)resource.Attribute("id")!;
        var entry = new XElement(resource.Elements("lrm_rsc_op").First());
        var call = resource.Elements("lrm_rsc_op").Max(op => (int?)op.Attribute("call-id") ?? 0) + 1;
        const string Owner = "1:1:0:00000000-0000-0000-0000-000000000000";
        var code = Chance(70) ? 0 : 1;
        foreach (var (name, value) in new[]
        {
            ("id", $"{id}_migrate_to_0"), ("operation", "migrate_to"), ("operation_key", $"{id}_migrate_to_0"),
            ("interval", "0"), ("call-id", Text(call)), ("rc-code", Text(code)), ("op-status", "0"),
            ("transition-key", Owner), ("transition-magic", $"0:{Text(code)};{Owner}"), ("last-rc-change", "1704067190"),
            ("migrate_source", source), ("migrate_target", (string)target.Attribute("uname")!),
        })
        {
            entry.SetAttributeValue(name, value);
        }

        resource.Add(entry);
    }
}

using System.Globalization;
using System.Xml;

namespace Ha.Policy.Scheduling;

/// <summary>A transition graph as XML, in the form that Pacemaker's tools read.</summary>
internal static class GraphXml
{
    public static void Write(PolicyRun run, IReadOnlyList<Synapse> synapses, TextWriter text)
    {
        using var xml = XmlWriter.Create(text, new XmlWriterSettings
        {
            Indent = true,
            OmitXmlDeclaration = true,
            CloseOutput = false,
        });
        xml.WriteStartElement("transition_graph");
        WriteHead(run, xml);
        for (var number = 0; number < synapses.Count; number++)
        {
            var synapse = synapses[number];
            xml.WriteStartElement("synapse");
            xml.WriteAttributeString("id", Text(number));
            if (synapse.Priority > 0)
            {
                xml.WriteAttributeString("priority", Text(synapse.Priority));
            }

            xml.WriteStartElement("action_set");
            WriteAction(run, synapse.Action, xml, isWhole: true);
            xml.WriteEndElement();
            xml.WriteStartElement("inputs");
            foreach (var input in synapse.Inputs)
            {
                xml.WriteStartElement("trigger");
                WriteAction(run, input, xml, isWhole: false);
                xml.WriteEndElement();
            }

            xml.WriteEndElement();
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
        xml.Flush();
        text.WriteLine();
    }

    private static void WriteHead(PolicyRun run, XmlWriter xml)
    {
        string Option(string name, string? old, string otherwise) =>
            run.Options.All.GetValueOrDefault(name)
            ?? (old is null ? null : run.Options.All.GetValueOrDefault(old)) ?? otherwise;
        xml.WriteAttributeString("cluster-delay", Option("cluster-delay", null, "60s"));
        xml.WriteAttributeString("fencing-timeout", Option("fencing-timeout", "stonith-timeout", "60s"));
        xml.WriteAttributeString("failed-stop-offset", "INFINITY");
        xml.WriteAttributeString("failed-start-offset", run.Options.IsStartFailureFatal ? "INFINITY" : "1");
        xml.WriteAttributeString("batch-limit", Option("batch-limit", null, "0"));
        xml.WriteAttributeString("transition_id", "1");
        if (run.Options.All.TryGetValue("migration-limit", out var limit) && limit != "-1")
        {
            xml.WriteAttributeString("migration-limit", limit);
        }

        if (run.RecheckAt is { } at)
        {
            xml.WriteAttributeString("recheck-by", at.ToString(CultureInfo.InvariantCulture));
        }
    }

    private static void WriteAction(PolicyRun run, PolicyAction action, XmlWriter xml, bool isWhole)
    {
        var isEvent = !action.IsPseudo
            && (action.Is(Tasks.Fence) || action.Is(Tasks.Shutdown) || action.Is(Tasks.ClearFailCount));
        xml.WriteStartElement(action.IsPseudo ? "pseudo_event" : isEvent ? "crm_event" : "rsc_op");
        xml.WriteAttributeString("id", Text(action.Id + 1));
        xml.WriteAttributeString("operation", action.Task);
        var own = GraphKeys.OperationKey(action);
        xml.WriteAttributeString("operation_key", own);
        if (!string.Equals(own, action.Key, StringComparison.Ordinal))
        {
            xml.WriteAttributeString("internal_operation_key", action.Key);
        }

        if (action.Node is { } node && (!action.IsPseudo || action.Is(Tasks.Fence)))
        {
            xml.WriteAttributeString("on_node", node.Name);
            xml.WriteAttributeString("on_node_uuid", node.Id);
            if (!isEvent && RouterOf(run, action) is { } router)
            {
                xml.WriteAttributeString("router_node", router.Name);
            }
        }

        if (isWhole)
        {
            WriteDetails(run, action, xml, isEvent);
        }

        xml.WriteEndElement();
    }

    private static void WriteDetails(PolicyRun run, PolicyAction action, XmlWriter xml, bool isEvent)
    {
        if (action.Resource is { Agent: { } agent } resource && !action.IsPseudo)
        {
            xml.WriteStartElement("primitive");
            var id = GraphKeys.PrimitiveId(resource);
            xml.WriteAttributeString("id", id);
            if (id != resource.Id)
            {
                xml.WriteAttributeString("long-id", GraphKeys.LongId(resource));
            }

            xml.WriteAttributeString("class", agent.Class);
            if (agent.Provider is { } provider)
            {
                xml.WriteAttributeString("provider", provider);
            }

            xml.WriteAttributeString("type", agent.Type);
            xml.WriteEndElement();
        }

        xml.WriteStartElement("attributes");
        foreach (var (name, value) in GraphAttributes.Of(run, action))
        {
            xml.WriteAttributeString(XmlConvert.EncodeLocalName(name), value);
        }

        xml.WriteEndElement();
        if (GraphAttributes.Downed(run, action) is { Count: > 0 } downed && (isEvent || action.Node is not null))
        {
            xml.WriteStartElement("downed");
            foreach (var node in downed)
            {
                xml.WriteStartElement("node");
                xml.WriteAttributeString("id", node.Id);
                xml.WriteEndElement();
            }

            xml.WriteEndElement();
        }
    }

    /// <summary>The node whose connection carries an action on a remote or guest node; null for other nodes.</summary>
    public static PolicyNode? RouterOf(PolicyRun run, PolicyAction action) =>
        action.Node is { IsRemoteKind: true } ? RemoteConnections.HostFor(run, action) : null;

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

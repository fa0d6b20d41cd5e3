namespace Ha.Policy.Scheduling;

/// <summary>A transition graph as XML, in the form that Pacemaker's tools read.</summary>
internal static class GraphXml
{
    public static void Write(PolicyRun run, IReadOnlyList<Synapse> synapses, TextWriter text)
    {
        var xml = new XmlText(text);
        var attributes = new AttributeBuffer();
        xml.Open("transition_graph");
        WriteHead(run, xml);
        for (var number = 0; number < synapses.Count; number++)
        {
            var synapse = synapses[number];
            xml.Open("synapse");
            xml.Attribute("id", number);
            if (synapse.Priority > 0)
            {
                xml.Attribute("priority", synapse.Priority);
            }

            xml.Open("action_set");
            WriteAction(run, synapse.Action, xml, attributes);
            xml.Close();
            xml.Open("inputs");
            foreach (var input in synapse.Inputs)
            {
                xml.Open("trigger");
                WriteAction(run, input, xml, null);
                xml.Close();
            }

            xml.Close();
            xml.Close();
        }

        xml.Close();
        xml.Flush();
        text.Write('\n');
    }

    private static void WriteHead(PolicyRun run, XmlText xml)
    {
        string Option(string name, string? old, string otherwise) =>
            run.Options.All.GetValueOrDefault(name)
            ?? (old is null ? null : run.Options.All.GetValueOrDefault(old)) ?? otherwise;
        xml.Attribute("cluster-delay", Option("cluster-delay", null, "60s"));
        xml.Attribute("fencing-timeout", Option("fencing-timeout", "stonith-timeout", "60s"));
        xml.Attribute("failed-stop-offset", "INFINITY");
        xml.Attribute("failed-start-offset", run.Options.IsStartFailureFatal ? "INFINITY" : "1");
        xml.Attribute("batch-limit", Option("batch-limit", null, "0"));
        xml.Attribute("transition_id", "1");
        if (run.Options.All.TryGetValue("migration-limit", out var limit) && limit != "-1")
        {
            xml.Attribute("migration-limit", limit);
        }

        if (run.RecheckAt is { } at)
        {
            xml.Attribute("recheck-by", at);
        }
    }

    private static void WriteAction(PolicyRun run, PolicyAction action, XmlText xml, AttributeBuffer? attributes)
    {
        var isEvent = !action.IsPseudo
            && (action.Is(Tasks.Fence) || action.Is(Tasks.Shutdown) || action.Is(Tasks.ClearFailCount)
                || action.Is(Tasks.LrmDelete));
        xml.Open(action.IsPseudo ? "pseudo_event" : isEvent ? "crm_event" : "rsc_op");
        if (action.Is(Tasks.LrmDelete))
        {
            // The history alone goes; nobody is asked to forget the resource.
            xml.Attribute("mode", "cib");
        }

        xml.Attribute("id", action.Id + 1);
        xml.Attribute("operation", action.Task);
        var own = GraphKeys.OperationKey(action);
        xml.Attribute("operation_key", own);
        if (!string.Equals(own, action.Key, StringComparison.Ordinal))
        {
            xml.Attribute("internal_operation_key", action.Key);
        }

        if (action.Node is { } node && (!action.IsPseudo || action.Is(Tasks.Fence)))
        {
            xml.Attribute("on_node", node.Name);
            xml.Attribute("on_node_uuid", node.Id);
            if (!isEvent && RouterOf(run, action) is { } router)
            {
                xml.Attribute("router_node", router.Name);
            }
        }

        if (attributes is not null)
        {
            WriteDetails(run, action, xml, attributes, isEvent);
        }

        xml.Close();
    }

    private static void WriteDetails(
        PolicyRun run, PolicyAction action, XmlText xml, AttributeBuffer attributes, bool isEvent)
    {
        if (action.Resource is { Agent: { } agent } resource && !action.IsPseudo)
        {
            xml.Open("primitive");
            var id = GraphKeys.PrimitiveId(resource);
            xml.Attribute("id", id);
            if (id != resource.Id)
            {
                xml.Attribute("long-id", GraphKeys.LongId(resource));
            }

            xml.Attribute("class", agent.Class);
            if (agent.Provider is { } provider)
            {
                xml.Attribute("provider", provider);
            }

            xml.Attribute("type", agent.Type);
            xml.Close();
        }

        xml.Open("attributes");
        GraphAttributes.Fill(run, action, attributes);
        attributes.Write(xml);
        xml.Close();
        if (GraphAttributes.Downed(run, action) is { Count: > 0 } downed && (isEvent || action.Node is not null))
        {
            xml.Open("downed");
            foreach (var node in downed)
            {
                xml.Open("node");
                xml.Attribute("id", node.Id);
                xml.Close();
            }

            xml.Close();
        }
    }

    /// <summary>The node whose connection carries an action on a remote or guest node; null for other nodes.</summary>
    public static PolicyNode? RouterOf(PolicyRun run, PolicyAction action) =>
        action.Node is { IsRemoteKind: true } ? RemoteConnections.HostFor(run, action) : null;
}

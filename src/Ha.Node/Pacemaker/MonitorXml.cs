using System.Globalization;
using System.Text;
using System.Xml;
using Ha.InformationBase;

namespace Ha.Node.Pacemaker;

/// <summary>The cluster as crm_mon shows it to programs: nodes and resources, one element a line, since agents look for
/// lines. Source: crm_mon(8), --output-as=xml.</summary>
internal static class MonitorXml
{
    private static readonly XmlWriterSettings s_settings = new() { Indent = true, OmitXmlDeclaration = false };

    /// <summary>The text.</summary>
    /// <param name="scene">What is known.</param>
    /// <param name="isOld">Wanted by the old option, whose first element has another name.</param>
    public static string Of(ToolScene scene, bool isOld)
    {
        var text = new StringBuilder();
        using (var xml = XmlWriter.Create(text, s_settings))
        {
            xml.WriteStartElement(isOld ? "crm_mon" : "pacemaker-result");
            if (isOld)
            {
                xml.WriteAttributeString("version", ClusterTools.Version);
            }
            else
            {
                xml.WriteAttributeString("api-version", "2.25");
                xml.WriteAttributeString("request", "crm_mon");
            }

            xml.WriteStartElement("nodes");
            foreach (var node in scene.Cib.Configuration.Nodes)
            {
                WriteNode(xml, scene.Cib, node);
            }

            xml.WriteEndElement();
            xml.WriteStartElement("resources");
            foreach (var resource in scene.Cib.Configuration.Resources)
            {
                WriteResource(xml, scene.Cib, resource);
            }

            xml.WriteEndElement();
            xml.WriteEndElement();
        }

        return text.ToString();
    }

    private static void WriteNode(XmlWriter xml, Cib cib, InformationBase.Node node)
    {
        var state = cib.Status.Find(node.Name);
        xml.WriteStartElement("node");
        xml.WriteAttributeString("name", node.Name);
        xml.WriteAttributeString("id", node.Id);
        Write(xml, "online", ClusterTools.IsMember(cib, node.Name));
        Write(xml, "standby", AttributeTools.Value(cib, node.Name, "standby") is "on" or "true");
        Write(xml, "maintenance", AttributeTools.Value(cib, node.Name, "maintenance") is "true");
        Write(xml, "pending", state is { IsMember: true, Join: not "member" });
        Write(xml, "unclean", state is { Expected: "member", IsMember: false });
        Write(xml, "is_dc", cib.Status.CoordinatorId == node.Id);
        xml.WriteAttributeString("type", node.Kind == NodeKind.Remote ? "remote" : "member");
        xml.WriteEndElement();
    }

    private static void WriteResource(XmlWriter xml, Cib cib, Resource resource)
    {
        switch (resource)
        {
            case Group group:
                xml.WriteStartElement("group");
                xml.WriteAttributeString("id", group.Id);
                foreach (var member in group.Members)
                {
                    WriteResource(xml, cib, member);
                }

                xml.WriteEndElement();
                break;
            case Clone clone:
                xml.WriteStartElement("clone");
                xml.WriteAttributeString("id", clone.Id);
                WriteResource(xml, cib, clone.Child);
                xml.WriteEndElement();
                break;
            case Primitive primitive:
                var written = cib.Status.Nodes.SelectMany(state => state.History
                    .Where(history => history.ResourceId == primitive.Id
                        || history.ResourceId.StartsWith(primitive.Id + ":", StringComparison.Ordinal))
                    .Select(history => (state, history, role: ClusterTools.RoleOf(history))))
                    .Where(one => one.role != "Stopped")
                    .Select(one => WritePrimitive(xml, primitive, one.history.ResourceId, one.role, one.state))
                    .Count();
                if (written == 0)
                {
                    WritePrimitive(xml, primitive, primitive.Id, "Stopped", null);
                }

                break;
        }
    }

    private static bool WritePrimitive(XmlWriter xml, Primitive primitive, string id, string role, NodeState? state)
    {
        xml.WriteStartElement("resource");
        xml.WriteAttributeString("id", id);
        xml.WriteAttributeString("resource_agent", primitive.Agent?.ToString() ?? "");
        xml.WriteAttributeString("role", role);
        Write(xml, "active", state is not null);
        Write(xml, "orphaned", false);
        Write(xml, "failed", state is not null && state.Attributes.SelectMany(set => set.Values).Any(pair =>
            pair.Name.StartsWith($"fail-count-{id}#", StringComparison.Ordinal)));
        xml.WriteAttributeString("nodes_running_on", state is null ? "0" : 1.ToString(CultureInfo.InvariantCulture));
        if (state is not null)
        {
            xml.WriteStartElement("node");
            xml.WriteAttributeString("name", state.Name);
            xml.WriteAttributeString("id", state.Id);
            Write(xml, "cached", true);
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
        return true;
    }

    private static void Write(XmlWriter xml, string name, bool value) =>
        xml.WriteAttributeString(name, value ? "true" : "false");
}

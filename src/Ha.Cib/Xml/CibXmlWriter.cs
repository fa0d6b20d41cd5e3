using System.Text;

namespace Ha.InformationBase.Xml;

/// <summary>Our values as Pacemaker's CIB in XML, which <see cref="CibXmlReader"/> reads into the same values. Elements
/// that have no id get one.</summary>
public static class CibXmlWriter
{
    internal const string FeatureSet21 = "3.16.1";
    private const string Schema21 = "pacemaker-3.9";
    private const string FeatureSet = "3.20.0";
    private const string Schema = "pacemaker-3.10";

    /// <summary>The text of a CIB.</summary>
    /// <param name="cib">Configuration and status.</param>
    /// <param name="dialect">Which Pacemaker shall read it.</param>
    public static string Write(Cib cib, CibDialect dialect = CibDialect.AsWritten)
    {
        var text = new StringBuilder();
        using (var output = new CibOutput(text, dialect))
        {
            output.Open("cib").All(RootOf(cib, dialect));
            WriteConfiguration(output, cib.Configuration);
            WriteStatus(output, cib.Status);
            output.Close();
        }

        return text.Append('\n').ToString();
    }

    private static ValueMap<string> RootOf(Cib cib, CibDialect dialect)
    {
        var attributes = cib.ImportedAttributes;
        var isOld = dialect == CibDialect.Pacemaker21;
        foreach (var (name, value) in (ReadOnlySpan<(string, string)>)
            [
                ("admin_epoch", "0"), ("epoch", "1"), ("num_updates", "0"), ("crm_feature_set", FeatureSet),
                ("validate-with", Schema),
            ])
        {
            attributes = cib.ImportedAttributes.IsEmpty && !attributes.ContainsKey(name)
                ? attributes.SetItem(name, value)
                : attributes;
        }

        attributes = isOld
            ? attributes.SetItem("crm_feature_set", FeatureSet21).SetItem("validate-with", Schema21)
            : attributes;
        attributes = cib.Status.HasQuorum is { } hasQuorum && !attributes.ContainsKey("have-quorum")
            ? attributes.SetItem("have-quorum", hasQuorum ? "1" : "0")
            : attributes;
        return cib.Status.CoordinatorId is { } coordinator && !attributes.ContainsKey("dc-uuid")
            ? attributes.SetItem("dc-uuid", coordinator)
            : attributes;
    }

    private static void WriteConfiguration(CibOutput output, Configuration configuration)
    {
        output.Open("configuration");
        Section(output, "crm_config", isWanted: true, () => AttributeSetXml.Write(
            output, "cluster_property_set", "cib-bootstrap-options", WithName(configuration)));
        Section(output, "nodes", isWanted: true, () => ClusterXml.Write(output, configuration.Nodes));
        Section(output, "resources", isWanted: true, () =>
        {
            foreach (var template in configuration.Templates)
            {
                ResourceOutput.Write(output, template);
            }

            foreach (var resource in configuration.Resources)
            {
                ResourceOutput.Write(output, resource);
            }
        });
        Section(output, "constraints", isWanted: true, () =>
        {
            foreach (var constraint in configuration.Constraints)
            {
                ConstraintXml.Write(output, constraint);
            }
        });
        Section(output, "fencing-topology", !configuration.FencingLevels.IsEmpty, () =>
            ClusterXml.Write(output, configuration.FencingLevels));
        Section(output, "op_defaults", !configuration.OperationDefaults.IsEmpty, () =>
            AttributeSetXml.Write(output, "meta_attributes", "op-defaults", configuration.OperationDefaults));
        Section(output, "rsc_defaults", !configuration.ResourceDefaults.IsEmpty, () =>
            AttributeSetXml.Write(output, "meta_attributes", "rsc-defaults", configuration.ResourceDefaults));
        Section(output, "tags", !configuration.Tags.IsEmpty, () => ClusterXml.Write(output, configuration.Tags));
        Section(output, "alerts", !configuration.Alerts.IsEmpty, () => ClusterXml.Write(output, configuration.Alerts));
        output.Close();
    }

    private static void Section(CibOutput output, string name, bool isWanted, Action content)
    {
        if (isWanted)
        {
            output.Open(name);
            content();
            output.Close();
        }
    }

    // In our own files the name is no option; in Pacemaker's it is.
    private static ValueList<AttributeSet> WithName(Configuration configuration)
    {
        var sets = configuration.Properties;
        if (configuration.ClusterName.Length == 0 || configuration.Property("cluster-name") is not null)
        {
            return sets;
        }

        var pair = new NameValue("cluster-name", configuration.ClusterName);
        return sets.IsEmpty
            ? [AttributeSet.Of("cib-bootstrap-options", [pair])]
            : sets.SetItem(0, sets[0] with { Values = sets[0].Values.Add(pair) });
    }

    private static void WriteStatus(CibOutput output, Status status)
    {
        output.Open("status");
        foreach (var node in status.Nodes)
        {
            StatusOutput.Write(output, node);
        }

        if (!status.Tickets.IsEmpty)
        {
            output.Open("tickets");
            foreach (var ticket in status.Tickets)
            {
                StatusOutput.Write(output, ticket);
            }

            output.Close();
        }

        output.Close();
    }
}

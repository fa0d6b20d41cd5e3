using System.Globalization;

namespace Ha.InformationBase.Xml;

/// <summary>What is known of the nodes, written; <see cref="StatusXml"/> reads it.</summary>
internal static class StatusOutput
{
    private const int NoExitCode = -1;

    /// <summary>Writes the state of a node.</summary>
    public static void Write(CibOutput output, NodeState node)
    {
        output.Open("node_state")
            .Text("id", node.Id)
            .Filled("uname", node.Name)
            .Text("in_ccm", SinceText(node.IsMember, node.MemberSince, "true", "false"))
            .Text("crmd", SinceText(node.IsProcessUp, node.ProcessSince, "online", "offline"))
            .Text("join", node.Join)
            .Text("expected", node.Expected)
            .Flag("remote_node", node.IsRemote ? true : null)
            .Text("node_fenced", node.IsRemoteFenced ? "1" : null)
            .Text("node_in_maintenance", node.IsInMaintenance ? "1" : null)
            .All(node.ImportedAttributes);
        if (!node.Attributes.IsEmpty || !node.Utilization.IsEmpty)
        {
            output.Open("transient_attributes").Text("id", node.Id);
            AttributeSetXml.Write(output, "instance_attributes", $"status-{node.Id}", node.Attributes);
            AttributeSetXml.Write(output, "utilization", $"status-{node.Id}", node.Utilization);
            output.Close();
        }

        output.Open("lrm").Text("id", node.Id).Open("lrm_resources");
        foreach (var history in node.History)
        {
            Write(output, history);
        }

        output.Close();
        output.Close();
        output.Close();
    }

    /// <summary>Writes a ticket.</summary>
    public static void Write(CibOutput output, Ticket ticket)
    {
        output.Open("ticket_state").Text("id", ticket.Id);
        if (ticket.Attributes.IsEmpty)
        {
            output.Flag("granted", ticket.IsGranted)
                .Flag("standby", ticket.IsStandby)
                .Text("last-granted", ticket.LastGranted?.ToString(CultureInfo.InvariantCulture));
        }

        output.All(ticket.Attributes, "id").Close();
    }

    private static string? SinceText(bool? isSo, long since, string yes, string no) => isSo switch
    {
        null => null,
        true when since > 1 => since.ToString(CultureInfo.InvariantCulture),
        true => yes,
        false => no,
    };

    private static void Write(CibOutput output, ResourceHistory history)
    {
        output.Open("lrm_resource")
            .Text("id", history.ResourceId)
            .Filled("class", history.Agent.Class)
            .Text("provider", history.Agent.Provider)
            .Filled("type", history.Agent.Type)
            .Text("container", history.Container)
            .Positive("shutdown-lock", history.ShutdownLock);
        foreach (var entry in history.Entries)
        {
            Write(output, entry);
        }

        output.Close();
    }

    private static void Write(CibOutput output, HistoryEntry entry)
    {
        output.Open("lrm_rsc_op")
            .Text("id", entry.Id)
            .Filled("operation_key", entry.OperationKey)
            .Text("operation", entry.Operation)
            .Filled("crm_feature_set", FeatureSetOf(output, entry))
            .Filled("transition-key", entry.TransitionKey)
            .Filled("transition-magic", entry.TransitionMagic)
            .Filled("exit-reason", entry.ExitReason)
            .Filled("on_node", entry.OnNode)
            .Number("call-id", entry.CallId)
            .Text("rc-code", entry.ExitCode == NoExitCode
                ? null
                : entry.ExitCode.ToString(CultureInfo.InvariantCulture))
            .Text("op-status", entry.Status == OperationStatus.Unknown
                ? null
                : ((int)entry.Status).ToString(CultureInfo.InvariantCulture))
            .Number("interval", (long)entry.Interval.TotalMilliseconds)
            .Positive("last-rc-change", entry.LastChange)
            .Positive("last-run", entry.LastRun)
            .Number("exec-time", entry.ExecTimeMs)
            .Number("queue-time", entry.QueueTimeMs)
            .Text("op-digest", entry.Digest)
            .Text("op-force-restart", entry.ForceRestart)
            .Text("op-restart-digest", entry.RestartDigest)
            .Text("op-secure-params", entry.SecureParameters)
            .Text("op-secure-digest", entry.SecureDigest)
            .Text("migrate_source", entry.MigrateSource)
            .Text("migrate_target", entry.MigrateTarget)
            .Close();
    }

    // Pacemaker 2.1 ends at the sight of a newer one.
    private static string FeatureSetOf(CibOutput output, HistoryEntry entry) =>
        output.Dialect == CibDialect.Pacemaker21 && entry.FeatureSet.Length > 0
            ? CibXmlWriter.FeatureSet21
            : entry.FeatureSet;
}

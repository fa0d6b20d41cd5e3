namespace Ha.InformationBase.Xml;

/// <summary>Names of elements and attributes that fill a CIB: read as these very texts, they are found among an
/// element's attributes by a look at the reference.</summary>
internal static class CibNames
{
    public static string[] All { get; } =
    [
        "id", "name", "value", "operation", "operation_key", "interval", "call-id", "op-status", "rc-code",
        "transition-key", "transition-magic", "on_node", "exit-reason", "last-rc-change", "last-run", "exec-time",
        "queue-time", "op-digest", "op-restart-digest", "op-force-restart", "op-secure-digest", "op-secure-params",
        "migrate_source", "migrate_from", "migrate_target", "crm_feature_set", "crm-debug-origin", "type", "class",
        "provider", "container", "shutdown-lock", "uname", "in_ccm", "crmd", "join", "expected", "remote_node",
        "node_fenced", "node_in_maintenance", "lrm", "lrm_resources", "lrm_resource", "lrm_rsc_op", "node_state",
        "transient_attributes", "instance_attributes", "meta_attributes", "utilization", "nvpair", "primitive",
        "operations", "op", "group", "clone", "rsc", "with-rsc", "first", "then", "score", "node", "kind",
        "rsc_location", "rsc_colocation", "rsc_order", "resource_set", "resource_ref", "rule", "expression",
    ];
}

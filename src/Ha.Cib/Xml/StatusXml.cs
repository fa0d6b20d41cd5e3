using System.Globalization;

namespace Ha.InformationBase.Xml;

/// <summary>What is known of the nodes: membership, transient attributes, the history of operations, tickets.</summary>
internal static class StatusXml
{
    // An exit code that no agent gives, for an entry without one.
    private const int NoExitCode = -1;

    /// <summary>The state of a node.</summary>
    /// <param name="scope">Diagnostics and forms of values.</param>
    /// <param name="element">node_state.</param>
    /// <param name="nameOf">Name of the configured node with an id; null for none.</param>
    public static NodeState NodeOf(CibScope scope, CibElement element, Func<string, string?> nameOf)
    {
        scope.ExpectChildren(element, "transient_attributes", "lrm");
        var transient = element.Child("transient_attributes");
        var (isMember, memberSince) = SinceOf(scope, element, "in_ccm");
        var (isProcessUp, processSince) = ProcessOf(scope, element);
        return new NodeState
        {
            Id = element.Id,
            Name = element["uname"] ?? nameOf(element.Id) ?? "",
            IsMember = isMember,
            MemberSince = memberSince,
            IsProcessUp = isProcessUp,
            ProcessSince = processSince,
            Join = element["join"],
            Expected = element["expected"],
            IsRemote = scope.Truth(element, "remote_node") ?? false,
            IsRemoteFenced = IsSet(element["node_fenced"]),
            IsInMaintenance = IsSet(element["node_in_maintenance"]),
            Attributes = AttributeSetXml.Read(scope, transient, "instance_attributes"),
            Utilization = AttributeSetXml.Read(scope, transient, "utilization"),
            History = HistoryOf(scope, element),
            ImportedAttributes = element.AttributesBut("id", "uname", "in_ccm", "crmd", "join", "expected",
                "remote_node", "node_fenced", "node_in_maintenance", "crm-debug-origin"),
            Origin = element.Origin,
        };
    }

    /// <summary>The tickets, in document order.</summary>
    public static ValueList<Ticket> TicketsOf(CibScope scope, CibElement section)
    {
        scope.ExpectChildren(section, "ticket_state");
        return section.All("ticket_state").Select(element => new Ticket
        {
            Id = scope.Required(element, "id"),
            IsGranted = scope.Truth(element, "granted") ?? false,
            IsStandby = scope.Truth(element, "standby") ?? false,
            LastGranted = scope.Number(element, "last-granted"),
            Attributes = element.AttributesBut("id"),
        }).ToValueList();
    }

    // Since 2.1.7 the time at which it came, 0 for not; before that true or false.
    private static (bool? IsSo, long Since) SinceOf(CibScope scope, CibElement element, string attribute)
    {
        var text = element[attribute];
        if (text is null)
        {
            return (null, 0);
        }

        if (CibScope.TruthOf(text) is { } truth)
        {
            return (truth, 0);
        }

        return scope.Number(element, attribute) is { } since and >= 0 ? (since > 0, since) : (null, 0);
    }

    // Since 2.1.7 the time at which it came, 0 for not; before that online or offline.
    private static (bool? IsUp, long Since) ProcessOf(CibScope scope, CibElement element) =>
        element["crmd"]?.ToLower(CultureInfo.InvariantCulture) switch
        {
            null => (null, 0),
            "online" => (true, 0),
            "offline" => (false, 0),
            _ => scope.Number(element, "crmd") is { } since and >= 0 ? (since > 0, since) : (false, 0),
        };

    // A number, of which any but 0 counts, or a truth value.
    private static bool IsSet(string? text) =>
        text is not null && (CibScope.TruthOf(text) ?? (long.TryParse(text, out var number) && number != 0));

    private static ValueList<ResourceHistory> HistoryOf(CibScope scope, CibElement node)
    {
        var histories = new List<ResourceHistory>();
        foreach (var lrm in node.All("lrm"))
        {
            foreach (var resources in lrm.All("lrm_resources"))
            {
                foreach (var element in resources.All("lrm_resource"))
                {
                    histories.Add(HistoryOfResource(scope, element));
                }
            }
        }

        return histories.ToValueList();
    }

    private static ResourceHistory HistoryOfResource(CibScope scope, CibElement element)
    {
        var entries = new HistoryEntry[element.Children.Count];
        var count = 0;
        foreach (var child in element.Children)
        {
            if (child.Name == "lrm_rsc_op")
            {
                entries[count++] = EntryOf(scope, child);
            }
            else
            {
                scope.Warning("HA4015", child, "it is not known inside of <lrm_resource>; it is ignored");
            }
        }

        scope.Expect(element, "type", "class", "provider", "container", "shutdown-lock");
        return new ResourceHistory
        {
            ResourceId = scope.Required(element, "id"),
            Agent = new AgentName(element["class"] ?? "", element["provider"], element["type"] ?? ""),
            Container = element["container"],
            ShutdownLock = scope.Number(element, "shutdown-lock") ?? 0,
            Entries = new ValueList<HistoryEntry>(entries[..count]),
            Origin = element.Origin,
        };
    }

    private static HistoryEntry EntryOf(CibScope scope, CibElement element)
    {
        return new HistoryEntry
        {
            Id = element.Id,
            Operation = scope.Required(element, "operation"),
            OperationKey = element["operation_key"] ?? "",
            Interval = TimeSpan.FromMilliseconds(NumberOf(scope, element, "interval", 0)),
            CallId = (int)NumberOf(scope, element, "call-id", 0),
            Status = StatusOf(scope, element),
            ExitCode = (int)NumberOf(scope, element, "rc-code", NoExitCode),
            TransitionKey = element["transition-key"] ?? "",
            TransitionMagic = element["transition-magic"] ?? "",
            OnNode = element["on_node"] ?? "",
            ExitReason = element["exit-reason"] ?? "",
            LastChange = NumberOf(scope, element, "last-rc-change", 0),
            LastRun = NumberOf(scope, element, "last-run", 0),
            ExecTimeMs = NumberOf(scope, element, "exec-time", 0),
            QueueTimeMs = NumberOf(scope, element, "queue-time", 0),
            Digest = element["op-digest"],
            RestartDigest = element["op-restart-digest"],
            ForceRestart = element["op-force-restart"],
            SecureDigest = element["op-secure-digest"],
            SecureParameters = element["op-secure-params"],
            MigrateSource = element["migrate_source"] ?? element["migrate_from"],
            MigrateTarget = element["migrate_target"],
            FeatureSet = element["crm_feature_set"] ?? "",
            Origin = element.Origin,
        };
    }

    private static OperationStatus StatusOf(CibScope scope, CibElement element)
    {
        var number = NumberOf(scope, element, "op-status", (int)OperationStatus.Unknown);
        if (number is >= (int)OperationStatus.Unknown and <= (int)OperationStatus.NoSecrets)
        {
            return (OperationStatus)number;
        }

        scope.Warning("HA4050", element, $"its op-status {number} is not known");
        return OperationStatus.Unknown;
    }

    // Bounded by what an int holds for every field but times, which fit as well.
    private static long NumberOf(CibScope scope, CibElement element, string attribute, long missing)
    {
        const long Largest = 100_000_000_000_000;
        return scope.Number(element, attribute) is { } number ? Math.Clamp(number, -Largest, Largest) : missing;
    }
}

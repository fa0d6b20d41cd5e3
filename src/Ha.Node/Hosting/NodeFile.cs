using System.Globalization;
using System.Text;
using Ha.Hocon;

namespace Ha.Node.Hosting;

/// <summary>/etc/ha/node.conf: what is set for one node. What belongs to the whole cluster is refused here, so that no
/// two nodes can disagree about it.</summary>
internal static class NodeFile
{
    /// <summary>Where it is.</summary>
    public const string DefaultPath = "/etc/ha/node.conf";

    private static readonly Key[] s_keys =
    [
        new("name", "This node's name, as in corosync.conf", "the host's name", Kind.Name,
            (settings, value) => settings with { Name = value }),
        new("state-folder", "Where the cluster's log is kept", "/var/lib/ha", Kind.Path,
            (settings, value) => settings with { StateFolder = value }),
        new("socket", "Where the command line finds the node", "/run/ha/api.sock", Kind.Path,
            (settings, value) => settings with { Socket = value }),
        new("ocf-root", "OCF_ROOT: the folder above resource.d", "/usr/lib/ocf", Kind.Path,
            (settings, value) => settings with { OcfRoot = value }),
        new("init-folder", "Where init scripts are", "/etc/init.d", Kind.Path,
            (settings, value) => settings with { InitFolder = value }),
        new("fence-folder", "Where fence agents are", "/usr/sbin", Kind.Path,
            (settings, value) => settings with { FenceFolder = value }),
        new("tool-folder", "Where the helper commands for agents are linked", "/run/ha/tools", Kind.Path,
            (settings, value) => settings with { ToolFolder = value }),
        new("allow-plaintext-ring", "Go on although corosync does not encrypt: anyone on its network can then command "
            + "the cluster", "false", Kind.Boolean,
            (settings, value) => settings with { AllowPlaintextRing = HoconUnits.Boolean(value) == true }),
        new("log-level", "info, or debug: messages, too", "info", Kind.LogLevel,
            (settings, value) => settings with { Debug = value == "debug" }),
        new("leave-timeout", "How long a clean stop of the node may take", "2m", Kind.Duration,
            (settings, value) => settings with { LeaveTimeout = DurationOf(value) }),
    ];

    private static readonly string[] s_clusterKeys =
    [
        "cluster", "nodes", "resources", "groups", "clones", "bundles", "constraints", "fencing", "fencing-levels",
        "quorum", "totem", "rsc-defaults", "op-defaults", "templates", "alerts", "acls", "tags", "vrrp",
    ];

    private enum Kind
    {
        Name,
        Path,
        Boolean,
        LogLevel,
        Duration,
    }

    /// <summary>Reads the text of a node file.</summary>
    /// <param name="file">Its name, for messages.</param>
    /// <param name="bytes">The text.</param>
    /// <param name="defaults">What holds where it says nothing.</param>
    /// <returns>The settings, null when there are errors; and every mistake with its place.</returns>
    public static (NodeSettings? Settings, IReadOnlyList<Diagnostic> Diagnostics) Read(
        string file, byte[] bytes, NodeSettings defaults)
    {
        var document = HoconDocument.Parse(file, bytes);
        var diagnostics = new DiagnosticList();
        var settings = defaults;
        if (document.Root is HoconObject root)
        {
            foreach (var field in root.Fields)
            {
                settings = Take(settings, field, diagnostics);
            }
        }
        else if (document.Root is { } other)
        {
            diagnostics.Error("HA3001", other.At, "a node file holds names and values, not a list");
        }

        IReadOnlyList<Diagnostic> all = [.. document.Diagnostics, .. diagnostics.Items];
        return (all.Any(item => item.Severity == Severity.Error) ? null : settings, all);
    }

    /// <summary>Every key with its meaning and default: the file hocon/node.conf.</summary>
    public static string Reference()
    {
        var text = new StringBuilder("# /etc/ha/node.conf: what is set for one node. Every key, with its default.\n");
        foreach (var key in s_keys)
        {
            var isText = key.Kind is Kind.Path || key.Default.Contains(' ', StringComparison.Ordinal);
            text.Append(CultureInfo.InvariantCulture, $"\n# {key.Meaning}.\n");
            text.Append(CultureInfo.InvariantCulture, $"# {key.Name} = {(isText ? $"\"{key.Default}\"" : key.Default)}\n");
        }

        return text.ToString();
    }

    private static NodeSettings Take(NodeSettings settings, HoconField field, DiagnosticList diagnostics)
    {
        if (s_keys.FirstOrDefault(key => key.Name == field.Name) is not { } known)
        {
            var isCluster = s_clusterKeys.Contains(field.Name, StringComparer.Ordinal);
            diagnostics.Error(
                "HA3002", field.At,
                isCluster ? $"'{field.Name}' is the whole cluster's, not one node's" : $"unknown key '{field.Name}'",
                isCluster
                    ? "write it in cluster.conf, then: ha apply"
                    : Suggestion.For(field.Name, s_keys.Select(key => key.Name)));
            return settings;
        }

        if (field.Value is not HoconScalar { IsNull: false } scalar)
        {
            diagnostics.Error(
                "HA3003", field.Value.At, $"'{field.Name}' is {field.Value.Kind}",
                $"write a value such as {known.Default}");
            return settings;
        }

        if (Wrong(known.Kind, scalar.Text) is { } wrong)
        {
            diagnostics.Error("HA3004", scalar.At, $"'{field.Name}' {wrong}");
            return settings;
        }

        return known.Apply(settings, scalar.Text);
    }

    private static string? Wrong(Kind kind, string text) => kind switch
    {
        Kind.Name when text.Length is 0 or > 255
            || text.Any(letter => char.IsControl(letter) || letter is ' ' or '/') => "is no name of a node; write it as in corosync.conf",
        Kind.Path when !text.StartsWith('/') || text.Any(char.IsControl) =>
            $"is '{text}'; write a path from the root, such as /var/lib/ha",
        Kind.Boolean when HoconUnits.Boolean(text) is null => $"is '{text}'; write true or false",
        Kind.LogLevel when text is not ("info" or "debug") => $"is '{text}'; write info or debug",
        Kind.Duration when HoconUnits.TryDuration(text, null, out var span).Length > 0 || span <= TimeSpan.Zero =>
            $"is '{text}'; write a length of time with its unit, such as 90s or 2m",
        _ => null,
    };

    private static TimeSpan DurationOf(string text)
    {
        HoconUnits.TryDuration(text, null, out var span);
        return span;
    }

    private sealed record Key(
        string Name, string Meaning, string Default, Kind Kind, Func<NodeSettings, string, NodeSettings> Apply);
}

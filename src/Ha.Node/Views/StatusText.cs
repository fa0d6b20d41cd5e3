using System.Globalization;
using System.Text;
using Ha.Node.Api;

namespace Ha.Node.Views;

/// <summary>`ha status` for people: the state first, then what to do, then the tables.</summary>
internal static class StatusText
{
    private const int NameWidth = 22;

    /// <summary>The whole text.</summary>
    public static string Of(StatusReply status, bool color)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{(status.Cluster.Length == 0 ? "cluster" : status.Cluster)}  ");
        text.Append(Paint(status.State, color));
        text.Append(CultureInfo.InvariantCulture, $"   {status.NodesOnline} of {status.NodesTotal} nodes");
        text.Append(status.Quorate ? ", quorate" : ", no quorum");
        text.Append(status.FencingEnabled ? ", fencing on" : ", FENCING OFF");
        text.Append(CultureInfo.InvariantCulture, $", config rev {status.Revision}   {status.Transition}\n");
        foreach (var attention in status.Attention)
        {
            text.Append(CultureInfo.InvariantCulture, $"  ! {attention.Text}");
            text.Append(attention.Next.Length == 0 ? "\n" : $"      {attention.Next}\n");
        }

        AppendNodes(text, status);
        AppendResources(text, status);
        return text.ToString();
    }

    /// <summary>One line for monitoring systems.</summary>
    public static string OneLine(StatusReply status)
    {
        var worst = status.Attention.Count > 0 ? $" - {status.Attention[0].Text}" : "";
        return $"{status.State}{worst} | nodes={status.NodesOnline};;;0;{status.NodesTotal} revision={status.Revision}";
    }

    private static void AppendNodes(StringBuilder text, StatusReply status)
    {
        if (status.Nodes.Count == 0)
        {
            return;
        }

        text.Append(CultureInfo.InvariantCulture, $"\n{"NODES",-NameWidth}  {"state",-13} {"tasks",5}  note\n");
        foreach (var node in status.Nodes)
        {
            var state = node.State + (node.Coordinator ? " *" : "");
            var note = string.Join("; ", new[] { node.Coordinator ? "* coordinator" : "", node.Note }.Where(part => part.Length > 0));
            text.Append($"{Mark(node.State)} {node.Name,-(NameWidth - 2)}  {state,-13} {node.Tasks,5}  {note}".TrimEnd()).Append('\n');
        }
    }

    private static void AppendResources(StringBuilder text, StatusReply status)
    {
        if (status.Resources.Count == 0)
        {
            text.Append(status.Revision == 0 ? "\nNothing is configured yet.      ha check FILE, then ha apply FILE\n" : "");
            return;
        }

        text.Append(CultureInfo.InvariantCulture,
            $"\n{"RESOURCES",-NameWidth}  {"agent",-22} {"state",-11} {"on",-12} {"since",-8} failures\n");
        foreach (var resource in status.Resources)
        {
            AppendResource(text, resource, "");
        }
    }

    private static void AppendResource(StringBuilder text, ResourceReply resource, string indent)
    {
        var isCollective = resource.Members.Count > 0;
        var name = $"{indent}{(isCollective ? "▾" : Mark(resource.State))} {resource.Id}";
        var on = resource.On.Count == 0 ? "-" : string.Join(",", resource.On.Select(node =>
            resource.PromotedOn.Contains(node) ? $"{node}^" : node));
        var since = isCollective ? "" : Since(resource.SinceSeconds);
        var agent = isCollective ? resource.Kind : resource.Agent;
        var failures = resource.Cause.Length == 0 ? resource.Failures : $"{resource.Failures}  {resource.Cause}   ha why {resource.Id}";
        text.Append($"{name,-NameWidth}  {agent,-22} {resource.State,-11} {on,-12} {since,-8} {failures}".TrimEnd()).Append('\n');
        foreach (var member in resource.Members)
        {
            AppendResource(text, member, indent + "  ");
        }
    }

    /// <summary>A length of time in its two largest units at most: 22 min, 3 h, 2 d.</summary>
    public static string Since(long? seconds) => seconds switch
    {
        null => "",
        < 60 => $"{seconds} s",
        < 3600 => $"{seconds / 60} min",
        < 172_800 => $"{seconds / 3600} h",
        _ => $"{seconds / 86_400} d",
    };

    private static string Mark(string state) => state switch
    {
        "online" or "started" or "promoted" or "unpromoted" => "✔",
        "drained" or "maintenance" or "stopped" => "‖",
        "starting" or "stopping" or "promoting" or "demoting" or "pending" or "partial" => "…",
        _ => "✘",
    };

    private static string Paint(string state, bool color) => !color ? state : state switch
    {
        "HEALTHY" => $"\e[1;32m{state}\e[0m",
        "DEGRADED" => $"\e[1;33m{state}\e[0m",
        _ => $"\e[1;31m{state}\e[0m",
    };
}

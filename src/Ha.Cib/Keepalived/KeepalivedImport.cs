using System.Globalization;
using Ha.Hocon;

namespace Ha.InformationBase.Keepalived;

/// <summary>What became of a keepalived.conf.</summary>
/// <param name="Text">A file for `ha vrrp run`; empty when there is no virtual router in it.</param>
/// <param name="Notes">What could not be carried over, or has another form now: "LINE: words".</param>
/// <param name="Problems">What must be mended before it runs.</param>
public sealed record KeepalivedResult(string Text, IReadOnlyList<string> Notes, IReadOnlyList<string> Problems);

/// <summary>Makes a file of virtual routers of keepalived's configuration: instances, sync groups, scripts, tracked
/// files and processes. Its health checkers and balancing are another trade, and are named as left out.</summary>
public static class KeepalivedImport
{
    // What changes nothing here: we do it anyway, or it tunes what we do not have.
    private static readonly HashSet<string> s_harmless = new(StringComparer.Ordinal)
    {
        "router_id", "script_user", "enable_script_security", "dynamic_interfaces", "vrrp_rt_priority", "vrrp_priority",
        "vrrp_no_swap", "vrrp_rlimit_rttime", "vrrp_garp_interval", "vrrp_gna_interval", "vrrp_version", "debug", "state",
        "smtp_alert", "smtp_connect_timeout", "max_auto_priority", "vrrp_skip_check_adv_addr", "lvs_sync_daemon_interface",
        "vmac_xmit_base", "accept", "native_ipv6", "checker_priority", "default_interface", "process_names",
    };

    /// <summary>Makes it.</summary>
    /// <param name="text">keepalived.conf.</param>
    /// <param name="node">The name of the host that it is of.</param>
    public static KeepalivedResult Of(string text, string node)
    {
        var notes = new List<string>();
        var statements = KeepalivedText.Read(text, notes);
        var file = new KeepalivedFile(node, notes);
        foreach (var statement in statements)
        {
            Take(file, statement);
        }

        return new KeepalivedResult(
            file.Routers.Count == 0 ? "" : HoconWriter.Document(file.ToHocon()), Sorted(notes),
            file.Routers.Count == 0 ? ["1: there is no vrrp_instance in it"] : Sorted(file.Problems));
    }

    private static List<string> Sorted(IEnumerable<string> lines) =>
        [.. lines.OrderBy(line => int.Parse(line.Split(':')[0], CultureInfo.InvariantCulture))];

    private static void Take(KeepalivedFile file, KeepalivedStatement statement)
    {
        switch (statement.Name)
        {
            case "global_defs":
                TakeGlobals(file, statement.Block ?? []);
                break;
            case "vrrp_script":
                file.Checks.Add((statement.Value, KeepalivedChecks.OfScript(file, statement)));
                break;
            case "vrrp_track_process" or "track_process":
                file.Checks.Add((statement.Value, KeepalivedChecks.OfProcess(file, statement)));
                break;
            case "vrrp_track_file" or "track_file":
                file.Checks.Add((statement.Value, KeepalivedChecks.OfFile(file, statement)));
                break;
            case "vrrp_sync_group":
                TakeGroup(file, statement);
                break;
            case "vrrp_instance":
                file.Routers.Add((statement.Value, KeepalivedInstance.Of(file, statement)));
                break;
            default:
                file.Note(statement, statement.Name is "virtual_server" or "virtual_server_group" or "bfd_instance"
                    ? "is no virtual router, and has no counterpart here; it was left out"
                    : "was left out");
                break;
        }
    }

    private static void TakeGlobals(KeepalivedFile file, IReadOnlyList<KeepalivedStatement> block)
    {
        foreach (var statement in block)
        {
            switch (statement.Name)
            {
                case "vrrp_version":
                    file.Version = statement.Value == "3" ? 3 : 2;
                    break;
                case "notification_email":
                    file.MailTo.AddRange((statement.Block ?? []).Select(line => line.Name));
                    break;
                case "notification_email_from":
                    file.MailFrom = statement.Value;
                    break;
                case "smtp_server":
                    file.MailServer = statement.Words.Count > 2 ? $"{statement.Value}:{statement.Words[2]}" : statement.Value;
                    break;
                case "vrrp_garp_master_delay":
                    file.AnnounceDelay = statement.Value;
                    break;
                case "vrrp_garp_master_repeat":
                    file.AnnounceCount = statement.Value;
                    break;
                case "vrrp_garp_master_refresh":
                    file.AnnounceRefresh = statement.Value;
                    break;
                case "notify_fifo" or "vrrp_notify_fifo":
                    file.Fifo = statement.Value;
                    file.Note(statement, "gets lines of another form here: router \"NAME\" FROM TO PRIORITY \"CAUSE\"");
                    break;
                default:
                    file.NoteUnless(s_harmless, statement);
                    break;
            }
        }
    }

    private static void TakeGroup(KeepalivedFile file, KeepalivedStatement group)
    {
        foreach (var statement in group.Block ?? [])
        {
            switch (statement.Name)
            {
                case "group":
                    file.Groups.Add((group.Value, [
                        .. statement.Words.Skip(1), .. (statement.Block ?? []).SelectMany(line => line.Words),
                    ]));
                    break;
                case "notify" or "notify_master" or "notify_backup" or "notify_fault" or "notify_stop":
                    KeepalivedInstance.NoteNotify(file, statement);
                    break;
                case "track_script" or "track_interface" or "track_file" or "track_process":
                    file.Note(statement, "of a group: put it at each of its routers");
                    break;
                default:
                    file.NoteUnless(s_harmless, statement);
                    break;
            }
        }
    }

    /// <summary>Words that are left out without a word.</summary>
    internal static bool IsHarmless(string name) => s_harmless.Contains(name);
}

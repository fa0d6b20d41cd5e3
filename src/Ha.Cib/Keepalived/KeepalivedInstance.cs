using System.Text;
using Ha.Hocon;

namespace Ha.InformationBase.Keepalived;

/// <summary>A vrrp_instance, as a router.</summary>
internal sealed class KeepalivedInstance
{
    private const int MaxPassword = 8;

    private readonly KeepalivedFile _file;
    private readonly List<(string Name, HoconValue Value)> _router = [];
    private readonly List<(string, HoconValue)> _member = [];
    private readonly List<(string, HoconValue)> _track = [];
    private readonly List<(string, HoconValue)> _announce = [];
    private readonly List<string> _checks = [];
    private int _version;

    private KeepalivedInstance(KeepalivedFile file) => (_file, _version) = (file, file.Version);

    /// <summary>Carries it over.</summary>
    public static HoconObject Of(KeepalivedFile file, KeepalivedStatement instance)
    {
        var result = new KeepalivedInstance(file);
        var block = instance.Block ?? [];
        var hasIpv6 = block.Where(line => line.Name == "virtual_ipaddress")
            .SelectMany(line => line.Block ?? []).Any(line => line.Name.Contains(':', StringComparison.Ordinal));
        result._version = block.FirstOrDefault(line => line.Name == "version")?.Value switch
        {
            "3" => 3,
            "2" => 2,
            _ => hasIpv6 ? 3 : file.Version,
        };
        foreach (var statement in block)
        {
            result.Take(statement);
        }

        return result.Whole(instance);
    }

    /// <summary>A notify program gets other arguments here.</summary>
    public static void NoteNotify(KeepalivedFile file, KeepalivedStatement statement) => file.Note(
        statement, $"was left out: write notify = [{string.Join(", ", statement.Words.Skip(1))}]; it is called with "
            + "ROUTER FROM TO PRIORITY, roles are active, backup, fault and stopped, and the next call waits for its end");

    private void Take(KeepalivedStatement statement)
    {
        switch (statement.Name)
        {
            case "interface":
                Add("interface", HoconWriter.Text(statement.Value));
                break;
            case "virtual_router_id":
                Add("vrid", _file.Number(statement, statement.Value, 1, 255));
                break;
            case "priority":
                if (_file.Number(statement, statement.Value, 1, 255) is { } priority)
                {
                    _member.Insert(0, ("priority", priority));
                }

                break;
            case "advert_int":
                Add("advertise-interval", _file.Seconds(statement, statement.Value));
                break;
            case "down_timer_adverts":
                Add("down-after", _file.Number(statement, statement.Value, 2, 255));
                break;
            case "nopreempt":
                Add("preempt", HoconWriter.Text("false"));
                break;
            case "preempt" or "version":
                break;
            case "preempt_delay":
                Add("preempt-delay", _file.Seconds(statement, statement.Value));
                break;
            case "use_vmac":
                Add("virtual-mac", HoconWriter.Text("true"));
                break;
            case "virtual_ipaddress":
                Add("addresses", Addresses(statement));
                break;
            case "virtual_ipaddress_excluded":
                Add("more-addresses", Addresses(statement));
                break;
            case "authentication":
                TakePassword(statement);
                break;
            default:
                TakeMore(statement);
                break;
        }
    }

    private void TakeMore(KeepalivedStatement statement)
    {
        switch (statement.Name)
        {
            case "unicast_src_ip" or "mcast_src_ip" or "vrrp_unicast_bind":
                _member.Add(("address", HoconWriter.Text(statement.Value)));
                NoteOldName(statement, "unicast_src_ip");
                break;
            case "unicast_peer" or "vrrp_unicast_peer":
                TakePeers(statement);
                NoteOldName(statement, "unicast_peer");
                break;
            case "track_script" or "track_process" or "track_file":
                TakeChecks(statement);
                break;
            case "track_interface":
                TakeInterfaces(statement);
                break;
            case "garp_master_delay":
                AddAnnounce("repeat-after", _file.Seconds(statement, statement.Value));
                break;
            case "garp_master_repeat":
                AddAnnounce("on-active", _file.Number(statement, statement.Value, 1, 10));
                break;
            case "garp_master_refresh":
                AddAnnounce("refresh", _file.Seconds(statement, statement.Value));
                break;
            case "notify" or "notify_master" or "notify_backup" or "notify_fault" or "notify_stop":
                NoteNotify(_file, statement);
                break;
            case "no_accept":
                _file.Note(statement, "was left out: packets to the addresses are accepted");
                break;
            default:
                if (!KeepalivedImport.IsHarmless(statement.Name))
                {
                    _file.Note(statement, "was left out");
                }

                break;
        }
    }

    private void NoteOldName(KeepalivedStatement statement, string name)
    {
        if (statement.Name.StartsWith("vrrp_unicast", StringComparison.Ordinal))
        {
            _file.Note(statement, $"is the spelling of an old patched version; today it is {name}");
        }
    }

    // "ADDRESS[/LENGTH] [brd B] [dev D] [scope S] [label L]": an address and its device are carried.
    private HoconValue Addresses(KeepalivedStatement block)
    {
        var texts = new List<string>();
        foreach (var line in block.Block ?? [])
        {
            var text = new StringBuilder(line.Name);
            for (var at = 1; at < line.Words.Count; at++)
            {
                switch (line.Words[at])
                {
                    case "dev" when at + 1 < line.Words.Count:
                        text.Append(" dev ").Append(line.Words[++at]);
                        break;
                    case "brd" or "broadcast" or "scope" or "label" when at + 1 < line.Words.Count:
                        at++;
                        break;
                    case var other:
                        _file.Note(line, $"{other} was left out");
                        break;
                }
            }

            texts.Add(text.ToString());
        }

        return KeepalivedFile.Texts(texts);
    }

    private void TakePassword(KeepalivedStatement block)
    {
        var kind = (block.Block ?? []).FirstOrDefault(line => line.Name == "auth_type");
        var pass = (block.Block ?? []).FirstOrDefault(line => line.Name == "auth_pass");
        if (kind?.Value is not ("PASS" or "1") || pass is null)
        {
            _file.Note(block, "was left out: only PASS has a counterpart, and it is no protection");
            return;
        }

        if (_version == 3)
        {
            _file.Note(block, "was left out: version 3 has no password, and keepalived ignores it, too");
            return;
        }

        // keepalived takes the first eight letters.
        if (pass.Value.Length > MaxPassword)
        {
            _file.Note(pass, $"is longer than {MaxPassword} letters; the first {MaxPassword} count, as with keepalived");
        }

        Add("password", HoconWriter.Text(pass.Value[..Math.Min(MaxPassword, pass.Value.Length)]));
    }

    private void TakePeers(KeepalivedStatement statement)
    {
        IEnumerable<string> peers = statement.Block is { } block
            ? block.Select(line => line.Name) : statement.Words.Skip(1);
        var before = _router.FindIndex(item => item.Name == "peers");
        if (before >= 0)
        {
            var known = ((HoconArray)_router[before].Value).Items.OfType<HoconScalar>().Select(item => item.Text);
            _router[before] = ("peers", KeepalivedFile.Texts(known.Concat(peers)));
            return;
        }

        Add("transport", HoconWriter.Text("unicast"));
        Add("peers", KeepalivedFile.Texts(peers));
    }

    private void TakeChecks(KeepalivedStatement statement)
    {
        foreach (var line in statement.Block ?? [])
        {
            _checks.Add(line.Name);
            if (line.Words.Count > 1)
            {
                _file.Note(line, $"{string.Join(' ', line.Words.Skip(1))}: a weight belongs to the check itself here; set it there");
            }
        }
    }

    private void TakeInterfaces(KeepalivedStatement statement)
    {
        var names = new List<string>();
        foreach (var line in statement.Block ?? [])
        {
            if (line.Words is [var name, "weight", var weight, ..] && weight != "0")
            {
                var id = $"interface-{name}";
                if (!_file.Checks.Exists(check => check.Name == id)
                    && _file.Number(line, weight, -253, 253) is { } number)
                {
                    _file.Checks.Add((id, HoconWriter.Object([("interface", HoconWriter.Text(name)), ("weight", number)])));
                }

                _checks.Add(id);
            }
            else
            {
                names.Add(line.Name);
            }
        }

        if (names.Count > 0)
        {
            _track.Add(("interfaces", KeepalivedFile.Texts(names)));
        }
    }

    private HoconObject Whole(KeepalivedStatement instance)
    {
        foreach (var need in (string[])["vrid", "interface", "addresses"])
        {
            if (!_router.Exists(item => item.Name == need))
            {
                _file.Problems.Add($"{instance.Line}: vrrp_instance {instance.Value} has no {need}");
            }
        }

        _router.Insert(0, ("version", HoconWriter.Text(_version == 3 ? "3" : "2")));
        if (_checks.Count > 0)
        {
            _track.Insert(0, ("checks", KeepalivedFile.Texts(_checks)));
        }

        if (_track.Count > 0)
        {
            _router.Add(("track", HoconWriter.Object(_track)));
        }

        Default("repeat-after", _file.AnnounceDelay, text => _file.Seconds(instance, text));
        Default("on-active", _file.AnnounceCount, text => _file.Number(instance, text, 1, 10));
        Default("refresh", _file.AnnounceRefresh, text => _file.Seconds(instance, text));
        if (_announce.Count > 0)
        {
            _router.Add(("garp", HoconWriter.Object(_announce)));
        }

        _router.Add(("members", HoconWriter.Object([(_file.Node, HoconWriter.Object(_member))])));
        return HoconWriter.Object(_router);
    }

    private void Default(string name, string text, Func<string, HoconValue?> read)
    {
        if (text.Length > 0 && !_announce.Exists(item => item.Item1 == name))
        {
            AddAnnounce(name, read(text));
        }
    }

    private void Add(string name, HoconValue? value)
    {
        if (value is not null)
        {
            _router.Add((name, value));
        }
    }

    private void AddAnnounce(string name, HoconValue? value)
    {
        if (value is not null)
        {
            _announce.Add((name, value));
        }
    }
}

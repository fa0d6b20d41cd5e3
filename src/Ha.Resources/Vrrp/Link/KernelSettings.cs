using System.Globalization;
using System.Text;

namespace Ha.Resources.Vrrp.Link;

/// <summary>Applies a plan of /proc/sys values, remembers what was there before, and puts it back. What was there is
/// kept in a file, too, so that the next run knows it after a crash.</summary>
/// <param name="memory">The file; null for none.</param>
/// <param name="root">/proc/sys, or a folder of a test.</param>
public sealed class KernelSettings(string? memory, string root = "/proc/sys")
{
    private readonly Dictionary<string, string> _before = new(StringComparer.Ordinal);
    private readonly Dictionary<string, KernelSetting> _wanted = new(StringComparer.Ordinal);

    /// <summary>Reads what an earlier run left changed.</summary>
    public void Recall()
    {
        if (memory is null || !File.Exists(memory))
        {
            return;
        }

        foreach (var line in File.ReadLines(memory))
        {
            if (line.Split('=', 2) is [var path, var value] && File.Exists(Path.Combine(root, path)))
            {
                _before.TryAdd(path, value);
            }
        }
    }

    /// <summary>Applies settings. A value that the kernel does not have is left out.</summary>
    /// <returns>What could not be set.</returns>
    public IReadOnlyList<string> Apply(IEnumerable<KernelSetting> settings, bool isOurDevice = false)
    {
        var failed = new List<string>();
        foreach (var setting in settings)
        {
            if (Read(setting.Path) is not { } before)
            {
                continue;
            }

            _wanted[setting.Path] = setting;
            if (!isOurDevice)
            {
                _before.TryAdd(setting.Path, before);
            }

            if (before != setting.Value && !TryWrite(setting.Path, setting.Value))
            {
                failed.Add($"{setting.Path} stays {before}: {setting.Why}");
            }
        }

        Remember();
        return failed;
    }

    /// <summary>So that a device of ours can be without reverse-path filter: it must not hold for all.</summary>
    public void LiftReversePathFilter()
    {
        var folder = Path.Combine(root, "net/ipv4/conf");
        if (!Directory.Exists(folder))
        {
            return;
        }

        var own = Directory.GetDirectories(folder).Select(path => Path.GetFileName(path))
            .Where(name => name != "all")
            .ToDictionary(name => name, name => NumberOf($"net/ipv4/conf/{name}/rp_filter"), StringComparer.Ordinal);
        _ = Apply(KernelSettingPlan.LiftReversePathFilter(NumberOf("net/ipv4/conf/all/rp_filter"), own));
    }

    /// <summary>Sets again what somebody else has changed meanwhile.</summary>
    /// <returns>What it was.</returns>
    public IReadOnlyList<string> Verify()
    {
        var changed = new List<string>();
        foreach (var setting in _wanted.Values)
        {
            if (Read(setting.Path) is { } now && now != setting.Value)
            {
                changed.Add($"{setting.Path} was {now}, is {setting.Value} again: {setting.Why}");
                _ = TryWrite(setting.Path, setting.Value);
            }
        }

        return changed;
    }

    /// <summary>Puts back what was there before us.</summary>
    public void Restore()
    {
        // "all" last but one: first what stood on single devices would be covered by it anyway.
        foreach (var (path, value) in _before.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            _ = TryWrite(path, value);
        }

        _before.Clear();
        _wanted.Clear();
        if (memory is not null)
        {
            File.Delete(memory);
        }
    }

    /// <summary>Is this host a router for a family?</summary>
    public bool IsForwarding(bool isIpv6) =>
        NumberOf(isIpv6 ? "net/ipv6/conf/all/forwarding" : "net/ipv4/ip_forward") == 1;

    private int NumberOf(string path) =>
        int.TryParse(Read(path), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private string? Read(string path)
    {
        try
        {
            return File.ReadAllText(Path.Combine(root, path)).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private bool TryWrite(string path, string value)
    {
        try
        {
            File.WriteAllText(Path.Combine(root, path), value);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private void Remember()
    {
        if (memory is null)
        {
            return;
        }

        var text = new StringBuilder();
        foreach (var (path, value) in _before.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            text.Append(path).Append('=').Append(value).Append('\n');
        }

        File.WriteAllText(memory, text.ToString());
    }
}

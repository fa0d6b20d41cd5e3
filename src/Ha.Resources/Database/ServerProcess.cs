using System.Globalization;

namespace Ha.Resources.Database;

/// <summary>The processes of one server, by its data folder: they all work in it. A number in a lock file proves
/// nothing, since the kernel uses numbers again.</summary>
internal sealed class ServerProcess(string data) : IDisposable
{
    private int _descriptor = -1;

    /// <summary>Its first process; 0 for none.</summary>
    public int Id { get; private set; }

    /// <summary>It is there. Looks at the process that was found before; costs a system call.</summary>
    public bool IsAlive()
    {
        if (_descriptor >= 0)
        {
            unsafe
            {
                // The descriptor becomes readable when the process has ended, also while nobody has reaped it.
                var entry = new NativeProcess.PollEntry { Descriptor = _descriptor, Events = NativeProcess.PollIn };
                if (NativeProcess.Poll(&entry, 1, 0) == 0)
                {
                    return true;
                }
            }

            Dispose();
        }

        return false;
    }

    /// <summary>Looks for it by its lock file.</summary>
    public bool Find()
    {
        if (IsAlive())
        {
            return true;
        }

        if (LockedBy() is not { } id || !IsOurs(id))
        {
            return false;
        }

        _descriptor = (int)NativeProcess.SystemCall(NativeProcess.PidfdOpenCall, id, 0);
        Id = _descriptor >= 0 ? id : 0;
        return IsAlive();
    }

    /// <summary>Sends a signal to its first process.</summary>
    public void Signal(int signal)
    {
        if (IsAlive())
        {
            _ = NativeProcess.SendSignal(Id, signal);
        }
    }

    /// <summary>All its processes that live.</summary>
    public List<int> All() => Directory.EnumerateDirectories("/proc")
        .Select(Path.GetFileName)
        .Where(name => int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out _))
        .Select(name => int.Parse(name!, CultureInfo.InvariantCulture))
        .Where(IsOurs)
        .ToList();

    /// <summary>Sends a signal to those of its processes whose title has a word.</summary>
    public void SignalChildren(int signal, string word)
    {
        foreach (var id in All().Where(id => id != Id && TitleOf(id).Contains(word, StringComparison.Ordinal)))
        {
            _ = NativeProcess.SendSignal(id, signal);
        }
    }

    /// <summary>Ends all of them at once, and waits until none is left.</summary>
    /// <returns>False where one did not go: the kernel holds it.</returns>
    public async Task<bool> KillAll(TimeProvider time, TimeSpan limit)
    {
        for (var began = time.GetTimestamp(); ;)
        {
            var left = All();
            if (left.Count == 0)
            {
                Dispose();
                return true;
            }

            left.ForEach(id => _ = NativeProcess.SendSignal(id, NativeProcess.Kill));
            if (time.GetElapsedTime(began) > limit)
            {
                return false;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(2), time).ConfigureAwait(false);
        }
    }

    /// <summary>Removes lock files that no process of this server holds: after a crash they stand in the way of the
    /// next start, and their number may be another program's by now.</summary>
    public void RemoveStaleLocks(string socketFolder, int port)
    {
        if (All().Count > 0)
        {
            return;
        }

        var socket = Path.Combine(socketFolder, string.Create(CultureInfo.InvariantCulture, $".s.PGSQL.{port}"));
        File.Delete(Path.Combine(data, "postmaster.pid"));
        if (Number(socket + ".lock") is { } holder && !IsServer(holder))
        {
            File.Delete(socket + ".lock");
            File.Delete(socket);
        }
    }

    /// <summary>The number in the lock file that is not held by a process of this server; null for none.</summary>
    public int? StaleLock() => LockedBy() is { } id && !IsOurs(id) ? id : null;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_descriptor >= 0)
        {
            _ = NativeProcess.Close(_descriptor);
            _descriptor = -1;
            Id = 0;
        }
    }

    private int? LockedBy() => Number(Path.Combine(data, "postmaster.pid"));

    private static int? Number(string path)
    {
        try
        {
            return int.TryParse(
                File.ReadLines(path).FirstOrDefault(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture,
                    out var id)
                && id > 1 ? id : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    private bool IsOurs(int id)
    {
        try
        {
            return IsServer(id) && File.ResolveLinkTarget($"/proc/{id}/cwd", returnFinalTarget: false)?.FullName == data;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static bool IsServer(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/comm").StartsWith("postgres", StringComparison.Ordinal)
                && !File.ReadAllText($"/proc/{id}/stat").Contains(") Z", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static string TitleOf(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/cmdline");
        }
        catch (IOException)
        {
            return "";
        }
    }
}

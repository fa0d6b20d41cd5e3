using System.Globalization;
using System.Runtime.InteropServices;

namespace Ha.Resources.Database;

/// <summary>The account that a server runs as.</summary>
/// <param name="Name">Its name.</param>
/// <param name="UserId">Its number.</param>
/// <param name="GroupId">Its first group's.</param>
internal sealed partial record ServerAccount(string Name, uint UserId, uint GroupId)
{
    private const long SetUserIds = 117;
    private const uint Unchanged = uint.MaxValue;

    /// <summary>Finds it. Null, with the reason, where it is not there or is root: PostgreSQL does not run as
    /// root.</summary>
    public static (ServerAccount? Account, string Error) Find(string name)
    {
        var fields = File.ReadLines("/etc/passwd").Select(line => line.Split(':')).FirstOrDefault(line =>
            line.Length > 3 && line[0] == name);
        return fields is null
            ? (null, $"there is no account {SafeText.Of(name)} on this host")
            : !uint.TryParse(fields[2], NumberStyles.None, CultureInfo.InvariantCulture, out var user)
                || !uint.TryParse(fields[3], NumberStyles.None, CultureInfo.InvariantCulture, out var group)
                    || user == 0
                ? (null, $"PostgreSQL does not run as {SafeText.Of(name)}; parameter user names another account")
                : (new ServerAccount(name, user, group), "");
    }

    /// <summary>Does something on a thread that the kernel takes for this account: a server that knows its local
    /// clients by their account lets it in.</summary>
    public Task<T> As<T>(Func<T> act) => Task.Factory.StartNew(
        () =>
        {
            // For this thread alone: libc's own call would change all of them.
            var isOther = UserIdOfProcess() != UserId;
            if (isOther)
            {
                _ = Call(SetUserIds, Unchanged, UserId, Unchanged);
            }

            try
            {
                return act();
            }
            finally
            {
                if (isOther)
                {
                    _ = Call(SetUserIds, Unchanged, UserIdOfProcess(), Unchanged);
                }
            }
        },
        CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Runs a program as this account.</summary>
    public Task<ChildEnd> Run(
        string path, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment, TimeSpan timeout,
        CancellationToken cancel)
    {
        var all = new Dictionary<string, string>(environment, StringComparer.Ordinal)
        {
            ["PATH"] = "/sbin:/bin:/usr/sbin:/usr/bin",
            ["LC_ALL"] = "C",
            ["HOME"] = "/",
        };
        return UserIdOfProcess() == UserId
            ? ChildProcess.Run(path, [path, .. arguments], all, "", timeout, cancel)
            : ChildProcess.Run(
                "/usr/bin/setpriv",
                [
                    "/usr/bin/setpriv", $"--reuid={Name}", $"--regid={GroupId}", "--init-groups", "--", path, .. arguments,
                ],
                all, "", timeout, cancel);
    }

    /// <summary>Makes a file or folder this account's.</summary>
    public void Own(string path)
    {
        if (UserIdOfProcess() != UserId && ChangeOwner(path, UserId, GroupId) != 0)
        {
            throw new IOException($"{path} cannot be given to {Name}: error {Marshal.GetLastPInvokeError()}");
        }
    }

    [LibraryImport("libc", EntryPoint = "getuid")]
    private static partial uint UserIdOfProcess();

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial long Call(long number, long real, long effective, long saved);

    [LibraryImport("libc", EntryPoint = "chown", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int ChangeOwner(string path, uint user, uint group);
}

using System.Diagnostics;
using System.Text;

namespace Ha.Resources;

/// <summary>What a child process left behind.</summary>
/// <param name="ExitCode">0 to 255; −1 where it did not exit by itself.</param>
/// <param name="Signal">What ended it; 0 for none.</param>
/// <param name="TimedOut">It was killed since its time was over.</param>
/// <param name="Output">First part of the standard output.</param>
/// <param name="Errors">First and last part of the standard error.</param>
/// <param name="SpawnError">errno of a child that could not be started; 0 otherwise.</param>
/// <param name="Took">How long it ran.</param>
internal sealed record ChildEnd(
    int ExitCode, int Signal, bool TimedOut, string Output, string Errors, int SpawnError, TimeSpan Took)
{
    /// <summary>It said more than was kept.</summary>
    public bool IsCut { get; init; }
}

/// <summary>Runs a program in a process group of its own, feeds it, reads what it says up to a limit, and kills the
/// whole
/// group at its time-out. A daemon that it leaves behind, even one that holds its output open, is no reason to wait.
/// </summary>
internal static unsafe class ChildProcess
{
    /// <summary>Bytes of output that are kept; what is more is read and thrown away.</summary>
    public const int KeptBytes = 64 * 1024;

    private const int GraceMs = 500;
    private const int PollSliceMs = 1000;

    /// <summary>Runs it on a thread of its own.</summary>
    public static Task<ChildEnd> Run(
        string path, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment, string input,
        TimeSpan timeout, CancellationToken cancel, int keptBytes = KeptBytes) =>
        Run(path, arguments, environment, input, timeout, cancel, keptBytes, null, "");

    /// <summary>The same for an operation on a resource, of which a later program shall know.</summary>
    public static Task<ChildEnd> Run(
        string path, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment, string input,
        TimeSpan timeout, CancellationToken cancel, int keptBytes, OperationJournal? journal, string resource) =>
        Task.Factory.StartNew(
            () => RunHere(path, arguments, environment, input, timeout, cancel, keptBytes, journal, resource),
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static ChildEnd RunHere(
        string path, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment, string input,
        TimeSpan timeout, CancellationToken cancel, int keptBytes, OperationJournal? journal, string resource)
    {
#pragma warning disable RS0030 // A child's time is real time.
        var start = Stopwatch.GetTimestamp();
#pragma warning restore RS0030
        var standardInput = new Pipe(0);
        var output = new Pipe(keptBytes);
        var errors = new Pipe(KeptBytes);
        try
        {
            var error = Spawn(path, arguments, environment, standardInput, output, errors, out var pid);
            standardInput.CloseRead();
            output.CloseWrite();
            errors.CloseWrite();
            if (error != 0)
            {
                return new ChildEnd(-1, 0, false, "", "", error, Stopwatch.GetElapsedTime(start));
            }

            journal?.Begin(pid, resource, timeout);
            Feed(standardInput, input);
            var end = Watch(pid, output, errors, start, timeout, cancel);
            journal?.End(pid);
            return end with { Took = Stopwatch.GetElapsedTime(start) };
        }
        finally
        {
            standardInput.Close();
            output.Close();
            errors.Close();
        }
    }

    private static ChildEnd Watch(
        int pid, Pipe output, Pipe errors, long start, TimeSpan timeout, CancellationToken cancel)
    {
        var descriptor = (int)NativeProcess.SystemCall(NativeProcess.PidfdOpenCall, pid, 0);
        var entries = stackalloc NativeProcess.PollEntry[3];
        var isKilled = false;
        long terminatedAt = 0;
        var timedOut = false;
        try
        {
            while (true)
            {
                var left = timeout - Stopwatch.GetElapsedTime(start);
                if ((left <= TimeSpan.Zero || cancel.IsCancellationRequested) && terminatedAt == 0)
                {
                    timedOut = left <= TimeSpan.Zero;
#pragma warning disable RS0030 // A child's time is real time.
                    terminatedAt = Stopwatch.GetTimestamp();
#pragma warning restore RS0030
                    _ = NativeProcess.SendSignal(-pid, NativeProcess.Terminate);
                }
                else if (terminatedAt != 0 && !isKilled
                    && Stopwatch.GetElapsedTime(terminatedAt) >= TimeSpan.FromMilliseconds(GraceMs))
                {
                    isKilled = true;
                    _ = NativeProcess.SendSignal(-pid, NativeProcess.Kill);
                }

                entries[0] = new NativeProcess.PollEntry { Descriptor = descriptor, Events = NativeProcess.PollIn };
                entries[1] = new NativeProcess.PollEntry { Descriptor = output.ReadEnd, Events = NativeProcess.PollIn };
                entries[2] = new NativeProcess.PollEntry { Descriptor = errors.ReadEnd, Events = NativeProcess.PollIn };
                var waitMs = terminatedAt != 0 ? 50 : (int)Math.Clamp(left.TotalMilliseconds + 1, 1, PollSliceMs);
                _ = NativeProcess.Poll(entries, 3, waitMs);
                output.Drain(entries[1].Happened != 0);
                errors.Drain(entries[2].Happened != 0);
                if (entries[0].Happened != 0 && TryReap(descriptor, out var exitCode, out var signal))
                {
                    output.Drain(true);
                    errors.Drain(true);
                    if (terminatedAt != 0)
                    {
                        // What the agent started in its group must not go on after its time.
                        _ = NativeProcess.SendSignal(-pid, NativeProcess.Kill);
                    }

                    return new ChildEnd(
                        exitCode, signal, timedOut, output.Text(), errors.Text(), 0, TimeSpan.Zero)
                    {
                        IsCut = output.IsCut,
                    };
                }
            }
        }
        finally
        {
            _ = NativeProcess.Close(descriptor);
        }
    }

    private static bool TryReap(int descriptor, out int exitCode, out int signal)
    {
        var end = default(NativeProcess.ChildEnd);
        var result = NativeProcess.Wait(
            NativeProcess.ProcessByDescriptor, (uint)descriptor, &end,
                NativeProcess.WaitExited | NativeProcess.WaitNoHang);
        var exited = end.Code == 1;
        exitCode = exited ? end.Status : -1;
        signal = exited ? 0 : end.Status;
        return result != 0 || end.ProcessId != 0;
    }

    // A child reads its parameters at once or never: what does not fit into the pipe is not worth waiting for.
    private static void Feed(Pipe pipe, string input)
    {
        _ = NativeProcess.Control(pipe.WriteEnd, NativeProcess.SetFlags, NativeProcess.NonBlocking);
        var bytes = Encoding.UTF8.GetBytes(input);
        fixed (byte* start = bytes)
        {
            if (bytes.Length > 0)
            {
                _ = NativeProcess.Write(pipe.WriteEnd, start, (nuint)bytes.Length);
            }
        }

        pipe.CloseWrite();
    }

    private static int Spawn(
        string path, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment, Pipe input,
        Pipe output, Pipe errors, out int pid)
    {
        var attributes = stackalloc byte[NativeProcess.OpaqueBytes];
        var actions = stackalloc byte[NativeProcess.OpaqueBytes];
        var signals = stackalloc byte[NativeProcess.OpaqueBytes];
        _ = NativeProcess.AttributesInit(attributes);
        _ = NativeProcess.AttributesFlags(
            attributes,
            NativeProcess.SpawnSetGroup | NativeProcess.SpawnSetDefaultSignals | NativeProcess.SpawnSetSignalMask);
        _ = NativeProcess.AttributesGroup(attributes, 0);
        _ = NativeProcess.SignalsFill(signals);
        _ = NativeProcess.AttributesDefaults(attributes, signals);
        _ = NativeProcess.SignalsEmpty(signals);
        _ = NativeProcess.AttributesMask(attributes, signals);
        _ = NativeProcess.ActionsInit(actions);
        _ = NativeProcess.ActionsDuplicate(actions, input.ReadEnd, 0);
        _ = NativeProcess.ActionsDuplicate(actions, output.WriteEnd, 1);
        _ = NativeProcess.ActionsDuplicate(actions, errors.WriteEnd, 2);
        var root = stackalloc byte[] { (byte)'/', 0 };
        _ = NativeProcess.ActionsFolder(actions, root);
        using var argumentVector = new NativeStrings(arguments);
        using var environmentVector = new NativeStrings(environment.Select(pair => $"{pair.Key}={pair.Value}"));
        using var pathText = new NativeStrings([path]);
        int child;
        var error = NativeProcess.Spawn(
            &child, pathText.Vector[0], actions, attributes, argumentVector.Vector, environmentVector.Vector);
        pid = child;
        _ = NativeProcess.ActionsDestroy(actions);
        _ = NativeProcess.AttributesDestroy(attributes);
        return error;
    }
}

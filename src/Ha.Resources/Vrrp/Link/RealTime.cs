using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Ha.Resources.Vrrp.Link;

/// <summary>What makes a thread real-time. Source: own measurements on .NET 10: without allocation a thread under
/// SCHED_FIFO wakes as a C program does; memory is locked when it is touched, since locking all would quadruple it.
/// </summary>
public static unsafe class RealTime
{
    /// <summary>Of the thread that sends and hears adverts.</summary>
    public const int LoopPriority = 50;

    /// <summary>Of the thread that sets addresses.</summary>
    public const int HandPriority = 49;

    /// <summary>Puts the calling thread under SCHED_FIFO.</summary>
    /// <returns>Empty, or why not.</returns>
    public static string Enter(int priority) => LinkNative.SetScheduler(0, LinkNative.SchedulingFifo, &priority) == 0
        ? ""
        : $"no real-time priority: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}; "
            + "it needs root or CAP_SYS_NICE, and in a control group its share of real time";

    /// <summary>Keeps what is touched in memory.</summary>
    /// <returns>Empty, or why not.</returns>
    public static string LockMemory() => LinkNative.LockMemory(LinkNative.LockOnFault) == 0
        ? ""
        : $"memory is not locked: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}; it needs CAP_IPC_LOCK";

    /// <summary>Translates the code of the real-time path now, so that no call waits for the compiler later.</summary>
    public static void Prepare()
    {
        Marshal.PrelinkAll(typeof(LinkNative));
        foreach (var type in typeof(RealTime).Assembly.GetTypes()
            .Where(type => type.Namespace?.StartsWith("Ha.Resources.Vrrp", StringComparison.Ordinal) == true
                || type.Namespace == "Ha.Resources.Vip"))
        {
            if (type.ContainsGenericParameters)
            {
                continue;
            }

            foreach (var method in type.GetMethods(
                BindingFlags.DeclaredOnly | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static
                | BindingFlags.Instance))
            {
                if (!method.IsAbstract && !method.ContainsGenericParameters
                    && method.GetMethodBody() is not null)
                {
                    RuntimeHelpers.PrepareMethod(method.MethodHandle);
                }
            }
        }
    }
}

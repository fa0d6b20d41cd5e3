using System.Runtime.InteropServices;
using System.Text;

namespace Ha.Resources.Vrrp.Notify;

/// <summary>A named pipe that somebody may read, or nobody.</summary>
internal static unsafe class NoticePipe
{
    private const int WriteOnly = 1;

    /// <summary>Writes a line, without waiting for a reader or for room.</summary>
    /// <returns>Empty, or why not.</returns>
    public static string TryWrite(string path, string line)
    {
        var pipe = NativeProcess.Open(path, WriteOnly | NativeProcess.NonBlocking | NativeProcess.CloseOnExec);
        if (pipe < 0)
        {
            return Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());
        }

        try
        {
            var octets = Encoding.UTF8.GetBytes(line);
            fixed (byte* start = octets)
            {
                return NativeProcess.Write(pipe, start, (nuint)octets.Length) == octets.Length
                    ? ""
                    : Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());
            }
        }
        finally
        {
            _ = NativeProcess.Close(pipe);
        }
    }
}

using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Ha.Lab.Tests;

/// <summary>A look from outside, as long as it lasts.</summary>
internal sealed partial class Witness(Process process) : IDisposable
{
    private const int SigInt = 2;

    /// <summary>Ends it: how often two hosts had the same at once, by what.</summary>
    public IReadOnlyDictionary<string, int> Twice()
    {
        Assert.Equal(0, Kill(process.Id, SigInt));
        var seen = JsonDocument.Parse(process.StandardOutput.ReadToEnd()).RootElement;
        Assert.True(seen.GetProperty("sweeps").GetInt32() > 0);
        return seen.GetProperty("twice").EnumerateObject().ToDictionary(what => what.Name, what => what.Value.GetInt32());
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill();
        }

        process.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}

using Ha.Kernel;
using Ha.Resources;
using Ha.Simulation.Hands;

namespace Ha.Simulation;

/// <summary>The cluster's side of what hands do: log, exit, agents, power.</summary>
public sealed partial class SimulatedCluster
{
    /// <summary>Stands for every secret of a simulated configuration: it must not show in any text.</summary>
    public const string SecretMarker = "tH1s-1s-a-s3cret";

    // The power switch: off at once; a reboot brings the host up again a while later.
    private void Cut(string by, FenceRequest request)
    {
        var host = _hosts[request.Target];
        Each(witness => witness.PowerCut(by, host, request));
        PowerOff(request.Target);
        var boots = host.Truth.Boots;
        if (request.Action == "reboot")
        {
            var span = (int)(BootTime.Longest - BootTime.Shortest).TotalSeconds;
            Scheduler.After(BootTime.Shortest + TimeSpan.FromSeconds(_power.Next(span)), () =>
            {
                if (host.Truth.Boots == boots && !host.Truth.IsPowered)
                {
                    Boot(host.Name);
                }
            });
        }
    }

    private sealed class StoryLog(SimulatedCluster cluster, string name) : ILog
    {
        public void Write(LogLevel level, string source, string text)
        {
            if (level != LogLevel.Debug)
            {
                cluster.Tell(name, text);
            }

            if (level == LogLevel.Error && !(cluster.IsAltered && IsAboutAltered(text)))
            {
                cluster.Violate($"an error was logged: {name}: {text}");
            }
            else if (text.Contains(SecretMarker, StringComparison.Ordinal))
            {
                cluster.Violate($"S24: a secret is in the log of {name}");
            }
        }
    }

    // What a replica shall say whose log is another one than that of the others, and they of it.
    private static bool IsAboutAltered(string text) =>
        text.Contains("differs between this node", StringComparison.Ordinal)
        || text.StartsWith("a majority differs from this node", StringComparison.Ordinal);

    private sealed class ExitPort(SimulatedCluster cluster, string name) : IProcessExit
    {
        public void Exit(string reason) => cluster.Violate($"{name} ends: {reason}");
    }

    private sealed class AgentPort(SimulatedCluster cluster) : IAgentWitness
    {
        public void AgentBegins(string host, AgentRequest request) =>
            cluster.Each(witness => witness.AgentBegins(cluster[host], request));

        public void AgentEnds(string host, AgentRequest request, AgentResult result) =>
            cluster.Each(witness => witness.AgentEnds(cluster[host], request, result));

        public void ResourceStarted(string host, string resource) =>
            cluster.Each(witness => witness.ResourceStarted(cluster[host], resource));
    }

    private sealed class PowerPort(SimulatedCluster cluster, int program) : IPowerSwitch
    {
        public void FencingBegins(string by, FenceRequest request)
        {
            cluster.Tell(by, $"fence agent of {request.Target} begins ({request.Action})");
            cluster.Each(witness => witness.FencingBegins(cluster[by], request));
        }

        public void Cut(string by, FenceRequest request) => cluster.Cut(by, request);

        public void On(string target) => cluster.Boot(target);

        public void FencingEnds(string by, FenceRequest request, FenceResult result)
        {
            cluster.Tell(by, $"fence agent of {request.Target} ends: {(result.Succeeded ? "done" : result.Text)}");
            cluster.Each(witness => witness.FencingEnds(cluster[by], program, request, result));
        }
    }
}

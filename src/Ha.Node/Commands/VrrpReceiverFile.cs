using Ha.InformationBase.Reader;
using Ha.Node.Views;
using Ha.Resources.Vrrp.Plan;

namespace Ha.Node.Commands;

/// <summary>The receiver that a file with a vrrp section describes.</summary>
internal static class VrrpReceiverFile
{
    /// <summary>Reads it.</summary>
    /// <param name="call">Where mistakes go.</param>
    /// <param name="path">A cluster file, or one with the section alone.</param>
    /// <param name="name">The member; null for this host, or the only one that there is.</param>
    /// <returns>The receiver; null, with the exit code, when there are mistakes.</returns>
    public static (int Code, VrrpReceiver? Receiver) Read(Invocation call, string path, string? name)
    {
        var (bytes, error) = ClusterFileInput.ReadBytes(path);
        if (bytes is null)
        {
            return (call.Fail(ExitCode.BadData, error), null);
        }

        var (section, diagnostics) = VrrpReader.ReadFile(Path.GetFileName(path), bytes, isClusterFile: true);
        if (section is null)
        {
            CheckView.Print(call, path, diagnostics, always: true);
            return (ExitCode.BadConfiguration, null);
        }

        var (plan, mistakes) = VrrpPlanner.Of(section, name ?? NodeOf(section), addressesOf: null);
        if (plan is null)
        {
            return (call.Fail(ExitCode.BadConfiguration, string.Join("\nha: ", mistakes)), null);
        }

        var routers = plan.Routers.Select(router => router.Settings).ToArray();
        return (ExitCode.Ok, new VrrpReceiver(
            routers, [.. routers.Select(router => router.Source).Where(source => !source.IsNone).Distinct()]));
    }

    private static string NodeOf(VrrpSection section)
    {
        var nodes = section.Routers.SelectMany(router => router.Members).Select(member => member.Node)
            .Distinct(StringComparer.Ordinal).ToList();
        return nodes.Count == 1 ? nodes[0] : Environment.MachineName;
    }
}

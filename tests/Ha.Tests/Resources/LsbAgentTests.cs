using Ha.InformationBase;
using Ha.Resources;
using Ha.Resources.Lsb;
using Ha.Resources.Systemd;

namespace Ha.Tests.Resources;

/// <summary>Init scripts: their own codes, as the cluster's.</summary>
public sealed class LsbAgentTests : IDisposable
{
    private readonly AgentFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("monitor", 0, 0)]
    [InlineData("monitor", 1, 7)]
    [InlineData("monitor", 2, 7)]
    [InlineData("monitor", 3, 7)]
    [InlineData("monitor", 4, 1)]
    [InlineData("monitor", 150, 1)]
    [InlineData("start", 0, 0)]
    [InlineData("start", 1, 1)]
    [InlineData("start", 2, 2)]
    [InlineData("start", 5, 5)]
    [InlineData("stop", 7, 7)]
    [InlineData("stop", 99, 1)]
    public async Task A_code_has_the_meaning_that_it_has_for_init_scripts(string action, int exitCode, int expected)
    {
        _folder.Write("web", $"#!/bin/sh\n[ $# = 1 ] || exit 77\necho $1 > $0.action\nexit {exitCode}\n");
        var result = await Run(action);
        Assert.Equal((OperationStatus.Done, expected), (result.Status, result.ExitCode));
        Assert.Equal(
            action == "monitor" ? "status\n" : action + "\n", await File.ReadAllTextAsync(_folder.File("web.action")));
    }

    [Fact]
    public async Task What_cannot_be_run_says_so()
    {
        Assert.Equal(OperationStatus.NotInstalled, (await Run("start")).Status);
        _folder.Write("web", "#!/bin/sh\nsleep 600\n");
        Assert.Equal(OperationStatus.Timeout, (await Run("start", TimeSpan.FromMilliseconds(200))).Status);
        Assert.Equal(3, (await Run("promote")).ExitCode);
        _folder.Write("web", "#!/bin/sh\nkill -KILL $$\n");
        Assert.Equal("the script was ended by signal 9", (await Run("start")).ExitReason);
        _folder.Write("web", "#!/none\n");
        Assert.Equal(OperationStatus.NotInstalled, (await Run("start")).Status);
    }

    [Fact]
    public async Task A_service_is_an_init_script_where_there_is_one_and_a_unit_elsewhere()
    {
        await using var systemd = new StandInSystemd();
        systemd.Units["web.service"] = new StandInUnit { Active = "active", Sub = "running" };
        using var units = new SystemdAgent(systemd.Folder);
        var none = new LsbAgents(_folder.File("none"));
        var agents = new HostAgents(
            none, none, none, units, new LsbAgents(_folder.Path), new SecretStore(_folder.File("secrets"), null));
        var request = Request("monitor", TimeSpan.FromSeconds(30)) with { Agent = new AgentName("service", null, "web") };
        Assert.Equal(0, (await agents.Run(request, CancellationToken.None)).ExitCode);
        _folder.Write("web", "#!/bin/sh\nexit 3\n");
        Assert.Equal(7, (await agents.Run(request, CancellationToken.None)).ExitCode);
        var other = request with { Agent = new AgentName("upstart", null, "web") };
        Assert.Equal(
            "agents of class upstart are not supported", (await agents.Run(other, CancellationToken.None)).ExitReason);
    }

    private Task<AgentResult> Run(string action, TimeSpan? timeout = null) =>
        new LsbAgents(_folder.Path).Run(Request(action, timeout ?? TimeSpan.FromSeconds(30)), CancellationToken.None);

    private static AgentRequest Request(string action, TimeSpan timeout) => new()
    {
        Agent = new AgentName("lsb", null, "web"),
        ResourceId = "web",
        Action = action,
        Timeout = timeout,
        Node = "n1",
    };
}

using Ha.InformationBase;
using Ha.Resources;
using Ha.Resources.Fencing;

namespace Ha.Tests.Resources;

/// <summary>Fence agents as child processes: what they are told, and what their answers mean.</summary>
public sealed class FenceAgentTests : IDisposable
{
    private readonly AgentFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    // device's parameters, action, target, what the agent reads
    [InlineData("ip=10.0.0.9 login=a", "reboot", "n1", "ip=10.0.0.9 login=a action=reboot nodename=n1 port=n1")]
    [InlineData("pcmk_host_map=n1:7;n2:8", "off", "n2", "action=off nodename=n2 port=8")]
    [InlineData("pcmk_host_map=n1:7;n2:8", "off", "n3", "action=off nodename=n3 port=n3")]
    [InlineData("pcmk_host_argument=plug", "off", "n1", "action=off nodename=n1 plug=n1")]
    [InlineData("pcmk_host_argument=none", "off", "n1", "action=off nodename=n1")]
    [InlineData("port=5", "off", "n1", "port=5 action=off nodename=n1")]
    [InlineData("pcmk_reboot_action=off pcmk_host_list=n1", "reboot", "n1", "action=off nodename=n1 port=n1")]
    [InlineData("pcmk_monitor_action=status", "monitor", "", "action=status")]
    [InlineData("", "list", "", "action=list")]
    public async Task An_agent_reads_its_parameters_from_its_standard_input(
        string parameters, string action, string target, string expected)
    {
        Agent($"cat > {_folder.File("in")}\necho arguments: $# >> {_folder.File("in")}\n");
        var result = await Run(action, target, parameters);
        Assert.True(result.Succeeded, result.Text);
        Assert.Equal(
            expected.Replace(' ', '\n') + "\narguments: 0\n", await File.ReadAllTextAsync(_folder.File("in")));
    }

    [Fact]
    public async Task A_parameter_cannot_smuggle_in_another()
    {
        Agent($"cat > {_folder.File("in")}\n");
        await Run("off", "n1", [new("login", "a\naction=on"), new("x\naction", "on")]);
        Assert.Equal("action=off\nnodename=n1\nport=n1\n", await File.ReadAllTextAsync(_folder.File("in")));
    }

    [Theory]
    [InlineData("off", "exit 0", true, "")]
    [InlineData("off", "echo 'Success: Powered OFF'", true, "Success: Powered OFF")]
    [InlineData("off", "echo 'no such plug' >&2; exit 1", false, "no such plug")]
    [InlineData("off", "exit 1", false, "the agent ended with exit code 1")]
    [InlineData("off", "exit 2", false, "the agent ended with exit code 2")]
    [InlineData("status", "exit 2", true, "off")]
    [InlineData("monitor", "exit 2", true, "off")]
    [InlineData("off", "kill -KILL $$", false, "the agent was ended by signal 9")]
    [InlineData("off", "sleep 600", false, "timed out after 0.5 s")]
    [InlineData("off", "trap '' TERM; sleep 600", false, "timed out after 0.5 s")]
    [InlineData("off", "printf 'a\\033b\\n' >&2; exit 1", false, "a\\x1bb")]
    [InlineData("off", "head -c 10000000 /dev/urandom; echo >&2; echo bad >&2; exit 1", false, "bad")]
    [InlineData("off", "exec <&-; exit 0", true, "")]
    public async Task Only_an_agent_that_says_so_has_succeeded(string action, string text, bool succeeded, string said)
    {
        Agent(text + "\n");
        var result = await Run(action, "n1", "", TimeSpan.FromSeconds(text.Contains("sleep", StringComparison.Ordinal) ? 0.5 : 30));
        Assert.Equal((succeeded, said), (result.Succeeded, result.Text));
    }

    [Fact]
    public async Task An_agent_that_reads_nothing_keeps_nobody_waiting()
    {
        Agent("exit 0\n");
        var result = await Run("off", "n1", [new("big", new string('x', 1_000_000))]);
        Assert.True(result.Succeeded, result.Text);
    }

    [Fact]
    public async Task The_list_of_hosts_is_handed_on()
    {
        Agent("echo 'n1,on'; echo 'n2,off'\n");
        Assert.Equal("n1,on\nn2,off\n", (await Run("list", "", "")).Output);
    }

    [Fact]
    public async Task An_agent_that_is_not_there_has_fenced_nobody()
    {
        var result = await Run("off", "n1", "");
        Assert.False(result.Succeeded);
        Assert.Contains("fence_t does not exist", result.Text, StringComparison.Ordinal);
        _folder.Write("fence_t", "#!/bin/sh\n", UnixFileMode.UserRead);
        Assert.Contains("is not executable", (await Run("off", "n1", "")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_device_is_watched_where_it_was_started()
    {
        Agent("read l; [ -e $0.broken ] && { echo 'no power switch' >&2; exit 1; }; exit 0\n");
        var agents = new FenceAgents(_folder.Path, new SecretStore(_folder.File("secrets"), null));
        Assert.Equal("7", await Watch(agents, "monitor", 0));
        Assert.Equal("0", await Watch(agents, "start", 0));
        Assert.Equal("0", await Watch(agents, "monitor", 0));
        Assert.Equal("0", await Watch(agents, "monitor", 60));
        _folder.Write("fence_t.broken", "");
        Assert.Equal("1 no power switch", await Watch(agents, "monitor", 60));
        Assert.Equal("0", await Watch(agents, "stop", 0));
        Assert.Equal("7", await Watch(agents, "monitor", 0));
        Assert.Equal("1 no power switch", await Watch(agents, "start", 0));
        Assert.StartsWith("3 ", await Watch(agents, "promote", 0), StringComparison.Ordinal);
    }

    [Theory]
    // what the agent says that it can do, device's parameters, was it started here; what it was asked for
    [InlineData("on off reboot", "", false, "reboot")]
    [InlineData("on off", "", false, "reboot metadata off")]
    [InlineData("on off", "", true, "monitor metadata off")]
    [InlineData("on off reboot", "", true, "monitor metadata reboot")]
    [InlineData("on off", "pcmk_reboot_action=on", false, "on")]
    [InlineData("", "", false, "reboot metadata")]
    public async Task An_agent_that_knows_no_reboot_switches_off(
        string can, string parameters, bool isStarted, string expected)
    {
        var actions = string.Concat(can.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(action => $"<action name='{action}'/>"));
        Agent(
            $$"""
            while read l; do case $l in action=*) a=${l#action=};; esac; done
            echo $a >> {{_folder.File("asked")}}
            [ $a != metadata ] || echo "<resource-agent><actions>{{actions}}</actions></resource-agent>"
            case " {{can}} metadata monitor " in *" $a "*) exit 0;; *) exit 1;; esac

            """);
        var agents = new FenceAgents(_folder.Path, new SecretStore(_folder.File("secrets"), null));
        if (isStarted)
        {
            Assert.Equal("0", await Watch(agents, "start", 0));
        }

        var result = await agents.Run(Request("reboot", "n1", Pairs(parameters), null), CancellationToken.None);
        Assert.Equal(can.Length > 0, result.Succeeded);
        Assert.Equal(expected, (await File.ReadAllTextAsync(_folder.File("asked"))).Trim().Replace('\n', ' '));
    }

    private static async Task<string> Watch(FenceAgents agents, string action, int intervalSeconds)
    {
        var result = await agents.Run(
            new AgentRequest
            {
                Agent = new AgentName("stonith", null, "fence_t"),
                ResourceId = "power",
                Action = action,
                Interval = TimeSpan.FromSeconds(intervalSeconds),
                Timeout = TimeSpan.FromSeconds(30),
                Node = "n1",
            },
            CancellationToken.None);
        return $"{result.ExitCode} {result.ExitReason}".TrimEnd();
    }

    private void Agent(string text) => _folder.Write("fence_t", "#!/bin/sh\n" + text);

    private Task<FenceResult> Run(string action, string target, string parameters, TimeSpan? timeout = null) =>
        Run(action, target, Pairs(parameters), timeout);

    private Task<FenceResult> Run(
        string action, string target, KeyValuePair<string, string>[] parameters, TimeSpan? timeout = null) =>
        new FenceAgents(_folder.Path, new SecretStore(_folder.File("secrets"), null)).Run(
            Request(action, target, parameters, timeout), CancellationToken.None);

    private static KeyValuePair<string, string>[] Pairs(string parameters) =>
    [
        .. parameters.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2))
            .Select(pair => new KeyValuePair<string, string>(pair[0], pair[1])),
    ];

    private static FenceRequest Request(
        string action, string target, KeyValuePair<string, string>[] parameters, TimeSpan? timeout) => new()
    {
        DeviceId = "power",
        Agent = new AgentName("stonith", null, "fence_t"),
        Action = action,
        Target = target,
        Parameters = ValueMap<string>.Of(parameters),
        Timeout = timeout ?? TimeSpan.FromSeconds(30),
    };
}

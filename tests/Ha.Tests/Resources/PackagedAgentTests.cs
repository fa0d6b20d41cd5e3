using Ha.InformationBase;
using Ha.Resources;
using Ha.Resources.Ocf;

namespace Ha.Tests.Resources;

/// <summary>Agents as the package resource-agents ships them, unchanged, in a network of their own.</summary>
public sealed class PackagedAgentTests
{
    private const string Root = "/usr/lib/ocf";

    [Fact]
    public Task Dummy_IPaddr2_and_nginx_run_unchanged()
    {
        if (File.Exists(Root + "/resource.d/heartbeat/IPaddr2") && File.Exists("/usr/sbin/nginx"))
        {
            return OwnNamespace.Run($"{typeof(PackagedAgentTests).FullName}.{nameof(Inside_packaged_agents_run)}");
        }

        Console.WriteLine("NOT RUN: the packages resource-agents and nginx are not there");
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Inside_packaged_agents_run()
    {
        if (!OwnNamespace.IsHere())
        {
            return;
        }

        using var folder = new AgentFolder();
        var conf = folder.Write(
            "nginx.conf",
            $$"""
            worker_processes 1;
            pid {{folder.File("nginx.pid")}};
            error_log {{folder.File("error.log")}};
            events { worker_connections 64; }
            http { access_log off; server { listen 10.66.0.8:80; location / { return 200 "here\n"; } } }
            """);
        KeyValuePair<string, string>[] none = [];
        KeyValuePair<string, string>[] address = [new("ip", "10.66.0.8"), new("cidr_netmask", "24"), new("nic", "v0")];
        KeyValuePair<string, string>[] server =
            [new("configfile", conf), new("port", "80"), new("status10url", "http://10.66.0.8/")];
        Assert.Equal("7 0 0 0 7", await Run("Dummy", none, "monitor start monitor stop monitor"));
        Assert.Equal("0 7 0 0", await Run("IPaddr2", address, "validate-all monitor start monitor"));
        Assert.Contains(
            "10.66.0.8/24", await OwnNamespace.Say("/usr/bin/ip", "-o", "addr", "show", "dev", "v0"), StringComparison.Ordinal);
        Assert.Equal("7 0 0 0", await Run("nginx", server, "monitor start monitor monitor"));
        Assert.Equal("0 7 0", await Run("nginx", server, "stop monitor stop"));
        Assert.Equal("0 7", await Run("IPaddr2", address, "stop monitor"));
        Assert.Equal("6", await Run("IPaddr2", none, "start"));
    }

    private static async Task<string> Run(string type, KeyValuePair<string, string>[] parameters, string actions)
    {
        var codes = new List<string>();
        foreach (var action in actions.Split(' '))
        {
            var result = await new OcfAgents(Root, "/nonexistent").Run(
                new AgentRequest
                {
                    Agent = new AgentName("ocf", "heartbeat", type),
                    ResourceId = "r",
                    Action = action,
                    Timeout = TimeSpan.FromSeconds(60),
                    Parameters = ValueMap<string>.Of(parameters),
                    Node = "n1",
                },
                CancellationToken.None);
            codes.Add(result.Status == OperationStatus.Done
                ? $"{result.ExitCode}"
                : $"{result.Status}({result.ExitReason})");
        }

        return string.Join(' ', codes);
    }
}

using Ha.Resources.Database;

namespace Ha.Tests.Database;

/// <summary>The built-in agent against real servers.</summary>
public sealed class PostgresAgentTests
{
    [Fact]
    public async Task A_pair_is_cloned_fails_over_rewinds_and_switches_back()
    {
        if (!ServerFarm.CanRun(nameof(A_pair_is_cloned_fails_over_rewinds_and_switches_back)))
        {
            return;
        }

        using var farm = await ServerFarm.Make(54771, ["n1", "n2"]);
        Assert.Equal(7, (await farm.Order("n1", "monitor")).Code);
        await farm.Done("n1", "start");
        Assert.Equal(0, (await farm.Order("n1", "monitor")).Code);
        await farm.Done("n2", "start");
        Assert.Equal(190, (await farm.Order("n2", "monitor")).Code);
        await farm.Done("n1", "promote");
        await farm.Until("n1 to be primary", async () => (await farm.Order("n1", "monitor")).Code == 8);

        // The second is cloned from the first, and counts once it has everything.
        await farm.Until("n2 to count", () => Task.FromResult(farm.Record is { Needed: 1, Voters: [ "n2" ] }));
        await farm.Until("n2 to be well", async () => (await farm.Order("n2", "monitor")).Code == 0);
        await farm.Ask("n1", "create table t (i int); insert into t values (1); select 1");

        // Its process is killed: the monitor says so, and the other is promoted with all there is.
        farm.Signal("n1", "KILL");
        await farm.Until("the end of n1", async () => (await farm.Order("n1", "monitor")).Code == 7);
        Assert.Null(farm.Cluster.Attribute("n1", "master-db"));
        await farm.Done("n1", "stop");
        await farm.Done("n1", "start");
        var took = await farm.Done("n2", "promote");
        Assert.True(took < TimeSpan.FromSeconds(3), $"promotion took {took}\n{farm.Log}");
        Assert.Equal("n2", farm.Record!.Primary);
        Assert.Equal("1", await farm.Ask("n2", "select count(*) from t"));
        await farm.Until("n1 to follow", () => Task.FromResult(farm.Record is { Needed: 1, Voters: [ "n1" ] }));
        await farm.Ask("n2", "insert into t values (2); select 1");

        // Switchover: the old primary follows without being rewound.
        var before = farm.Log.Split("rewinds").Length;
        var demotion = await farm.Done("n2", "demote");
        var promotion = await farm.Done("n1", "promote");
        Console.WriteLine($"failover promotion {took.TotalMilliseconds:0} ms; switchover: demotion {demotion.TotalMilliseconds:0} ms, promotion {promotion.TotalMilliseconds:0} ms");
        await farm.Until("n2 to follow", () => Task.FromResult(farm.Record is { Primary: "n1", Needed: 1, Voters: [ "n2" ] }));
        Assert.Equal("2", await farm.Ask("n1", "select count(*) from t"));
        Assert.Equal("2", await farm.Ask("n2", "select count(*) from t"));
        Assert.Equal(before, farm.Log.Split("rewinds").Length);
        await farm.Done("n1", "demote");
        await farm.Done("n1", "stop");
        await farm.Done("n2", "stop");
        Assert.Equal(7, (await farm.Order("n1", "monitor")).Code);
    }
}

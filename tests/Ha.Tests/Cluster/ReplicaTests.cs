using Ha.Actors.Cluster;
using Ha.InformationBase;

namespace Ha.Tests.Cluster;

public sealed class ReplicaTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void Nodes_that_all_see_each_other_form_one_epoch_with_one_coordinator(int count)
    {
        var world = new ReplicaWorld(1, count);
        world.Tick(TimeSpan.FromSeconds(1));
        Assert.All(world.Replicas, replica => Assert.IsType<EpochState.Active>(replica.State.Epoch));
        Assert.Single(world.Replicas.Select(replica => replica.State.Epoch).Distinct());
    }

    [Fact]
    public void A_change_is_acknowledged_and_is_the_same_everywhere()
    {
        var world = new ReplicaWorld(2, 3);
        world.Tick(TimeSpan.FromSeconds(1));
        world.Propose(2, "a");
        world.Tick(TimeSpan.FromSeconds(1));
        Assert.Equal("a", Assert.Single(world.Acknowledged).RequestId);
        Assert.Single(world.Replicas.Select(replica => CibCodec.Digest(replica.State.Log.Cib)).Distinct());
    }

    [Fact]
    public void A_minority_acknowledges_nothing()
    {
        var world = new ReplicaWorld(3, 3);
        world.Tick(TimeSpan.FromSeconds(1));
        world.Split([0, 1, 1]);
        world.Propose(1, "lost");
        world.Propose(2, "kept");
        world.Tick(TimeSpan.FromSeconds(5));
        Assert.Equal(["kept"], world.Acknowledged.Select(item => item.RequestId));
        Assert.False(world[1].IsActive);
    }

    [Fact]
    public void A_node_of_two_that_boots_alone_waits()
    {
        var world = new ReplicaWorld(4, 2);
        world.Split([0, 1]);
        world.Tick(TimeSpan.FromSeconds(30));
        Assert.DoesNotContain(world.Replicas, replica => replica.IsActive);
    }

    [Fact]
    public void A_stopped_cluster_forms_again_from_its_logs()
    {
        var world = new ReplicaWorld(5, 3);
        world.Tick(TimeSpan.FromSeconds(1));
        world.Propose(1, "before");
        world.Tick(TimeSpan.FromSeconds(1));
        foreach (var node in (uint[])[1, 2, 3])
        {
            world.Crash(node);
        }

        foreach (var node in (uint[])[1, 2, 3])
        {
            world.Restart(node);
        }

        world.Tick(TimeSpan.FromSeconds(10));
        Assert.All(world.Replicas, replica => Assert.True(replica.IsActive));
        Assert.All(world.Replicas, replica => Assert.Contains(
            replica.State.Log.Cib.Configuration.Properties, set => set.Values.Any(pair => pair.Name == "before")));
    }

    [Fact]
    public void No_acknowledged_change_is_lost_whatever_splits_and_crashes()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            ReplicaSeed.Run(seed);
            ReplicaSeed.Run(seed, isNasty: true);
        }
    }
}

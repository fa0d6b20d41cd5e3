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
            RunSeed(seed);
        }
    }

    private static void RunSeed(int seed)
    {
        var random = new Random(seed * 7919);
        var count = 1 + random.Next(5);
        var world = new ReplicaWorld(seed, count);
        world.Tick(TimeSpan.FromSeconds(1));
        for (var round = 0; round < 40; round++)
        {
            var node = (uint)(1 + random.Next(count));
            switch (random.Next(8))
            {
                case 0:
                    world.Split([.. world.Replicas.Select(_ => random.Next(2))]);
                    break;
                case 1:
                    world.Split([.. world.Replicas.Select(_ => 0)]);
                    break;
                case 2 when world[node].IsUp:
                    world.Crash(node);
                    break;
                case 3 when !world[node].IsUp:
                    world.Restart(node);
                    break;
                default:
                    world.Propose(node, $"{seed}-{round}");
                    break;
            }

            for (var step = random.Next(60); step > 0 && world.Once(); step--)
            {
            }

            if (random.Next(3) == 0)
            {
                world.Tick(TimeSpan.FromMilliseconds(random.Next(3000)));
            }

            Agree(world, seed);
        }

        foreach (var replica in world.Replicas.Where(replica => !replica.IsUp).ToList())
        {
            world.Restart(replica.NodeId);
        }

        world.Split([.. world.Replicas.Select(_ => 0)]);
        world.Tick(TimeSpan.FromSeconds(25));
        Agree(world, seed);
        Assert.All(world.Replicas, replica => Assert.True(replica.IsActive, $"seed {seed}: n{replica.NodeId} {replica.State.Phase}"));
        foreach (var (request, index) in world.Acknowledged)
        {
            Assert.All(world.Replicas, replica => Assert.True(
                replica.State.Log.Requests.TryGetValue(request, out var at) && at == index,
                $"seed {seed}: {request} was acknowledged at {index} and is not there on n{replica.NodeId}"));
        }
    }

    private static void Agree(ReplicaWorld world, int seed)
    {
        foreach (var group in world.Replicas.Where(replica => replica.IsUp)
            .GroupBy(replica => replica.State.Log.CommitIndex))
        {
            Assert.True(
                group.Select(replica => CibCodec.Digest(replica.State.Log.Cib)).Distinct().Count() == 1,
                $"seed {seed}: states at index {group.Key} differ");
        }
    }
}

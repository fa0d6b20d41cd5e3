using Ha.InformationBase;

namespace Ha.Tests.Cluster;

/// <summary>One seed: replicas alone, split and crashed in the middle of everything; fails by assertion.</summary>
internal static class ReplicaSeed
{
    public static void Run(int seed, bool isNasty = false)
    {
        var random = new Random(seed * 7919);
        var count = isNasty ? 3 + (2 * random.Next(2)) : 1 + random.Next(5);
        var world = new ReplicaWorld(seed, count);
        world.Tick(TimeSpan.FromSeconds(1));
        for (var round = 0; round < (isNasty ? 150 : 40); round++)
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

            for (var step = random.Next(isNasty ? 14 : 60); step > 0 && world.Once(); step--)
            {
            }

            if (random.Next(isNasty ? 12 : 3) == 0)
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

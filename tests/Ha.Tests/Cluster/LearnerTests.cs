using Ha.Actors.Cluster;
using Ha.InformationBase;

namespace Ha.Tests.Cluster;

/// <summary>Disks that forget, fail or differ: such a node learns before it counts.</summary>
public sealed class LearnerTests
{
    [Fact]
    public void A_wiped_disk_is_no_witness_against_an_acknowledged_change()
    {
        var world = Active(11, 3);
        world.Split([0, 1, 0]);
        world.Propose(1, "kept");
        world.Tick(TimeSpan.FromSeconds(3));
        Assert.Single(world.Acknowledged);

        // 1 and 3 have it; 3 forgets everything, 1 is away: 2 and 3 cannot know of it, and must not go on.
        world.Crash(1);
        world.Crash(3);
        world.Wipe(3);
        world.Split([0, 0, 0]);
        world.Restart(3);
        world.Tick(TimeSpan.FromSeconds(30));
        Assert.DoesNotContain(world.Replicas, replica => replica.IsActive);

        world.Restart(1);
        world.Tick(TimeSpan.FromSeconds(10));
        Assert.All(world.Replicas, replica => Assert.True(replica.IsActive));
        Assert.All(world.Replicas, replica => Assert.Contains("kept", replica.State.Log.Requests.Keys));
    }

    [Fact]
    public void A_node_whose_log_is_damaged_takes_the_log_of_the_others_and_counts_again()
    {
        var world = Active(12, 3);
        world.Propose(1, "a");
        world.Tick(TimeSpan.FromSeconds(1));
        world.Crash(3);
        world.RestartDamaged(3);
        Assert.Equal(DiskState.Lost, world[3].State.Disk);
        world.Tick(TimeSpan.FromSeconds(5));
        Assert.All(world.Replicas, replica => Assert.True(replica.IsActive));
        Assert.Equal(DiskState.Sound, world[3].State.Disk);
        Assert.Single(world.Replicas.Select(replica => replica.State.Log.LastHash).Distinct());

        world.Split([1, 0, 0]);
        world.Propose(3, "b");
        world.Tick(TimeSpan.FromSeconds(5));
        Assert.Equal(["a", "b"], world.Acknowledged.Select(item => item.RequestId));
    }

    [Fact]
    public void Damaged_logs_alone_make_no_new_cluster()
    {
        var world = Active(13, 3);
        world.Crash(1);
        world.Crash(2);
        world.Crash(3);
        world.RestartDamaged(2);
        world.RestartDamaged(3);
        world.Tick(TimeSpan.FromSeconds(30));
        Assert.DoesNotContain(world.Replicas, replica => replica.IsActive);
    }

    [Fact]
    public void When_every_voter_is_there_a_replaced_disk_holds_up_nobody()
    {
        var world = Active(14, 2);
        world.Propose(1, "a");
        world.Tick(TimeSpan.FromSeconds(1));
        world.Crash(2);
        world.Wipe(2);
        world.Restart(2);
        world.Tick(TimeSpan.FromSeconds(5));
        Assert.All(world.Replicas, replica => Assert.True(replica.IsActive));
        Assert.All(world.Replicas, replica => Assert.Contains("a", replica.State.Log.Requests.Keys));
    }

    [Fact]
    public void A_full_disk_takes_the_vote_not_the_cluster_and_comes_back_without_a_restart()
    {
        var world = Active(15, 3);
        world.FailDisk(3);
        world.Propose(1, "without");
        world.Tick(TimeSpan.FromSeconds(5));
        Assert.True(world[1].IsActive);
        Assert.False(world[3].IsActive);
        Assert.Equal(["without"], world.Acknowledged.Select(item => item.RequestId));

        world.RepairDisk(3);
        world.Tick(TimeSpan.FromSeconds(5));
        Assert.All(world.Replicas, replica => Assert.True(replica.IsActive));
        Assert.Contains("without", world[3].State.Log.Requests.Keys);
    }

    [Fact]
    public void A_node_whose_state_differs_from_the_majority_takes_theirs()
    {
        var world = Active(16, 3);
        world.AllowsErrors = true;
        var odd = world[2];
        odd.State = odd.State with
        {
            Log = odd.State.Log with { Cib = odd.State.Log.Cib with { Revision = odd.State.Log.Cib.Revision + 1 } },
        };
        world.Propose(1, "check", new CibChange.CheckDigest());
        world.Tick(TimeSpan.FromSeconds(5));
        Assert.All(world.Replicas, replica => Assert.True(replica.IsActive));
        Assert.Single(world.Replicas.Select(replica => CibCodec.Digest(replica.State.Log.Cib)).Distinct());
        Assert.Equal(DiskState.Sound, odd.State.Disk);
    }

    [Fact]
    public void A_request_is_known_to_a_node_that_got_a_snapshot_in_its_place()
    {
        const int Changes = 2050; // More than the entries before a snapshot.
        var world = Active(17, 3);
        for (var number = 0; number < Changes; number++)
        {
            world.Propose(1, $"r{number}", new CibChange.SetProperty("number", $"{number}", ""));
            if (number % 100 == 0)
            {
                world.Tick(TimeSpan.FromMilliseconds(100));
            }
        }

        world.Tick(TimeSpan.FromSeconds(2));
        world.Crash(3);
        world.Wipe(3);
        world.Restart(3);
        world.Tick(TimeSpan.FromSeconds(5));
        Assert.True(world[3].IsActive);
        Assert.True(world[3].State.Log.SnapshotIndex > 0);
        Assert.All(world.Replicas, replica => Assert.True(replica.State.Log.Knows($"r{Changes - 400}")));
        Assert.All(world.Replicas, replica => Assert.False(replica.State.Log.Knows("r3")));
        Assert.Single(world.Replicas.Select(replica => CibCodec.Digest(replica.State.Log.Cib)).Distinct());
    }

    [Fact]
    public void A_frozen_engine_is_no_quorum()
    {
        var world = Active(18, 3);
        world.Silence(2, isSilent: true);
        Assert.False(Assert.IsType<EpochState.Inactive>(world[2].State.Epoch).IsQuorate);
        world.Silence(2, isSilent: false);
        world.Tick(TimeSpan.FromSeconds(5));
        Assert.All(world.Replicas, replica => Assert.True(replica.IsActive));
    }

    private static ReplicaWorld Active(int seed, int count)
    {
        var world = new ReplicaWorld(seed, count);
        world.Tick(TimeSpan.FromSeconds(1));
        Assert.All(world.Replicas, replica => Assert.True(replica.IsActive));
        return world;
    }
}

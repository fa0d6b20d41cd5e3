using Ha.Kernel;

namespace Ha.Tests.KernelRoom;

public sealed class MailboxTests
{
    private readonly ToyWorld _world = new();

    [Fact]
    public void Messages_come_one_by_one_in_the_order_told()
    {
        var toy = _world.Spawn();
        for (var number = 0; number < 200; number++)
        {
            toy.Tell(new Toy.Word($"{number}"));
        }

        _world.Scheduler.RunUntilIdle();
        Assert.Equal(Enumerable.Range(0, 200).Select(number => $"{number}").Prepend("start"), _world.Notes);
    }

    [Fact]
    public void The_system_lane_goes_before_all_of_the_user_lane()
    {
        var toy = _world.Spawn();
        toy.Tell(new Toy.Word("user 1"));
        toy.Tell(new Toy.Word("user 2"));
        toy.TellSystem(new Toy.Word("system 1"));
        toy.TellSystem(new Toy.Word("system 2"));
        _world.Scheduler.RunUntilIdle();
        Assert.Equal(["start", "system 1", "system 2", "user 1", "user 2"], _world.Notes);
    }

    [Fact]
    public void A_message_in_the_system_lane_overtakes_what_waits_even_in_the_middle_of_a_turn()
    {
        var toy = _world.Spawn();
        toy.Tell(new Toy.Do(context => context.Self.TellSystem(new Toy.Word("system"))));
        toy.Tell(new Toy.Word("user"));
        _world.Scheduler.RunUntilIdle();
        Assert.Equal(["start", "system", "user"], _world.Notes);
    }

    [Theory]
    [InlineData(MailboxPolicy.RejectNewest, "start 1 2 3", "4 5")]
    [InlineData(MailboxPolicy.DropOldest, "start 3 4 5", "1 2")]
    public void A_full_mailbox_does_what_it_declared(MailboxPolicy policy, string received, string dead)
    {
        var toy = _world.Spawn(mailbox: new MailboxSettings(3, policy));
        foreach (var word in (string[])["1", "2", "3", "4", "5"])
        {
            toy.Tell(new Toy.Word(word));
        }

        _world.Scheduler.RunUntilIdle();
        Assert.Equal(received.Split(' '), _world.Notes);
        Assert.Equal(dead.Split(' '), _world.DeadLetters.Select(letter => ((Toy.Word)letter.Message).Text));
        Assert.All(_world.DeadLetters, letter => Assert.Equal(("toys/toy", "mailbox full"), (letter.Path, letter.Reason)));
        Assert.Equal(2, _world.System.DeadLetterCount);
        Assert.Empty(_world.Exits);
    }

    [Fact]
    public void A_full_mailbox_that_must_never_be_is_a_failure_of_the_actor()
    {
        var toy = _world.Spawn(mailbox: new MailboxSettings(2, MailboxPolicy.Fail));
        foreach (var word in (string[])["1", "2", "3"])
        {
            toy.Tell(new Toy.Word(word));
        }

        _world.Scheduler.RunUntilIdle();
        Assert.Contains("the mailbox of toys/toy is full (2)", Assert.Single(_world.Exits), StringComparison.Ordinal);
    }

    [Fact]
    public void Each_lane_has_its_own_room()
    {
        var toy = _world.Spawn(mailbox: new MailboxSettings(1, MailboxPolicy.RejectNewest));
        toy.Tell(new Toy.Word("user"));
        toy.TellSystem(new Toy.Word("system"));
        toy.TellSystem(new Toy.Word("one too many"));
        _world.Scheduler.RunUntilIdle();
        Assert.Equal(["start", "system", "user"], _world.Notes);
        Assert.Equal(1, _world.System.DeadLetterCount);
    }

    [Fact]
    public void What_is_told_to_one_that_stopped_is_a_dead_letter()
    {
        var toy = _world.Spawn();
        toy.Tell(new Toy.Do(context => context.StopSelf()));
        toy.Tell(new Toy.Word("left in the mailbox"));
        _world.Scheduler.RunUntilIdle();
        toy.Tell(new Toy.Word("too late"));
        _world.Scheduler.RunUntilIdle();
        Assert.Equal(["start", "stop"], _world.Notes);
        Assert.Equal(
            ["left in the mailbox", "too late"], _world.DeadLetters.Select(letter => ((Toy.Word)letter.Message).Text));
        Assert.All(_world.DeadLetters, letter => Assert.Equal("stopped", letter.Reason));
    }

    [Fact]
    public void Nobody_takes_anything_and_complains_of_nothing()
    {
        ActorRef<Toy>.Nobody.Tell(new Toy.Word("x"));
        ActorRef<Toy>.Nobody.TellSystem(new Toy.Word("x"));
        Assert.Equal(0, _world.System.DeadLetterCount);
    }

    [Fact]
    public void An_adapted_reference_turns_messages_into_the_actors_own()
    {
        var toy = _world.Spawn();
        toy.Adapt<string>(text => new Toy.Word(text)).Tell("turned");
        toy.Adapt<string>(text => new Toy.Word(text)).TellSystem("first");
        _world.Scheduler.RunUntilIdle();
        Assert.Equal(["start", "first", "turned"], _world.Notes);
    }
}

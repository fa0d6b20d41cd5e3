using Ha.Kernel;

namespace Ha.Tests.KernelRoom;

public sealed class TimeAndWorkTests
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);
    private readonly ToyWorld _world = new();

    [Fact]
    public void Timers_go_off_in_the_order_of_their_times_and_not_before()
    {
        var toy = _world.Spawn();
        toy.Tell(new Toy.Do(context =>
        {
            context.TellSelfAfter(s_second * 3, new Toy.Word("three"));
            context.TellSelfAfter(s_second, new Toy.Word("one"));
            context.TellSelfAfter(s_second, new Toy.Word("one, too"));
            context.TellSelfAfter(-s_second, new Toy.Word("at once"));
        }));
        _world.Scheduler.RunFor(s_second * 2);
        Assert.Equal(["start", "at once", "one", "one, too"], _world.Notes);
        Assert.Equal(s_second * 2, _world.Scheduler.Now);
        _world.Scheduler.RunFor(s_second);
        Assert.Equal("three", _world.Notes[^1]);
    }

    [Fact]
    public void A_cancelled_timer_tells_nothing()
    {
        Ha.Kernel.ITimer? timer = null;
        _world.Spawn().Tell(new Toy.Do(context => timer = context.TellSelfAfter(s_second, new Toy.Word("never"))));
        _world.Scheduler.RunUntilIdle();
        timer!.Cancel();
        timer.Cancel();
        _world.Scheduler.RunFor(s_second * 5);
        Assert.Equal(["start"], _world.Notes);
    }

    [Fact]
    public void A_timer_of_a_life_before_tells_nothing_after_a_restart()
    {
        var toy = _world.Spawn(budget: RestartBudget.Few);
        toy.Tell(new Toy.Do(context => context.TellSelfAfter(s_second, new Toy.Word("never"))));
        toy.Tell(new Toy.Fail("oops"));
        _world.Scheduler.RunFor(s_second * 5);
        Assert.Equal(["start", "stop", "start"], _world.Notes);
        Assert.Equal(0, _world.System.DeadLetterCount);
    }

    [Fact]
    public void The_end_of_work_comes_back_as_a_message()
    {
        _world.Spawn().Tell(new Toy.Do(context => context.Run(
            async cancel =>
            {
                await _world.Scheduler.Delay(s_second, cancel);
                return 7;
            },
            done => new Toy.Word($"done {done}"),
            fault => new Toy.Word(fault.Message))));
        _world.Scheduler.RunUntilIdle();
        Assert.Equal(["start"], _world.Notes);
        _world.Scheduler.RunFor(s_second);
        Assert.Equal(["start", "done 7"], _world.Notes);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_fault_of_work_comes_back_as_a_message_and_fails_nobody(bool atOnce)
    {
        _world.Spawn().Tell(new Toy.Do(context => context.Run<int>(
            async cancel =>
            {
                await (atOnce ? Task.CompletedTask : _world.Scheduler.Delay(s_second, cancel));
                throw new IOException("disk full");
            },
            _ => new Toy.Word("done"),
            fault => new Toy.Word(fault.Message))));
        _world.Scheduler.RunFor(s_second * 2);
        Assert.Equal(["start", "disk full"], _world.Notes);
        Assert.Empty(_world.Exits);
    }

    [Fact]
    public void Work_is_cancelled_when_its_actor_stops_and_tells_nothing_then()
    {
        var wasCancelled = false;
        var toy = _world.Spawn();
        toy.Tell(new Toy.Do(context => context.Run(
            async cancel =>
            {
                cancel.Register(() => wasCancelled = true);
                await _world.Scheduler.Delay(s_second, CancellationToken.None);
                return 7;
            },
            _ => new Toy.Word("done"),
            fault => new Toy.Word(fault.Message))));
        toy.Tell(new Toy.Do(context => context.StopSelf()));
        _world.Scheduler.RunFor(s_second * 5);
        Assert.True(wasCancelled);
        Assert.Equal(["start", "stop"], _world.Notes);
        Assert.Equal(0, _world.System.DeadLetterCount);
    }

    [Fact]
    public void An_ask_gets_its_answer_or_nothing_at_its_deadline()
    {
        var toy = _world.Spawn();
        var answered = _world.System.Ask<Toy, Toy>(toy, reply => new Toy.Ask(reply), s_second);
        var silent = _world.System.Ask<Toy, Toy>(toy, _ => new Toy.Word("says nothing"), s_second);
        _world.Scheduler.RunUntilIdle();
        Assert.Equal(new Toy.Word("answer"), Result(answered));
        Assert.False(silent.IsCompleted);
        _world.Scheduler.RunFor(s_second);
        Assert.Null(Result(silent));
    }

    [Fact]
    public void An_answer_after_the_deadline_changes_nothing()
    {
        ActorRef<Toy>? late = null;
        var asked = _world.System.Ask<Toy, Toy>(
            new CallbackRef<Toy>("slow", message => late = ((Toy.Ask)message).ReplyTo), reply => new Toy.Ask(reply), s_second);
        _world.Scheduler.RunFor(s_second * 2);
        late!.Tell(new Toy.Word("too late"));
        Assert.Null(Result(asked));
    }

    [Fact]
    public void Events_reach_those_who_want_them_until_they_stop()
    {
        var toy = _world.Spawn(onStart: context => context.Subscribe<string>(text => new Toy.Word(text)));
        var other = _world.Spawn("other");
        _world.Scheduler.RunUntilIdle();
        other.Tell(new Toy.Do(context => context.Publish("heard")));
        _world.Scheduler.RunUntilIdle();
        Assert.Equal(["start", "start", "heard"], _world.Notes);

        toy.Tell(new Toy.Do(context => context.StopSelf()));
        _world.Scheduler.RunUntilIdle();
        other.Tell(new Toy.Do(context => context.Publish("not heard")));
        _world.Scheduler.RunUntilIdle();
        Assert.Equal("stop", _world.Notes[^1]);
        Assert.Equal(0, _world.System.DeadLetterCount);
    }

    [Fact]
    public void A_restarted_actor_hears_each_event_once()
    {
        var toy = _world.Spawn(
            budget: RestartBudget.Few, onStart: context => context.Subscribe<string>(text => new Toy.Word(text)));
        toy.Tell(new Toy.Fail("oops"));
        _world.Scheduler.RunUntilIdle();
        _world.System.Events.Publish("once");
        _world.Scheduler.RunUntilIdle();
        Assert.Single(_world.Notes, "once");
    }

    [Fact]
    public void A_probe_remembers_what_it_was_told_and_complains_of_anything_else()
    {
        var probe = new TestProbe<Toy>();
        _world.Spawn().Tell(new Toy.Ask(probe));
        _world.Scheduler.RunUntilIdle();
        Assert.Equal("answer", probe.Expect<Toy.Word>().Text);
        Assert.Contains("got nothing", Assert.Throws<InvalidOperationException>(probe.Expect<Toy.Word>).Message, StringComparison.Ordinal);
        probe.Tell(new Toy.Fail("x"));
        Assert.Contains("expected Word", Assert.Throws<InvalidOperationException>(probe.Expect<Toy.Word>).Message, StringComparison.Ordinal);
        probe.TellSystem(new Toy.Word("y"));
        Assert.Equal(1, probe.Count);
        Assert.Equal([new Toy.Word("y")], probe.TakeAll());
    }

    // All tasks here end on this thread, when the simulated scheduler says so.
    private static Toy? Result(Task<Toy?> task)
    {
        Assert.True(task.IsCompletedSuccessfully);
        return task.GetAwaiter().GetResult();
    }
}

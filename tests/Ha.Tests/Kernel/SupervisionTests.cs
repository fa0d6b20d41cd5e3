using Ha.Kernel;

namespace Ha.Tests.KernelRoom;

public sealed class SupervisionTests
{
    private static readonly RestartBudget s_two = new(2, TimeSpan.FromMinutes(1));
    private readonly ToyWorld _world = new();

    [Fact]
    public void A_failed_actor_starts_anew_and_goes_on_with_its_mailbox()
    {
        var toy = _world.Spawn(budget: s_two);
        toy.Tell(new Toy.Word("before"));
        toy.Tell(new Toy.Fail("oops"));
        toy.Tell(new Toy.Word("after"));
        _world.Scheduler.RunUntilIdle();
        Assert.Equal(["start", "before", "stop", "start", "after"], _world.Notes);
        Assert.Contains(_world.Lines, line => line.StartsWith("Error toys/toy failed: InvalidOperationException: oops", StringComparison.Ordinal));
        Assert.Empty(_world.Exits);
    }

    [Fact]
    public void Beyond_its_budget_a_failure_ends_the_process()
    {
        var toy = _world.Spawn(budget: s_two);
        for (var count = 0; count < 3; count++)
        {
            toy.Tell(new Toy.Fail($"oops {count}"));
        }

        toy.Tell(new Toy.Word("never"));
        _world.Scheduler.RunUntilIdle();
        Assert.Equal(["toys/toy failed: oops 2"], _world.Exits);
        Assert.Equal(["start", "stop", "start", "stop", "start", "stop"], _world.Notes);
        Assert.Equal("never", ((Toy.Word)Assert.Single(_world.DeadLetters).Message).Text);
    }

    [Fact]
    public void Without_a_budget_the_first_failure_ends_the_process()
    {
        _world.Spawn().Tell(new Toy.Fail("oops"));
        _world.Scheduler.RunUntilIdle();
        Assert.Equal(["toys/toy failed: oops"], _world.Exits);
    }

    [Fact]
    public void A_budget_is_for_a_window_and_old_restarts_are_forgotten()
    {
        var toy = _world.Spawn(budget: new RestartBudget(1, TimeSpan.FromSeconds(10)));
        for (var count = 0; count < 5; count++)
        {
            toy.Tell(new Toy.Fail("oops"));
            _world.Scheduler.RunFor(TimeSpan.FromSeconds(11));
        }

        Assert.Empty(_world.Exits);
        toy.Tell(new Toy.Fail("one"));
        toy.Tell(new Toy.Fail("two"));
        _world.Scheduler.RunUntilIdle();
        Assert.Equal(["toys/toy failed: two"], _world.Exits);
    }

    [Fact]
    public void A_child_beyond_its_budget_fails_its_parent_and_so_up_to_the_process()
    {
        var parents = 0;
        var parent = _world.Spawn("parent", budget: new RestartBudget(1, TimeSpan.FromMinutes(1)), onStart: context =>
        {
            parents++;
            context.Spawn("child", () => new ToyActor([], _ => throw new InvalidOperationException("cannot start")));
        });
        _world.Scheduler.RunUntilIdle();
        Assert.Equal(2, parents);
        Assert.Equal(["toys/parent failed: a child failed: cannot start"], _world.Exits);
        parent.Tell(new Toy.Word("x"));
        Assert.Equal(1, _world.System.DeadLetterCount);
    }

    [Fact]
    public void Children_end_with_their_parent_the_youngest_first()
    {
        var toy = _world.Spawn(onStart: context =>
        {
            context.Spawn("one", () => new NamedActor("one", _world.Notes));
            context.Spawn("two", () => new NamedActor("two", _world.Notes));
        });
        _world.Scheduler.RunUntilIdle();
        _world.Notes.Clear();
        toy.Tell(new Toy.Do(context => context.StopSelf()));
        _world.Scheduler.RunUntilIdle();
        Assert.Equal(["one stops", "stop", "two stops"], _world.Notes.Order(StringComparer.Ordinal));
        Assert.Empty(_world.Exits);
    }

    [Fact]
    public void A_parent_may_stop_one_child()
    {
        ActorRef<Toy>? child = null;
        var toy = _world.Spawn(onStart: context =>
            child = context.Spawn("one", () => new NamedActor("one", _world.Notes)));
        _world.Scheduler.RunUntilIdle();
        toy.Tell(new Toy.Do(context => context.Stop(child!)));
        toy.Tell(new Toy.Word("goes on"));
        _world.Scheduler.RunUntilIdle();
        Assert.Equal(["start", "goes on", "one stops"], _world.Notes);
        child!.Tell(new Toy.Word("x"));
        Assert.Equal("toys/toy/one", Assert.Single(_world.DeadLetters).Path);
    }

    [Fact]
    public void A_failure_while_stopping_is_said_and_stops_nothing()
    {
        _world.System.Spawn<Toy>("bad", () => new BadEnd());
        _world.Spawn("good");
        _world.Scheduler.RunUntilIdle();
        _world.System.Stop();
        _world.Scheduler.RunUntilIdle();
        Assert.Contains("Error toys/bad failed while stopping: cannot stop", _world.Lines);
        Assert.Equal(["start", "stop"], _world.Notes);
        Assert.Empty(_world.Exits);
    }

    [Fact]
    public void The_context_is_there_from_the_start_on_and_not_before()
    {
        _world.System.Spawn<Toy>("early", () => new TooEarly());
        _world.Scheduler.RunUntilIdle();
        Assert.Contains("an actor has its context from OnStart on", Assert.Single(_world.Exits), StringComparison.Ordinal);
    }

    private sealed class NamedActor(string name, List<string> notes) : Actor<Toy>
    {
        protected override void OnStop() => notes.Add($"{name} stops");

        protected override void Receive(Toy message)
        {
        }
    }

    private sealed class BadEnd : Actor<Toy>
    {
        protected override void OnStop() => throw new InvalidOperationException("cannot stop");

        protected override void Receive(Toy message)
        {
        }
    }

    private sealed class TooEarly : Actor<Toy>
    {
        public TooEarly() => Context.StopSelf();

        protected override void Receive(Toy message)
        {
        }
    }
}

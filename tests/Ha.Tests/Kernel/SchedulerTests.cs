using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Ha.Kernel;

namespace Ha.Tests.KernelRoom;

/// <summary>The real scheduler and the simulated one keep the same rules; the simulated one chooses among what the
/// rules leave open by its seed.</summary>
public sealed class SchedulerTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private static IScheduler Make(bool isReal) => isReal ? new ThreadScheduler() : new SimulatedScheduler(5);

    [Fact]
    public void The_same_seed_gives_the_same_order_and_other_seeds_give_others()
    {
        var orders = Enumerable.Range(1, 20).Select(seed => string.Join(' ', Race(seed))).ToList();
        Assert.Equal(orders, Enumerable.Range(1, 20).Select(seed => string.Join(' ', Race(seed))));
        Assert.True(orders.Distinct().Count() > 10);
    }

    [Fact]
    public void Random_numbers_come_from_the_seed_and_the_path()
    {
        Assert.Equal(Numbers(1, "a"), Numbers(1, "a"));
        Assert.NotEqual(Numbers(1, "a"), Numbers(1, "b"));
        Assert.NotEqual(Numbers(1, "a"), Numbers(2, "a"));
    }

    [Fact]
    public void Virtual_time_goes_only_where_it_is_let()
    {
        var scheduler = new SimulatedScheduler(1);
        var went = 0;
        scheduler.After(TimeSpan.FromDays(1), () => went++);
        scheduler.RunUntilIdle();
        Assert.Equal((0, TimeSpan.Zero), (went, scheduler.Now));
        Assert.False(scheduler.RunUntil(() => went == 1, TimeSpan.FromHours(23)));
        Assert.True(scheduler.RunUntil(() => went == 1, TimeSpan.FromHours(2)));
        Assert.Equal(TimeSpan.FromDays(1), scheduler.Now);
        scheduler.WallClockJump = TimeSpan.FromHours(-5);
        Assert.Equal(TimeSpan.FromDays(1), scheduler.Now);
        Assert.False(scheduler.Step());
    }

    [Fact]
    public void A_delay_that_is_called_off_ends_at_once()
    {
        var scheduler = new SimulatedScheduler(1);
        using var source = new CancellationTokenSource();
        var delay = scheduler.Delay(TimeSpan.FromHours(1), source.Token);
        source.Cancel();
        Assert.True(delay.IsCanceled);
        scheduler.RunFor(TimeSpan.FromHours(2));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void One_actor_does_one_thing_at_a_time_and_keeps_each_senders_order(bool isReal)
    {
        const int Senders = 8;
        const int Each = 500;
        var scheduler = Make(isReal);
        using var ended = new CountdownEvent(Senders * Each);
        var inside = 0;
        var overlaps = 0;
        var heard = new List<(int Sender, int Number)>();
        var system = new ActorSystem("real", scheduler, new NoExit(), new NoLog(), 1);
        var counter = system.Spawn<Tick>("counter", () => new Counter(tick =>
        {
            overlaps += Interlocked.Increment(ref inside) == 1 ? 0 : 1;
            heard.Add((tick.Sender, tick.Number));
            Interlocked.Decrement(ref inside);
            ended.Signal();
        }));
        for (var sender = 0; sender < Senders; sender++)
        {
            var me = sender;
            system.Spawn<Tick>($"sender {me}", () => new Counter(_ =>
            {
                for (var number = 0; number < Each; number++)
                {
                    counter.Tell(new Tick(me, number));
                }
            })).Tell(new Tick(0, 0));
        }

        (scheduler as SimulatedScheduler)?.RunUntilIdle();
        Assert.True(ended.Wait(s_patience));
        Assert.Equal(0, overlaps);
        Assert.All(heard.GroupBy(item => item.Sender), sender =>
            Assert.Equal(Enumerable.Range(0, Each), sender.Select(item => item.Number)));
        system.Stop();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Timers_go_off_once_in_order_and_not_when_cancelled(bool isReal)
    {
        var scheduler = Make(isReal);
        var order = new BlockingCollection<string>();
        var cancelled = scheduler.After(TimeSpan.FromMilliseconds(20), () => order.Add("cancelled"));
        cancelled.Cancel();
        scheduler.After(TimeSpan.FromMilliseconds(250), () => order.Add("late"));
        scheduler.After(TimeSpan.FromMilliseconds(30), () => order.Add("early"));
        (scheduler as SimulatedScheduler)?.RunFor(TimeSpan.FromSeconds(1));
        Assert.True(order.TryTake(out var first, s_patience));
        Assert.True(order.TryTake(out var second, s_patience));
        Assert.Equal(("early", "late"), (first, second));
        Assert.True(scheduler.Now >= TimeSpan.FromMilliseconds(250));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Work_ends_once_with_a_result_or_a_fault(bool isReal)
    {
        var scheduler = Make(isReal);
        var ends = new BlockingCollection<string>();
        scheduler.Run(_ => Task.FromResult(4), (result, fault) => ends.Add($"{result}{fault?.Message}"), default);
        (scheduler as SimulatedScheduler)?.RunUntilIdle();
        Assert.True(ends.TryTake(out var good, s_patience));
        scheduler.Run<int>(_ => throw new IOException("bad"), (_, fault) => ends.Add($"{fault?.Message}"), default);
        (scheduler as SimulatedScheduler)?.RunUntilIdle();
        Assert.True(ends.TryTake(out var bad, s_patience));
        Assert.Equal(("4", "bad"), (good, bad));
        Assert.Empty(ends);
    }

    [Fact]
    public void On_real_threads_a_failure_reaches_the_process_too()
    {
        using var exit = new WaitingExit();
        var system = new ActorSystem("real", new ThreadScheduler(), exit, new NoLog(), 1);
        system.Spawn<Tick>("bad", () => new Counter(_ => throw new InvalidOperationException("oops")), budget: RestartBudget.Few);
        for (var count = 0; count < 4; count++)
        {
            system.Spawn<Tick>($"bad {count}", () => new Counter(_ => throw new InvalidOperationException("oops")))
                .Tell(new Tick(0, 0));
        }

        Assert.True(exit.Ended.Wait(s_patience));
        Assert.EndsWith("failed: oops", exit.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_timer_that_nobody_keeps_still_fires_after_a_collection()
    {
        const int Timers = 50;
        using var left = new CountdownEvent(Timers);
        Forget(new ThreadScheduler(), Timers, () => left.Signal());
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.True(left.Wait(s_patience), $"{left.CurrentCount} of {Timers} timers were collected");
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Forget(ThreadScheduler scheduler, int count, Action callback)
    {
        for (var number = 0; number < count; number++)
        {
            scheduler.After(TimeSpan.FromSeconds(2), callback);
        }
    }

    // Ten actors that are ready at the same moment: who goes first is the seed's choice.
    private static List<string> Race(int seed)
    {
        var world = new ToyWorld(seed);
        var order = new List<string>();
        for (var number = 0; number < 10; number++)
        {
            var name = $"{number}";
            world.Spawn(name).Tell(new Toy.Do(_ => order.Add(name)));
        }

        world.Scheduler.RunUntilIdle();
        return order;
    }

    private static int[] Numbers(int seed, string name)
    {
        var world = new ToyWorld(seed);
        int[] numbers = [];
        world.Spawn(name).Tell(new Toy.Do(context =>
            numbers = [.. Enumerable.Range(0, 5).Select(_ => context.Random.Next())]));
        world.Scheduler.RunUntilIdle();
        return numbers;
    }

    private sealed record Tick(int Sender, int Number);

    private sealed class Counter(Action<Tick> receive) : Actor<Tick>
    {
        protected override void Receive(Tick message) => receive(message);
    }

    private sealed class NoExit : IProcessExit
    {
        public void Exit(string reason)
        {
        }
    }

    private sealed class WaitingExit : IProcessExit, IDisposable
    {
        public ManualResetEventSlim Ended { get; } = new();

        public string Reason { get; private set; } = "";

        public void Exit(string reason)
        {
            Reason = reason;
            Ended.Set();
        }

        public void Dispose() => Ended.Dispose();
    }
}

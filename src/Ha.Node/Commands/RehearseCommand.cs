using System.CommandLine;
using Ha.Hocon;
using Ha.InformationBase;
using Ha.Node.Api;
using Ha.Node.Views;
using Ha.Simulation;
using Ha.Simulation.Faults;
using Ha.Simulation.Rehearsal;

namespace Ha.Node.Commands;

/// <summary>What would faults do to this cluster: a cluster file under thousands of simulated ones. No cluster is
/// touched.</summary>
internal static class RehearseCommand
{
    private const int MostRuns = 1_000_000;

    private static readonly Argument<string?> s_file = new("file")
    {
        Description = "A cluster file, or a CIB in Pacemaker's XML",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<int> s_runs = new("--runs", "-n")
    {
        Description = "How many fault schedules",
        DefaultValueFactory = _ => 1000,
    };

    private static readonly Option<string[]> s_faults = FaultOption();

    private static readonly Option<string> s_operation = Arguments.DurationOption(
        "--operation-time", "How long a start or a stop takes at most when all is well (default 2s)");

    private static readonly Option<int?> s_seed = new("--seed")
    {
        Description = "Tell one run in full; without a file, one of the simulated clusters of our own tests",
    };

    private static readonly Option<int> s_lines = new("--lines")
    {
        Description = "With --seed: how many lines of what happened",
        DefaultValueFactory = _ => 120,
    };

    private static readonly Option<string?> s_html = new("--html") { Description = "Also write a page with pictures" };

    private static readonly Option<bool> s_exitCode = new("--exit-code")
    {
        Description = $"End with {ExitCode.Degraded} when there are weak points",
    };

    private static readonly Option<string[]> s_allow = new("--allow-env")
    {
        Description = "Environment variables that the file may use",
        AllowMultipleArgumentsPerToken = true,
    };

    /// <summary>Adds it.</summary>
    public static void AddTo(RootCommand root)
    {
        var command = new Command("rehearse", "What would faults do to a cluster: its file in simulation")
        {
            s_file, s_runs, s_faults, s_operation, s_seed, s_lines, s_html, s_exitCode, s_allow,
        };
        s_runs.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }, ..] && int.TryParse(text, out var runs)
                && runs is < 1 or > MostRuns)
            {
                result.AddError($"--runs is a number from 1 to {MostRuns}");
            }
        });
        s_seed.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }, ..] && int.TryParse(text, out var seed) && seed < 0)
            {
                result.AddError("--seed is a number from 0 on");
            }
        });
        command.SetAction((parsed, cancel) => Task.FromResult(Run(CommandTree.InvocationOf(parsed), parsed, cancel)));
        root.Add(command);
    }

    private static Option<string[]> FaultOption()
    {
        var names = Enum.GetValues<RehearsalFault>().Select(RehearsalSchedule.NameOf).ToArray();
        var option = new Option<string[]>("--fault", "-f")
        {
            Description = "Only this kind of fault (may be given several times): " + string.Join(", ", names),
        };
        option.AcceptOnlyFromAmong(names);
        return option;
    }

    private static int Run(Invocation call, ParseResult parsed, CancellationToken cancel)
    {
        var seed = parsed.GetValue(s_seed);
        if (parsed.GetValue(s_file) is not { } path)
        {
            return seed is { } own
                ? TellOwn(call, own, parsed.GetValue(s_lines))
                : call.Fail(ExitCode.Usage, "name a file: ha rehearse /etc/ha/cluster.conf");
        }

        var (code, subject) = Read(call, path, parsed);
        if (subject is null)
        {
            return code;
        }

        return seed is { } one
            ? Tell(call, subject, one, parsed.GetValue(s_lines))
            : Rehearse(call, path, subject, parsed, cancel);
    }

    private static (int Code, RehearsalSubject? Subject) Read(Invocation call, string path, ParseResult parsed)
    {
        var diagnostics = new DiagnosticList();
        var input = SimulationInput.Read(path, parsed.GetValue(s_allow), diagnostics, out var error);
        if (input is null)
        {
            foreach (var diagnostic in diagnostics.Items)
            {
                call.Error.WriteLine(diagnostic.ToString());
            }

            return error.Length > 0
                ? (call.Fail(ExitCode.BadData, error), null)
                : (call.Fail(ExitCode.BadConfiguration, $"{path} has errors; ha check {path} tells them all"), null);
        }

        var subject = RehearsalSubject.Of(input.Cib.Configuration);
        if (Arguments.Duration(parsed.GetValue(s_operation)) is { } length)
        {
            subject = subject with { OperationTime = length };
        }

        return (subject.Hosts.Count, subject.Resources.Count) switch
        {
            (0, _) => (call.Fail(ExitCode.BadConfiguration, $"{path} names no node; there is nothing to rehearse"), null),
            ( > RehearsalSubject.MostHosts, _) => (call.Fail(
                ExitCode.BadConfiguration,
                $"{path} has {subject.Hosts.Count} nodes; at most {RehearsalSubject.MostHosts} can be rehearsed"), null),
            (_, 0) => (call.Fail(ExitCode.BadConfiguration, $"{path} has no resource that shall run; there is nothing to rehearse"), null),
            _ => (ExitCode.Ok, subject),
        };
    }

    private static int Rehearse(
        Invocation call, string path, RehearsalSubject subject, ParseResult parsed, CancellationToken cancel)
    {
        var wanted = (parsed.GetValue(s_faults) ?? []).ToHashSet(StringComparer.Ordinal);
        var kinds = RehearsalSchedule.KindsFor(subject)
            .Where(kind => wanted.Count == 0 || wanted.Contains(RehearsalSchedule.NameOf(kind))).ToValueList();
        if (kinds.IsEmpty)
        {
            return call.Fail(
                ExitCode.Usage, $"{string.Join(", ", wanted)} cannot happen to this cluster: it has no such thing");
        }

        var began = TimeProvider.System.GetTimestamp();
        var report = RehearsalBatch.Run(subject, kinds, parsed.GetValue(s_runs), cancel);
        var took = TimeProvider.System.GetElapsedTime(began);
        if (parsed.GetValue(s_html) is { } page && !Write(call, page, RehearsalPage.Render(path, report)))
        {
            return ExitCode.Failed;
        }

        call.Print(
            RehearsalView.Of(path, report), ReplyJson.Default.RehearsalReply,
            _ => RehearsalText.Render(path, report, took));
        return !report.Problems.IsEmpty ? ExitCode.Failed
            : parsed.GetValue(s_exitCode) && !report.Advice.IsEmpty ? ExitCode.Degraded
            : ExitCode.Ok;
    }

    private static bool Write(Invocation call, string path, string text)
    {
        try
        {
            File.WriteAllText(path, text);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            call.Fail(ExitCode.Failed, $"{path} cannot be written: {e.Message}");
            return false;
        }
    }

    private static int Tell(Invocation call, RehearsalSubject subject, int seed, int lines)
    {
        var run = new RehearsalRun(subject, seed);
        var outcome = run.Run();
        call.Print(
            new RehearsalRunReply
            {
                Seed = seed,
                Fault = outcome.Schedule.Describe(),
                Problem = outcome.Problem.Length > 0 ? outcome.Problem : string.Join("; ", outcome.Why),
                Story = run.Story(lines),
            },
            ReplyJson.Default.RehearsalRunReply, reply => RehearsalText.Render(reply, outcome));
        return outcome.Problem.Length > 0 ? ExitCode.Failed : ExitCode.Ok;
    }

    // A seed of our own tests, for whoever reports or mends what they found.
    private static int TellOwn(Invocation call, int seed, int lines)
    {
        var run = new SeedRun(seed).Run();
        if (run.Problem.Length > 0)
        {
            run = ScheduleShrinker.Shrink(run);
        }

        call.Print(
            new RehearsalRunReply
            {
                Seed = seed,
                Fault = string.Join("; ", run.Faults.Take(run.FaultCount)),
                Problem = run.Problem,
                Story = run.Explain(lines),
            },
            ReplyJson.Default.RehearsalRunReply, reply => reply.Story);
        return run.Problem.Length > 0 ? ExitCode.Failed : ExitCode.Ok;
    }
}

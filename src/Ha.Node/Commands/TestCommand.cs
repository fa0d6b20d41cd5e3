using System.CommandLine;
using System.Diagnostics;
using Ha.Node.Api;
using Ha.Node.Views;
using Ha.Resources.Database.Workload;
using Npgsql;

namespace Ha.Node.Commands;

/// <summary>`ha test failover`: clients write numbered rows through the cluster's address while something breaks, and
/// afterwards every acknowledged row is looked for. It needs no running node: it is a client like any other.</summary>
internal static class TestCommand
{
    private static readonly WorkloadPlan s_default = new() { Host = "" };

    /// <summary>Adds it.</summary>
    public static void AddTo(RootCommand root) => root.Add(new Command("test", "Try a cluster under load, and judge it")
    {
        Failover(),
    });

    private static Command Failover()
    {
        var host = new Argument<string>("host")
        {
            Description = "Where the primary is reached: its address, or several hosts with commas",
        };
        var port = new Option<int>("--port") { Description = "Port of the servers (5432)", DefaultValueFactory = _ => s_default.Port };
        var database = new Option<string>("--database") { Description = "The database (postgres)", DefaultValueFactory = _ => s_default.Database };
        var user = new Option<string>("--user") { Description = "Who connects (postgres); his password is in PGPASSWORD or a password file", DefaultValueFactory = _ => s_default.User };
        var length = Arguments.DurationOption("--for", "How long the clients write (30s)");
        var writers = Clients("--writers", "Clients that write", s_default.Writers, 1);
        var readers = Clients("--readers", "Clients that read", s_default.Readers, 0);
        var attempt = Arguments.DurationOption("--attempt", "After this long without an answer a client tries anew (1s)");
        var settle = Arguments.DurationOption("--settle", "How long a primary may take to accept a write at the end (60s)");
        var run = new Option<string>("--run") { Description = "A shell command that breaks something, while the clients write" };
        var after = Arguments.DurationOption("--run-after", "When it is run (a third of the time)");
        var keep = new Option<bool>("--keep") { Description = "Leave the table ha_test_failover in place" };
        var command = new Command("failover", "Write through a failover; is every acknowledged row there afterwards?")
        {
            host, port, database, user, length, writers, readers, attempt, settle, run, after, keep,
        };
        command.SetAction((parsed, cancel) =>
        {
            var plan = s_default with
            {
                Host = parsed.GetRequiredValue(host),
                Port = parsed.GetValue(port),
                Database = parsed.GetValue(database)!,
                User = parsed.GetValue(user)!,
                Writers = parsed.GetValue(writers),
                Readers = parsed.GetValue(readers),
                Length = Arguments.Duration(parsed.GetValue(length)) ?? s_default.Length,
                AttemptTimeout = Arguments.Duration(parsed.GetValue(attempt)) ?? s_default.AttemptTimeout,
                SettleTimeout = Arguments.Duration(parsed.GetValue(settle)) ?? s_default.SettleTimeout,
            };
            return Run(
                CommandTree.InvocationOf(parsed), plan, parsed.GetValue(run),
                Arguments.Duration(parsed.GetValue(after)) ?? plan.Length / 3, parsed.GetValue(keep), cancel);
        });
        return command;
    }

    private static Option<int> Clients(string name, string description, int otherwise, int least)
    {
        var option = new Option<int>(name)
        {
            Description = $"{description} ({otherwise})",
            DefaultValueFactory = _ => otherwise,
        };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && int.TryParse(result.Tokens[0].Value, out var number)
                && (number < least || number > WorkloadPlan.MaxClients))
            {
                result.AddError($"{name} is a number from {least} to {WorkloadPlan.MaxClients}, not {number}");
            }
        });
        return option;
    }

    private static async Task<int> Run(
        Invocation call, WorkloadPlan plan, string? run, TimeSpan after, bool keep, CancellationToken cancel)
    {
        int? exitCode = null;
        async Task During(CancellationToken end)
        {
            if (run is not null)
            {
                exitCode = await Break(call, run, after, end).ConfigureAwait(false);
            }
        }

        try
        {
            call.Note($"{plan.Writers} writers and {plan.Readers} readers at {Arguments.Printable(plan.Host)} for {plan.Length.TotalSeconds:0.#} s");
            var history = await WorkloadRun.Run(plan, During, TimeProvider.System, cancel).ConfigureAwait(false);
            var reply = FailoverText.Of(history, WorkloadChecks.Judge(history), exitCode);
            call.Print(reply, ReplyJson.Default.FailoverReply, FailoverText.Text);
            if (!keep)
            {
                await WorkloadRun.Clean(plan).ConfigureAwait(false);
            }

            return reply.Good && exitCode is null or 0 ? ExitCode.Ok : ExitCode.Failed;
        }
        catch (Exception e) when (e is NpgsqlException or OperationCanceledException or IOException
            or ArgumentException)
        {
            return call.Fail(
                ExitCode.Unreachable,
                $"no server at {Arguments.Printable(plan.Host)}:{plan.Port} accepts writes of {Arguments.Printable(plan.User)}: "
                + $"{Arguments.Printable(e.InnerException?.Message ?? e.Message)}");
        }
    }

    // The command's own output goes where notes go: the report is alone on the standard output.
    private static async Task<int?> Break(Invocation call, string run, TimeSpan after, CancellationToken end)
    {
        try
        {
            await Task.Delay(after, TimeProvider.System, end).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return null;
        }

        call.Note($"runs: {Arguments.Printable(run)}");
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", run + " >&2"]))!;
        await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        return process.ExitCode;
    }
}

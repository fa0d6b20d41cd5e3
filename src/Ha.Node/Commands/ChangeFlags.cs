using System.CommandLine;

namespace Ha.Node.Commands;

/// <summary>The options that every change has.</summary>
internal sealed class ChangeFlags
{
    public Option<bool> DryRun { get; } = Arguments.DryRun();

    public Option<string> Wait { get; } = Arguments.Wait();

    public Option<bool> NoWait { get; } = new("--no-wait") { Description = "Return as soon as the change is committed" };

    public Option<string> Reason { get; } = Arguments.Reason();

    public Option<bool> Yes { get; } = Arguments.Yes();

    public Option<string[]> Allow { get; } = new("--allow")
    {
        Description = "Resources that may stop or move although the command does not name them",
        AllowMultipleArgumentsPerToken = true,
    };

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(DryRun);
        command.Add(Wait);
        command.Add(NoWait);
        command.Add(Reason);
        command.Add(Yes);
        command.Add(Allow);
    }
}

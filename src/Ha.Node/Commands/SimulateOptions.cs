using System.CommandLine;
using Ha.InformationBase;
using Ha.Policy;

namespace Ha.Node.Commands;

/// <summary>What can be made to have happened before a simulation plans, under the names that `crm_simulate` has.
/// </summary>
internal sealed class SimulateOptions
{
    private readonly Option<string[]> _nodeUp = Many("--node-up", "-u", "A node joined");
    private readonly Option<string[]> _nodeDown = Many("--node-down", "-d", "A node left in good order");
    private readonly Option<string[]> _nodeFail = Many("--node-fail", "-f", "A node is lost");
    private readonly Option<string[]> _inject =
        Many("--op-inject", "-i", "A result: resource_task_intervalms@node=exitcode");

    private readonly Option<string[]> _fail =
        Many("--op-fail", "-F", "While the plan is carried out, this operation ends so");

    private readonly Option<string?> _quorum = new("--quorum") { Description = "true or false" };
    private readonly Option<string[]> _grant = Many("--ticket-grant", "-g", "A ticket is granted");
    private readonly Option<string[]> _revoke = Many("--ticket-revoke", "-r", "A ticket is revoked");
    private readonly Option<string[]> _standby = Many("--ticket-standby", "-b", "A ticket is held back");
    private readonly Option<string[]> _activate = Many("--ticket-activate", "-e", "A ticket is let go");

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_nodeUp, _nodeDown, _nodeFail, _inject, _fail, _quorum, _grant, _revoke,
            _standby, _activate])
        {
            command.Add(option);
        }
    }

    /// <summary>The events, in an order that makes sense: the cluster, its nodes, then results.</summary>
    /// <returns>Null, with the reason, where something cannot be read.</returns>
    public SimulationRequest? Read(ParseResult parsed, SimulationRequest request, out string error)
    {
        error = "";
        var events = new List<SimulationEvent>();
        if (parsed.GetValue(_quorum) is { } quorum)
        {
            if (quorum is not ("true" or "false" or "1" or "0"))
            {
                error = $"--quorum takes true or false, not '{quorum}'";
                return null;
            }

            events.Add(new SimulationEvent.Quorum(quorum is "true" or "1"));
        }

        Add(parsed, _grant, name => new SimulationEvent.TicketChange(name, "grant"));
        Add(parsed, _revoke, name => new SimulationEvent.TicketChange(name, "revoke"));
        Add(parsed, _standby, name => new SimulationEvent.TicketChange(name, "standby"));
        Add(parsed, _activate, name => new SimulationEvent.TicketChange(name, "activate"));
        Add(parsed, _nodeUp, name => new SimulationEvent.NodeUp(name));
        Add(parsed, _nodeDown, name => new SimulationEvent.NodeDown(name));
        Add(parsed, _nodeFail, name => new SimulationEvent.NodeFailed(name));
        var failures = new List<SimulationEvent.OperationResult>();
        foreach (var (option, into) in new[] { (_inject, (System.Collections.IList)events), (_fail, failures) })
        {
            foreach (var text in parsed.GetValue(option) ?? [])
            {
                if (SimulationEvent.ParseOperation(text) is not { } operation)
                {
                    error = $"'{text}' is no operation; write one such as web_monitor_10000@n1=7";
                    return null;
                }

                into.Add(operation);
            }
        }

        return request with { Events = events.ToValueList(), Failures = failures.ToValueList() };

        void Add(ParseResult from, Option<string[]> option, Func<string, SimulationEvent> make) =>
            events.AddRange((from.GetValue(option) ?? []).Select(make));
    }

    private static Option<string[]> Many(string name, string alias, string text) => new(name, alias)
    {
        Description = text,
        AllowMultipleArgumentsPerToken = false,
    };
}

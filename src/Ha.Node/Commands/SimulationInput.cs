using System.Globalization;
using Ha.Hocon;
using Ha.InformationBase;
using Ha.InformationBase.Xml;

namespace Ha.Node.Commands;

/// <summary>What a simulation starts from: a CIB in Pacemaker's XML, or a cluster file. Of a cluster file all nodes
/// count as joined, with nothing known of what runs there: its first start.</summary>
internal sealed record SimulationInput(Cib Cib, IReadOnlyList<Diagnostic> Diagnostics)
{
    /// <summary>Reads either, told apart by the first character.</summary>
    /// <param name="path">The file.</param>
    /// <param name="allow">Environment variables that a cluster file may use.</param>
    /// <param name="diagnostics">Takes what is wrong with it.</param>
    /// <param name="error">Why it cannot be read at all; empty otherwise.</param>
    public static SimulationInput? Read(string path, string[]? allow, DiagnosticList diagnostics, out string error)
    {
        error = "";
        try
        {
            using var stream = File.OpenRead(path);
            if (!IsXml(stream))
            {
                return OfClusterFile(path, allow, diagnostics, out error);
            }

            var cib = CibXmlReader.Read(stream, path, diagnostics);
            return cib is null ? null : new SimulationInput(cib, diagnostics.Items);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            error = $"{path} cannot be read: {e.Message}";
            return null;
        }
    }

    /// <summary>Reads either and the time that counts; says what is wrong where that fails.</summary>
    /// <param name="call">Where errors are told.</param>
    /// <param name="path">The file.</param>
    /// <param name="allow">Environment variables that a cluster file may use.</param>
    /// <param name="at">The time that somebody named; null for the file's own, or the clock.</param>
    /// <param name="start">What was read.</param>
    /// <returns>0, or the exit code.</returns>
    public static int Start(Invocation call, string path, string[]? allow, string? at, out SimulationStart? start)
    {
        start = null;
        var diagnostics = new DiagnosticList();
        var input = Read(path, allow, diagnostics, out var error);
        if (input is null)
        {
            foreach (var diagnostic in diagnostics.Items)
            {
                call.Error.WriteLine(diagnostic.ToString());
            }

            return error.Length > 0 ? call.Fail(ExitCode.BadData, error) : ExitCode.BadConfiguration;
        }

        var (now, remark) = input.Time(at, TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
        if (now is null)
        {
            return call.Fail(ExitCode.Usage, $"'{at}' is no time; write one such as 2024-02-29T10:30");
        }

        start = new SimulationStart(input.Cib, now.Value, remark) { Diagnostics = diagnostics.Items };
        return ExitCode.Ok;
    }

    /// <summary>Seconds since 1970 that count as now, and where they come from.</summary>
    public (long? Now, string Remark) Time(string? at, long clock)
    {
        if (at is not null)
        {
            return (Policy.SimulationTime.Parse(at, clock), $"Setting effective cluster time: {at}");
        }

        return long.TryParse(Cib.ImportedAttributes.GetValueOrDefault("execution-date"), CultureInfo.InvariantCulture,
            out var recorded)
            ? (recorded, string.Create(CultureInfo.InvariantCulture,
                $"Using the original execution date of: {DateTimeOffset.FromUnixTimeSeconds(recorded):yyyy-MM-dd HH:mm:ss}Z"))
            : (clock, "");
    }

    private static bool IsXml(FileStream stream)
    {
        int next;
        do
        {
            next = stream.ReadByte();
        }
        while (next is ' ' or '\n' or '\r' or '\t' or 0xEF or 0xBB or 0xBF);

        stream.Position = 0;
        return next == '<';
    }

    private static SimulationInput? OfClusterFile(
        string path, string[]? allow, DiagnosticList diagnostics, out string error)
    {
        error = "";
        if (FileCommands.Read(path, allow) is not { } file)
        {
            error = $"{path} cannot be read";
            return null;
        }

        if (file.HasErrors || file.Configuration is not { } configuration)
        {
            foreach (var item in file.Diagnostics.Where(item => item.Severity == Severity.Error))
            {
                diagnostics.Error(item.Code, item.At, item.Message, item.Fix);
            }

            return null;
        }

        var nodes = configuration.Nodes.Where(node => node.Kind == NodeKind.Member).Select(node => new NodeState
        {
            Name = node.Name,
            Id = node.Id,
            IsMember = true,
            IsProcessUp = true,
            Join = "member",
            Expected = "member",
        }).ToValueList();
        var cib = Cib.Empty with
        {
            Configuration = configuration,
            Status = Status.Empty with
            {
                Nodes = nodes,
                HasQuorum = true,
                CoordinatorId = nodes.Count > 0 ? nodes[0].Id : null,
            },
        };
        return new SimulationInput(cib, file.Diagnostics);
    }
}

/// <summary>What is simulated.</summary>
/// <param name="Cib">All that is known and wanted.</param>
/// <param name="Now">Seconds since 1970 that count as now.</param>
/// <param name="Remark">Where that time comes from; empty for the clock.</param>
internal sealed record SimulationStart(Cib Cib, long Now, string Remark)
{
    /// <summary>What is doubtful in the file, and was read all the same.</summary>
    public IReadOnlyList<Diagnostic> Diagnostics { get; init; } = [];
}

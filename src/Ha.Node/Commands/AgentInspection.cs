using Ha.Hocon;
using Ha.InformationBase;
using Ha.InformationBase.Reader;
using Ha.Node.Hosting;
using Ha.Resources;
using Ha.Resources.Metadata;

namespace Ha.Node.Commands;

/// <summary>Asks the agents of this host whether a cluster file gives them what they need.</summary>
internal static class AgentInspection
{
    /// <summary>How many agents are asked at once.</summary>
    private const int AtOnce = 4;

    /// <summary>The file with what its agents say added: an error makes it unusable, as any other would.</summary>
    /// <param name="read">A file that is right as far as it goes.</param>
    /// <param name="settings">Where agents are.</param>
    /// <param name="cancel">Ends the waiting.</param>
    public static async Task<ClusterFile> Of(ClusterFile read, NodeSettings settings, CancellationToken cancel)
    {
        if (read.Configuration is not { } configuration)
        {
            return read;
        }

        var primitives = Primitives(configuration).Where(primitive => primitive.Agent is not null).ToList();
        var known = await Ask(primitives, settings, cancel).ConfigureAwait(false);
        var secrets = SecretCommands.StoreOf(settings);
        var found = primitives
            .SelectMany(primitive => Judge(primitive, known[primitive.Agent!]).Concat(Missing(primitive, secrets)))
            .ToList();
        var isWrong = found.Any(item => item.Severity == Severity.Error);
        return new ClusterFile(isWrong ? null : configuration, [.. read.Diagnostics, .. found]);
    }

    private static async Task<Dictionary<AgentName, AgentDescription>> Ask(
        List<Primitive> primitives, NodeSettings settings, CancellationToken cancel)
    {
        var descriptions = new AgentDescriptions(
            settings.OcfRoot, settings.FenceFolder, settings.InitFolder, settings.RunFolder);
        var known = new Dictionary<AgentName, AgentDescription>();
        foreach (var chunk in primitives.Select(primitive => primitive.Agent!).Distinct().Chunk(AtOnce))
        {
            var answers = await Task.WhenAll(chunk.Select(agent =>
                descriptions.Of(agent, AgentDescriptions.DefaultTimeout, cancel))).ConfigureAwait(false);
            foreach (var (agent, answer) in chunk.Zip(answers))
            {
                known[agent] = answer;
            }
        }

        return known;
    }

    private static IReadOnlyList<Diagnostic> Judge(Primitive primitive, AgentDescription description)
    {
        var diagnostics = new DiagnosticList();
        var at = new Position(primitive.Origin.File ?? "", primitive.Origin.Line, primitive.Origin.Column);
        switch (description)
        {
            case AgentDescription.Known { Warning: var warning } known:
                if (warning.Length > 0)
                {
                    diagnostics.Warning("HA2129", at, $"'{primitive.Id}': {warning}");
                }

                return [.. AgentMetadataChecks.Check(primitive, known.Metadata), .. diagnostics.Items];
            case AgentDescription.Unreadable unreadable:
                diagnostics.Warning(
                    "HA2127", at, $"'{primitive.Id}': its parameters cannot be checked: {unreadable.Reason}");
                return diagnostics.Items;
            default:
                return AgentMetadataChecks.Check(primitive, null);
        }
    }

    // Who is not root cannot see the secrets, and is told nothing about them.
    private static IReadOnlyList<Diagnostic> Missing(Primitive primitive, SecretStore secrets)
    {
        var diagnostics = new DiagnosticList();
        foreach (var pair in Environment.IsPrivilegedProcess ? primitive.Parameters.SelectMany(set => set.Values) : [])
        {
            if (pair.Value is { } value && SecretChecks.IsReference(value)
                && secrets.Find(value, out _) is { Length: > 0 } error)
            {
                diagnostics.Warning(
                    "HA2128", new Position(pair.Origin.File ?? "", pair.Origin.Line, pair.Origin.Column),
                    $"'{primitive.Id}': {pair.Name}: {error}");
            }
        }

        return diagnostics.Items;
    }

    private static IEnumerable<Primitive> Primitives(Configuration configuration)
    {
        var templates = configuration.Templates.ToDictionary(template => template.Id, StringComparer.Ordinal);
        return configuration.Resources.SelectMany(Within).Select(primitive =>
            primitive.TemplateId is { } id && templates.TryGetValue(id, out var template)
                ? template.Complete(primitive)
                : primitive);
    }

    private static IEnumerable<Primitive> Within(Resource resource) => resource switch
    {
        Primitive primitive => [primitive],
        Group group => group.Members,
        Clone clone => Within(clone.Child),
        Bundle { Child: { } child } => [child],
        _ => [],
    };
}

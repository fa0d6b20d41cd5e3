using System.Globalization;
using Ha.Hocon;
using Ha.InformationBase.Reader;

namespace Ha.InformationBase;

/// <summary>Whether a primitive is configured as its agent asks for. Pure: who calls has read the agent's metadata.
/// </summary>
public static class AgentMetadataChecks
{
    /// <summary>Diagnostics for one primitive.</summary>
    /// <param name="primitive">The resource or fencing device.</param>
    /// <param name="metadata">What its agent says; null when the agent is not on this host.</param>
    /// <param name="elsewhere">Nodes that are known to have the agent.</param>
    public static IReadOnlyList<Diagnostic> Check(
        Primitive primitive, AgentMetadata? metadata, ValueList<string> elsewhere = default)
    {
        var diagnostics = new DiagnosticList();
        if (metadata is null)
        {
            var where = elsewhere.IsEmpty ? "" : $", but on {string.Join(", ", elsewhere)}";
            diagnostics.Warning(
                "HA2120", PlaceOf(primitive.Origin),
                $"'{primitive.Id}': its agent {primitive.Agent} is not on this host{where}",
                "install it on every node that may run the resource");
            return diagnostics.Items;
        }

        var set = primitive.Parameters.SelectMany(block => block.Values).ToList();
        foreach (var pair in set)
        {
            CheckParameter(primitive, metadata, pair, diagnostics);
        }

        foreach (var missing in metadata.Parameters.Where(parameter => parameter.IsRequired && parameter.Default is null
            && !parameter.IsDeprecated && parameter.ReplacedBy is null && !IsSet(parameter, metadata, set)
                && !(primitive.IsFencingDevice && IsGivenToFenceAgents(parameter.Name))))
        {
            diagnostics.Error(
                "HA2121", PlaceOf(primitive.Origin),
                    $"'{primitive.Id}' has no {missing.Name}, which {primitive.Agent} needs",
                $"write params {{ {HoconWriter.Key(missing.Name)} = ... }}");
        }

        foreach (var operation in primitive.Operations)
        {
            CheckOperation(primitive, metadata, operation, diagnostics);
        }

        return diagnostics.Items;
    }

    private static void CheckParameter(
        Primitive primitive, AgentMetadata metadata, NameValue pair, DiagnosticList diagnostics)
    {
        var at = PlaceOf(pair.Origin);
        var parameter = metadata.Parameters.FirstOrDefault(known => known.Name == pair.Name);
        if (parameter is null)
        {
            if (!pair.Name.StartsWith("pcmk_", StringComparison.Ordinal)
                && !pair.Name.StartsWith("CRM_meta", StringComparison.Ordinal)
                && !pair.Name.StartsWith("trace_", StringComparison.Ordinal)
                && !(primitive.IsFencingDevice && pair.Name is "provides" or "stonith-timeout"))
            {
                diagnostics.Error(
                    "HA2122", at, $"'{primitive.Id}': {primitive.Agent} has no parameter {pair.Name}",
                    Suggestion.For(pair.Name, metadata.Parameters.Select(known => known.Name)),
                        length: pair.Name.Length);
            }

            return;
        }

        if (parameter.IsDeprecated || parameter.ReplacedBy is not null)
        {
            diagnostics.Warning(
                "HA2123", at, $"'{primitive.Id}': the parameter {pair.Name} of {primitive.Agent} is deprecated",
                parameter.ReplacedBy is null ? "" : $"use {parameter.ReplacedBy}", length: pair.Name.Length);
        }

        var isReference = pair.Value is null || SecretChecks.IsReference(pair.Value);
        if (!isReference && ErrorOf(parameter, pair.Value!) is { Length: > 0 } error)
        {
            diagnostics.Error(
                "HA2124", at,
                    $"'{primitive.Id}': {pair.Name} is '{(parameter.IsPrivate ? "*****" : pair.Value)}'; {error}",
                Suggestion.For(pair.Value!, parameter.Words), length: pair.Name.Length);
        }
    }

    private static void CheckOperation(
        Primitive primitive, AgentMetadata metadata, OperationDefinition operation, DiagnosticList diagnostics)
    {
        var actions = metadata.Actions.Where(action => action.Name == operation.Name).ToList();
        if (actions.Count == 0)
        {
            // A device is "started" by watching it, which its agent knows nothing of.
            if (!metadata.Actions.IsEmpty && !(primitive.IsFencingDevice && operation.Name is "start" or "stop"))
            {
                diagnostics.Error(
                    "HA2125", PlaceOf(operation.Origin),
                        $"'{primitive.Id}': {primitive.Agent} has no action {operation.Name}",
                    Suggestion.For(operation.Name, metadata.Actions.Select(action => action.Name)));
            }

            return;
        }

        var advised = actions.Max(action => action.Timeout ?? TimeSpan.Zero);
        if (operation.Attributes.GetValueOrDefault("timeout") is { } text
            && HoconUnits.TryDuration(text, "s", out var timeout).Length == 0 && timeout < advised)
        {
            diagnostics.Warning(
                "HA2126", PlaceOf(operation.Origin),
                $"'{primitive.Id}': the timeout {text} of {operation.Name} is below {HoconUnits.Show(advised)}",
                "give it what its agent advises, or more");
        }
    }

    private static string ErrorOf(AgentParameter parameter, string value) => parameter.Type switch
    {
        "boolean" when !IsBoolean(value) => "write true or false",
        "integer" when !long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) =>
            "write a whole number",
        "second" when HoconUnits.TryDuration(value, "s", out _).Length > 0 => "write a number of seconds",
        "time" when HoconUnits.TryDuration(value, "s", out _).Length > 0 => "write a duration",
        "select" when !parameter.Words.IsEmpty && !parameter.Words.Contains(value, StringComparer.Ordinal) =>
            $"write one of: {string.Join(", ", parameter.Words)}",
        _ => "",
    };

    // Agents take more spellings than HOCON has.
    private static bool IsBoolean(string value) =>
        HoconUnits.Boolean(value.ToLowerInvariant()) is not null || value is "1" or "0" or "y" or "n" or "Y" or "N";

    private static bool IsSet(AgentParameter parameter, AgentMetadata metadata, List<NameValue> set) =>
        set.Exists(pair => pair.Name == parameter.Name)
        || metadata.Parameters.Any(
            old => old.ReplacedBy == parameter.Name && set.Exists(pair => pair.Name == old.Name));

    // The cluster itself gives these to a fence agent at each call.
    private static bool IsGivenToFenceAgents(string name) => name is "action" or "port" or "plug" or "nodename";

    private static Position PlaceOf(Origin origin) => new(origin.File ?? "", origin.Line, origin.Column);
}

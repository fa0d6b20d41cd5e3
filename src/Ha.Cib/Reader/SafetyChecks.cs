using Ha.Hocon;

namespace Ha.InformationBase.Reader;

/// <summary>Settings that are allowed, and with which data is lost sooner or later. Each is a warning that says
/// why.</summary>
internal static class SafetyChecks
{
    public static void Check(Configuration configuration, DiagnosticList diagnostics)
    {
        foreach (var primitive in configuration.Resources.SelectMany(Within))
        {
            if (primitive.IsFencingDevice && Value(primitive, "method") is { Value: "cycle" } method)
            {
                Warn(
                    "HA2130", method.Origin, $"'{primitive.Id}': method=cycle is reported as done also where the host stays "
                    + "on: two hosts may then write the same data", "write method = onoff", diagnostics);
            }

            if (primitive.Agent is { Class: "ha", Type: "postgresql" })
            {
                Database(configuration, primitive, diagnostics);
            }
        }
    }

    private static void Database(Configuration configuration, Primitive primitive, DiagnosticList diagnostics)
    {
        if (Value(primitive, "synchronous") is { Value: "off" } off && Value(primitive, "max_loss") is null)
        {
            Warn(
                "HA2131", off.Origin, $"'{primitive.Id}': commits wait for no standby, and no bound on loss is set: nobody "
                + "is promoted when the primary is lost", "set max_loss in bytes, or synchronous = quorum", diagnostics);
        }

        if (Value(primitive, "when_alone") is { Value: "go-on" } alone)
        {
            Warn(
                "HA2132", alone.Origin, $"'{primitive.Id}': without standbys rows are acknowledged that nobody else has",
                "", diagnostics);
        }

        var hasDevice = configuration.Resources.OfType<Primitive>().Any(device => device.IsFencingDevice);
        if (!configuration.IsFencingEnabled || !hasDevice)
        {
            Warn(
                "HA2133", primitive.Origin, $"'{primitive.Id}': without fencing a primary that was only silent may go on to "
                + "answer reads, and to hold the address", "name a fencing device for each node", diagnostics);
        }

        var clone = configuration.Resources.OfType<Clone>().FirstOrDefault(one => Within(one).Contains(primitive));
        if (clone is null || !clone.Meta.SelectMany(set => set.Values).Any(pair =>
            pair is { Name: "promotable", Value: "true" }))
        {
            Warn(
                "HA2134", primitive.Origin, $"'{primitive.Id}': ha:postgresql runs as a promotable clone",
                "put it into clones, with meta { promotable = true }", diagnostics);
        }
    }

    private static NameValue? Value(Primitive primitive, string name)
    {
        foreach (var pair in primitive.Parameters.SelectMany(set => set.Values))
        {
            if (pair.Name == name)
            {
                return pair;
            }
        }

        return null;
    }

    private static void Warn(string code, Origin at, string text, string fix, DiagnosticList diagnostics) =>
        diagnostics.Warning(code, new Position(at.File ?? "", at.Line, at.Column), text, fix);

    private static IEnumerable<Primitive> Within(Resource resource) => resource switch
    {
        Primitive primitive => [primitive],
        Group group => group.Members,
        Clone clone => Within(clone.Child),
        _ => [],
    };
}

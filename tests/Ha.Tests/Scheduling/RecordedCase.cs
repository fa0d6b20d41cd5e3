using System.Globalization;
using Ha.Hocon;
using Ha.InformationBase;
using Ha.InformationBase.Xml;
using Ha.Policy;
using Ha.Tests.Tidy;

namespace Ha.Tests.Scheduling;

/// <summary>One of Pacemaker's recorded cases, which lie beside the checkout where they are given.</summary>
internal sealed record RecordedCase(string Name, string[] Arguments)
{
    public static string Folder { get; } = Path.Combine(SourceTree.Root, "..", "shared", "pacemaker-scheduler");

    public static IEnumerable<RecordedCase> All() =>
        File.ReadLines(Path.Combine(Folder, "cases.tsv")).Skip(1).Select(line => line.Split('\t'))
            .Select(parts => new RecordedCase(parts[0], parts.Length > 3 ? parts[3].Split(' ', 2) : []));

    public string Text() => File.ReadAllText(Path.Combine(Folder, "xml", Name + ".xml"));

    public Cib Read() => Read(Text());

    public Cib Read(string text) => CibXmlReader.Read(text, Name, new DiagnosticList())
        ?? throw new InvalidOperationException($"{Name} cannot be read");

    /// <summary>What was asked for when the case was recorded.</summary>
    public SimulationRequest RequestFor(Cib cib)
    {
        var written = Arguments is ["-t", var text] ? text.Trim('\'') : null;
        var recorded = cib.ImportedAttributes.GetValueOrDefault("execution-date");
        var now = written is not null ? SimulationTime.Parse(written, 0)!.Value
            : recorded is not null ? long.Parse(recorded, CultureInfo.InvariantCulture) : 1_800_000_000;
        var remark = written is not null ? $"Setting effective cluster time: {written}"
            : recorded is null ? ""
            : string.Create(CultureInfo.InvariantCulture,
                $"Using the original execution date of: {DateTimeOffset.FromUnixTimeSeconds(now):yyyy-MM-dd HH:mm:ss}Z");
        return new SimulationRequest { Now = now, TimeRemark = remark, WithGraph = true, WithScores = true };
    }
}

/// <summary>A test over the recorded cases; it is skipped, and says so, where they are absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RecordedCasesFactAttribute : FactAttribute
{
    public RecordedCasesFactAttribute()
    {
        if (!Directory.Exists(RecordedCase.Folder))
        {
            Skip = "the recorded cases are not given here (../shared/pacemaker-scheduler)";
        }
    }
}

using System.Globalization;
using Ha.InformationBase;

namespace Ha.Resources.Database;

/// <summary>What instances of one resource tell each other through the cluster: names and texts of its attributes, and
/// the committed record.</summary>
internal sealed class InstanceFacts(IClusterFacts facts, string resource)
{
    private readonly string _position = $"postgresql-position-{resource}";
    private readonly string _question = $"postgresql-question-{resource}";
    private readonly string _primary = $"postgresql-primary-{resource}";
    private readonly string _note = $"postgresql-note-{resource}";
    private readonly string _record = $"postgresql-record-{resource}";
    private readonly string _score = $"master-{resource}";
    private readonly Dictionary<string, string?> _told = new(StringComparer.Ordinal);

    /// <summary>The cluster.</summary>
    public IClusterFacts Cluster => facts;

    /// <summary>The committed record; null for none.</summary>
    public SyncRecord? Record => SyncRecord.TryParse(facts.Option(_record), out var record) ? record : null;

    /// <summary>Commits a record where the one before is still the one that was seen.</summary>
    public Task<string> Write(SyncRecord? seen, SyncRecord next, CancellationToken cancel) =>
        facts.SetOption(_record, seen?.Text ?? "", next.Text, cancel);

    /// <summary>What nodes ask for now: number of the question by node, this one left out.</summary>
    /// <remarks>A question that was asked in another primary's place is over.</remarks>
    public IEnumerable<string> Questions => Others.Select(node => facts.Attribute(node, _question))
        .OfType<string>().Where(text => text.Split('|') is [.., var primary] && primary == (Record?.Primary ?? "-"));

    /// <summary>A new question: who asks, when, and whose place is to be taken.</summary>
    public static string QuestionOf(string self, long at, long number, string? primary) =>
        string.Create(CultureInfo.InvariantCulture, $"{self}|{at}|{number}|{primary ?? "-"}");

    /// <summary>Asks all nodes how far their data reaches; null takes the question back.</summary>
    public Task<string> Ask(string? question, CancellationToken cancel) => Tell(_question, question, cancel);

    /// <summary>Answers: to a question, or unasked.</summary>
    public Task<string> Answer(string question, DataReport own, CancellationToken cancel) => Tell(
        _position,
        string.Create(CultureInfo.InvariantCulture, $"{question} {own.SystemId} {own.Position} {(own.IsAtRest ? "rest" : "primary")}"),
        cancel);

    /// <summary>What was answered to a question; to any where it is null.</summary>
    public ValueList<DataReport> Reports(string? question) => Others
        .Select(node => (Node: node, Parts: (facts.Attribute(node, _position) ?? "").Split(' ')))
        .Where(one => one.Parts is [var asked, _, _, _] && (question is null || asked == question))
        .Select(one => ulong.TryParse(one.Parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            && WalPosition.TryParse(one.Parts[2], out var position)
                ? new DataReport(one.Node, id, position, one.Parts[3] == "rest") : null)
        .OfType<DataReport>()
        .ToValueList();

    /// <summary>Says that this node's server is primary, where its timeline began, and whether old primaries may be
    /// rewound to it.</summary>
    public Task<string> SayPrimary(ulong? fork, bool isReady, CancellationToken cancel) =>
        Tell(_primary, $"{WalPosition.TextOf(fork ?? 0)} {(isReady ? "ready" : "new")}", cancel);

    /// <summary>Takes that back.</summary>
    public Task<string> SayNoPrimary(CancellationToken cancel) => Tell(_primary, null, cancel);

    /// <summary>What a node says of itself as the primary: null where it is none.</summary>
    public (ulong Fork, bool IsReady)? PrimaryAt(string node) =>
        facts.Attribute(node, _primary)?.Split(' ') is [var fork, var word] && WalPosition.TryParseLsn(fork,
            out var lsn)
            ? (lsn, word == "ready") : null;

    /// <summary>Sets this node's promotion score, or takes it away (null).</summary>
    public Task<string> Score(int? score, CancellationToken cancel) =>
        Tell(_score, score?.ToString(CultureInfo.InvariantCulture), cancel);

    /// <summary>What a person should know of this node's server; empty for nothing.</summary>
    public Task<string> Note(string text, CancellationToken cancel) =>
        Tell(_note, text.Length == 0 ? null : SafeText.Of(text), cancel);

    /// <summary>Serial of the record for which a person accepted a loss.</summary>
    public long AcceptedLoss => long.TryParse(
        facts.Option(PromotionChecks.AcceptanceName), NumberStyles.None, CultureInfo.InvariantCulture, out var serial)
            ? serial : 0;

    private IEnumerable<string> Others => facts.Nodes.Where(node => node != facts.Self);

    // What is said already costs nothing; what the cluster has forgotten, as it does when a node leaves, is said again.
    private async Task<string> Tell(string name, string? value, CancellationToken cancel)
    {
        if (facts.Attribute(facts.Self, name) == value && (!_told.TryGetValue(name, out var told) || told == value))
        {
            return "";
        }

        var error = await facts.SetAttribute(name, value, cancel).ConfigureAwait(false);
        if (error.Length == 0)
        {
            _told[name] = value;
        }

        return error;
    }
}

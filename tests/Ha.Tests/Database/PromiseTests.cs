using Ha.InformationBase;
using Ha.Resources.Database;

namespace Ha.Tests.Database;

/// <summary>The list machine and the promotion checks together, against a world in which standbys come and go,
/// primaries
/// are lost at any moment, and only some answer: whoever is promoted has every acknowledged transaction.</summary>
public sealed class PromiseTests
{
    [Theory]
    [InlineData(3, 1, false)]
    [InlineData(3, 1, true)]
    [InlineData(4, 1, false)]
    [InlineData(4, 2, false)]
    [InlineData(5, 2, true)]
    public void No_promotion_loses_what_was_acknowledged(int nodes, int needed, bool goesOnAlone)
    {
        var (promotions, acknowledged) = (0, 0);
        for (var seed = 1; seed <= 120; seed++)
        {
            var world = new World(nodes, new SyncRule(needed, goesOnAlone), new Random((seed * 31) + nodes));
            for (var step = 0; step < 600; step++)
            {
                var trouble = world.Step();
                Assert.True(trouble.Length == 0, $"seed {seed}, step {step}: {trouble}");
            }

            promotions += world.Promotions;
            acknowledged += world.Acknowledged;
        }

        // The world is no desert: a test in which nothing happens shows nothing.
        Assert.True(promotions > 200 && acknowledged > 2_000, $"{promotions} promotions, {acknowledged} acknowledged");
    }

    [Theory]
    [InlineData("list first")]
    [InlineData("majority forgotten")]
    public void A_wrong_order_or_rule_is_found(string mistake)
    {
        var found = 0;
        for (var seed = 1; seed <= 300 && found == 0; seed++)
        {
            var world = new World(4, new SyncRule(1, GoesOnAlone: false), new Random(seed)) { Mistake = mistake };
            for (var step = 0; step < 600 && found == 0; step++)
            {
                found += world.Step().Length > 0 ? 1 : 0;
            }
        }

        Assert.Equal(1, found);
    }

    private sealed class World
    {
        private readonly Random _random;
        private readonly SyncRule _rule;
        private readonly string[] _names;
        private readonly Dictionary<string, List<(int Timeline, int Id)>> _logs;
        private readonly HashSet<string> _connected = new(StringComparer.Ordinal);
        private readonly HashSet<int> _acknowledged = [];
        private string? _primary = "n1";
        private int _timeline = 1;
        private int _ids;
        private SyncRecord _record;
        private SyncList _obeyed;
        private ulong? _obeyedFrom;

        public World(int nodes, SyncRule rule, Random random)
        {
            (_rule, _random) = (rule, random);
            _names = [.. Enumerable.Range(1, nodes).Select(number => $"n{number}")];
            _logs = _names.ToDictionary(name => name, _ => new List<(int, int)> { (1, 0) });
            _obeyed = SyncListMachine.AtPromotion("n1", new SyncRecord(0, 1, "n1", [], rule.Needed, default), rule, All);
            _record = SyncListMachine.PromotionRecord(
                "n1", new SyncRecord(0, 1, "n1", [], rule.Needed, default), _obeyed, PositionOf("n1"));
        }

        public string Mistake { get; init; } = "";

        public int Promotions { get; private set; }

        public int Acknowledged => _acknowledged.Count;

        private ValueList<string> All => SyncRecord.Sorted(_names);

        public string Step()
        {
            if (_primary is null)
            {
                return Elect();
            }

            var other = _names[_random.Next(_names.Length)];
            switch (_random.Next(12))
            {
                case < 4:
                    _logs[_primary].Add((_timeline, ++_ids));
                    break;
                case < 7:
                    foreach (var standby in _connected.Where(_ => _random.Next(2) == 0))
                    {
                        Stream(standby, _random.Next(1, 6));
                    }

                    break;
                case 7 when other != _primary:
                    if (_random.Next(3) == 0)
                    {
                        _connected.Remove(other);
                    }
                    else
                    {
                        _connected.Add(other);
                        Stream(other, 0);
                    }

                    break;
                case 8 or 9:
                    Care();
                    break;
                case 10:
                    // The list is taken up by all processes.
                    _obeyedFrom ??= (ulong)_logs[_primary].Count;
                    break;
                case 11 when _random.Next(8) == 0:
                    Acknowledge();
                    _primary = null;
                    _connected.Clear();
                    return "";
            }

            Acknowledge();
            return Promised();
        }

        private WalPosition PositionOf(string node) => new(_logs[node][^1].Timeline, (ulong)_logs[node].Count);

        // A standby gets what it lacks; one that has what the primary never had is cut back first.
        private void Stream(string node, int count)
        {
            var (own, source) = (_logs[node], _logs[_primary!]);
            var same = own.Zip(source).TakeWhile(pair => pair.First == pair.Second).Count();
            own.RemoveRange(same, own.Count - same);
            own.AddRange(source.Skip(same).Take(count));
        }

        private void Acknowledge()
        {
            var log = _logs[_primary!];
            for (var at = 0; at < log.Count; at++)
            {
                if (log[at].Id == 0 || _acknowledged.Contains(log[at].Id) || log[at].Timeline != _timeline)
                {
                    continue;
                }

                var copies = _obeyed.Voters.Count(voter => _connected.Contains(voter) && _logs[voter].Count > at
                    && _logs[voter][at] == log[at]);
                if (copies >= _obeyed.Needed)
                {
                    _acknowledged.Add(log[at].Id);
                }
            }
        }

        private void Care()
        {
            var view = new SyncView(
                _primary!, _rule, _record, _obeyed, _obeyedFrom, (ulong)_logs[_primary!].Count,
                _names.Where(_connected.Contains).Select(name =>
                    new StandbySeen(name, IsStreaming: true, (ulong)_logs[name].Count)).ToValueList());
            switch (SyncListMachine.Next(view))
            {
                case SyncStep.Commit commit when Mistake == "list first" && commit.Record.Voters.Count > _record.Voters.Count
                    && _random.Next(4) > 0:
                    _obeyed = new SyncList(
                        commit.Record.Voters.Where(name => name != _primary).ToValueList(), _rule.Needed);
                    _obeyedFrom = null;
                    break;
                case SyncStep.Commit commit when _random.Next(4) > 0:
                    _record = commit.Record;
                    break;
                case SyncStep.Obey obey:
                    (_obeyed, _obeyedFrom) = (obey.List, null);
                    break;
            }
        }

        // What the record says is true at every moment.
        private string Promised()
        {
            var log = _logs[_primary!].Select(entry => entry.Id).ToHashSet();
            if (_acknowledged.FirstOrDefault(id => !log.Contains(id)) is var gone and > 0)
            {
                return $"{gone} is not on the primary {_primary}";
            }

            // The primary may be among its own voters for a while: it counts once.
            var needed = _record.Needed - (_record.Voters.Contains(_primary!) ? 1 : 0);
            var thin = _acknowledged.FirstOrDefault(id =>
                _record.Voters.Count(voter => _logs[voter].Any(entry => entry.Id == id)) < needed);
            return Mistake.Length == 0 && thin > 0
                ? $"{thin} is on too few of {_record.Text}" : "";
        }

        private string Elect()
        {
            var candidate = _names[_random.Next(_names.Length)];
            var answering = _names
                .Where(name => name != candidate && name != _record.Primary && _random.Next(3) > 0)
                .ToList();
            if (Mistake == "majority forgotten")
            {
                answering = [.. _record.Voters.Where(name => name != candidate && name != _record.Primary)];
            }

            for (var round = 0; round < 3; round++)
            {
                var answer = PromotionChecks.May(new PromotionView(
                    candidate, _record, ReportOf(candidate),
                    answering.Select(name => Mistake == "majority forgotten"
                        ? ReportOf(name) with { Position = default } : ReportOf(name)).ToValueList(),
                    All, MaxLoss: null, AcceptedSerial: 0));
                switch (answer)
                {
                    case PromotionAnswer.After after:
                        _logs[candidate].Clear();
                        _logs[candidate].AddRange(_logs[after.Node]);
                        continue;
                    case PromotionAnswer.Yes:
                        return Promote(candidate);
                    default:
                        return "";
                }
            }

            return "it never has enough";
        }

        private DataReport ReportOf(string node) => new(node, 1, PositionOf(node), IsAtRest: true);

        private string Promote(string node)
        {
            _obeyed = SyncListMachine.AtPromotion(node, _record, _rule, All);
            _record = SyncListMachine.PromotionRecord(node, _record, _obeyed, PositionOf(node));
            if (_random.Next(5) == 0)
            {
                // Lost in the middle: the record is there, and the server never accepted a write.
                return "";
            }

            (_primary, _obeyedFrom, Promotions) = (node, null, Promotions + 1);
            _logs[node].Add((++_timeline, 0));
            var has = _logs[node].Select(entry => entry.Id).ToHashSet();
            return _acknowledged.FirstOrDefault(id => !has.Contains(id)) is var lost and > 0
                ? $"{node} was promoted without {lost} ({_record.Text})" : "";
        }
    }
}

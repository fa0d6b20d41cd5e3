using System.Buffers.Binary;
using Ha.InformationBase;
using Ha.Resources.Database;

namespace Ha.Tests.Database;

/// <summary>The pure parts of ha:postgresql, one by one. Positions are written as timeline:lsn.</summary>
public sealed class DecisionTests
{
    [Theory]
    // self, record, others that answered, and the beginning of the answer.
    [InlineData("n1 1:0/100", "7 9 n1 1 1:0/100 n2", "", "yes it was the last primary")]
    [InlineData("n2 1:0/100", "7 9 n1 1 1:0/100 n2", "", "yes 1 of n2 has each")]
    [InlineData("n2 1:0/100", "7 9 n1 1 1:0/100 n2,n3", "", "no a transaction may be acknowledged that only n1 and one of n3 has")]
    [InlineData("n2 1:0/100", "7 9 n1 1 1:0/100 n2,n3", "n3 1:0/90", "yes 1 of n2, n3")]
    [InlineData("n2 1:0/100", "7 9 n1 1 1:0/100 n2,n3", "n3 1:0/110", "after n3 1:0/110")]
    [InlineData("n2 1:0/100", "7 9 n1 2 1:0/100 n2,n3", "", "yes 2 of n2, n3")]
    // The later timeline has more, however short.
    [InlineData("n2 1:0/900", "7 9 n1 1 1:0/100 n2,n3", "n3 2:0/110", "after n3 2:0/110")]
    [InlineData("n4 1:0/900", "7 9 n1 1 1:0/100 n2,n3", "n2 1:0/100;n3 1:0/100", "no it is not among the standbys")]
    // Another database's data counts for nothing.
    [InlineData("n2 1:0/100 8", "7 9 n1 1 1:0/100 n2", "", "no its data has the system identifier 8")]
    [InlineData("n2 1:0/100", "7 9 n1 1 1:0/100 n2,n3", "n3 1:0/110 8", "no a transaction")]
    // The old primary is there, at rest.
    [InlineData("n2 1:0/100", "7 9 n1 1 1:0/100 n2,n3", "n1 1:0/100", "yes it has all that n1 had")]
    [InlineData("n2 1:0/100", "7 9 n1 0 1:0/100 n2", "n1 1:0/120", "after n1 1:0/120")]
    // Commits wait for nobody: the bound decides.
    [InlineData("n2 1:0/100", "7 9 n1 0 1:0/100 n2", "", "no commits did not wait")]
    [InlineData("n2 1:0/F0", "7 9 n1 0 1:0/100 n2", "", "yes commits did not wait", 16)]
    [InlineData("n2 1:0/EF", "7 9 n1 0 1:0/100 n2", "", "no it lacks at least 17 bytes", 16)]
    [InlineData("n2 1:0/F0", "7 9 n1 0 2:0/100 n2", "", "no it lacks", 16)]
    // Nobody was promoted before.
    [InlineData("n1 1:0/100", "", "n2 1:0/90;n3 0:0/0 0", "yes nobody was promoted here before")]
    [InlineData("n1 1:0/100", "", "n2 1:0/90", "no nobody was promoted here before, and n3")]
    [InlineData("n1 1:0/100", "", "n2 1:0/190;n3 0:0/0 0", "after n2")]
    [InlineData("n1 1:0/100", "", "n2 1:0/90 8;n3 0:0/0 0", "no n2 has data of another database")]
    [InlineData("n3 0:0/0 0", "", "n1 1:0/90;n2 1:0/90", "no it has no data")]
    // A person said so, of this record and no other.
    [InlineData("n2 1:0/100", "7 9 n1 1 1:0/100 n2,n3", "", "yes a person accepted", -1, 7)]
    [InlineData("n2 1:0/100", "7 9 n1 1 1:0/100 n2,n3", "", "no a transaction", -1, 6)]
    public void Promotes_only_who_surely_has_everything(
        string own, string record, string reports, string expected, long maxLoss = -1, long accepted = 0)
    {
        var self = Report(own);
        var answer = PromotionChecks.May(new PromotionView(
            self.Node, SyncRecord.TryParse(record, out var parsed) ? parsed : null, self,
            reports.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(Report).ToValueList(),
            ["n1", "n2", "n3"], maxLoss < 0 ? null : (ulong)maxLoss, accepted));
        Assert.StartsWith(
            expected,
            answer switch
            {
                PromotionAnswer.Yes yes => "yes " + yes.Reason,
                PromotionAnswer.No no => "no " + no.Reason,
                PromotionAnswer.After after => $"after {after.Node} {after.Position}",
                _ => "",
            },
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ServerState.Primary, "7 9 n1 1 1:0/100 n2", "", 1000)]
    [InlineData(ServerState.Standby, "7 9 n1 1 1:0/100 n2,n3", "", 500)]
    [InlineData(ServerState.Standby, "7 9 n1 1 1:0/100 n2,n3", "n3=1:0/200", 499)]
    [InlineData(ServerState.Standby, "7 9 n1 1 1:0/100 n2,n3", "n4=1:0/200", 500)]
    [InlineData(ServerState.Standby, "7 9 n2 1 1:0/100 n3", "", 900)]
    [InlineData(ServerState.Standby, "7 9 n1 1 1:0/100 n3", "", null)]
    [InlineData(ServerState.Joining, "7 9 n2 1 1:0/100 n2", "", null)]
    [InlineData(ServerState.Silent, "7 9 n2 1 1:0/100 n2", "", null)]
    [InlineData(ServerState.Standby, "", "n1=1:0/100", 99)]
    public void Scores_order_who_may_be_promoted(ServerState state, string record, string known, int? expected) =>
        Assert.Equal(expected, PromotionScoreMachine.Of(new ScoreView(
            "n2", state, SyncRecord.TryParse(record, out var parsed) ? parsed : null, new WalPosition(1, 0x100),
            ValueMap<string>.Of(known.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(pair =>
                new KeyValuePair<string, string>(pair.Split('=')[0], pair.Split('=')[1]))))));

    [Theory]
    [InlineData(DataState.Empty, "", false, JoinStep.Wait)]
    [InlineData(DataState.Empty, "7 9 n1 1 1:0/100 n2", true, JoinStep.Clone)]
    [InlineData(DataState.Standby, "7 9 n1 1 1:0/100 n2", true, JoinStep.Start)]
    [InlineData(DataState.Standby, "7 8 n1 1 1:0/100 n2", true, JoinStep.Refuse)]
    [InlineData(DataState.PrimaryCrashed, "7 9 n2 1 1:0/100 n1", false, JoinStep.Start)]
    [InlineData(DataState.PrimaryCrashed, "7 9 n1 1 1:0/100 n2", false, JoinStep.Wait)]
    [InlineData(DataState.PrimaryCrashed, "7 9 n1 1 1:0/100 n2", true, JoinStep.Rewind)]
    [InlineData(DataState.PrimaryAtRest, "7 9 n1 1 1:0/100 n2", true, JoinStep.Start)]
    [InlineData(DataState.PrimaryAtRest, "7 9 n1 1 1:0/100 n2", true, JoinStep.Rewind, 0x90UL)]
    [InlineData(DataState.Standby, "7 9 n1 1 1:0/100 n2", true, JoinStep.Rewind, 0x100UL, true)]
    [InlineData(DataState.Standby, "7 9 n1 1 1:0/100 n2", true, JoinStep.Clone, 0x100UL, true, true)]
    [InlineData(DataState.PrimaryCrashed, "", false, JoinStep.Start)]
    public void Joins_by_the_least_that_is_safe(
        DataState data, string record, bool isPrimaryUp, JoinStep expected, ulong fork = 0x100, bool isAside = false,
        bool rewindFailed = false) =>
        Assert.Equal(expected, JoinMachine.Next(new JoinView(
            "n2", SyncRecord.TryParse(record, out var parsed) ? parsed : null, data, 9, new WalPosition(1, 0x100), isPrimaryUp,
            fork, rewindFailed, isAside)));

    [Theory]
    [InlineData("7 7301234567890123456 n1 1 3:0/5000148 n2,n3")]
    [InlineData("0 1 n1 0 1:FF/0 -")]
    public void A_record_is_read_as_it_is_written(string text)
    {
        Assert.True(SyncRecord.TryParse(text, out var record));
        Assert.Equal(text, record!.Text);
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("7 9 n1 1 3:0/5000148")]
    [InlineData("x 9 n1 1 3:0/5000148 n2")]
    [InlineData("7 9 n1 -1 3:0/5000148 n2")]
    [InlineData("7 9 n1 1 3-0/5000148 n2")]
    [InlineData("7 9  1 3:0/5000148 n2")]
    public void What_is_no_record_is_refused(string? text) => Assert.False(SyncRecord.TryParse(text, out _));

    [Theory]
    [InlineData("# note\nport = 1\n", "# note\nport = 1\nprimary_conninfo = 'host=''a'' password=''x\\\\y'''\n")]
    [InlineData("primary_conninfo = 'old'\nPrimary_ConnInfo='older'\n", "primary_conninfo = 'host=''a'' password=''x\\\\y'''\n")]
    public void Settings_of_the_cluster_replace_older_ones(string before, string expected) =>
        Assert.Equal(expected, ServerConfiguration.WithSettings(
            before, [("primary_conninfo", "host='a' password='x\\y'"), ("synchronous_standby_names", null)]));

    [Theory]
    [InlineData("pgdata=/d", "")]
    [InlineData("", "parameter pgdata is missing")]
    [InlineData("pgdata=d", "parameter pgdata is 'd'")]
    [InlineData("pgdata=/d port=0", "parameter port is '0'; write 1 to 65535")]
    [InlineData("pgdata=/d synchronous=maybe", "parameter synchronous is 'maybe'; write quorum or off")]
    [InlineData("pgdata=/d copies=9", "parameter copies is '9'; write 1 to 8")]
    [InlineData("pgdata=/d when_alone=stop", "parameter when_alone is 'stop'; write go-on or wait")]
    [InlineData("pgdata=/d max_loss=-1", "parameter max_loss is '-1'")]
    [InlineData("pgdata=/d rejoin=perhaps", "parameter rejoin is 'perhaps'")]
    [InlineData("pgdata=/d silence_timeout=0s", "parameter silence_timeout is '0s'")]
    public void Parameters_are_read_or_refused(string parameters, string error)
    {
        var (settings, said) = PostgresSettings.Read(ValueMap<string>.Of(parameters
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => new KeyValuePair<string, string>(pair.Split('=')[0], pair.Split('=')[1]))));
        Assert.StartsWith(error, said, StringComparison.Ordinal);
        Assert.Equal(error.Length == 0, settings is not null);
    }

    [Fact]
    public void A_control_file_is_read_and_garbage_is_refused()
    {
        var bytes = new byte[ControlFile.NeededBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, 77);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), 1300);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(16), 6);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(32), 0x5000148);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(48), 3);
        Assert.True(ControlFile.TryDecode(bytes, out var control, out _));
        Assert.Equal(new ControlFile(77, DataState.PrimaryCrashed, 0x5000148, 3), control);
        bytes[16] = 99;
        Assert.False(ControlFile.TryDecode(bytes, out _, out _));
        Assert.False(ControlFile.TryDecode(bytes.AsSpan(0, 20), out _, out _));
        bytes[9] = 99;
        Assert.False(ControlFile.TryDecode(bytes, out _, out var error));
        Assert.Contains("version", error, StringComparison.Ordinal);
    }

    private static DataReport Report(string text)
    {
        var parts = text.Split(' ');
        Assert.True(WalPosition.TryParse(parts[1], out var position));
        return new DataReport(parts[0], parts.Length > 2 ? ulong.Parse(parts[2]) : 9, position, IsAtRest: true);
    }
}

using Ha.Actors.Cluster;
using Ha.InformationBase;
using Microsoft.Data.Sqlite;

namespace Ha.Tests.Cluster;

public sealed class SqliteLogStoreTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ha-log-").FullName;

    private string Path => System.IO.Path.Combine(_folder, "log.db");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task What_was_written_is_read_again()
    {
        var meta = new LogMeta("cluster", 4, 3, 2, ["beta"]);
        await Fill(5, meta);
        var opened = Assert.IsType<LogOpening.Opened>(await Reopen());
        Assert.Equal(meta, opened.Meta);
        Assert.Equal(Chain(5).Select(entry => entry.Hash), opened.Entries.Select(entry => entry.Hash));
    }

    [Theory]
    [InlineData("UPDATE log SET change = x'7b7d' WHERE idx = 3", "entry 3")]
    [InlineData("UPDATE log SET principal = 'mallory' WHERE idx = 4", "entry 4")]
    [InlineData("DELETE FROM log WHERE idx = 2", "entry 2 is missing")]
    [InlineData("UPDATE log SET epoch = 9 WHERE idx = 1", "entry 1")]
    public async Task A_changed_row_is_found_and_named(string damage, string expected)
    {
        await Fill(5, LogMeta.Empty);
        Execute(damage);
        Assert.Contains(expected, Assert.IsType<LogOpening.Damaged>(await Reopen()).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_file_is_set_aside_and_an_empty_one_can_be_written()
    {
        await Fill(5, LogMeta.Empty);
        File.WriteAllBytes(Path, [.. Enumerable.Repeat((byte)'x', 8192)]);
        File.Delete(Path + "-wal");
        using (var store = new SqliteLogStore(Path))
        {
            Assert.IsType<LogOpening.Damaged>(await store.Open(default));
            await store.Adopt(0, null, Chain(3), LogMeta.Empty with { LogEpoch = 2 }, default);
        }

        Assert.True(File.Exists(Path + ".damaged-1"));
        Assert.Equal(3, Assert.IsType<LogOpening.Opened>(await Reopen()).Entries.Count);
    }

    [Fact]
    public async Task Every_damaged_byte_is_noticed_or_harmless()
    {
        await Fill(20, LogMeta.Empty);
        var whole = File.ReadAllBytes(Path);
        var random = new Random(5);
        for (var round = 0; round < 40; round++)
        {
            var bytes = whole.ToArray();
            for (var hit = 0; hit < 8; hit++)
            {
                bytes[random.Next(bytes.Length)] ^= (byte)(1 + random.Next(255));
            }

            foreach (var file in Directory.GetFiles(_folder))
            {
                File.Delete(file);
            }

            File.WriteAllBytes(Path, bytes);
            if (await Reopen() is LogOpening.Opened opened && opened.Entries.Count > 0)
            {
                Assert.Null(ReplicaLog.FirstBroken(LogHash.Zero, 0, opened.Entries));
            }
        }
    }

    [Fact]
    public async Task A_file_of_a_newer_version_is_left_alone()
    {
        await Fill(2, LogMeta.Empty);
        Execute("PRAGMA user_version=99");
        Assert.IsType<LogOpening.Unusable>(await Reopen());
        Assert.False(File.Exists(Path + ".damaged-1"));
    }

    [Fact]
    public async Task A_base_takes_the_place_of_the_own_end_which_is_kept_aside()
    {
        await Fill(5, LogMeta.Empty);
        using (var store = new SqliteLogStore(Path))
        {
            await store.Open(default);
            await store.Adopt(3, null, [], LogMeta.Empty, default);
        }

        Assert.Equal(3, Assert.IsType<LogOpening.Opened>(await Reopen()).Entries.Count);
        Assert.Equal(2L, Execute("SELECT count(*) FROM orphaned_ops"));
    }

    [Fact]
    public async Task A_snapshot_takes_the_place_of_entries()
    {
        await Fill(5, LogMeta.Empty);
        var hash = Chain(5)[2].Hash;
        using (var store = new SqliteLogStore(Path))
        {
            await store.Open(default);
            await store.Compact(new LogSnapshot(3, 1, hash, new byte[] { 1 }), default);
        }

        var opened = Assert.IsType<LogOpening.Opened>(await Reopen());
        Assert.Equal(3, opened.Snapshot!.Index);
        Assert.Equal([4L, 5L], opened.Entries.Select(entry => entry.Index));
    }

    private static List<LogEntry> Chain(int count) => [.. Enumerable.Range(0, count)
        .Aggregate(new ReplicaLog(), static (log, number) => log.Append(
            1, $"r{number}", "test", CibCodec.Encode(new CibChange.SetProperty("p", $"{number}", ""))))
        .Entries];

    private async Task Fill(int count, LogMeta meta)
    {
        using var store = new SqliteLogStore(Path);
        Assert.IsType<LogOpening.Opened>(await store.Open(default));
        await store.Append(Chain(count), meta, default);
    }

    private async Task<LogOpening> Reopen()
    {
        using var store = new SqliteLogStore(Path);
        return await store.Open(default);
    }

    private object? Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}

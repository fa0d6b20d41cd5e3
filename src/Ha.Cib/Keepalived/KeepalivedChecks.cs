using Ha.Hocon;

namespace Ha.InformationBase.Keepalived;

/// <summary>Scripts, tracked processes and tracked files, as checks.</summary>
internal static class KeepalivedChecks
{
    private const string ShellLetters = "|&;<>$`*?()";

    /// <summary>vrrp_script.</summary>
    public static HoconObject OfScript(KeepalivedFile file, KeepalivedStatement script)
    {
        List<(string, HoconValue)> check = [];
        foreach (var statement in script.Block ?? [])
        {
            switch (statement.Name)
            {
                case "script":
                    TakeCommand(file, statement, string.Join(' ', statement.Words.Skip(1)), check);
                    break;
                case "interval" or "timeout":
                    Add(check, statement.Name, file.Seconds(statement, statement.Value));
                    break;
                case "rise" or "fall":
                    Add(check, statement.Name, file.Number(statement, statement.Value, 1, 1000));
                    break;
                case "weight":
                    AddWeight(file, check, statement, statement.Value);
                    break;
                case "init_fail":
                    file.Note(statement, "is not needed: every check runs once before its routers start");
                    break;
                default:
                    file.Note(statement, "was left out");
                    break;
            }
        }

        return HoconWriter.Object(check);
    }

    /// <summary>vrrp_track_process.</summary>
    public static HoconObject OfProcess(KeepalivedFile file, KeepalivedStatement process)
    {
        List<(string, HoconValue)> check = [];
        foreach (var statement in process.Block ?? [])
        {
            switch (statement.Name)
            {
                case "process":
                    Add(check, "process", HoconWriter.Text(statement.Value[(statement.Value.LastIndexOf('/') + 1)..]));
                    break;
                case "weight":
                    AddWeight(file, check, statement, statement.Value);
                    break;
                default:
                    file.Note(statement, "was left out");
                    break;
            }
        }

        return HoconWriter.Object(check);
    }

    /// <summary>vrrp_track_file.</summary>
    public static HoconObject OfFile(KeepalivedFile file, KeepalivedStatement tracked)
    {
        List<(string, HoconValue)> check = [];
        foreach (var statement in tracked.Block ?? [])
        {
            switch (statement.Name)
            {
                case "file":
                    Add(check, "file", HoconWriter.Text(statement.Value));
                    break;
                case "weight":
                    AddWeight(file, check, statement, statement.Value);
                    break;
                default:
                    file.Note(statement, "was left out");
                    break;
            }
        }

        return HoconWriter.Object(check);
    }

    private static void AddWeight(
        KeepalivedFile file, List<(string, HoconValue)> check, KeepalivedStatement statement, string text)
    {
        if (text != "0")
        {
            Add(check, "weight", file.Number(statement, text, -253, 253));
        }
    }

    // No shell runs here: what needs one says so. The best known check, "is there such a process", needs no program.
    private static void TakeCommand(
        KeepalivedFile file, KeepalivedStatement statement, string text, List<(string, HoconValue)> check)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (ProcessOf(words) is { } process)
        {
            file.Note(statement, $"looks for the process {process} itself, without a program");
            Add(check, "process", HoconWriter.Text(process));
        }
        else if (words.Length > 0 && text.Any(letter => ShellLetters.Contains(letter, StringComparison.Ordinal)))
        {
            file.Note(statement, "needs a shell, and names it now");
            Add(check, "command", KeepalivedFile.Texts(["/bin/sh", "-c", text]));
        }
        else if (words.Length > 0)
        {
            Add(check, "command", KeepalivedFile.Texts(words[0].StartsWith('/') ? words : ["/usr/bin/env", .. words]));
        }
        else
        {
            file.Problems.Add($"{statement.Line}: script is empty; write the whole path of a program");
        }
    }

    private static string? ProcessOf(string[] words) => words switch
    {
        ["killall" or "/usr/bin/killall" or "/bin/killall", "-0", var process] => process,
        ["pidof" or "/bin/pidof" or "/sbin/pidof", var process] => process,
        _ => null,
    };

    private static void Add(List<(string, HoconValue)> check, string name, HoconValue? value)
    {
        if (value is not null)
        {
            check.Add((name, value));
        }
    }
}

using System.Globalization;
using Ha.Hocon;

namespace Ha.InformationBase.Keepalived;

/// <summary>What is collected while a keepalived.conf is carried over.</summary>
internal sealed class KeepalivedFile(string node, List<string> notes)
{
    public string Node => node;

    /// <summary>vrrp_version: what instances are that do not say.</summary>
    public int Version { get; set; } = 2;

    public string AnnounceDelay { get; set; } = "";

    public string AnnounceCount { get; set; } = "";

    public string AnnounceRefresh { get; set; } = "";

    public string MailServer { get; set; } = "";

    public string MailFrom { get; set; } = "";

    public string Fifo { get; set; } = "";

    public List<string> MailTo { get; } = [];

    public List<string> Problems { get; } = [];

    public List<(string Name, HoconObject Value)> Checks { get; } = [];

    public List<(string Name, HoconObject Value)> Routers { get; } = [];

    public List<(string Name, IReadOnlyList<string> Routers)> Groups { get; } = [];

    public void Note(KeepalivedStatement statement, string what) => notes.Add($"{statement.Line}: {statement.Name} {what}");

    public void NoteUnless(HashSet<string> harmless, KeepalivedStatement statement)
    {
        if (!harmless.Contains(statement.Name))
        {
            Note(statement, "was left out");
        }
    }

    /// <summary>Seconds of keepalived, with a point perhaps, as a duration of ours.</summary>
    public HoconValue? Seconds(KeepalivedStatement statement, string text)
    {
        if (decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
            && seconds < 100_000)
        {
            return HoconWriter.Text(HoconUnits.Show(TimeSpan.FromMilliseconds((double)(seconds * 1000))));
        }

        Problems.Add($"{statement.Line}: {statement.Name} is '{text}'; write a number of seconds");
        return null;
    }

    /// <summary>A whole number.</summary>
    public HoconValue? Number(KeepalivedStatement statement, string text, int least, int most)
    {
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number >= least && number <= most)
        {
            return HoconWriter.Text(number.ToString(CultureInfo.InvariantCulture));
        }

        Problems.Add($"{statement.Line}: {statement.Name} is '{text}'; write a number from {least} to {most}");
        return null;
    }

    public static HoconValue Texts(IEnumerable<string> texts) => HoconWriter.List(texts.Select(HoconWriter.Text));

    /// <summary>The whole file.</summary>
    public HoconObject ToHocon()
    {
        List<(string, HoconValue)> vrrp = [];
        if (Checks.Count > 0)
        {
            vrrp.Add(("checks", HoconWriter.Object(Checks.Select(item => (item.Name, (HoconValue)item.Value)))));
        }

        vrrp.Add(("routers", HoconWriter.Object(Routers.Select(item => (item.Name, (HoconValue)item.Value)))));
        if (Groups.Count > 0)
        {
            vrrp.Add(("sync-groups", HoconWriter.Object(Groups.Select(item => (
                item.Name, (HoconValue)HoconWriter.Object([("routers", Texts(item.Routers))]))))));
        }

        List<(string, HoconValue)> alerts = [];
        if (Fifo.Length > 0)
        {
            alerts.Add(("fifo", HoconWriter.Text(Fifo)));
        }

        if (MailServer.Length > 0 && MailFrom.Length > 0 && MailTo.Count > 0)
        {
            alerts.Add(("smtp-server", HoconWriter.Text(MailServer)));
            alerts.Add(("smtp-from", HoconWriter.Text(MailFrom)));
            alerts.Add(("smtp-to", Texts(MailTo)));
        }

        if (alerts.Count > 0)
        {
            vrrp.Add(("alerts", HoconWriter.Object(alerts)));
        }

        return HoconWriter.Object([("vrrp", HoconWriter.Object(vrrp))]);
    }
}

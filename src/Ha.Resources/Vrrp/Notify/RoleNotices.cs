using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Ha.InformationBase.Reader;
using Ha.Resources.Vrrp.Plan;
using Ha.Resources.Vrrp.Track;

namespace Ha.Resources.Vrrp.Notify;

/// <summary>Tells programs and people of changes of role, in their order: for one router the next call begins when the
/// one before has ended, or its time is over.</summary>
public sealed class RoleNotices : IAsyncDisposable
{
    // What waits beyond this is lost, and said to be.
    private const int MostWaiting = 256;
    private const int MailPort = 25;
    private static readonly TimeSpan s_alertTimeout = TimeSpan.FromSeconds(10);

    private readonly VrrpPlan _plan;
    private readonly Action<string> _log;
    private readonly string _host;
    private readonly Channel<RoleChange>[] _programs;
    private readonly Channel<RoleChange> _alerts = Channel.CreateBounded<RoleChange>(MostWaiting);
    private readonly List<Task> _running = [];

    /// <summary>Begins.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="host">This host's name.</param>
    /// <param name="log">What should be read.</param>
    public RoleNotices(VrrpPlan plan, string host, Action<string> log)
    {
        (_plan, _host, _log) = (plan, host, log);
        _programs = [.. plan.Routers.Select(_ => Channel.CreateBounded<RoleChange>(MostWaiting))];
        for (var router = 0; router < _programs.Length; router++)
        {
            if (!plan.Routers[router].Source.Notify.IsEmpty)
            {
                _running.Add(CallInOrder(plan.Routers[router].Source, _programs[router].Reader));
            }
        }

        _running.Add(AlertInOrder());
    }

    /// <summary>Tells of a change; never waits.</summary>
    public void Tell(int router, RoleChange change)
    {
        if (!_plan.Routers[router].Source.Notify.IsEmpty && !_programs[router].Writer.TryWrite(change))
        {
            _log($"notify of '{change.Router}' is {MostWaiting} calls behind; this one is lost: {change}");
        }

        if (!_alerts.Writer.TryWrite(change))
        {
            _log($"alerts are {MostWaiting} behind; this one is lost: {change}");
        }
    }

    /// <summary>Waits until all was told.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var channel in _programs)
        {
            channel.Writer.Complete();
        }

        _alerts.Writer.Complete();
        await Task.WhenAll(_running).ConfigureAwait(false);
    }

    private async Task CallInOrder(VrrpRouter router, ChannelReader<RoleChange> changes)
    {
        await foreach (var change in changes.ReadAllAsync().ConfigureAwait(false))
        {
            var end = await ChildProcess.Run(
                router.Notify[0],
                [
                    .. router.Notify.Skip(1), change.Router, RoleChange.Word(change.From), RoleChange.Word(change.To),
                    change.Priority.ToString(CultureInfo.InvariantCulture),
                ],
                NotifyEnvironment.Plain, "", router.NotifyTimeout, CancellationToken.None, 1024).ConfigureAwait(false);
            if (end.ExitCode != 0)
            {
                _log($"notify of '{change.Router}' ({RoleChange.Word(change.From)} to {RoleChange.Word(change.To)}): "
                    + (end.SpawnError != 0 ? $"{router.Notify[0]} cannot be started: error {end.SpawnError}"
                        : end.TimedOut ? $"killed after {router.NotifyTimeout.TotalSeconds} s"
                        : $"ended with {end.ExitCode}: {SafeText.Of(end.Errors.Trim())}"));
            }
        }
    }

    private async Task AlertInOrder()
    {
        using var web = new HttpClient { Timeout = s_alertTimeout };
        await foreach (var change in _alerts.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            await Try("pipe", () => Write(change)).ConfigureAwait(false);
            await Try("webhook", () => Post(web, change)).ConfigureAwait(false);
            await Try("mail", () => Mail(change)).ConfigureAwait(false);
        }
    }

    private async Task Try(string what, Func<Task> alert)
    {
        try
        {
            await alert().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or HttpRequestException or SocketException or TaskCanceledException
            or UnauthorizedAccessException)
        {
            _log($"the {what} was not told: {e.Message}");
        }
    }

    // A pipe that nobody reads takes nothing, and holds nobody up.
    private Task Write(RoleChange change)
    {
        if (_plan.Alerts.Fifo.Length == 0)
        {
            return Task.CompletedTask;
        }

        if (NoticePipe.TryWrite(_plan.Alerts.Fifo, change + "\n") is { Length: > 0 } error)
        {
            _log($"the pipe {_plan.Alerts.Fifo} was not told: {error}");
        }

        return Task.CompletedTask;
    }

    private async Task Post(HttpClient web, RoleChange change)
    {
        if (_plan.Alerts.Webhook.Length == 0)
        {
            return;
        }

        var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            json.WriteString("schema", "ha/vrrp-alert/1");
            json.WriteString("host", _host);
            json.WriteString("router", change.Router);
            json.WriteString("from", RoleChange.Word(change.From));
            json.WriteString("to", RoleChange.Word(change.To));
            json.WriteString("cause", RoleChange.Words(change.Cause));
            json.WriteNumber("priority", change.Priority);
            json.WriteString("at", change.At);
            json.WriteEndObject();
        }

        using var content = new ByteArrayContent(text.ToArray());
        content.Headers.ContentType = new System.Net.Http.Headers.MediaTypeHeaderValue("application/json");
        using var answer = await web.PostAsync(_plan.Alerts.Webhook, content).ConfigureAwait(false);
        if (!answer.IsSuccessStatusCode)
        {
            _log($"the webhook answered {(int)answer.StatusCode}");
        }
    }

    // SMTP without extensions: a relay on the same host or network. Source: RFC 5321.
    private async Task Mail(RoleChange change)
    {
        var alerts = _plan.Alerts;
        if (alerts.SmtpServer.Length == 0)
        {
            return;
        }

        var parts = alerts.SmtpServer.Split(':');
        using var limit = new CancellationTokenSource(s_alertTimeout);
        using var client = new TcpClient();
        await client.ConnectAsync(
            parts[0], parts.Length > 1 && int.TryParse(parts[1], out var port) ? port : MailPort, limit.Token)
            .ConfigureAwait(false);
        using var reader = new StreamReader(client.GetStream(), Encoding.ASCII);
        var subject = $"{change.Router} on {_host}: {RoleChange.Word(change.To)}";
        List<string> lines = [$"EHLO {Dns.GetHostName()}", $"MAIL FROM:<{OneLine(alerts.SmtpFrom)}>"];
        lines.AddRange(alerts.SmtpTo.Select(to => $"RCPT TO:<{OneLine(to)}>"));
        lines.Add("DATA");
        lines.Add($"From: {OneLine(alerts.SmtpFrom)}\r\nTo: {OneLine(string.Join(", ", alerts.SmtpTo))}\r\nSubject: {OneLine(subject)}\r\n"
            + $"Date: {change.At:ddd, dd MMM yyyy HH:mm:ss} +0000\r\n\r\n{change}\r\n.");
        lines.Add("QUIT");
        await Expect(reader, limit.Token).ConfigureAwait(false);
        foreach (var line in lines)
        {
            await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(line + "\r\n"), limit.Token).ConfigureAwait(false);
            await Expect(reader, limit.Token).ConfigureAwait(false);
        }
    }

    private static async Task Expect(StreamReader reader, CancellationToken cancel)
    {
        while (await reader.ReadLineAsync(cancel).ConfigureAwait(false) is { } line)
        {
            if (line.Length > 3 && line[3] == '-')
            {
                continue;
            }

            if (line is not ['2' or '3', ..])
            {
                throw new IOException($"the mail server says: {SafeText.Of(line)}");
            }

            return;
        }

        throw new IOException("the mail server ended the connection");
    }

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");
}

using System.Globalization;
using System.Text;
using Ha.Node.Api;

namespace Ha.Node.Views;

/// <summary>`ha events` for people: one line an event.</summary>
internal static class EventsText
{
    /// <summary>The lines.</summary>
    public static string Of(EventsReply events, bool withCause)
    {
        var text = new StringBuilder();
        foreach (var item in events.Events)
        {
            var time = item.At.Length >= 23 ? item.At.Substring(11, 12) : item.At;
            var line = string.Create(CultureInfo.InvariantCulture, $"{time}  {item.Transition,-6} {item.Kind,-8} {item.Text}");
            text.Append(withCause && item.Cause.Length > 0 ? $"{line,-80} ← {item.Cause}" : line).Append('\n');
        }

        return text.ToString();
    }
}

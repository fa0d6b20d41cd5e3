using System.CommandLine;
using System.Text;
using System.Text.Json;
using Ha.Node.Views;
using Ha.Resources.Vrrp;
using Ha.Resources.Vrrp.Capture;

namespace Ha.Node.Commands;

/// <summary>What is in a capture, and with a configuration why a virtual router listens to a frame or does not.
/// </summary>
internal static class VrrpDecodeCommand
{
    // Longer captures are cut up with tcpdump -C.
    private const long MaxFileBytes = 1024 * 1024 * 1024;

    // As people write addresses and times: not escaped for HTML.
    private static readonly JsonWriterOptions s_json = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Prints a line for each frame.</summary>
    /// <param name="call">How it was called.</param>
    /// <param name="path">The capture.</param>
    /// <param name="receiver">Who judges; null for nobody.</param>
    public static int Decode(Invocation call, string path, VrrpReceiver? receiver)
    {
        var (bytes, error) = Bytes(path);
        if (bytes is null)
        {
            return call.Fail(ExitCode.BadData, error);
        }

        var (capture, why) = PacketCapture.Read(bytes);
        if (capture is null)
        {
            return call.Fail(ExitCode.BadData, $"{path} {why}");
        }

        using var line = new MemoryStream();
        foreach (var frame in capture.Frames)
        {
            line.SetLength(0);
            using (var json = new Utf8JsonWriter(line, s_json))
            {
                json.WriteStartObject();
                var message = CapturedFrameView.Write(
                    json, frame, bytes.AsSpan(frame.At, frame.Length), capture.Link, out var parts);
                if (receiver is not null && parts.PayloadAt > 0 && (!message.IsEmpty || IsLaterPiece(parts)))
                {
                    receiver.Write(json, message, parts);
                }

                json.WriteEndObject();
            }

            call.Out.WriteLine(Encoding.UTF8.GetString(line.GetBuffer(), 0, (int)line.Length));
        }

        return capture.Error.Length == 0 ? ExitCode.Ok : call.Fail(ExitCode.BadData, $"{path}: {capture.Error}");
    }

    private static bool IsLaterPiece(in FrameParts parts) =>
        parts.IsLaterFragment && parts.Protocol == VrrpCodec.Protocol;

    private static (byte[]? Bytes, string Error) Bytes(string path)
    {
        try
        {
            return new FileInfo(path).Length > MaxFileBytes
                ? (null, $"{path} has more than 1 GiB; cut it up with: tcpdump -r {path} -w PART -C 500")
                : (File.ReadAllBytes(path), "");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return (null, $"there is no file {path}; write one with: tcpdump -w {path} 'ip proto 112'");
        }
        catch (UnauthorizedAccessException)
        {
            return (null, $"no permission to read {path}, or it is a folder; ls -ld {path}");
        }
        catch (Exception e) when (e is IOException or ArgumentException)
        {
            return (null, $"cannot read '{Arguments.Printable(path)}': {e.Message}");
        }
    }
}

using System.Globalization;
using System.Xml;
using Ha.InformationBase;
using Ha.InformationBase.Reader;

namespace Ha.Resources.Metadata;

/// <summary>Reads what an agent says of itself. Document types are skipped and entities are not looked up, so nothing
/// outside of the text is read and nothing grows. Sources: OCF resource agent API 1.1 (ra-api-1.1.rng), and the fence
/// agents' additions to it.</summary>
public static class AgentMetadataXml
{
    /// <summary>Longest text that is read: the longest agent known has 13 KB.</summary>
    public const int MaxCharacters = 1024 * 1024;

    private const int MaxDepth = 16;
    private const int MaxItems = 2000;
    private const string Root = "resource-agent";

    private static readonly XmlReaderSettings s_settings = new()
    {
        DtdProcessing = DtdProcessing.Ignore,
        XmlResolver = null,
        MaxCharactersInDocument = MaxCharacters,
        MaxCharactersFromEntities = 1024,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
    };

    /// <summary>Reads it.</summary>
    /// <returns>False, with the reason, for anything else. Throws nothing.</returns>
    public static bool TryRead(AgentName agent, string text, out AgentMetadata? metadata, out string error)
    {
        metadata = null;
        try
        {
            var start = text.TrimStart('\uFEFF', ' ', '\n', '\r', '\t');
            using var reader = XmlReader.Create(new StringReader(start), s_settings);
            var draft = new Draft(agent);
            error = Walk(reader, draft);
            metadata = error.Length == 0 ? draft.Finish() : null;
        }
        catch (XmlException e)
        {
            error = $"line {e.LineNumber}: {SafeText.Of(e.Message)}";
        }

        return error.Length == 0;
    }

    private static string Walk(XmlReader reader, Draft draft)
    {
        var parents = new Stack<string>();
        while (reader.Read())
        {
            if (reader.NodeType == XmlNodeType.EndElement)
            {
                parents.Pop();
                continue;
            }

            if (reader.NodeType != XmlNodeType.Element)
            {
                continue;
            }

            if (parents.Count >= MaxDepth)
            {
                return $"elements are nested more than {MaxDepth} deep";
            }

            if (parents.Count == 0 && reader.LocalName != Root)
            {
                return $"its first element is {SafeText.Of(reader.LocalName)}, not {Root}";
            }

            draft.Take(reader, parents.TryPeek(out var parent) ? parent : "");
            if (draft.Count > MaxItems)
            {
                return $"it has more than {MaxItems} parameters, words and actions";
            }

            if (!reader.IsEmptyElement)
            {
                parents.Push(reader.LocalName);
            }
        }

        return "";
    }

    /// <summary>What was read so far.</summary>
    private sealed class Draft(AgentName agent)
    {
        private readonly List<AgentParameter> _parameters = [];
        private readonly List<AgentAction> _actions = [];
        private readonly Dictionary<string, string> _replacedBy = new(StringComparer.Ordinal);
        private int _words;

        public int Count => _parameters.Count + _actions.Count + _words;

        public void Take(XmlReader reader, string parent)
        {
            switch (parent, reader.LocalName)
            {
                case ("parameters", "parameter") when reader.GetAttribute("name") is { Length: > 0 } name:
                    Begin(reader, name);
                    break;
                case ("parameter", "content"):
                    Change(parameter => parameter with
                    {
                        Type = reader.GetAttribute("type") ?? "string",
                        Default = reader.GetAttribute("default") is { Length: > 0 } text ? text : null,
                    });
                    break;
                case ("content", "option") when reader.GetAttribute("value") is { } word:
                    _words++;
                    Change(parameter => parameter with { Words = parameter.Words.Add(word) });
                    break;
                case ("parameter", "deprecated"):
                    Change(parameter => parameter with { IsDeprecated = true });
                    break;
                case ("deprecated", "replaced-with") when reader.GetAttribute("name") is { Length: > 0 } other:
                    Change(parameter => parameter with { ReplacedBy = other });
                    break;
                case ("actions", "action") when reader.GetAttribute("name") is { Length: > 0 } name:
                    _actions.Add(new AgentAction
                    {
                        Name = name,
                        Timeout = Span(reader.GetAttribute("timeout")),
                        Interval = Span(reader.GetAttribute("interval")),
                        Role = reader.GetAttribute("role"),
                    });
                    break;
            }
        }

        public AgentMetadata Finish() => new()
        {
            Agent = agent,
            Parameters = _parameters
                .DistinctBy(parameter => parameter.Name, StringComparer.Ordinal)
                .Select(parameter => parameter with
                {
                    ReplacedBy = parameter.ReplacedBy ?? _replacedBy.GetValueOrDefault(parameter.Name),
                })
                .ToValueList(),
            Actions = _actions.ToValueList(),
        };

        private void Begin(XmlReader reader, string name)
        {
            // A fence agent's new parameter names the one that it stands for.
            if (reader.GetAttribute("obsoletes") is { Length: > 0 } old)
            {
                _replacedBy[old] = name;
            }

            _parameters.Add(new AgentParameter
            {
                Name = name,
                IsRequired = IsTrue(reader.GetAttribute("required")),
                IsUnique = IsTrue(reader.GetAttribute("unique"))
                    || reader.GetAttribute("unique-group") is { Length: > 0 },
                IsReloadable = IsTrue(reader.GetAttribute("reloadable")),
                IsDeprecated = IsTrue(reader.GetAttribute("deprecated")),
                IsPrivate = SecretChecks.IsSecret(name),
            });
        }

        private void Change(Func<AgentParameter, AgentParameter> change)
        {
            if (_parameters.Count > 0)
            {
                _parameters[^1] = change(_parameters[^1]);
            }
        }

        private static bool IsTrue(string? text) => text is "1" or "true" or "yes";

        // Agents write 20s, 20, 500ms; what cannot be read is no advice.
        private static TimeSpan? Span(string? text)
        {
            if (string.IsNullOrEmpty(text))
            {
                return null;
            }

            var digits = text.AsSpan().IndexOfAnyExceptInRange('0', '9');
            return !int.TryParse(digits < 0 ? text : text[..digits], CultureInfo.InvariantCulture, out var number)
                ? null
                : (digits < 0 ? "s" : text[digits..].Trim()) switch
                {
                    "s" or "sec" => TimeSpan.FromSeconds(number),
                    "ms" or "msec" => TimeSpan.FromMilliseconds(number),
                    "m" or "min" => TimeSpan.FromMinutes(number),
                    _ => null,
                };
        }
    }
}

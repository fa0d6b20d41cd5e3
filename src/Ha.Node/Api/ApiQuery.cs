using System.Globalization;
using Ha.Node.Commands;
using Microsoft.AspNetCore.Http;

namespace Ha.Node.Api;

/// <summary>Reads the parameters of a request, and keeps the first mistake in them.</summary>
internal sealed class ApiQuery(IQueryCollection query)
{
    // A century in milliseconds: no length of time is longer.
    private const long MaxNumber = 100L * 366 * 24 * 3600 * 1000;

    /// <summary>The first mistake; empty for none.</summary>
    public string Error { get; private set; } = "";

    /// <summary>A whole number; null where it is missing or wrong.</summary>
    public long? Number(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= MaxNumber)
        {
            return number;
        }

        Fail($"{name} is '{Arguments.Printable(text)}'; write a whole number up to {MaxNumber}");
        return null;
    }

    /// <summary>True or false; false where it is missing or wrong.</summary>
    public bool Flag(string name)
    {
        switch (Text(name))
        {
            case null or "false":
                return false;
            case "true":
                return true;
            case var text:
                Fail($"{name} is '{Arguments.Printable(text)}'; write true or false");
                return false;
        }
    }

    /// <summary>A text; null where it is missing.</summary>
    public string? Text(string name)
    {
        var values = query[name];
        if (values.Count > 1)
        {
            Fail($"{name} is written {values.Count} times");
        }

        return values.Count == 0 ? null : values[0];
    }

    private void Fail(string text) => Error = Error.Length == 0 ? text : Error;
}

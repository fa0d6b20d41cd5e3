using Ha.Hocon;
using Ha.InformationBase;
using Ha.InformationBase.Xml;
using Ha.Policy.Rules;

namespace Ha.Tests.Rules;

/// <summary>Rules as they are written in a CIB, and whether they hold.</summary>
public sealed class RuleEvaluatorTests
{
    // 2024-02-29T10:30:15Z, a Thursday: day 60 of the year, week 9.
    private const long Now = 1_709_202_615;

    [Theory]
    [InlineData("9", "lt", "10", null, true)]           // order without a type is between whole numbers
    [InlineData("9", "lt", "10", "string", false)]
    [InlineData("1.5", "gt", "1.25", null, true)]       // or, with a point in one of them, between fractions
    [InlineData("abc", "lt", "abd", null, true)]        // or, where they are no numbers, between strings
    [InlineData("abc", "eq", "ABC", null, true)]        // strings do not mind the case
    [InlineData("12abc", "eq", "12", "integer", true)]  // what follows the digits does not count
    [InlineData(" 7", "eq", "7", "integer", true)]
    [InlineData("1e3", "eq", "1000", "number", true)]
    [InlineData("0x10", "eq", "16", "integer", false)]
    [InlineData("1.10", "gt", "1.9", "version", true)]
    [InlineData("1.0", "eq", "1", "version", true)]     // missing parts of a version are zero
    [InlineData("1.0", "lt", "1.0.0", "version", false)]
    [InlineData("2", "GT", "1.9.9", "version", true)]   // operations do not mind the case
    [InlineData("", "eq", "", null, true)]              // an empty value equals an empty attribute
    [InlineData("x", "ne", "", null, true)]
    [InlineData("5", "lte", "5", null, true)]
    [InlineData("5", "gte", "6", null, false)]
    [InlineData("5", "eq", "5", "octal", false)]        // an unknown type
    [InlineData("5", "like", "5", null, false)]         // an unknown operation
    public void Attributes_are_compared_by_type(
        string actual, string operation, string value, string? type, bool expected)
    {
        var typeText = type is null ? "" : $" type='{type}'";
        var rule = RuleOf($"<expression id='e' attribute='x' operation='{operation}' value='{value}'{typeText}/>");
        Assert.Equal(expected, RuleEvaluator.Evaluate(rule, With(("x", actual))).Holds);
    }

    [Theory]
    [InlineData("<expression id='e' attribute='y' operation='defined'/>", false)]
    [InlineData("<expression id='e' attribute='y' operation='not_defined'/>", true)]
    [InlineData("<expression id='e' attribute='x' operation='defined'/>", true)]
    [InlineData("<expression id='e' attribute='y' operation='ne' value='5'/>", true)]   // what is not there differs
    [InlineData("<expression id='e' attribute='y' operation='lt' value='5'/>", false)]  // but has no order
    [InlineData("<expression id='e' attribute='x' operation='eq'/>", false)]            // no value to compare with
    [InlineData("<expression id='e' attribute='x' operation='eq' value='p' value-source='param'/>", true)]
    [InlineData("<expression id='e' attribute='x' operation='eq' value='p' value-source='meta'/>", false)]
    [InlineData("<expression id='e' attribute='x' operation='eq' value='m' value-source='meta'/>", true)]
    [InlineData("<expression id='e' attribute='x' operation='ne' value='1' value-source='wish'/>", false)]
    [InlineData("<expression id='e' attribute='of-%1' operation='eq' value='two'/>", true)]  // a group of the pattern
    [InlineData("<rsc_expression id='e' class='ocf' type='IPaddr2'/>", true)]
    [InlineData("<rsc_expression id='e' class='ocf' provider='pacemaker'/>", false)]
    [InlineData("<rsc_expression id='e'/>", true)]
    [InlineData("<op_expression id='e' name='monitor'/>", true)]
    [InlineData("<op_expression id='e' name='monitor' interval='10s'/>", true)]
    [InlineData("<op_expression id='e' name='monitor' interval='PT10S'/>", true)]
    [InlineData("<op_expression id='e' name='monitor' interval='20'/>", false)]
    [InlineData("<op_expression id='e' name='start'/>", false)]
    [InlineData("", false)]                                                             // nothing to test
    public void One_expression_holds_or_not(string expression, bool expected) =>
        Assert.Equal(expected, RuleEvaluator.Evaluate(RuleOf(expression), Full()).Holds);

    [Theory]
    [InlineData("and", "x y", true)]
    [InlineData("and", "x z", false)]
    [InlineData("or", "z x", true)]
    [InlineData("or", "z", false)]
    [InlineData("and", "x (or z y)", true)]   // a rule inside of a rule
    [InlineData("and", "x (and z y)", false)]
    public void Expressions_are_joined(string join, string tests, bool expected)
    {
        var inner = string.Concat(tests.Split(' ').Select((word, index) => word switch
        {
            "(and" or "(or" => $"<rule id='i{index}' boolean-op='{word[1..]}'>",
            _ => Test(word.TrimEnd(')'), index) + (word.EndsWith(')') ? "</rule>" : ""),
        }));
        var rule = RuleOf($"<rule id='top' boolean-op='{join}'>{inner}</rule>");
        Assert.Equal(expected, RuleEvaluator.Evaluate(rule, With(("x", "1"), ("y", "1"))).Holds);

        static string Test(string name, int index) =>
            $"<expression id='e{index}' attribute='{name}' operation='eq' value='1'/>";
    }

    [Theory]
    [InlineData("operation='gt' start='2024-02-29 10:30:14'", true, null)]
    [InlineData("operation='gt' start='2024-02-29 10:30:15'", false, 1)]        // changes in the second after
    [InlineData("operation='lt' end='2024-02-29 10:30:16'", true, 1)]
    [InlineData("operation='lt' end='2024-02-29 10:30:15'", false, null)]
    [InlineData("operation='in_range' start='2024-02-29' end='2024-02-29 10:30:15'", true, 1)]  // the end is inside
    [InlineData("operation='in_range' start='2024-02-29' end='2024-02-29 10:30:14'", false, null)]
    [InlineData("operation='in_range' start='2024-02-29 10:30:20'", false, 5)]
    [InlineData("operation='in_range' start='2024-02-29 10:30:15'", true, null)]
    [InlineData("operation='in_range' end='2024-03-01'", true, 48_586)]
    [InlineData("start='2024-02-29'", true, null)]                              // in_range is the default
    [InlineData("operation='in_range' start='yesterday' end='2024-03-01'", false, null)]
    [InlineData("operation='in_range'", false, null)]
    [InlineData("operation='gt' start='2024-02-30'", false, null)]
    [InlineData("operation='date_spec'", false, null)]
    [InlineData("operation='around' start='2024-02-29'", false, null)]
    public void Dates_are_compared_and_tell_when_that_changes(string attributes, bool expected, int? changesIn)
    {
        var outcome = RuleEvaluator.Evaluate(RuleOf($"<date_expression id='d' {attributes}/>"), With());
        Assert.Equal((expected, changesIn is null ? null : Now + changesIn), (outcome.Holds, outcome.ChangesAt));
    }

    [Theory]
    [InlineData("2024-02-29 10:00", "minutes='30' seconds='15'", true)]
    [InlineData("2024-02-29 10:00", "minutes='30' seconds='14'", false)]
    [InlineData("2024-01-31 11:00", "months='1'", true)]                // the last day of the shorter month
    [InlineData("2024-01-29 10:30:14", "months='1'", false)]
    [InlineData("2024-02-15", "weeks='2' days='1'", true)]
    [InlineData("2023-03-01 11:00", "years='1'", true)]                 // the same day of the year
    [InlineData("2024-02-29", "hours='ten'", false)]
    public void A_range_may_have_a_length(string start, string duration, bool expected)
    {
        var rule = RuleOf($"<date_expression id='d' operation='in_range' start='{start}'>"
            + $"<duration id='u' {duration}/></date_expression>");
        Assert.Equal(expected, RuleEvaluator.Evaluate(rule, With()).Holds);
    }

    [Theory]
    [InlineData("hours='9-17' weekdays='1-5'", true)]
    [InlineData("hours='11-'", false)]
    [InlineData("hours='-10' minutes='30' seconds='15'", true)]
    [InlineData("weekdays='6-7'", false)]
    [InlineData("monthdays='29' months='2' years='2024-'", true)]
    [InlineData("yeardays='60' weeks='9' weekyears='2024'", true)]
    [InlineData("years='2025'", false)]
    [InlineData("hours='ten'", false)]       // misconfigured
    [InlineData("moon='0'", true)]           // no part of 3.0 any more
    [InlineData("", true)]
    public void A_date_has_parts(string ranges, bool expected)
    {
        var rule = RuleOf(Spec(ranges));
        Assert.Equal(new RuleOutcome(expected, null), RuleEvaluator.Evaluate(rule, With()));
    }

    [Fact]
    public void Local_time_is_that_of_the_place()
    {
        var evening = RuleOf(Spec("hours='20'"));
        var local = RuleOf("<date_expression id='d' operation='gt' start='2024-02-29 20:30:14'/>");
        var input = With() with { LocalOffset = TimeSpan.FromHours(10) };
        Assert.True(RuleEvaluator.Evaluate(evening, input).Holds);
        Assert.True(RuleEvaluator.Evaluate(local, input).Holds);
        Assert.False(RuleEvaluator.Evaluate(evening, With()).Holds);
        Assert.False(RuleEvaluator.Evaluate(local, With()).Holds);
    }

    private static string Spec(string ranges) =>
        $"<date_expression id='d' operation='date_spec'><date_spec id='s' {ranges}/></date_expression>";

    internal static Rule RuleOf(string expressions)
    {
        var rule = expressions.StartsWith("<rule", StringComparison.Ordinal)
            ? expressions
            : $"<rule id='r'>{expressions}</rule>";
        var text = "<cib><configuration><constraints><rsc_location id='l' rsc='x'>"
            + rule.Replace('\'', '"') + "</rsc_location></constraints></configuration></cib>";
        var cib = CibXmlReader.Read(text, "rule.xml", new DiagnosticList());
        return ((LocationConstraint)cib!.Configuration.Constraints[0]).Rules[0];
    }

    private static RuleInput With(params (string Name, string Value)[] attributes) => new()
    {
        Now = Now,
        NodeAttribute = name => attributes.Where(pair => pair.Name == name).Select(pair => pair.Value).FirstOrDefault(),
    };

    private static RuleInput Full() => With(("x", "1"), ("of-b", "two")) with
    {
        Parameter = name => name == "p" ? "1" : null,
        Meta = name => name == "m" ? "1" : null,
        Agent = new AgentName("ocf", "heartbeat", "IPaddr2"),
        Operation = "monitor",
        Interval = TimeSpan.FromSeconds(10),
        Submatches = ["ab", "b"],
    };
}

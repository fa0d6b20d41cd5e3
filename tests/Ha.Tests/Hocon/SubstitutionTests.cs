using Ha.Hocon;

namespace Ha.Tests.Hocon;

/// <summary>Substitutions, self references and templates, row by row of the checklist.</summary>
public sealed class SubstitutionTests
{
    [Theory]
    [InlineData("a=1,b=${a}", "{a:1,b:1}")]
    [InlineData("a=1,b=${?a}", "{a:1,b:1}")]
    [InlineData("a=1,b=\"${a}\"", "{a:1,b:'${a}'}")]
    [InlineData("a=1,b=${ a }", "{a:1,b:1}")]
    [InlineData("a=1,b=${ ?a}", "error HA1023")]
    [InlineData("a=1,b=${a", "error HA1021")]
    [InlineData("a=1,b=${${a}}", "error HA1023")]
    [InlineData("a.b=1,c=${\"a\".b}", "{a:{b:1},c:1}")]
    [InlineData("a=1,b=${}", "error HA1023")]
    public void S1_to_S3_a_substitution_is_written_in_one_way(string text, string expected) =>
        Assert.Equal(expected, HoconShow.Read(text));

    [Theory]
    [InlineData("b=${a},a=1,a=2", "{b:2,a:2}")]
    [InlineData("x { a=1, b=${a} }, a=2", "{x:{a:1,b:2},a:2}")]
    [InlineData("x { a=1, b=${x.a} }, x.a=2", "{x:{a:2,b:2}}")]
    public void S4_S5_it_looks_at_the_final_value_by_an_absolute_path(string text, string expected) =>
        Assert.Equal(expected, HoconShow.Read(text));

    [Theory]
    [InlineData("a=${x}", "error HA1403")]
    [InlineData("a=${?x}", "{}")]
    [InlineData("a=1,a=${?x}", "{a:1}")]
    [InlineData("a={b=1},a=${?x},a={c=2}", "{a:{b:1,c:2}}")]
    [InlineData("a=[1,${?x},2]", "{a:[1,2]}")]
    [InlineData("a=[1] ${?x}", "{a:[1]}")]
    [InlineData("a={b=1} ${?x}", "{a:{b:1}}")]
    [InlineData("a=x${?y}z", "{a:'xz'}")]
    [InlineData("a=${?x}${?y}", "{}")]
    [InlineData("a=null,b=${a}", "{a:null,b:null}")]
    public void S6_S7_nothing_is_an_error_or_vanishes(string text, string expected) =>
        Assert.Equal(expected, HoconShow.Read(text));

    [Theory]
    [InlineData("a=${b},b=${c},c=1", "{a:1,b:1,c:1}")]
    [InlineData("a=${b.x},b=${c},c={x=1}", "{a:1,b:{x:1},c:{x:1}}")]
    [InlineData("a=${b.x},b=${c},c=1", "error HA1403")]
    [InlineData("a=${b.x.y},b={x=${c}},c={y=2}", "{a:2,b:{x:{y:2}},c:{y:2}}")]
    [InlineData("a=${b},c=${a.x},b={x=1,y=${c}}", "{a:{x:1,y:1},c:1,b:{x:1,y:1}}")]
    public void S8_S9_chains_lead_through_substituted_objects(string text, string expected) =>
        Assert.Equal(expected, HoconShow.Read(text));

    [Fact]
    public void S8_a_chain_of_300_is_followed()
    {
        var text =
            string.Join('\n', Enumerable.Range(0, 300).Select(index => $"a{index} = ${{a{index + 1}}}")) + "\na300 = x";
        var root = HoconDocument.ParseText(text).Root;
        Assert.Equal("x", root.Find("a0").AsText());
    }

    [Theory]
    [InlineData("a=${HOME}", "{a:'/root'}")]
    [InlineData("a=${EMPTY}", "{a:''}")]
    [InlineData("a=${NUMBER}", "{a:'5'}")]
    [InlineData("HOME=1,a=${HOME}", "{HOME:1,a:1}")]
    [InlineData("HOME=null,a=${?HOME}", "{HOME:null,a:null}")]
    [InlineData("a=${SECRET}", "error HA1403")]
    [InlineData("a=${?SECRET}", "{}")]
    public void S10_the_environment_is_read_only_where_it_is_allowed(string text, string expected)
    {
        var variables = new Dictionary<string, string>
        {
            ["HOME"] = "/root", ["EMPTY"] = "", ["NUMBER"] = "5", ["SECRET"] = "x",
        };
        var environment = new HoconEnvironment(
            new HashSet<string> { "HOME", "EMPTY", "NUMBER" }, name => variables.GetValueOrDefault(name));
        Assert.Equal(expected, HoconShow.Read(text, environment: environment));
    }

    [Theory]
    [InlineData("a=1,a=${a}2", "{a:'12'}")]
    [InlineData("p=\"a:b\",p=${p}\":c\"", "{p:'a:b:c'}")]
    [InlineData("a=[1],a=${a}[2],a=${a}[3]", "{a:[1,2,3]}")]
    [InlineData("a={x=1},a=${a}{y=2}", "{a:{x:1,y:2}}")]
    [InlineData("a=[1],a+=2,a+=3", "{a:[1,2,3]}")]
    [InlineData("a+=1,a+=2", "{a:[1,2]}")]
    [InlineData("a=1,a+=2", "error HA1405")]
    [InlineData("a=${a}", "error HA1402")]
    [InlineData("a=${a}x", "error HA1402")]
    [InlineData("a=${?a}x", "{a:'x'}")]
    [InlineData("a=${a}x,a=1", "{a:1}")]
    [InlineData("a={b=1},a=${a.b}", "{a:1}")]
    [InlineData("foo={a={c=1}},foo=${foo.a},foo={a=2}", "{foo:{a:2,c:1}}")]
    [InlineData("a.b=[1],a.b=${a.b}[2]", "{a:{b:[1,2]}}")]
    [InlineData("a.b+=1,a.b+=2,a{b+=3}", "{a:{b:[1,2,3]}}")]
    public void F1_to_F5_a_self_reference_looks_back(string text, string expected) =>
        Assert.Equal(expected, HoconShow.Read(text));

    [Theory]
    [InlineData("bar={foo=42,baz=${bar.foo}}", "{bar:{foo:42,baz:42}}")]
    [InlineData("bar={foo=42,baz=${bar.foo}},bar={foo=43}", "{bar:{foo:43,baz:43}}")]
    [InlineData("bar={a=${foo.d},b=1},bar.b=3,foo={c=${bar.b},d=2},foo.d=4", "{bar:{a:4,b:3},foo:{c:3,d:4}}")]
    [InlineData("_t={x=1},a=${_t}{y=2,z=${a.x}${a.y}}", "{_t:{x:1},a:{x:1,y:2,z:'12'}}")]
    [InlineData(
        "_t={p={l=1}},a=${_t}{t=[q],p{i=2}},b=${_t}{p.i=3}",
        "{_t:{p:{l:1}},a:{p:{l:1,i:2},t:['q']},b:{p:{l:1,i:3}}}")]
    [InlineData("a=${b},b=${a}", "error HA1402")]
    [InlineData("a=${?b},b=${?a}", "{}")]
    [InlineData("a=${b},b=${c},c=${a}", "error HA1402")]
    [InlineData("a={b=${a}}", "error HA1402")]
    [InlineData("a={b=${?a}}", "{a:{}}")]
    [InlineData("a=${x}{b=1},x={c=${a.b}}", "{a:{c:1,b:1},x:{c:1}}")]
    public void F6_to_F9_objects_refer_into_each_other_and_circles_are_errors(string text, string expected) =>
        Assert.Equal(expected, HoconShow.Read(text));

    [Theory]
    [InlineData("a=[{b=[1],b+=2}]", "{a:[{b:[1,2]}]}")]
    [InlineData("a=[{b+=1,b+=2},{b+=3}]", "{a:[{b:[1,2]},{b:[3]}]}")]
    [InlineData("x=1,a=[{b=${x}},${x}]", "{x:1,a:[{b:1},1]}")]
    [InlineData("a=[1],a=[${a},{b=${a}}]", "{a:[[1],{b:[1]}]}")]
    public void H15_they_work_in_objects_inside_of_lists(string text, string expected) =>
        Assert.Equal(expected, HoconShow.Read(text));

    [Theory]
    [InlineData("a=xxxxxxxxxx", "x")]
    [InlineData("a=[x,x,x,x,x,x,x,x,x,x]", "l")]
    public void What_substitutions_make_is_bounded(string first, string kind)
    {
        var text = first + "\n" + string.Join('\n', Enumerable.Range(0, 30).Select(index =>
        {
            var before = index == 0 ? "${a}" : $"${{{kind}{index - 1}}}";
            return $"{kind}{index} = {string.Concat(Enumerable.Repeat(before, 10))}";
        }));
        Assert.Equal("error HA1404", HoconShow.Read(text));
    }

    [Fact]
    public void Nested_objects_that_double_are_bounded()
    {
        var text = "o0 = {x=1}\n" + string.Join('\n', Enumerable.Range(1, 60).Select(index =>
            $"o{index} = {{ a = ${{o{index - 1}}}, b = ${{o{index - 1}}} }}"));
        Assert.Equal("error HA1404", HoconShow.Read(text));
    }

    [Fact]
    public void A_template_may_be_used_a_thousand_times()
    {
        var text =
            "_t { agent = fence_ipmilan, params { lanplus = true, username = ha, password = \"secret://ipmi\" } }\n"
            + string.Join('\n', Enumerable.Range(0, 1000)
                .Select(index => $"f.d{index} = ${{_t}} {{ params.ip = 10.0.0.{index} }}"));
        var root = HoconDocument.ParseText(text).Root;
        Assert.Equal("10.0.0.999", root.Find("f", "d999", "params", "ip").AsText());
        Assert.Equal("ha", root.Find("f", "d999", "params", "username").AsText());
    }
}

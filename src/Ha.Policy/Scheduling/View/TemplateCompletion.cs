using Ha.InformationBase;

namespace Ha.Policy.Scheduling;

/// <summary>Primitives with what they take from their templates. Source: Pacemaker Explained, "Reusing parts of the
/// configuration".</summary>
internal static class TemplateCompletion
{
    /// <summary>The primitive as if it had been written whole. Its own blocks stand after its template's, so that they
    /// win; its own operations take the place of the template's with the same name and role.</summary>
    public static Primitive Complete(Primitive primitive, Dictionary<string, Template> templates)
    {
        if (primitive.TemplateId is null || !templates.TryGetValue(primitive.TemplateId, out var template))
        {
            return primitive;
        }

        var own = primitive.Operations.Select(KeyOf).ToHashSet(StringComparer.Ordinal);
        return primitive with
        {
            Agent = primitive.Agent ?? template.Agent,
            Meta = template.Meta.AddRange(primitive.Meta),
            Parameters = template.Parameters.AddRange(primitive.Parameters),
            Utilization = template.Utilization.AddRange(primitive.Utilization),
            Attributes = ValueMap<string>.Of(template.Attributes.Concat(primitive.Attributes)),
            Operations = primitive.Operations
                .Concat(template.Operations.Where(operation => !own.Contains(KeyOf(operation))))
                .ToValueList(),
        };
    }

    private static string KeyOf(OperationDefinition operation)
    {
        var role = ValueText.RoleOf(operation.Attributes.GetValueOrDefault("role"));
        return $"{operation.Name}-{(role is Role.Started or Role.Unpromoted ? Role.Unknown : role)}";
    }
}

// Two cores: one lab at a time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

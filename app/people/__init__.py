"""Who takes part: the tree of work units and the people in it."""

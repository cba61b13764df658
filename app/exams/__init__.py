"""Events: when an exam is open, for whom, by which instrument."""

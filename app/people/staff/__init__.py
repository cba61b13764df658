"""Staff: their accounts, how they come in, and what each may do."""

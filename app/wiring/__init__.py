"""The only place where objects are put together: web, commands and tests all enter here."""

"""The way of an answer: routes, intake, buffer, flusher, ledger."""

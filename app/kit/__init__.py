"""What every room stands on: clock, ids, errors, stores, and the servers this machine runs."""

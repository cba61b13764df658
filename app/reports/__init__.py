"""Reports read the record and change nothing."""

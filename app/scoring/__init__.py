"""Scoring: recorded answers become exact marks, areas, an index and a band."""

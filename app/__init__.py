"""Serentak: an exam server for one day on which everybody is tested."""

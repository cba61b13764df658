"""Outage sense: who fell silent together, where, by whose fault, and what time that took."""

"""Boards that are open while everybody sits: do changes show, and what do saves pay for it."""

"""What an operation costs, against an empty FastAPI route: ``make bench``.

wrk, a generator in C, asks; ``calls.lua`` says what. CPU is read from ``/proc`` before and after,
by process of the server, so the figures are costs and not speeds: a faster machine changes both
sides of a ratio alike.
"""

"""The pages of staff: made here, and every form of them works without a script.

The live board alone needs one: what it shows changes every second.
"""

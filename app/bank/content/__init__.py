"""The instruments and items that ship with the house, as readable files."""

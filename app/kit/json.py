"""JSON as it is stored: one canonical text a value, so that equal answers are equal bytes."""

import orjson


def canonical(value: object) -> str:
    """Return the canonical JSON text: sorted keys, no spaces, UTF-8 as it is."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()

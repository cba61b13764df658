"""A sitting that nobody has entered yet, as the room holds it: by priming or from the board."""

import orjson


def fresh_fields(
    *,
    unit: int,
    card: int,
    pin: str,
    form: str,
    room: int | None = None,
    wave: int | None = None,
    opens_at: int | None = None,
) -> list[str | int]:
    """Return the fields of ``sit``, flat.

    ``card`` is the number of the card, ``pin`` the keyed hash of its PIN; ``form``: the form's id;
    ``opens_at``: when the wave starts, milliseconds since 1970.
    """
    fields: list[str | int] = [
        # What every save reads stands first: a small hash is searched from its beginning.
        *("st", "n", "gn", 0, "dl", "", "li", "", "mr", 0, "an", 0, "fl", 0, "nt", 0, "nn", 0),
        *("cg", 0, "sn", 0, "ex", 0, "sl", 0, "se", 0, "sc", 0),
        *("un", unit, "ph", pin, "fm", form),
        *("cn", card),
    ]
    if room is not None:
        fields += ["rm", room]
    if opens_at is not None:
        fields += ["op", opens_at]
    if wave is not None:
        fields += ["wv", wave]
    return fields


def form_id(layout: str) -> str:
    """Return the id that stands at the head of a layout."""
    return layout.partition("\n")[0].removeprefix("#")


def shown_person(name: str, unit: str) -> str:
    """Return what the pages say of a person: name and unit."""
    return orjson.dumps({"name": name, "unit": unit}).decode()

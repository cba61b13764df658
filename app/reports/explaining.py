"""How a participant's form came about, from the record."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from app.bank.store import read_instrument, read_items
from app.exams.store import read_event
from app.forms.draw import event_secret
from app.forms.explain import Explanation, Shown, explain
from app.forms.pool import pool_of
from app.forms.store import kept_form, kept_pool
from app.kit.errors import OpsError
from app.kit.ids import sitting_from_text
from app.reports import store


@dataclass(frozen=True, slots=True)
class ExplainedForm:
    """A form and the event in which it was drawn."""

    event: str
    form: Explanation
    shown: Shown


async def explain_form(conn: AsyncConnection, form_key: bytes, sitting: str) -> ExplainedForm:
    """Explain the form of a sitting (its 12 letters); ``form_key`` is the installation's.

    Raises:
        OpsError: no such sitting, no form drawn for it, or one that cannot be drawn again.
    """
    try:
        number = sitting_from_text(sitting)
    except ValueError:
        raise OpsError(f"{sitting!r} is no sitting's id: 12 letters and digits.") from None
    event_id = await store.event_of(conn, number)
    event = await read_event(conn, event_id) if event_id else None
    if event is None:
        raise OpsError(f"There is no sitting {sitting}.")
    kept = await kept_form(conn, event.number, number)
    if kept is None:
        raise OpsError(f"Sitting {sitting} has no form yet: run `serentak prime {event.id}`.")
    if kept.blueprint_version != event.blueprint.version:
        raise OpsError(
            f"The form was drawn by version {kept.blueprint_version} of the blueprint, and event "
            f"{event.id} has version {event.blueprint.version}: it cannot be drawn again."
        )
    instrument = await read_instrument(conn, event.instrument_id, event.instrument_version)
    pool = await kept_pool(conn, event.number, kept.blueprint_version)
    bank = pool_of(await read_items(conn, instrument))
    try:
        form = explain(
            kept.layout, sitting, event_secret(form_key, event.id), event.blueprint, pool, bank
        )
    except ValueError as error:
        raise OpsError(f"The stored form of sitting {sitting} cannot be read: {error}.") from error
    return ExplainedForm(event.id, form, await store.shown_items(conn, event.number))

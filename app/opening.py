"""`serentak run`: what it does before the doors open, and what it says when they are."""

from collections.abc import Callable

from app.exams.store import all_events, read_event
from app.kit import clock, secrets
from app.kit.migrating import migrate
from app.operations.cards import card_link, demo_cards
from app.operations.demo import DEMO_EVENT, seed_demo
from app.operations.priming import prime
from app.people.staff.store import account_versions
from app.settings import Settings
from app.wiring.stores import record_only, stores

_LOGINS = 3


async def prepare(settings: Settings, say: Callable[[str], None]) -> None:
    """Bring up schema and secrets; where there is no event at all, make the demo event.

    It is primed once, since prime only creates.
    """
    secrets.create_missing(settings)
    held = secrets.load(settings)
    async with record_only(settings) as record:
        await migrate(record)
        async with record.begin() as conn:
            if not await all_events(conn):
                await seed_demo(conn, held.nip, clock.now_ms())
            demo = await read_event(conn, DEMO_EVENT)
    if demo is None or demo.primed_at is not None:
        return
    say(f"preparing {demo.id}: {demo.target} participants, a form each (once)")
    async with stores(settings) as opened:
        await prime(opened, demo.id, clock.now_ms())


async def tell(settings: Settings, say: Callable[[str], None]) -> None:
    """Say where the exam is, and with whose card it can be tried."""
    async with stores(settings) as opened:
        async with opened.record.connect() as conn:
            demo = await read_event(conn, DEMO_EVENT)
            has_staff = bool(await account_versions(conn))
        cards = await demo_cards(opened, DEMO_EVENT, _LOGINS) if demo else []
    address = f"http://{settings.host}:{settings.port}"
    say(f"Serentak is open: {address}  (Ctrl-C ends it)")
    said = f"{address}/staf/masuk" if has_staff else "serentak staff create LOGIN --name NAME"
    say(f"for staff:    {said}")
    if not cards:
        return
    say("demo logins:  NIP                 PIN")
    for nip, pin in cards:
        say(f"              {nip}  {secrets.in_fours(pin)}")
    say(f"or open, as a card's QR code does: {card_link(address, *cards[0])}")

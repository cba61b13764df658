"""The recorder: flushes every partition all day, and mends a store that was set back."""

import asyncio
import logging
from contextlib import suppress
from typing import Final

from redis.exceptions import RedisError
from sqlalchemy.exc import DBAPIError

from app.answers.flusher import RecordBehind, RoomBehind
from app.answers.partition import Partition
from app.kit.errors import OpsError, first_line
from app.kit.postgres import is_away
from app.kit.redis import ask, load_functions, ms_of
from app.operations.partitions import read_partitions
from app.operations.recovery import recover
from app.operations.reflow import reflow
from app.operations.stores import Stores
from app.people.audit_log.service import AuditLog
from app.people.staff.copying import copy_staff

_log = logging.getLogger(__name__)

_LOOK_S: Final = 0.2
_IDLE_LOOK_MS: Final = 5000
_AWAY_S: Final = 0.25
_EVENTS_S: Final = 2.0
_HEAD_S: Final = 1.0
_STAFF_S: Final = 2.0


class Recorder:
    """Keeps the record up with the room, for ever. Any number may run; partitions are shared."""

    def __init__(self, stores: Stores, *, rows: int, seconds: float) -> None:
        self._stores = stores
        self._flusher = stores.flusher(rows)
        self._audit_log = AuditLog(stores.record, stores.room, stores.chain)
        self._rows = rows
        self._wait_ms = int(seconds * 1000)
        self._places: list[Partition] = []
        self._places_until_s = 0.0
        self._looked: dict[str, int] = {}
        self._head_until_s = 0.0
        self._staff_until_s = 0.0
        self._refused = ""

    async def keep(self) -> None:
        """Flush for ever; see ``turn``. A store that is away is waited for."""
        said = ""
        while True:
            try:
                busy = await self.turn()
                said = ""
            except (RedisError, DBAPIError, OSError, TimeoutError, OpsError) as error:
                away = isinstance(error, RedisError | OpsError) or is_away(error)
                line = f"{'waiting' if away else 'trying again'}: {first_line(error)}"
                if line != said:
                    _log.warning("%s", line)
                said = line
                await asyncio.sleep(_AWAY_S)
                await self._meet_again()
                continue
            if not busy:
                await asyncio.sleep(_LOOK_S)

    async def turn(self) -> bool:
        """Flush each partition whose log is full or old; True where some hold more.

        1. Read which events there are, now and then. 2. Ask all logs how long and how old they
        are. 3. Flush those that are due or whose doors are closed; look at each at least every few
        seconds. 4. A store that was set back is mended at once: the room by recover, the record by
        reflow. 5. Carry into the audit log what waits for it, and look at its end now and then. 6.
        Bring the room's copies of staff up to the record, now and then.
        """
        await self._read_places()
        await self._copy_staff()
        now, due = await self._due()
        busy = False
        mended: set[str] = set()
        for place in due:
            if place.event_id in mended:
                continue
            try:
                flushed = await self._flusher.flush(place)
            except (RoomBehind, RecordBehind) as error:
                mended.add(place.event_id)  # whatever comes of it: the other events go on
                await self._mend(place.event_id, error)
                continue
            self._looked[place.tag] = now
            busy = busy or flushed.more
        waits = await self._carry()
        return busy or waits or bool(mended)

    async def _carry(self) -> bool:
        """Keep the audit log up; whatever it refuses, the answers go on."""
        try:
            more = await self._audit_log.carry()
            now_s = asyncio.get_running_loop().time()
            if now_s > self._head_until_s:
                await self._audit_log.look()
                self._head_until_s = now_s + _HEAD_S
        except Exception as error:  # noqa: BLE001 - as the docstring says
            line = first_line(error)
            if line != self._refused:
                _log.warning("the audit log waits: %s", line)
            self._refused = line
            return False
        self._refused = ""
        return more

    async def _mend(self, event_id: str, error: RoomBehind | RecordBehind) -> None:
        try:
            if isinstance(error, RoomBehind):
                _log.error("the room is behind: %s", error)
                await recover(self._stores, event_id, behind=error.epoch)
            else:
                _log.error("the record is behind: %s", error)
                await reflow(self._stores, event_id)
        except (RedisError, OpsError) as refused:
            _log.warning("event %s is not mended yet: %s", event_id, first_line(refused))
            await asyncio.sleep(_AWAY_S)
            await self._meet_again()
        for place in self._places:
            if place.event_id == event_id:
                self._flusher.forget(place.tag)

    async def _meet_again(self) -> None:
        """After a silence: either store may have come back older, or empty of its functions."""
        self._places_until_s = self._staff_until_s = 0.0
        self._looked.clear()
        with suppress(RedisError, OSError, TimeoutError):
            await load_functions(self._stores.room)

    async def _read_places(self) -> None:
        now_s = asyncio.get_running_loop().time()
        if now_s > self._places_until_s:
            async with self._stores.record.connect() as conn:
                self._places = await read_partitions(conn)
            self._places_until_s = now_s + _EVENTS_S

    async def _copy_staff(self) -> None:
        now_s = asyncio.get_running_loop().time()
        if now_s > self._staff_until_s:
            await copy_staff(self._stores.record, self._stores.room)
            self._staff_until_s = now_s + _STAFF_S

    async def _due(self) -> tuple[int, list[Partition]]:
        """Return the room's time, in milliseconds, and what is to be flushed or looked at."""
        time, *replies = await ask(
            self._stores.room,
            ("TIME",),
            *(
                command
                for place in self._places
                for command in (
                    ("XLEN", f"log:{place.tag}"),
                    ("XRANGE", f"log:{place.tag}", "-", "+", "COUNT", 1),
                    ("EXISTS", f"room:{place.tag}"),
                )
            ),
        )
        now = ms_of(time)
        due = []
        for place, length, oldest, stands in zip(
            self._places, replies[::3], replies[1::3], replies[2::3], strict=True
        ):
            # The room's clock may be set back: what lies in its future is due as well.
            age = abs(now - int(oldest[0][0].split("-")[0])) if oldest else 0
            idle = abs(now - self._looked.get(place.tag, 0))
            is_due = length >= self._rows or age >= self._wait_ms or idle >= _IDLE_LOOK_MS
            if is_due or not stands:
                due.append(place)
        return now, due

"""`/receipts/{code}`: anyone who holds a receipt's code can see that it is genuine."""

from datetime import datetime, timedelta, timezone
from typing import Final

from fastapi import APIRouter, Request, Response

from app.kit.errors import NotFound, Problem
from app.kit.short import ShortRoute
from app.pages.page import Pages, again_in
from app.settings import UTC_OFFSETS, TimeZone
from app.sittings.service import SittingService

_AWAY: Final = 503
_RETRY_S: Final = 10
_MONTHS: Final = (
    *("Januari", "Februari", "Maret", "April", "Mei", "Juni"),
    *("Juli", "Agustus", "September", "Oktober", "November", "Desember"),
)

router = APIRouter(include_in_schema=False, route_class=ShortRoute)


@router.get("/receipts/{code}")
async def receipt(code: str, request: Request) -> Response:
    """Show what stands behind a code, without a script; nothing of its content."""
    pages: Pages = request.state.pages
    service: SittingService = request.state.sittings
    try:
        found = await service.look_up(code)
    except NotFound:
        return pages.message(
            request,
            404,
            "Tanda terima tidak ditemukan",
            "Kode ini tidak dikenal. Periksa kembali setiap huruf dan angkanya. Bila tetap tidak "
            "ditemukan, tunjukkan kode kepada panitia.",
        )
    except Problem as problem:
        if problem.status != _AWAY:
            raise
        return pages.message(
            request,
            _AWAY,
            "Belum dapat diperiksa",
            "Ruang ujian sedang tidak dapat dihubungi. Tanda terima Anda tetap berlaku. Halaman "
            "ini mencoba lagi sendiri sebentar lagi.",
            retry_s=_RETRY_S,
        )
    waits = not found["recorded"] and not found["replaced"]
    sealed_at = found.get("sealed_at")
    zone: TimeZone = request.state.time_zone
    return pages.page(
        request,
        "receipt.html",
        headers=again_in(_RETRY_S) if waits else None,
        code=found["code"],
        title=found["event"]["title"],
        recorded=found["recorded"],
        replaced=found["replaced"],
        answered=found.get("answered"),
        sealed_at=None if sealed_at is None else local_time(sealed_at, zone),
    )


def local_time(ms: int, zone: TimeZone) -> str:
    """Return a time as people there say it, e.g. ``4 Agustus 2023 pukul 09.05.07 WITA``."""
    at = datetime.fromtimestamp(ms // 1000, timezone(timedelta(hours=UTC_OFFSETS[zone])))
    return f"{at.day} {_MONTHS[at.month - 1]} {at.year} pukul {at:%H.%M.%S} {zone}"

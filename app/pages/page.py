"""A page as it travels: rendered, compressed, under a policy that lets nothing foreign in.

What loads in which order, where six files travel at a time and each is 300 ms away: the shell,
which is small and the same for everybody; then at once all that it names, styles and every module
that the page's first module imports, however deep; then what that asks the API for. The login page
fetches the modules of the page after it meanwhile: from there on only the API is waited for.
"""

import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from fastapi import Request, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.kit.packed import Packed
from app.pages.assets import Assets

ENTRANCE: Final = "door/login.js"
SITTING: Final = "sitting.js"
BOARD: Final = "staff/board/board.js"
CONSOLE: Final = "staff"
"""The folder of what only staff load: it counts for no version, no worker of a participant's."""
_SHARED: Final = ("kit", "core")
"""Folders whose modules staff's pages import too; they come with those, under one version."""

# Scripts, styles and images come from here alone, none stands in the page itself.
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    # Asked for again each time: a page names the version of all it loads. Where there is a service
    # worker, that one keeps a copy for the time without network.
    "Cache-Control": "no-cache",
}
# Browsers heed it under TLS alone, and complain elsewhere.
_TLS_HEADERS: Final = {"Cross-Origin-Opener-Policy": "same-origin"}
_LEVEL: Final = 6


def again_in(seconds: int) -> dict[str, str]:
    """Return headers by which a page loads itself again, also where no script runs.

    After one to two times the seconds: whoever waits, waits because too many came at once.
    """
    wait = str(seconds + secrets.randbelow(seconds + 1))
    return {"Refresh": wait, "Retry-After": wait}


class Pages:
    """The templates and what they load. One is made at the start of a process."""

    def __init__(self, folder: Path = Path(__file__).parent) -> None:
        templates, static = folder / "templates", folder / "static"
        self.assets = Assets(static, sorted(templates.glob("*.html")), apart=CONSOLE)
        self.console = Assets(static, of=(CONSOLE, *_SHARED))
        self._templates = Environment(
            loader=FileSystemLoader(templates),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        assets = self.assets
        self.worker = assets.worker(SITTING)
        self._modules = {
            "login.html": assets.modules(ENTRANCE),
            "sitting.html": assets.modules(SITTING),
            "staff/board.html": self.console.modules(BOARD),
        }
        at_login = self._modules["login.html"]
        self._ahead = [name for name in self._modules["sitting.html"] if name not in at_login]

    def find(self, version: str, path: str) -> Packed | None:
        """Return a file that pages load, a participant's or staff's."""
        return self.assets.find(version, path) or self.console.find(version, path)

    def message(
        self,
        request: Request,
        status: int,
        heading: str,
        text: str,
        *,
        retry_s: int | None = None,
    ) -> Response:
        """Render a page that says one thing, and what to do.

        ``retry_s``: it loads itself again after about so many seconds.
        """
        headers = {} if retry_s is None else again_in(retry_s)
        retry = headers.get("Refresh")
        return self.page(
            request, "message.html", status, headers, heading=heading, text=text, retry_s=retry
        )

    def page(
        self,
        request: Request,
        template: str,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        **values: object,
    ) -> Response:
        """Render a template with ``values``, and what every one may use.

        ``static``, ``console``: where the files are, and those of staff; ``modules``: those of this
        page, by their path in there; ``ahead``: those of the page after login, to be fetched while
        somebody types.
        """
        html = self._templates.get_template(template).render(
            static=self.assets.prefix,
            console=self.console.prefix,
            modules=self._modules.get(template, []),
            ahead=self._ahead,
            **values,
        )
        packed = Packed(html.encode(), "text/html; charset=utf-8", level=_LEVEL)
        tls = _TLS_HEADERS if request.url.scheme == "https" else {}
        return packed.reply(request, {**HEADERS, **tls, **(headers or {})}, status)

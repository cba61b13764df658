"""What pages load: modules and styles, read once, each under an address that never changes.

There is no bundler: a module is sent as it stands in its folder, but for comments and blanks (a
third of what would travel). All of ``static/`` (and the templates, which are a part of what a
service worker keeps) has one version, a digest, that stands in every address. So relative imports
stay inside one version, and a browser keeps a file for a year without asking. What the shells list
(the modules of a page, what works offline) is read from the modules' own imports.
"""

import hashlib
import re
from collections.abc import Collection, Iterable
from pathlib import Path, PurePosixPath
from posixpath import normpath
from typing import Final

import orjson
import rjsmin

from app.kit.packed import Packed

MEDIA_TYPES: Final = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webp": "image/webp",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
}
WORKER: Final = "sw.js"
VENDOR: Final = "vendor"
"""The folder, wherever it lies, of what others wrote."""
_LEVEL: Final = 9
_STYLE_COMMENT: Final = re.compile(r"\s*/\*(?:[^*]|\*(?!/))*\*/")
_IMPORTED: Final = re.compile(
    r"""(?:^|[;}\n])(?:import\s*|import\b[^'"`;]*?\bfrom\s*|export\s*[{*][^'"`;]*?\bfrom\s*)"""
    r"""['"](\.{1,2}/[^'"]+)['"]""",
    re.MULTILINE,
)
# A type is named the same way, `import("…").Name`, and never loaded.
_IMPORTED_LATER: Final = re.compile(r"""\bimport\(\s*['"](\.{1,2}/[^'"]+)['"]\s*\)(?!\.[A-Z])""")


class Assets:
    """The files of a folder by their path in it. Nothing outside can be asked for: it is a dict.

    ``also``: files that count for the version; ``apart``: a folder in there that does not belong;
    ``of``: the folders in there that alone belong, all of them where none is named.
    """

    def __init__(
        self,
        folder: Path,
        also: Iterable[Path] = (),
        *,
        apart: str = "",
        of: Collection[str] = (),
    ) -> None:
        tops = {path: path.relative_to(folder).parts[0] for path in folder.rglob("*")}
        paths = sorted(
            path
            for path, top in tops.items()
            if path.suffix in MEDIA_TYPES and top != apart and (not of or top in of)
        )
        texts = {path.relative_to(folder).as_posix(): as_sent(path) for path in paths}
        digest = hashlib.sha256()
        for name, body in (*texts.items(), *((path.name, path.read_bytes()) for path in also)):
            digest.update(b"%d %d " % (len(name), len(body)) + name.encode() + body)
        self.version = digest.hexdigest()[:12]
        self.prefix = f"/static/{self.version}"
        self._texts = texts
        self._files = {
            name: Packed(body, MEDIA_TYPES[PurePosixPath(name).suffix], level=_LEVEL)
            for name, body in texts.items()
        }
        for file in self._files.values():
            _ = file.small  # compressed now, before anybody waits

    def find(self, version: str, path: str) -> Packed | None:
        """Return a file of this version; None where there is none, or another version is asked."""
        return self._files.get(path) if version == self.version else None

    def modules(self, entry: str, *, later: bool = False) -> list[str]:
        """Return the paths of a module and of all that it imports, the nearest first.

        ``later`` takes in what is only imported when it is needed, by ``import("…")``.
        """
        found = {entry: None} if entry in self._texts else {}
        for name in (queue := list(found)):
            for other in _imports(name, self._texts[name], later=later):
                if other in self._texts and other not in found:
                    found[other] = None
                    queue.append(other)
        return list(found)

    def styles(self) -> list[str]:
        """Return the paths of all style sheets."""
        return [name for name in self._texts if name.endswith(".css")]

    def addresses(self, names: Iterable[str]) -> list[str]:
        """Return where these files are served."""
        return [f"{self.prefix}/{name}" for name in names]

    def worker(self, entry: str) -> Packed:
        """Return the service worker, told its version and what the page of ``entry`` needs.

        Its text says ``"__VERSION__"`` and ``["__ASSETS__"]`` where those belong.
        """
        needed = self.addresses([*self.modules(entry, later=True), *self.styles()])
        text = self._texts.get(WORKER, b"")
        text = text.replace(b'"__VERSION__"', orjson.dumps(self.version))
        text = text.replace(b'["__ASSETS__"]', orjson.dumps(needed))
        return Packed(text, MEDIA_TYPES[".js"], level=_LEVEL)


def as_sent(path: Path) -> bytes:
    """Return a file as it travels: code without what only its authors read.

    What others wrote keeps the notice of its licence, and so all of its text.
    """
    if VENDOR in path.parts:
        return path.read_bytes()
    if path.suffix == ".js":
        text: str = rjsmin.jsmin(path.read_text())
        return text.encode()
    if path.suffix == ".css":
        return _STYLE_COMMENT.sub("", path.read_text()).encode()
    return path.read_bytes()


def _imports(name: str, text: bytes, *, later: bool) -> list[str]:
    code = text.decode()
    named = _IMPORTED.findall(code) + (_IMPORTED_LATER.findall(code) if later else [])
    folder = PurePosixPath(name).parent
    return [normpath(str(folder / other)) for other in named]

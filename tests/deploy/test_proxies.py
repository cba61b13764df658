"""The proxies' examples fit the app: what they refuse, how much, and how long they keep lines."""

import inspect
import re
from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from app import serving
from app.kit.errors import Busy, Problem, TooLarge
from app.kit.web import BODY_MOST
from app.main import create_app
from app.proctoring.board import stream
from app.settings import Settings
from tests.deploy.files import text

PROXIES = ["nginx.conf", "Caddyfile"]


def _said(name: str) -> Iterator[dict[str, Any]]:
    for document in re.findall(r"""[`'](\{"type".*?\})[`']""", text(name)):
        yield orjson.loads(document)


@pytest.mark.parametrize("name", PROXIES)
@pytest.mark.parametrize("problem", [TooLarge, Busy])
def test_a_proxy_refuses_in_the_apps_words(name: str, problem: type[Problem]) -> None:
    assert problem().document() in list(_said(name))


def test_both_proxies_tell_when_to_come_back() -> None:
    assert f"add_header Retry-After {Busy.retry_after_s} always;" in text("nginx.conf")
    assert f"header Retry-After {Busy.retry_after_s}\n" in text("Caddyfile")


def test_a_proxy_lets_no_larger_body_through_than_the_app_takes() -> None:
    kilobytes = BODY_MOST // 1024
    assert f"client_max_body_size {kilobytes}k;" in text("nginx.conf")
    assert f"max_size {kilobytes}KiB" in text("Caddyfile")


def test_a_proxy_never_sends_into_a_line_that_the_app_is_closing() -> None:
    (kept_s,) = re.findall(r"timeout_keep_alive=(\d+)", inspect.getsource(serving))
    upstream = text("nginx.conf").partition("upstream serentak")[2]
    (nginx_s,) = re.findall(r"keepalive_timeout (\d+)s;", upstream.partition("\n\t}")[0])
    (caddy_s,) = re.findall(r"keepalive (\d+)s", text("Caddyfile"))
    assert max(int(nginx_s), int(caddy_s)) < int(kept_s)


def test_a_phones_line_outlives_its_slowest_heartbeat() -> None:
    server = text("nginx.conf").rpartition("\n\tserver {")[2]
    (nginx_s,) = re.findall(r"keepalive_timeout (\d+)s;", server)
    (caddy_s,) = re.findall(r"idle (\d+)s", text("Caddyfile"))
    assert min(int(nginx_s), int(caddy_s)) >= 2 * 60


@pytest.mark.parametrize("name", PROXIES)
def test_a_proxy_looks_for_the_app_where_the_settings_put_it(name: str) -> None:
    assert f"127.0.0.1:{Settings.model_fields['port'].default}" in text(name)


def test_a_boards_stream_is_handed_on_as_it_comes() -> None:
    place = text("nginx.conf").partition("location ~ ^/api/v1/staff/events/")[2].partition("}")[0]
    assert place.startswith("[^/]+/board/stream$ {")
    assert "proxy_buffering off;" in place
    assert "gzip off;" in place
    (silence_s,) = re.findall(r"proxy_read_timeout (\d+)s;", place)
    assert int(silence_s) >= 2 * stream.BEAT_S
    assert "text/event-stream" not in text("nginx.conf")  # nor packed anywhere
    stanza = text("Caddyfile").partition("encode {")[2].partition("\n\t}")[0]
    assert re.findall(r"Content-Type (\S+)\*", stanza) == [
        "application/json",
        "application/problem+json",
    ]
    settings = re.sub(r"#.*", "", text("Caddyfile"))
    assert "flush_interval" not in settings  # event streams are flushed at once without it


def test_the_place_of_a_boards_stream_is_the_apps() -> None:
    (path,) = [one for one in create_app(Settings()).openapi()["paths"] if "stream" in one]
    (pattern,) = re.findall(r"location ~ (\S+) \{", text("nginx.conf"))
    assert re.search(pattern, path.replace("{event}", "kukar-2023"))

"""The web app: the lifespan yields a typed state, the routers are mounted."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from app import settings as environment
from app.answers import routes as answers
from app.kit.crowd import Crowd
from app.kit.description import describe_truly
from app.kit.garbage import search_seldom
from app.kit.hot import HotRoute
from app.kit.lifeline import die_with_parent
from app.kit.log import write_log
from app.kit.short import ShortWay
from app.kit.web import answer_with_problems
from app.operations import routes as operations
from app.pages import receipt, shells
from app.pages.staff.refusals import answer_staff_with_pages
from app.pages.staff.rooms import ROUTED
from app.pages.unknown import answer_with_pages
from app.people.staff import console_routes
from app.people.staff import routes as staff
from app.proctoring import routes as proctoring
from app.proctoring.arrivals import routes as arrivals
from app.proctoring.outages import routes as outages
from app.settings import Settings
from app.sittings import routes as sittings
from app.wiring.crowd import watched_crowd
from app.wiring.web import WebState, web_state


class State(WebState):
    """What the web app serves with; its hot route and its crowd, for the protocol below it."""

    hot: HotRoute
    crowd: Crowd


def create_app(settings: Settings | None = None) -> FastAPI:
    """Return the app; uvicorn calls this in each worker."""
    held = settings or environment.load()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[State]:
        async with web_state(held) as state, watched_crowd() as crowd:
            yield State(**state, hot=answers.hot, crowd=crowd)

    app = FastAPI(
        title="Serentak",
        summary="An exam server for one day on which everybody is tested.",
        version="1",
        lifespan=lifespan,
        telemetry={"tracing": False, "metrics": False, "logs": False},
        docs_url=None,  # its page loads scripts from elsewhere
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
    )
    answer_with_problems(app)
    answer_with_pages(app)
    answer_staff_with_pages(app)
    describe_truly(app)
    boards = (proctoring, outages, arrivals)
    apis = (answers, sittings, operations, staff, console_routes, *boards)
    routers = (*apis, shells, receipt, *ROUTED)
    for room in routers:
        app.include_router(room.router)
    app.add_middleware(ShortWay, routes=[way for room in routers for way in room.router.routes])
    return app


def worker() -> FastAPI:
    """Return the app of a web process, which ends when the process that started it ends."""
    die_with_parent()
    held = environment.load()
    write_log(held)
    app = create_app(held)
    search_seldom()
    return app

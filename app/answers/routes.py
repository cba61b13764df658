"""HTTP of answering. Saves have a short way past FastAPI; see app/kit/hot.py."""

from fastapi import APIRouter, Request, Response

from app.answers.schema import (
    AnswersBody,
    AnswersReply,
    LateBody,
    LateReply,
    ReconcileBody,
    ReconcileReply,
    SubmitBody,
    SubmitReply,
)
from app.answers.service import AnswerService
from app.kit.description import problems, takes
from app.kit.hot import Answer, Ask, HotRoute, by_the_long_way
from app.kit.short import ShortRoute
from app.kit.web import body_of, reply
from app.sittings.routes import PREFIX, ref_of, token_in
from app.sittings.tokens import Tokens

router = APIRouter(prefix=f"{PREFIX}/sittings/{{sitting}}", route_class=ShortRoute)


def save_now(ask: Ask, answer: Answer) -> None:
    """Save, and answer when it is on disk."""
    tokens: Tokens = ask.state["tokens"]
    service: AnswerService = ask.state["answers"]
    service.save(tokens.check(token_in(ask.headers), ask.parameter), ask.body, answer)


async def save(sitting: str, request: Request) -> Response:
    """Save changes and events; empty is a heartbeat. *stored* means: on disk."""
    return await by_the_long_way(save_now, sitting, request)


hot = HotRoute(
    f"{router.prefix}/answers",
    save,
    short=save_now,
    method="POST",
    response_model=AnswersReply,
    responses=problems(401, 403, 409, 413, 422, 503),
    openapi_extra=takes(AnswersBody),
)
router.routes.append(hot)


@router.post(
    "/reconcile",
    response_model=ReconcileReply,
    responses=problems(401, 409, 413, 422, 503),
    openapi_extra=takes(ReconcileBody),
)
async def reconcile(sitting: str, request: Request) -> Response:
    """Tell which of the device's answers the room lacks."""
    service: AnswerService = request.state.answers
    return reply(await service.reconcile(ref_of(request, sitting), await body_of(request)))


@router.post(
    "/submit",
    response_model=SubmitReply,
    responses=problems(401, 403, 409, 413, 422, 503),
    openapi_extra=takes(SubmitBody),
)
async def submit(sitting: str, request: Request) -> Response:
    """Hand in with the full map; again gives the standing receipt."""
    service: AnswerService = request.state.answers
    return reply(await service.submit(ref_of(request, sitting), await body_of(request)))


@router.post(
    "/late",
    response_model=LateReply,
    responses=problems(401, 403, 413, 422, 503),
    openapi_extra=takes(LateBody),
)
async def late(sitting: str, request: Request) -> Response:
    """Keep apart what came too late, or from a device that was replaced."""
    service: AnswerService = request.state.answers
    return reply(await service.late(ref_of(request, sitting), await body_of(request)))

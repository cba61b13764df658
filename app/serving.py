"""The web server's own process: it only starts and keeps the workers, so it imports little.

Each worker imports this module again before it makes the app.
"""

import resource

import uvicorn

from app import settings as environment
from app.kit import secrets
from app.kit.log import write_log
from app.settings import Settings


def serve(settings: Settings) -> None:
    """Serve the app with APP_WORKERS processes until a signal comes.

    Raises:
        OpsError: when a secret is missing; said here once, not by each worker.
    """
    secrets.load(settings)
    # A phone is an open file; the usual limit of 1,024 is for programs that still use select().
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    uvicorn.run(
        "app.main:worker",
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=settings.app_workers,
        loop="app.kit.doorway:WideLoop",
        http="app.kit.hot:HotProtocol",
        ws="none",
        access_log=False,
        server_header=False,
        log_level="warning",
        timeout_keep_alive=75,
        timeout_graceful_shutdown=5,
        backlog=4096,
    )


if __name__ == "__main__":
    held = environment.load()
    write_log(held)
    serve(held)

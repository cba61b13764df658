"""The yardstick: a FastAPI route that decodes a body and answers a constant; serves on PORT.

The route and its flags are fixed, so that figures of different versions can be compared. It is
plain uvicorn at its best, on its own uvloop and its own httptools, in one process: what stands
here and in ``app/serving.py`` is the same, flag by flag, but for two. The product's loop is uvloop
with a wider door, its protocol httptools with one more way: both are the product's own work,
and what is to be measured. A test compares the flags.
"""

import sys
from typing import Any, Final

import orjson
import uvicorn
from fastapi import FastAPI, Request, Response

FLAGS: Final[dict[str, Any]] = {
    "loop": "uvloop",
    "http": "httptools",
    "ws": "none",
    "access_log": False,
    "server_header": False,
    "log_level": "warning",
    "timeout_keep_alive": 75,
    "timeout_graceful_shutdown": 5,
    "backlog": 4096,
}

app = FastAPI(telemetry={"tracing": False, "metrics": False, "logs": False})


@app.post("/empty")
async def empty(request: Request) -> Response:
    """Decode, and answer."""
    orjson.loads(await request.body())
    return Response(b'{"ok":true}', media_type="application/json")


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), **FLAGS)

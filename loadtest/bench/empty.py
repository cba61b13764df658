"""The yardstick: a FastAPI route that decodes a body and answers a constant; serves on PORT.

The route and its flags are fixed, so that figures of different versions can be compared.
"""

import sys

import orjson
import uvicorn
from fastapi import FastAPI, Request, Response

app = FastAPI(telemetry={"tracing": False, "metrics": False, "logs": False})


@app.post("/empty")
async def empty(request: Request) -> Response:
    """Decode, and answer."""
    orjson.loads(await request.body())
    return Response(b'{"ok":true}', media_type="application/json")


if __name__ == "__main__":
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=int(sys.argv[1]),
        loop="uvloop",
        http="httptools",
        ws="none",
        access_log=False,
        server_header=False,
        log_level="warning",
        timeout_keep_alive=75,
        backlog=4096,
    )

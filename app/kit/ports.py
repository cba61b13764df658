"""The web server's port: free before it starts, taken once it serves."""

import socket

from app.kit.errors import OpsError


def require_free(host: str, port: int) -> None:
    """Refuse a port that another program holds.

    Raises:
        OpsError: naming the settings that choose it.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as refused:
        sentence = f"{host}:{port} cannot be listened on (HOST, PORT): {refused.strerror}."
        raise OpsError(sentence) from None


def is_served(host: str, port: int) -> bool:
    """Tell whether somebody takes connections there."""
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - not bound
    try:
        with socket.create_connection((reachable, port), timeout=1):
            return True
    except OSError:
        return False

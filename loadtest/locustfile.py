"""Where Locust looks: ``locust -f loadtest/locustfile.py``, started by ``python -m loadtest``."""

from loadtest.user import Everybody, Peserta

__all__ = ["Everybody", "Peserta"]

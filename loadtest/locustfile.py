"""Where Locust looks: ``locust -f loadtest/locustfile.py``, started by ``python -m loadtest``."""

from loadtest.user import Day, Peserta

__all__ = ["Day", "Peserta"]

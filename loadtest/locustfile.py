"""Where Locust looks: ``locust -f loadtest/locustfile.py``, started by ``python -m loadtest``."""

from app.kit.garbage import search_seldom
from loadtest.user import Everybody, Peserta

__all__ = ["Everybody", "Peserta"]

search_seldom()  # thousands of people are many objects, and the cores are the server's as well

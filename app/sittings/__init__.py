"""One sitting, from login to receipt; live.py is its view in Redis."""

"""What can be done from a shell; one file a group, put together in app/cli.py."""

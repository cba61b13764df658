"""The audit log: what staff did, in a chain that nobody can bend unseen."""

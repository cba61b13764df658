"""The live board: who needs help now. A read model of the room, and nothing of its own."""

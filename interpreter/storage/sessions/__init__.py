"""Conversations on disk: a folder a session, and an index of all of them that can be made anew from those."""

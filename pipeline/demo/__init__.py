"""The demo: a small local newsroom that replays a story over simulated days through the real stages."""

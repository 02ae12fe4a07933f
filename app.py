"""Serves the web chat, making the library from documents/ first where there is none: `python app.py`."""

from assistant.cli import app

app(["serve"])

"""Serves the web chat, making the library from documents/ first where there is none: `python app.py`."""

import sys

from assistant.cli import app

if __name__ == "__main__":
    app(["serve", *sys.argv[1:]])

"""What SQLite's errors mean to whoever runs the program."""

from __future__ import annotations

import sqlite3

FULL = "cannot be written: its disk is full; nothing was changed"
CLOSED = "cannot be opened for writing, which reading it needs too; see who may write to the folder and the files in it"
FAILED = "cannot be read or written just now ({error}); nothing was changed. See whether its disk is full or failing"
BUSY = "is being written by another program; try again when that has ended"
MEANINGS = {
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_READONLY: CLOSED,
    sqlite3.SQLITE_CANTOPEN: CLOSED,
    sqlite3.SQLITE_PERM: CLOSED,
    sqlite3.SQLITE_IOERR: FAILED,
    sqlite3.SQLITE_BUSY: BUSY,
    sqlite3.SQLITE_LOCKED: BUSY,
    sqlite3.SQLITE_NOMEM: FAILED,
    sqlite3.SQLITE_INTERRUPT: FAILED,
}


def meaning(error: sqlite3.Error) -> str | None:
    """What is wrong with a library on which SQLite failed so; None where its file is damaged, or no library."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)
    found = MEANINGS.get(code & 0xFF)
    return found.format(error=error) if found else None

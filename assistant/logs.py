"""Logs as lines of text or of JSON, each with the request it belongs to, and no older than so many days."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from logging.handlers import TimedRotatingFileHandler
from pathlib import Path
from typing import Literal

Format = Literal["text", "json"]

OWN = ("assistant", "index")  # what tells of itself; of other packages come warnings only
DETAILS = "details"  # the `extra` of a record: a mapping, whose keys are a JSON line's

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""Of the request that is being answered."""


def set_up(form: Format, file: Path | None, days: int) -> None:
    """Send all logs to standard error, or to a file of which those older than `days` are deleted. Raises OSError."""
    handler: logging.Handler = DailyFile(file, days) if file else logging.StreamHandler(sys.stderr)
    handler.setFormatter(AsJson() if form == "json" else AsText())
    handler.addFilter(_with_request)
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for name in OWN:
        logging.getLogger(name).setLevel(logging.INFO)
    logging.captureWarnings(True)


class AsText(logging.Formatter):
    """A line for people: when, how serious, of which request, what."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, and the lines of an error."""
        request = f" [{named}]" if (named := getattr(record, "request_id", "")) else ""
        details = " ".join(f"{key}={value!r}" for key, value in _details(record).items() if key != "request_id")
        line = f"{_time(record)} {record.levelname} {record.name}{request} {record.getMessage()} {details}".rstrip()
        # One record begins one line, whatever a request has in it.
        line = line.replace("\r", "\\r").replace("\n", "\\n")
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


class AsJson(logging.Formatter):
    """A JSON object, for programs that gather logs."""

    def format(self, record: logging.LogRecord) -> str:
        """The object, on one line."""
        found: dict[str, object] = {
            "time": _time(record),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": getattr(record, "request_id", "") or None,
            **_details(record),
        }
        if record.exc_info:
            found["error"] = self.formatException(record.exc_info)
        return json.dumps(found, ensure_ascii=False, default=str)


class DailyFile(TimedRotatingFileHandler):
    """A file a day. As the standard library has it, so many files are kept, however old; here, of so many days."""

    def __init__(self, file: Path, days: int) -> None:
        super().__init__(file, when="midnight", backupCount=days, encoding="utf-8", delay=False, utc=True)
        for old in self.getFilesToDelete():  # a site may be started a month after it was stopped
            Path(old).unlink(missing_ok=True)

    def getFilesToDelete(self) -> list[str]:  # noqa: N802 (the standard library's name)
        """Those of days before the ones that are kept."""
        file = Path(self.baseFilename)
        oldest = datetime.now(UTC).date() - timedelta(days=self.backupCount)
        return [str(old) for old in file.parent.glob(f"{file.name}.*") if _is_before(old.suffix[1:], oldest)]


def _is_before(day: str, oldest: date) -> bool:
    try:
        return date.fromisoformat(day) < oldest
    except ValueError:
        return False  # not one of ours


def _with_request(record: logging.LogRecord) -> bool:
    record.__dict__["request_id"] = _details(record).get("request_id") or request_id.get()
    return True


def _details(record: logging.LogRecord) -> Mapping[str, object]:
    details: Mapping[str, object] = getattr(record, DETAILS, {})
    return details


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")

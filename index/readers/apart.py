"""Files are read in a process of its own, which is ended where a file takes it too much time or memory.

What parses untrusted bytes may hang, take all memory, or crash; so the worst that a file can do is not to be read.
It is no prison: the process is the same user's. Whoever took it over could do by itself what its answers, which are
unpickled, could have the program do.
"""

from __future__ import annotations

import faulthandler
import os
import pickle  # nosec B403 # between two processes of one program
import re
import signal
import subprocess  # nosec B404 # of Python itself
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, ParamSpec, TypeVar

from index import readers
from index.documents import Document, Unreadable

SECONDS = 20  # a file
MEMORY = 2**30  # bytes, of the process as a whole
# Of the environment it is given what Python and the system's libraries need: a site's secrets may stand there too.
NEEDED = re.compile(
    r"PATH|HOME|LANG|LC_\w+|TZ|TMPDIR|TEMP|TMP|SYSTEMROOT|USERPROFILE|(DY)?LD_\w+|PYTHON\w+|\w+_NUM_THREADS|OPENBLAS_\w+"
)
GRACE = 5  # seconds after which the process ends by itself, where nobody is left who would end it

TOO_SLOW = f"took longer than {SECONDS} seconds to read"
TOO_LARGE = "needs more than 1 GB of memory to read"
STOPPED = "the reader stopped while reading it; the file may be damaged"

_P = ParamSpec("_P")
_R = TypeVar("_R")


class ReaderProcess:
    """A process that reads one file at a time, started when first needed and again after it has ended.

    It ends when `close` is called, and with the process that made it. Its time is limited on every system, its memory
    on those with `resource` (not on Windows). Safe to use from several threads; one waits for the other.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: _Process | None = None

    def __enter__(self) -> ReaderProcess:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def read(self, data: bytes, name: str) -> tuple[Document, readers.Format]:
        """As `readers.read`. Raises Unreadable too where a limit is passed or the process ends over the file."""
        return self.call(readers.read, data, name)

    def call(self, function: Callable[_P, _R], *args: _P.args, **kwargs: _P.kwargs) -> _R:
        """What a function of a module gives, called in the process with these arguments.

        Raises what it raises, and Unreadable as `read` does; RuntimeError where the process cannot be started.
        """
        with self._lock:
            # Memory that earlier files have left in pieces is not this file's doing: it has a second try, by itself.
            was_used = self._process is not None and self._process.is_used
            try:
                return self._called(function, args, kwargs)  # type: ignore[no-any-return]  # pickled
            except _Ended as ended:
                if not was_used or ended.reason == TOO_SLOW:
                    raise Unreadable(ended.reason) from ended
            try:
                return self._called(function, args, kwargs)  # type: ignore[no-any-return]  # pickled
            except _Ended as ended:
                raise Unreadable(ended.reason) from ended

    def close(self) -> None:
        """End the process; the next file starts another."""
        with self._lock:
            self._end()

    def _called(self, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        self._process = self._process or _Process()
        try:
            result, error = self._process.call((SECONDS + GRACE, function, args, kwargs))
        except BaseException:  # Ctrl-C among them: what it may still send would be taken for the next file's
            self._end()
            raise
        if isinstance(error, MemoryError):
            self._end()
            raise _Ended(TOO_LARGE)
        if error is not None:
            raise error
        return result

    def _end(self) -> None:
        if self._process is not None:
            self._process.end()
            self._process = None


class _Ended(Exception):
    """The process is no more, or good for nothing more; `reason` is in words for the user."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class _Process:
    """The running process. It is not forked, nor started by `multiprocessing`: that would import the whole program."""

    def __init__(self) -> None:
        self.is_used = False
        paths = [str(Path(__file__).parents[2]), *(path for path in sys.path if path)]
        given = {name: value for name, value in os.environ.items() if NEEDED.fullmatch(name.upper())}
        self._process = subprocess.Popen(  # nosec B603 # no word of it comes from outside
            [sys.executable, "-P", "-m", __name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**given, "PYTHONPATH": os.pathsep.join(dict.fromkeys(paths))},
        )
        assert self._process.stdin
        assert self._process.stdout
        self._to, self._from = self._process.stdin, self._process.stdout
        self._is_ready = False

    def call(self, request: Any) -> tuple[Any, Exception | None]:
        """The result, or the error in its place. Raises _Ended and RuntimeError."""
        self._wait_until_ready()
        self.is_used = True
        was_late = threading.Event()

        def end_it() -> None:
            was_late.set()
            self._process.kill()

        timer = threading.Timer(SECONDS, end_it)
        timer.daemon = True
        timer.start()
        try:
            _send(self._to, request)
            answer: tuple[Any, Exception | None] = _receive(self._from)
        except (EOFError, OSError) as error:
            raise _Ended(TOO_SLOW if was_late.is_set() else STOPPED) from error
        finally:
            timer.cancel()
        return answer

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
        with suppress(OSError):
            self._to.close()
        self._from.close()

    def _wait_until_ready(self) -> None:
        if self._is_ready:
            return
        try:
            _receive(self._from)
        except (EOFError, OSError) as error:
            raise RuntimeError(f"the process that reads files ({sys.executable}) cannot be started") from error
        self._is_ready = True


def _send(pipe: IO[bytes], thing: object) -> None:
    data = pickle.dumps(thing, pickle.HIGHEST_PROTOCOL)
    pipe.write(len(data).to_bytes(8, "big"))
    pipe.write(data)
    pipe.flush()


def _receive(pipe: IO[bytes]) -> Any:
    """Raises EOFError where the other side has ended."""
    size = int.from_bytes(_exactly(pipe, 8), "big")
    return pickle.loads(_exactly(pipe, size))  # nosec B301 # from the program's own process, see above


def _exactly(pipe: IO[bytes], size: int) -> bytes:
    data = pipe.read(size)
    if len(data) < size:
        raise EOFError
    return data


# --- In the process itself --------------------------------------------------------------------------------------------


def _work() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C comes to every process; this one ends with its parent
    with suppress(ImportError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # What parsers print must not come between the answers.
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)
    try:
        _send(answers, "ready")
    except OSError:  # the parent has ended; Python's own end would try to send it again, and complain
        os._exit(0)
    os.dup2(nowhere, 2)
    with suppress(EOFError, OSError):  # the parent has ended
        while True:
            seconds, function, args, kwargs = _receive(requests)
            faulthandler.dump_traceback_later(seconds, exit=True, file=nowhere)
            answer = _answered(function, args, kwargs)
            faulthandler.cancel_dump_traceback_later()
            _send(answers, answer)


def _answered(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, object]:
    try:
        return function(*args, **kwargs), None
    except MemoryError:
        return None, MemoryError()
    except Exception as error:  # whatever it is, the parent raises it
        return None, error.with_traceback(None)


if __name__ == "__main__":
    _work()

"""How many heaps glibc makes for a process's threads."""

from __future__ import annotations

import ctypes
from contextlib import suppress

# With one for every thread that allocates beside another, up to eight a core, each keeps what its busiest moment took.
# 15 people asking for half an hour on two busy cores: a site's own memory grew from 349 MiB in the second minute to 432
# in the 13th, when all the pages that it remembers were there, and 476 in the last; with two heaps to 425 in the tenth
# and 427 in the last.
HEAPS = 2
M_ARENA_MAX = -8  # of glibc's malloc.h


def limit_heaps() -> None:
    """Let all threads share HEAPS heaps, for as long as the process runs; without effect where there is no glibc."""
    with suppress(AttributeError, OSError, TypeError):  # no mallopt; on Windows no library by no name
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, HEAPS)

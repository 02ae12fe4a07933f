"""A site's threads share a few heaps, so that what one took at its busiest serves the others too."""

from __future__ import annotations

import subprocess
import sys

import pytest

from assistant.heaps import HEAPS

COUNT = """
import ctypes, sys, threading
from assistant.heaps import limit_heaps
if sys.argv[1] == "limited":
    limit_heaps()
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
libc.stdout = ctypes.c_void_p.in_dll(libc, "stdout")
together = threading.Barrier(12)
def take():
    together.wait()
    for _ in range(20_000):  # threads that allocate at once get heaps of their own
        libc.malloc(64)
    together.wait()
threads = [threading.Thread(target=take) for _ in range(12)]
for thread in threads: thread.start()
for thread in threads: thread.join()
libc.malloc_info(0, libc.stdout)
libc.fflush(None)
"""


def heaps(how: str) -> int:
    """The number of heaps after twelve threads have allocated at once."""
    ran = subprocess.run([sys.executable, "-c", COUNT, how], capture_output=True, text=True, check=True)
    return ran.stdout.count("<heap nr=")


@pytest.mark.skipif(sys.platform != "linux", reason="only glibc makes heaps for threads")
def test_threads_share_a_few_heaps() -> None:
    assert heaps("limited") <= HEAPS < heaps("as it is")

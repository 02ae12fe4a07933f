"""Speed and memory over a folder of real reports, each step a process of its own as a user would run it.

    python tests/benchmarks/measure.py FOLDER [--questions QUESTIONS.jsonl]

Prints: the first index (words a second over the whole command, most memory), a second one with nothing changed, one
with a file added, a question from a cold start, and the median and 95th percentile of a file of questions.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter


def run(*arguments: str | Path) -> tuple[str, float]:
    """The standard output of a command of the assistant's, and its seconds."""
    began = perf_counter()
    command = [sys.executable, "-m", "assistant", *map(str, arguments)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode not in (0, 3):
        sys.exit(f"{' '.join(command)} ended with status {done.returncode}")
    return done.stdout, perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--questions", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        files, data = Path(scratch, "files"), Path(scratch, "library")
        shutil.copytree(options.folder, files)
        by_size = sorted(files.rglob("*.pdf"), key=lambda path: path.stat().st_size)
        added = by_size[len(by_size) // 2]
        aside = Path(scratch, "aside.pdf")
        added.rename(aside)

        printed, seconds = run("index", files, "--data", data)
        words = int(re.sub(r"\D", "", re.search(r"\(([\d,]+) words", printed)[1]))  # type: ignore[index]
        memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 2**20
        print(printed)
        print(
            f"first index: {seconds / 60:.1f} minutes, {words / seconds:,.0f} words a second, {memory:.2f} GiB at most"
        )
        print(f"nothing changed: {run('index', files, '--data', data)[1]:.1f} s")
        shutil.move(aside, added)
        print(f"one file added: {run('index', files, '--data', data)[1]:.1f} s")
        print(f"cold question: {run('ask', 'What needs to improve for care leavers?', '--data', data)[1]:.1f} s")
        if options.questions:
            printed, _ = run("ask", "--batch", options.questions, "--data", data, "--json")
            times = sorted(json.loads(line)["elapsed_ms"] for line in printed.splitlines())
            middle, slow = times[len(times) // 2], times[len(times) * 95 // 100]
            print(f"{len(times)} questions: median {middle} ms, 95 % below {slow} ms")
        size = sum(path.stat().st_size for path in data.rglob("*") if path.is_file()) / 2**20
        originals = sum(path.stat().st_size for path in files.rglob("*") if path.is_file()) / 2**20
        print(f"library: {size:,.0f} MiB, of which originals {originals:,.0f} MiB; {os.cpu_count()} cores")


if __name__ == "__main__":
    main()

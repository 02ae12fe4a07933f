"""docs/security.md: each threat has a test that is there, or says why none can be."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
TABLE = "| threat | what stops it | the test that proves it |"
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def rows() -> list[tuple[str, str, str]]:
    """The rows of every table of threats."""
    found, is_within = [], False
    for line in (ROOT / "docs" / "security.md").read_text(encoding="utf-8").splitlines():
        is_within = line == TABLE or (is_within and line.startswith("|"))
        if is_within and line != TABLE and not line.startswith("|---"):
            threat, stops, proof = (cell.strip() for cell in line.strip("|").split("|"))
            found.append((threat, stops, proof))
    return found


@cache
def functions_of(file: str) -> frozenset[str]:
    """The names of a file's functions; none where there is no such file."""
    path = ROOT / file
    if not path.is_file():
        return frozenset()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def test_every_threat_has_what_stops_it_and_a_test_or_why_there_is_none() -> None:
    table = rows()
    assert len(table) > 40
    assert [threat for threat, stops, _ in table if not threat or not stops] == []
    assert [threat for threat, _, proof in table if not NAMED.search(proof) and not proof.startswith("No test: ")] == []
    # Nothing stands beside the names: a test mistyped would be taken for words.
    left = {threat: NAMED.sub("", proof).strip(" ,") for threat, _, proof in table if not proof.startswith("No test: ")}
    assert {threat: words for threat, words in left.items() if words} == {}


def test_every_test_that_is_named_is_there() -> None:
    named = {found for _, _, proof in rows() for found in NAMED.findall(proof)}
    assert len(named) > 60
    assert sorted(f"{file}::{test}" for file, test in named if test not in functions_of(file)) == []
    assert "test_that_is_not_there" not in functions_of("tests/test_security_table.py")

"""The data files that come with the package."""

from __future__ import annotations

import tomllib
from importlib import resources
from typing import Any


def packaged(name: str) -> dict[str, Any]:
    """The tables of a TOML file beside this module."""
    with resources.files("assistant").joinpath(name).open("rb") as file:
        return tomllib.load(file)

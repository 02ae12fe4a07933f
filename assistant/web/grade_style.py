"""How a grade looks in figures: the letters that stand for it, and its colours. No figure rests on the colours."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class GradeStyle:
    """Letters short enough for a small mark, the colour of the mark, and that of words on it."""

    letters: str
    fill: str
    ink: str


# Blue to red by way of yellow, dark at both ends: told apart with any kind of colour vision, and without colour.
STYLES = {
    "outstanding": GradeStyle("O", "#0b4f8a", "#ffffff"),
    "good": GradeStyle("G", "#8fc1ea", "#1c2430"),
    "requires-improvement": GradeStyle("RI", "#f6c65b", "#1c2430"),
    "adequate": GradeStyle("A", "#efe3c2", "#1c2430"),
    "inadequate": GradeStyle("I", "#97230f", "#ffffff"),
}

"""The authorities that texts name, whether or not a document is about them: "Kent County Council"."""

from __future__ import annotations

import re
from collections.abc import Iterable

from index.describe import short_name

_KIND = r"(?:Metropolitan Borough|Metropolitan District|County Borough|County|City|Borough|District)"
KINDS = {"District", "County", "City", "Borough"}
_WORD = r"(?:St\.? )?[A-Z][a-z’'-]+"
_NAME = rf"{_WORD}(?:(?:[ -](?:and|of|upon|on|with|the|in|by|under|le))* {_WORD}){{0,3}}"
# Looked for backwards from "Council": forwards, every capital letter of every text would be tried.
BEFORE_COUNCIL = re.compile(rf"({_NAME}) {_KIND} $")
BOROUGH_OF = re.compile(rf"\b(?:London|Royal|Metropolitan) Borough of ({_NAME})")
LONGEST = 70  # characters before "Council" that are looked at
# Words that stand in front of a name at the beginning of a sentence or title.
LEADING = re.compile(
    r"^(?:(?:The|In|At|By|For|From|With|Since|When|While|As|Currently|Inspection|Both|Ofsted)(?: of)? )+"
)


def official_names(texts: Iterable[str]) -> set[str]:
    """Full names of authorities, as "Rotherham Metropolitan Borough Council", that stand in these texts."""
    found: set[str] = set()
    for text in texts:
        for match in re.finditer(r"Council\b", text):
            before = text[max(0, match.start() - LONGEST) : match.start()]
            if named := BEFORE_COUNCIL.search(before.replace("\n", " ")):
                found.add(LEADING.sub("", named.group() + "Council"))
        found.update(f"London Borough of {match[1]}" for match in BOROUGH_OF.finditer(text))
    return {name for name in found if re.search(r"[a-z]{3}", short_name(name)) and short_name(name) not in KINDS}

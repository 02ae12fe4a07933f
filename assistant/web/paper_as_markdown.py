"""A paper as Markdown (CommonMark), every word of a quotation shown as it stands in its source."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.web.paper import Paper, Quotation

# What Markdown would take for its own within a line, and at its beginning.
SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~!&$])")
AT_THE_START = re.compile(r"^(\s*)(?:([-+=])|(\d{1,9})([.)]))")


def to_markdown(paper: Paper) -> str:
    """The text of a .md file."""
    parts = [f"# {escaped(paper.title)}", escaped(paper.made)]
    for section in paper.sections:
        parts += [f"## {escaped(section.question)}", escaped(section.searched)]
        parts += [escaped(note) for note in section.notes]
        if section.table:
            parts.append(_table(section.table))
        if section.coverage:
            parts.append(escaped(section.coverage))
        for quotation in section.quotations:
            parts += [_quoted(quotation), _source(quotation)]
    if paper.sources:
        parts.append("## Documents quoted")
        sources = [f"- {escaped(s.name)}{f' <{s.url}>' if s.url else ''}" for s in paper.sources]
        parts += ["\n".join(sources), *map(escaped, paper.licences)]
    return "\n\n".join(parts) + "\n"


def escaped(text: str) -> str:
    """Text that shows as it is written, on one line."""
    text = SPECIAL.sub(r"\\\1", " ".join(text.split()))
    return AT_THE_START.sub(lambda m: f"{m[1]}\\{m[2]}" if m[2] else f"{m[1]}{m[3]}\\{m[4]}", text)


def _table(rows: Sequence[Sequence[str]]) -> str:
    """As GitHub's Markdown and most others write tables."""
    lines = [f"| {' | '.join(map(escaped, row))} |" for row in rows]
    return "\n".join([lines[0], f"|{' --- |' * len(rows[0])}", *lines[1:]])


def _quoted(quotation: Quotation) -> str:
    return "\\\n".join(f"> {escaped(line)}" for line in f"“{quotation.text}”".splitlines())


def _source(quotation: Quotation) -> str:
    """Whose words these are, and where they stand: the place is the link."""
    facts = [escaped(quotation.title), escaped(quotation.dates), escaped(quotation.whose), escaped(quotation.later)]
    rest = ". ".join(part.rstrip(".") for part in facts if part)
    return f"{quotation.number}\\. [{escaped(quotation.place)}](<{quotation.address}>). {rest}. <{quotation.address}>"

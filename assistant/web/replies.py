"""An answer as HTML for the conversation: quotations with their sources, then the passages they stand in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from assistant.answer import Answer, Citation
from assistant.web.figures import Figure
from assistant.web.markup import Mark, marked
from assistant.web.pages import filled
from assistant.wording import inspected_in_words, passage_label, whose_words
from index.stored import StoredPassage

PASSAGES_SHOWN = 3  # unfolded; the rest are one click away
JUDGED = "What inspectors judged"
NO_AUTHORITY = "Not about one authority"


@dataclass(frozen=True)
class Links:
    """Addresses in the chat: of an `answer`, and of its question asked of `everything` or `unlimited` by filters."""

    answer: str
    everything: str
    unlimited: str


@dataclass(frozen=True)
class Quotation:
    """A citation as it is shown; `later` says that a later inspection exists, if that is to be said here."""

    citation: Citation
    text: Markup
    later: str

    @property
    def original(self) -> str | None:
        """Where the original is published, as far as the document says."""
        return self.citation.document.facts.url

    @property
    def original_name(self) -> str:
        """What is published there."""
        facts = self.citation.document.facts
        return "Original report" if facts.source in {"report", "summary"} and facts.authority else "Original source"


@dataclass(frozen=True)
class ShownPassage:
    """A passage with the quoted words marked."""

    passage: StoredPassage
    label: str
    kind: str
    text: Markup


def reply(answer: Answer, links: Links, figure: Figure | None = None) -> str:
    """The answer in one block of HTML without line ends, which would turn what follows them into Markdown.

    `figure` is a picture of what its table says.
    """
    passages = [_passage(hit.passage, answer) for hit in answer.passages]
    html = filled(
        "answer.html",
        answer=answer,
        figure=figure,
        links=links,
        groups=groups(answer),
        first=passages[:PASSAGES_SHOWN],
        rest=passages[PASSAGES_SHOWN:],
    )
    return _on_one_line(html)


def groups(answer: Answer) -> list[tuple[str, list[Quotation]]]:
    """The quotations under their headings: by authority where several are asked about; one heading may be empty."""
    found: dict[str, list[Quotation]] = {}
    for citation in answer.citations:
        name = citation.document.facts.authority or NO_AUTHORITY if len(answer.understood.authorities) > 1 else ""
        heading = JUDGED if answer.status == "refused" else name
        later = citation.later_words if _is_to_say_later(citation, answer.citations) else ""
        found.setdefault(heading, []).append(Quotation(citation, marked(citation.quote, citation.start, ()), later))
    return list(found.items())


def _is_to_say_later(citation: Citation, citations: Sequence[Citation]) -> bool:
    """Whether a later inspection is to be named here: once where all that is cited of an authority is of one older."""
    same = [c for c in citations if c.document.facts.authority == citation.document.facts.authority]
    are_of_one = len({(inspected_in_words(c.document.facts), c.later_words) for c in same}) == 1
    return not are_of_one or citation.number == same[0].number


def pending(question: str, documents: int) -> str:
    """What stands in the conversation until the answer is there."""
    return _on_one_line(filled("pending.html", question=question, documents=documents))


def questions(heading: str, asked: Sequence[tuple[str, str]]) -> str:
    """Questions that a click asks, each with the address that asks it; empty where there are none."""
    return _on_one_line(filled("questions.html", heading=heading, questions=asked)) if asked else ""


def problem(words: str) -> str:
    """A message about a question that could not be asked."""
    return _on_one_line(filled("problem.html", kind="problem", words=words))


def note(words: str) -> str:
    """Anything else that the reader has to know."""
    return _on_one_line(filled("problem.html", kind="note", words=words))


def _passage(passage: StoredPassage, answer: Answer) -> ShownPassage:
    marks = [Mark(c.start, c.end) for c in answer.citations if c.document.id == passage.document.id]
    kind, name = whose_words(passage.document.facts), passage_label(passage)
    return ShownPassage(passage, name, kind, marked(passage.text, passage.start, marks))


def _on_one_line(html: str) -> str:
    return " ".join(line.strip() for line in html.split("\n") if line.strip())

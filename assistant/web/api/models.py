"""What programs send and what they are sent, as types. Keys may be added, never removed or renamed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator

from assistant.question import LONGEST_QUESTION
from assistant.register.filters import YEAR_OR_DAY, Filters, first_day, last_day, named_area, named_grade
from assistant.scope import Scope
from assistant.web.threads import MOST_TURNS
from index.judgements import AREAS, GRADES

FEW, MOST_PASSAGES = 10, 50
MOST_NAMED = 100  # of one kind, to limit judgements

Year = Annotated[int, Field(ge=1000, le=9999)]
Text = Annotated[str, Field(min_length=1, max_length=LONGEST_QUESTION)]
Day = str | None
"""An ISO 8601 date; year and month alone where a document names no day."""

Name = Annotated[str, Field(max_length=200)]
Area = Annotated[str, BeforeValidator(named_area), WithJsonSchema({"type": "string", "enum": [*AREAS]})]
Grade = Annotated[str, BeforeValidator(named_grade), WithJsonSchema({"type": "string", "enum": [*GRADES]})]
_DAY_SENT = {"type": "string", "pattern": f"^{YEAR_OR_DAY}$"}
FirstDay = Annotated[date | None, BeforeValidator(first_day), WithJsonSchema(_DAY_SENT)]
LastDay = Annotated[date | None, BeforeValidator(last_day), WithJsonSchema(_DAY_SENT)]


class _Strict(BaseModel):
    # What an answer holds and its type does not name would silently be left out.
    # An error of validation that nobody expected is logged, and a question is not to be in it.
    model_config = ConfigDict(extra="forbid", populate_by_name=True, hide_input_in_errors=True)


class _Asked(_Strict):
    question: Text = Field(description="In everyday words.", examples=["What needs to improve for care leavers?"])
    authority: str = Field("", max_length=200, description="Search only this authority, named as in /documents.")
    first_year: Year | None = Field(None, description="Search only inspections of this year and later.")
    last_year: Year | None = Field(None, description="Search only inspections of this year and earlier.")
    everywhere: bool = Field(False, description="Search all documents, whatever the question or these limits name.")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.first_year and self.last_year and self.first_year > self.last_year:
            raise ValueError("first_year is later than last_year; change one of them")
        return self

    @property
    def scope(self) -> Scope:
        """The limits."""
        return Scope(self.authority, self.first_year, self.last_year)


class Question(_Asked):
    """A question to answer, the questions of the conversation before it, and what limits the search."""

    before: list[Text] = Field(
        default_factory=list,
        max_length=MOST_TURNS - 1,
        description="The questions that the conversation has had so far, oldest first; the server keeps none.",
    )


class Search(_Asked):
    """A question to find passages for, and what limits the search."""

    limit: int = Field(FEW, ge=1, le=MOST_PASSAGES, description="The most passages to give.")


class JudgementFilter(_Strict):
    """What limits the judgements; what is left out limits nothing."""

    model_config = ConfigDict(populate_by_name=False)

    authority: list[Name] = Field(
        default_factory=list, max_length=MOST_NAMED, description="Only these authorities, by any of their names."
    )
    area: list[Area] = Field(
        default_factory=list,
        max_length=MOST_NAMED,
        description="Only these areas. A judgement on children in care and care leavers together is one on each.",
    )
    grade: list[Grade] = Field(default_factory=list, max_length=MOST_NAMED, description="Only these grades.")
    start: FirstDay = Field(
        None, alias="from", description="Only inspections that began then or later: a year, or a day as 2019-03-31."
    )
    end: LastDay = Field(
        None, alias="to", description="Only inspections that began then or earlier: a year, to its end, or a day."
    )
    latest: bool = Field(
        False,
        description="Of each authority and area, only the newest inspection within these days that graded it; grade "
        "then chooses among these.",
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        self.within(())
        return self

    def within(self, authorities: Iterable[str]) -> Filters:
        """The limits, with the authorities by their short names."""
        return Filters(tuple(authorities), tuple(self.area), tuple(self.grade), self.start, self.end, self.latest)


class Understood(_Strict):
    """How the question was understood: what it names limits the search."""

    question: str = Field(description="As a whole question; a follow-up with what it means.")
    authorities: list[str]
    start: Day = Field(alias="from")
    end: Day = Field(alias="to")
    latest: bool = Field(description="Whether the newest inspection of each authority is meant.")
    missing: list[str] = Field(description="What is asked about and not in the library, in a sentence each.")
    regions: list[str] = Field(description="Regions of England that the search is limited to, by name.")
    respelt: dict[str, str] = Field(description="Misspelt words, each with the word that it was read as.")


class Searched(_Strict):
    """What was searched."""

    documents: int
    authorities: list[str]
    start: Day = Field(alias="from")
    end: Day = Field(alias="to")


class Source(_Strict):
    """What tells a document from others."""

    document: str = Field(description="The file's path in the folder that was indexed.")
    document_id: str = Field(description="Its name in addresses: /documents/{document_id}.")
    title: str
    authority: str | None
    source: str = Field(description='Whose words: "report" (inspectors’), "summary", "news" or "document".')
    inspection_date: Day = Field(description="When inspectors came; year and month where no day is known.")
    publication_date: Day
    address: str = Field(description="Opens the document on this server, at these words where it is of words.")


class Place(Source):
    """Where words stand: text[start:end] of the document."""

    page: int | None = Field(description="The page on which they start, from 1; null where there are no pages.")
    section: str = Field(description="The heading above them.")
    paragraph: int | None = Field(description="The paragraph below that heading, where there are no pages.")
    start: int
    end: int


class Citation(Place):
    """A quotation, word for word, and its source."""

    number: int
    quote: str
    label: str = Field(description="The source in words.")
    later_inspection: Day = Field(description="When inspectors came again, where the library has a later inspection.")
    url: str | None = Field(description="The original's own address, where it is known.")


class FoundPassage(Place):
    """A passage that was found; a higher score is better."""

    text: str
    score: float


class Cell(_Strict):
    """A cell of a table, and the numbers of the citations that it was read from."""

    text: str
    citations: list[int]


class RegisterRecord(_Strict):
    """What the register of judgements says: a sentence and the table that it rests on."""

    finding: str
    notes: list[str] = Field(
        description="What has to be said of the sources: which is no report, which says otherwise."
    )
    columns: list[str]
    rows: list[list[Cell]]
    coverage: str = Field(description="What it was read from, and how many documents could not be read.")


class AnswerRecord(_Strict):
    """An answer in the documents' own words, or a refusal with its reason."""

    id: str | None = Field(description="Always null here; in a batch, the question's own.")
    question: str
    status: Literal["answered", "refused"]
    confidence: float = Field(description="How likely the passages answer, from 0 to 1.")
    elapsed_ms: float
    refusal_reason: str | None
    understood: Understood
    searched: Searched
    answer: str = Field(description="The quotations with their sources, or the refusal, as text.")
    citations: list[Citation]
    passages: list[FoundPassage] = Field(description="The best passages found, best first.")
    of_register: RegisterRecord | None = Field(
        alias="register", description="For a question to the register of judgements; else null."
    )


class SearchRecord(_Strict):
    """The passages found for a question, best first."""

    question: str
    understood: Understood
    searched: Searched
    passages: list[FoundPassage]


class DocumentRecord(Source):
    """A document of the library."""

    format: str = Field(description='"pdf", "word", "html", "markdown" or "text".')
    pages: int = Field(description="0 where the format has none.")
    url: str | None = Field(description="The original's own address, where it is known.")
    licence: str | None


class Unreadable(_Strict):
    """A file that could not be read, and why."""

    path: str
    reason: str


class Documents(_Strict):
    """What the library holds, and what it could not read."""

    updated: str = Field(description="When the library was last updated, as an ISO 8601 time.")
    documents: list[DocumentRecord]
    unreadable: list[Unreadable]


class OtherJudgement(_Strict):
    """Another grade for the same area of the same inspection, and where a source says so: at text[start:end]."""

    grade: str
    source: str = Field(description='Whose words: "report" (inspectors’), "summary", "news" or "document".')
    document: str
    document_id: str
    page: int | None
    start: int
    end: int
    address: str = Field(description="Opens the document on this server, at these words.")


class Judgement(_Strict):
    """The grade of an area at one inspection, as the best source states it: text[start:end] of the document."""

    authority: str
    area: str
    grade: str
    inspection_start: Day = Field(description="The first day of the inspection; null where no day is known.")
    inspection_end: Day
    inspection_date: Day = Field(description="When inspectors came; year and month where no day is known.")
    publication_date: Day
    kind: str | None = Field(
        description='Of inspection: "standard", "short", "single-inspection-framework" and others.'
    )
    lead_inspector: str | None
    source: str = Field(description='Whose words: "report" (inspectors’), "summary", "news" or "document".')
    document: str = Field(description="The file's path in the folder that was indexed.")
    document_id: str = Field(description="Its name in addresses: /documents/{document_id}.")
    page: int | None = Field(description="The page on which the words start; null where there are no pages.")
    start: int
    end: int
    address: str = Field(description="Opens the document on this server, at these words.")
    contradictions: list[OtherJudgement] = Field(description="What other sources say otherwise.")


class Unjudged(_Strict):
    """A document with judgements that could not be read."""

    path: str
    areas: list[str] = Field(description="Those of a report that could not be read; none where a whole file could not.")


class Coverage(_Strict):
    """What the judgements were looked for in: these authorities and days, whatever areas and grades are asked for."""

    authorities: int
    start: int | None = Field(alias="from", description="The year of the first inspection.")
    end: int | None = Field(alias="to", description="The year of the last one.")
    unreadable: list[Unjudged]


class Judgements(_Strict):
    """Judgements by authority and time, each once, however many documents tell of it."""

    judgements: list[Judgement]
    coverage: Coverage


class Part(Place):
    """A page of a document, or a passage of it, with its text."""

    text: str
    previous: int | None = Field(description="The page before, or where the passage before starts; null at the first.")
    next: int | None = Field(description="The next page, or where the next passage starts; null at the last.")


class Problem(_Strict):
    """Why there is no answer, and what to do."""

    detail: str

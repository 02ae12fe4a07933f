"""Passages: parts of the document's own text, in order, none too long for the encoder, nothing lost between them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from index import readers
from index.describe import Facts, describe
from index.documents import Document, Passage, Unreadable
from index.encoder import Encoder
from index.passages import PASSAGE_SETTINGS, split_passages
from index.readers.writer import UnitWriter

FACTS = Facts("Inspection of Testshire", "report", authority="Testshire", inspection_start=date(2022, 6, 27))

# Words, marks and joints that reports hold and that a splitter may stumble over.
PIECES = (
    "Children wait. Social workers visit often, and plans are clear; most are kept: good e.g. Dr. 12.3 (4) 5. • – ! ?… "
    "£1,200 “well-led” Ofsted’s 24/7 PIP/DLA ◼ \U0001f642 été ﷺ 中文 https://example.org/a/b?c=d&e=f"
).split(" ")
words = st.lists(st.sampled_from([*PIECES, "x" * 150, "ab-" * 90]), min_size=1, max_size=40).map(" ".join)
long_words = st.tuples(words, st.integers(1, 12)).map(lambda pair: " ".join([pair[0]] * pair[1]))
sentence = st.lists(st.sampled_from("children leaders visit plans know their homes".split()), min_size=2, max_size=60)
sentences = st.lists(sentence.map(lambda parts: " ".join(parts).capitalize() + "."), min_size=1, max_size=30)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    writer = UnitWriter()
    for _ in range(draw(st.integers(1, 6))):
        kind = draw(st.sampled_from(["heading", "paragraph", "item", "lead-in", "table"]))
        if kind == "table":
            cells = st.lists(words, min_size=2, max_size=3)
            writer.add_table(draw(st.lists(cells, min_size=1, max_size=4)), has_heads=draw(st.booleans()))
        elif kind == "lead-in":
            writer.add("paragraph", draw(words) + " they should:")
            marks = draw(st.lists(st.sampled_from(["• ", "", "2. ", "(10.12) ", "- "]), max_size=5))
            for mark in marks:
                writer.add("item", mark + draw(words))
        else:
            writer.add(kind, draw(long_words), draw(st.integers(1, 3)) if kind == "heading" else 0)  # type: ignore[arg-type]
    return writer.document({})


def written(*units: tuple[str, str]) -> Document:
    """A document of (kind, text); a heading's level is 2."""
    writer = UnitWriter()
    for kind, text in units:
        writer.add(kind, text, 2 if kind == "heading" else 0)  # type: ignore[arg-type]
    return writer.document({})


def passages_of(document: Document, encoder: Encoder, facts: Facts = FACTS) -> list[Passage]:
    return split_passages(document, facts, encoder.count_tokens, encoder.limit)


def assert_sound(document: Document, passages: list[Passage], encoder: Encoder) -> None:
    """What holds for the passages of any document."""
    end = 0
    for passage in passages:
        assert passage.text == document.text[passage.start : passage.end]
        assert end <= passage.start < passage.end
        end = passage.end
        assert passage.text == passage.text.strip()
        assert passage.page == document.page_at(passage.start)
        assert passage.last_page == document.page_at(passage.end - 1)
        at = passage.start
        assert passage.sentences
        for start, stop in passage.sentences:
            assert at <= start < stop <= passage.end
            assert document.text[start:stop] == document.text[start:stop].strip()
            at = stop
    counts = encoder.count_tokens([f"{passage.header}\n{passage.text}" for passage in passages])
    assert [n for n in counts if n > encoder.limit] == []


def words_outside(document: Document, passages: list[Passage]) -> list[str]:
    """The words with a letter in paragraphs, items, notes and rows that are in no passage; column heads left out."""
    covered = {n for passage in passages for n in range(passage.start, passage.end)}
    heads = {unit.columns for unit in document.units}
    outside = []
    for unit in document.units:
        text = document.text[unit.start : unit.end]
        if unit.kind in {"heading", "contents"} or tuple(text.split("\t")) in heads:
            continue
        for word in re.finditer(r"\S*\w\S*", text):
            inside = [unit.start + n in covered for n in range(word.start(), word.end())]
            if re.search(r"[^\W\d_]", word[0]) and not all(inside):
                outside.append(word[0])
    return outside


@given(document=documents())
def test_passages_of_any_document_are_sound_and_complete(encoder: Encoder, document: Document) -> None:
    passages = passages_of(document, encoder)
    assert_sound(document, passages, encoder)
    assert words_outside(document, passages) == []


@pytest.mark.parametrize("name", ["any.txt", "any.md"])
@given(
    text=st.text()
    | st.lists(st.sampled_from([*PIECES, "\n", "\n\n", "\n- ", "\n# ", "|", "a | b\n---|---\n"])).map(" ".join)
)
def test_passages_of_any_text_are_sound_and_complete(encoder: Encoder, name: str, text: str) -> None:
    data = text.encode()
    try:
        document, _ = readers.read(data, name)
    except Unreadable:
        assume(False)
    passages = passages_of(document, encoder, describe(document, name, paged=False))
    assert_sound(document, passages, encoder)
    assert words_outside(document, passages) == []


@given(body=sentences)
@settings(max_examples=30)
def test_no_passage_ends_within_a_sentence(encoder: Encoder, body: list[str]) -> None:
    text = " ".join(body)
    document = written(("paragraph", text))
    begins = {0} | {match.end() for match in re.finditer(r"\. ", text)}
    ends = {match.start() + 1 for match in re.finditer(r"\.", text)}
    passages = passages_of(document, encoder)
    assert [passage.cut for passage in passages] == [False] * len(passages)
    assert {passage.start for passage in passages} <= begins
    assert {passage.end for passage in passages} <= ends
    assert "".join(passage.text.replace(" ", "") for passage in passages) == text.replace(" ", "")


def test_a_sentence_too_long_for_the_encoder_is_cut_at_its_clauses(encoder: Encoder) -> None:
    clause = "social workers visit the children at home and write down what they say;"
    document = written(("paragraph", " ".join([clause] * 40) + " that is all."))
    passages = passages_of(document, encoder)
    assert len(passages) > 1
    assert all(passage.cut for passage in passages)
    assert all(passage.text.endswith(";") for passage in passages[:-1])
    assert_sound(document, passages, encoder)


def test_passages_of_a_long_paragraph_are_of_like_length(encoder: Encoder) -> None:
    document = written(("paragraph", "Leaders know their service well and act on what they see each day. " * 24))
    lengths = encoder.count_tokens([passage.text for passage in passages_of(document, encoder)])
    assert len(lengths) == 2
    assert max(lengths) - min(lengths) <= 14  # one sentence


def test_short_paragraphs_and_items_are_passages_of_their_own(encoder: Encoder) -> None:
    document = written(("paragraph", "One is here."), ("item", "• Two is there."), ("paragraph", "3. Three is gone."))
    assert [(p.kind, p.text) for p in passages_of(document, encoder)] == [
        ("paragraph", "One is here."),
        ("item", "• Two is there."),
        ("paragraph", "3. Three is gone."),
    ]


def test_marks_and_numbers_are_no_part_of_a_sentence(encoder: Encoder) -> None:
    document = written(("item", "• Two is there."), ("paragraph", "3. Three is gone. Four stays."))
    shown = [document.text[s:e] for p in passages_of(document, encoder) for s, e in p.sentences]
    assert shown == ["Two is there.", "Three is gone.", "Four stays."]


def test_header_names_authority_date_and_section(encoder: Encoder) -> None:
    document = written(("heading", "Help and protection"), ("paragraph", "Thresholds are clear."))
    [passage] = passages_of(document, encoder)
    assert passage.header == "Testshire, June 2022. Help and protection"
    assert passage.section == "Help and protection"


def test_section_is_the_nearest_heading_with_the_one_above_it(encoder: Encoder) -> None:
    writer = UnitWriter()
    writer.add("heading", FACTS.title, 1)
    writer.add("heading", "Leaders", 2)
    writer.add("heading", "Supervision", 3)
    writer.add("paragraph", "Staff are supervised.")
    writer.add("heading", "Care", 2)
    writer.add("paragraph", "Homes are close by.")
    sections = [passage.section for passage in passages_of(writer.document({}), encoder)]
    assert sections == ["Leaders – Supervision", "Care"]


def test_undated_document_without_authority_is_named_by_its_title(encoder: Encoder) -> None:
    document = written(("heading", "Terms"), ("paragraph", "A plan is a promise."))
    [passage] = passages_of(document, encoder, Facts("Glossary", "summary"))
    assert passage.header == "Glossary. Terms"


def test_table_row_carries_its_caption_and_columns(encoder: Encoder) -> None:
    writer = UnitWriter()
    writer.add("heading", "Judgements", 2)
    writer.add("paragraph", "Grades at this inspection:")
    writer.add_table([["Area", "Grade"], ["Help and protection", "Good"], ["Care leavers", "Outstanding"]])
    rows = [passage for passage in passages_of(writer.document({}), encoder) if passage.kind == "row"]
    assert [row.text for row in rows] == ["Help and protection\tGood\nCare leavers\tOutstanding"]
    assert {row.header for row in rows} == {
        "Testshire, June 2022. Judgements. Grades at this inspection. Area, Grade",
    }


def test_table_without_column_heads_keeps_every_row(encoder: Encoder) -> None:
    writer = UnitWriter()
    writer.add_table([["Authority", "Testshire"], ["Written", "today"]], has_heads=False)
    assert [p.text for p in passages_of(writer.document({}), encoder)] == ["Authority\tTestshire\nWritten\ttoday"]


def test_lead_in_keeps_its_list(encoder: Encoder) -> None:
    document = written(
        ("paragraph", "The council should improve:"),
        ("item", "• how soon children are visited"),
        ("item", "• how plans are written."),
        ("paragraph", "Leaders agree."),
    )
    assert [passage.text for passage in passages_of(document, encoder)] == [
        "The council should improve:\n• how soon children are visited\n• how plans are written.",
        "Leaders agree.",
    ]


def test_item_keeps_the_items_below_it_but_not_beside_it(encoder: Encoder) -> None:
    document = written(
        ("item", "• Homes, which:"), ("item", "– are near"), ("item", "– are warm"), ("item", "• Schools.")
    )
    assert [p.text for p in passages_of(document, encoder)] == ["• Homes, which:\n– are near\n– are warm", "• Schools."]


def test_items_of_a_list_too_long_for_one_passage_carry_its_lead_in(encoder: Encoder) -> None:
    item = "• children are visited at home within a week by a worker whom they know and who listens"
    document = written(("paragraph", "The council should see to it that:"), *[("item", item)] * 20)
    first, *rest = passages_of(document, encoder)
    assert first.text.startswith("The council should see to it that:\n•")
    assert len(first.text.split()) <= int(PASSAGE_SETTINGS["list_words"])
    assert len(rest) == 20 - first.text.count("•")
    assert {p.header for p in rest} == {"Testshire, June 2022. The council should see to it that"}


def test_heading_that_states_a_grade_is_a_passage_and_others_are_not(encoder: Encoder) -> None:
    document = written(
        ("heading", "Care leavers: requires improvement"), ("heading", "Leaders"), ("paragraph", "Here.")
    )
    passages = passages_of(document, encoder)
    assert [(p.kind, p.text) for p in passages] == [
        ("heading", "Care leavers: requires improvement"),
        ("paragraph", "Here."),
    ]


def test_long_header_leaves_room_for_the_text(encoder: Encoder) -> None:
    writer = UnitWriter()
    writer.add("heading", "Experiences and progress of children who need help and protection in every ward", 2)
    writer.add("paragraph", "Numbers of children, by ward and by year, with their ages and where they went after that:")
    writer.add_table([[f"Column number {n} of many" for n in range(20)], [f"cell {n}" for n in range(20)]])
    document = writer.document({})
    passages = passages_of(document, encoder)
    assert_sound(document, passages, encoder)
    counts = encoder.count_tokens([passage.header for passage in passages])
    assert max(counts) <= PASSAGE_SETTINGS["header_tokens"]
    assert all(passage.header.startswith("Testshire, June 2022. Experiences") for passage in passages)


def test_passages_of_a_document_with_pages_know_both_their_pages(encoder: Encoder) -> None:
    text = "Leaders act. Staff stay."
    units = written(("paragraph", text)).units
    [passage] = passages_of(Document(text, units, page_starts=(0, 13)), encoder)
    assert (passage.page, passage.last_page) == (1, 2)


def test_list_marks_count_towards_the_limit(encoder: Encoder) -> None:
    document = written(("paragraph", "They should:"), *[("item", f"(10.{n}) act") for n in range(10, 74)])
    assert_sound(document, passages_of(document, encoder), encoder)


@pytest.mark.parametrize("text", ["child " * 4000, "child, " * 4000, "!" * 8000, "ab-" * 4000])
def test_work_for_text_without_sentences_grows_with_its_length(encoder: Encoder, text: str) -> None:
    # A table saved as text, or a file of figures, must not hold up the reports behind it.
    counted = 0

    def count_tokens(texts: Sequence[str]) -> list[int]:
        nonlocal counted
        counted += sum(map(len, texts))
        return encoder.count_tokens(texts)

    document = written(("paragraph", text))
    passages = split_passages(document, FACTS, count_tokens, encoder.limit)
    assert_sound(document, passages, encoder)
    assert counted < 60 * len(text)  # characters; halving the candidates takes some 20 times the text

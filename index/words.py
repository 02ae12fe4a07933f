"""The word index: BM25 over stems, by tantivy."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from pathlib import Path

import tantivy

STEMS = "stems"
TEXT, HEADER = "text", "header"
MEMORY = 64_000_000  # bytes for tantivy's writer; 15 MB is its least

# Words that say nothing about what is asked. "who", "when", "no" and "not" stay: reports answer with them.
STOP_WORDS = """
a an and any are as at be been being but by can could did do does for from had has have how i if in into is it
its me my of on or our she so some such that the their them then there these they this those to up us was we
were what which will with would you your about tell
""".split()


class WordIndex:
    """Texts and headers of all passages by their stems; scores are BM25, higher is better."""

    def __init__(self, index: tantivy.Index) -> None:
        index.register_tokenizer(STEMS, _analyzer())
        index.reload()
        self._index = index
        self._searcher = index.searcher()
        self._analyzer = _analyzer()
        self._said = lru_cache(maxsize=512)(self._find_said)  # the same texts are looked at more than once a question

    @classmethod
    def build(cls, folder: Path, passages: Iterable[tuple[int, int, str, str]]) -> WordIndex:
        """Into an empty folder, from (passage id, document id, header, text)."""
        index = tantivy.Index(_schema(), path=str(folder))
        index.register_tokenizer(STEMS, _analyzer())
        writer = index.writer(heap_size=MEMORY, num_threads=1)
        for passage, document, header, text in passages:
            entry = tantivy.Document(header=header, text=text)
            entry.add_unsigned("passage", passage)
            entry.add_unsigned("document", document)
            writer.add_document(entry)
        writer.commit()
        writer.wait_merging_threads()
        return cls(index)

    @classmethod
    def load(cls, folder: Path) -> WordIndex:
        """From a folder that `build` filled."""
        return cls(tantivy.Index.open(str(folder)))

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    def stems(self, text: str) -> list[str]:
        """The stems of a text's words in order, words that say nothing left out."""
        return self._analyzer.analyze(text)

    def said(self, text: str) -> frozenset[str]:
        """The stems of a text's words."""
        return self._said(text)

    def _find_said(self, text: str) -> frozenset[str]:
        return frozenset(self.stems(text))

    def rarity(self, stem: str) -> float:
        """How much a stem tells passages apart: log(1 + passages / (1 + passages that hold it))."""
        return math.log(1 + len(self) / (1 + self._searcher.doc_freq(TEXT, stem)))

    def holds(self, phrase: str, documents: Collection[int] | None = None) -> bool:
        """Whether the text or header of any passage has these words, in their order and near.

        `documents` limits it to theirs. Words that say nothing stand everywhere.
        """
        stems = self.stems(phrase)
        if not stems:
            return True
        if not all(self._searcher.doc_freq(TEXT, stem) or self._searcher.doc_freq(HEADER, stem) for stem in stems):
            return False
        schema = self._index.schema

        def stands_in(field: str) -> tantivy.Query:
            if len(stems) == 1:
                return tantivy.Query.term_query(schema, field, stems[0])
            return tantivy.Query.phrase_query(schema, field, list[str | tuple[int, str]](stems), NEAR)

        said = [(tantivy.Occur.Should, stands_in(field)) for field in (TEXT, HEADER)]
        if documents is not None:
            among = tantivy.Query.term_set_query(schema, "document", list(documents))
            said = [(tantivy.Occur.Must, tantivy.Query.boolean_query(said)), (tantivy.Occur.Must, among)]
        query = tantivy.Query.boolean_query(said)
        return bool(self._searcher.search(query, 1, count=False).hits)

    def search(
        self, question: str, k: int, documents: Sequence[int] | None = None, also: Sequence[str] = ()
    ) -> list[tuple[int, float]]:
        """The k passages with the question's words, best first, as (id, score).

        `documents` limits to these; `also` are other words for the same, which count ALSO_BOOST.
        """
        stems = list(dict.fromkeys(self.stems(question)))
        others = [stem for stem in dict.fromkeys(self.stems(" ".join(also))) if stem not in stems]
        if not stems or k < 1:
            return []
        schema = self._index.schema
        weights = dict.fromkeys(stems, 1.0) | dict.fromkeys(others, ALSO_BOOST)
        terms = [
            (tantivy.Occur.Should, tantivy.Query.boost_query(tantivy.Query.term_query(schema, field, stem), w * boost))
            for stem, w in weights.items()
            for field, boost in ((TEXT, 1.0), (HEADER, HEADER_BOOST))
        ]
        query = tantivy.Query.boolean_query(terms)
        if documents is not None:
            among = tantivy.Query.term_set_query(schema, "document", list(documents))
            wanted = (tantivy.Occur.Must, tantivy.Query.const_score_query(among, 0.0))
            query = tantivy.Query.boolean_query([(tantivy.Occur.Must, query), wanted])
        found = self._searcher.search(query, k, count=False).hits
        return [(int(self._searcher.doc(address)["passage"][0]), float(score)) for score, address in found]


NEAR = 1  # other words that may stand between those of a phrase
# How much a word in a passage's header (authority, date, section) counts beside one in its text.
HEADER_BOOST = 0.5
# How much a word that a lexicon adds counts beside one that was asked. On 309 training questions of authorities that
# the lexicon was not written from, by words alone, hit@1 and hit@5: without 0.41 and 0.68; with 0.2, 0.3, 0.5, 0.7,
# 1.0: 0.48 and 0.76, 0.50 and 0.79, 0.51 and 0.83, 0.52 and 0.83, 0.52 and 0.81.
ALSO_BOOST = 0.7


def stems_of(text: str) -> list[str]:
    """The stems of a text's words in order, words that say nothing left out, as the word index has them."""
    return _ANALYZER.analyze(text)


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("passage", stored=True)
    builder.add_unsigned_field("document", indexed=True)
    builder.add_text_field(HEADER, tokenizer_name=STEMS, index_option="position")
    builder.add_text_field(TEXT, tokenizer_name=STEMS, index_option="position")
    return builder.build()


def _analyzer() -> tantivy.TextAnalyzer:
    return (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.remove_long(60))
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.ascii_fold())
        .filter(tantivy.Filter.custom_stopword(STOP_WORDS))
        .filter(tantivy.Filter.stemmer("english"))
        .build()
    )


_ANALYZER = _analyzer()

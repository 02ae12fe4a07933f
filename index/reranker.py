"""A site's own cross-encoder: reads a question and a passage together, slower and often better than two vectors."""

from __future__ import annotations

from collections.abc import Sequence

from index.encoder import NO_PICKLES, ModelUnusable


class Reranker:
    """A sentence-transformers CrossEncoder, by name or folder. Raises ModelUnusable."""

    def __init__(self, model: str) -> None:
        # Imported here: it takes seven to nine seconds, and most sites have no cross-encoder.
        from sentence_transformers import CrossEncoder

        try:
            self._model = CrossEncoder(model, device="cpu", model_kwargs=NO_PICKLES)
        except (OSError, ValueError) as error:
            raise ModelUnusable(
                f"the reranker {model!r} cannot be loaded ({error}); name a folder that holds a CrossEncoder"
            ) from error

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """How well each text answers the question; higher is better."""
        if not texts:
            return []
        scores = self._model.predict([(question, text) for text in texts], show_progress_bar=False)
        return [float(score) for score in scores]

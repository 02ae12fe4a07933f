"""What the transparency record says of the program as it runs here: models, thresholds, who may reach it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import PurePath

from assistant.assistant import LOOKED_AT_WHOLE, Assistant
from assistant.confidence import probability
from assistant.question import LONGEST_QUESTION
from assistant.settings import AccessMode, Settings
from index.encoder import DEFAULT_MODEL

ENTERED = "Personal information is entered"
ENTERED_WHERE_LOGGED = "Users are asked not to. Questions are written to the server’s log, and not sent anywhere."
RISKS: Mapping[str, str] = {
    "A quotation is read without what surrounds it": (
        "Each has a link that opens its source at those words, and every page says to check it."
    ),
    "A quotation does not answer the question": (
        "The question is shown with it, and quotations are refused below a threshold of confidence."
    ),
    "A refusal is taken for proof that the reports are silent": (
        "A refusal says what was searched and shows the closest passages."
    ),
    "An old finding is taken for a present one": (
        "Each citation gives its date, and says where a later inspection is known."
    ),
    "A summary or news article is taken for Ofsted’s words": (
        "Each citation says whose words it quotes, and reports are quoted before summaries."
    ),
    "Some ways of asking are understood less well than others": (
        "Questions in everyday words were used to fit and measure it. People of different roles should try it before "
        "it is relied on."
    ),
    ENTERED: "Users are asked not to. Questions are not logged and not sent anywhere.",
    "A document tries to run script in a reader’s browser": (
        "Document text is always shown as text, and the pages’ security policy stops any script that is not the site’s."
    ),
}


ACCESS: dict[AccessMode, str] = {
    "open": "The program has no sign-in of its own.",
    "header": "Readers must be signed in with the organisation; a web server in front of the program names them to it.",
    "oidc": "Readers sign in with the organisation’s own account.",
}
CONNECTS_TO = {
    False: "without connection to other services",
    True: "connected to the service where readers sign in and no other",
}


@dataclass(frozen=True)
class Record:
    """The facts that the record takes from the library, the settings and the fitted numbers.

    Both thresholds are likelihoods from 0 to 1: that the passages answer, that the question is of the field.
    """

    version: str
    passages: int
    encoder: str
    encoder_version: str
    is_default: bool
    dimension: str
    reranker: str
    reranked: int
    refuse_below: float
    off_topic_below: float
    longest_question: int
    listens: str
    framed: str
    access: str
    connects_to: str
    risks: Mapping[str, str]


def record(assistant: Assistant, settings: Settings) -> Record:
    """The facts as they are now."""
    identity = assistant.library.identity
    name, weights, is_default = _model(identity["encoder"])
    return Record(
        version=_version(),
        passages=assistant.library.count_passages(),
        encoder=name,
        encoder_version=weights,
        is_default=is_default,
        dimension=identity["dimension"],
        reranker=PurePath(settings.reranker).name,
        reranked=LOOKED_AT_WHOLE,
        refuse_below=assistant.ranking.refuse_below,
        off_topic_below=probability(assistant.ranking.off_topic_below),
        longest_question=LONGEST_QUESTION,
        listens=_listens(settings.host),
        framed=_framed(settings.frame_ancestors),
        access=ACCESS[settings.access],
        connects_to=CONNECTS_TO[settings.access == "oidc"],
        risks={**RISKS, ENTERED: ENTERED_WHERE_LOGGED} if settings.log_questions else RISKS,
    )


def _model(identity: str) -> tuple[str, str, bool]:
    """Name and version of an encoder by its identity, and whether it is the default one."""
    if identity.startswith(f"{DEFAULT_MODEL}@"):
        name, _, weights = identity.partition("@")
        return name, weights, True
    name, _, weights = identity.rpartition("@")
    return PurePath(name).name, weights, False  # it may be a folder; its location is not published


def _version() -> str:
    try:
        return version("inspection-assistant")
    except PackageNotFoundError:
        return "not known"


def _listens(host: str) -> str:
    if host.startswith("127.") or host in {"localhost", "::1"}:
        return "It can be reached from the server itself only; a web server there may pass requests on to it."
    return f"It listens on {host}, so other machines may reach it."


def _framed(frame_ancestors: str) -> str:
    others = [name for name in frame_ancestors.split() if name not in {"'self'", "'none'"}]
    return (
        f"These sites may show it in a frame: {', '.join(others)}."
        if others
        else "No other site may show it in a frame."
    )

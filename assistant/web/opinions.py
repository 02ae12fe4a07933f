"""Where the page sends what a reader says of an answer."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException
from fastapi.responses import Response
from pydantic import BaseModel, Field

from assistant.assistant import Assistant
from assistant.feedback import LONGEST_REASON, Feedback
from assistant.question import BadQuestion
from assistant.web.threads import LONGEST, BadThread, answers_to, from_address


class Verdict(BaseModel):
    """Whether the last answer of a `conversation`, which is as in an address of the chat, helped."""

    conversation: str = Field(max_length=LONGEST)
    helpful: bool


class Kept(BaseModel):
    """The token of a verdict that was kept: with it its reader may give a reason."""

    token: str


class Reason(Kept):
    """Why."""

    reason: str = Field(max_length=LONGEST_REASON)


def router(assistant: Assistant, keep_answers: bool) -> APIRouter:
    """The routes below /feedback. An answer is found anew, so that nobody can have kept what was never answered."""
    kept = Feedback(assistant.library.folder)

    def keep(verdict: Verdict) -> Kept:
        try:
            askings = from_address(verdict.conversation).askings
            answers = answers_to(assistant, askings)
        except (BadThread, BadQuestion) as error:
            raise HTTPException(422, str(error)) from error
        if not answers:
            raise HTTPException(422, "There is no answer that this could be about.")
        return Kept(token=kept.add(answers[-1], askings[-1].question, verdict.helpful, keep_answers))

    def explain(reason: Reason) -> Response:
        kept.explain(reason.token, reason.reason)
        return Response(status_code=204)

    routes = APIRouter(prefix="/feedback")
    routes.add_api_route("", keep, methods=["POST"])
    routes.add_api_route("/reason", explain, methods=["POST"], response_model=None)
    return routes

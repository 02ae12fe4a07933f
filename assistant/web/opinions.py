"""Where the page sends what a reader says of an answer."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException
from fastapi.responses import Response
from pydantic import BaseModel, Field

from assistant.assistant import Assistant
from assistant.feedback import LONGEST_REASON, Feedback
from assistant.question import BadQuestion
from assistant.web.threads import LONGEST, BadThread, answers_to, from_address


class Opinion(BaseModel):
    """What is said of the last answer of a `conversation`, which is as in an address of the chat."""

    conversation: str = Field(max_length=LONGEST)
    helpful: bool
    reason: str = Field("", max_length=LONGEST_REASON)


def router(assistant: Assistant, keep_answers: bool) -> APIRouter:
    """The route /feedback. The answer is found anew, so that nobody can have kept what was never answered."""
    kept = Feedback(assistant.library.folder)

    def keep(opinion: Opinion) -> Response:
        try:
            askings = from_address(opinion.conversation).askings
            answers = answers_to(assistant, askings)
        except (BadThread, BadQuestion) as error:
            raise HTTPException(422, str(error)) from error
        if not answers:
            raise HTTPException(422, "There is no answer that this could be about.")
        kept.add(answers[-1], askings[-1].question, opinion.helpful, opinion.reason, keep_answers)
        return Response(status_code=204)

    routes = APIRouter()
    routes.add_api_route("/feedback", keep, methods=["POST"], response_model=None)
    return routes

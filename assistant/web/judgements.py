"""The addresses of the register: all judgements with a chart of them, and each authority's with its time line."""

from __future__ import annotations

from functools import lru_cache

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from assistant.assistant import Assistant
from assistant.register.entries import Register
from assistant.register.inspection_table import Inspection, inspections_of
from assistant.register.record import as_csv
from assistant.web.addresses import source_address
from assistant.web.canvas import DARK, LIGHT
from assistant.web.figures import Figure, authority_address, grades_figure, slug, time_line_figure
from assistant.web.grades_chart import GradesChart
from assistant.web.pages import page
from assistant.web.register_query import BadQuery, RegisterQuery
from assistant.web.register_view import AuthorityView, RegisterView, counts_of
from assistant.web.site import PICTURE_POLICY
from assistant.web.sources import BESIDE
from assistant.web.time_line import TimeLine
from assistant.wording import whose_words
from index.judgements import AREAS, GRADES
from index.stored import StoredJudgement

NO_AUTHORITY = "The register has no judgements of such an authority."
NO_FIGURE = "No judgements match, so there is nothing to draw."
NO_FORMAT = "Pictures can be had as SVG or as PNG."
DRAWN = 128  # pictures in memory, about 70 kB each
FORMATS = {"svg": "image/svg+xml", "png": "image/png"}


def router(assistant: Assistant) -> APIRouter:
    """The routes below /judgements."""
    pages = _Judgements(assistant)
    routes = APIRouter(prefix="/judgements")
    for path, endpoint in (
        ("", pages.to_all),
        ("/", pages.overview),
        ("/register.csv", pages.register_csv),
        ("/grades-by-year.csv", pages.counts_csv),
        ("/grades-by-year.{form}", pages.chart),
        ("/{name}", pages.authority),
        ("/{name}/time-line.{form}", pages.time_line),
    ):
        routes.add_api_route(path, endpoint, methods=["GET", "HEAD"], response_model=None)
    return routes


class _Judgements:
    """Endpoints. They are no coroutines, so that each runs in a thread and a drawing keeps no other waiting."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._drawn = lru_cache(maxsize=DRAWN)(self._draw)

    def to_all(self, request: Request) -> Response:
        return RedirectResponse("judgements/" + (f"?{request.url.query}" if request.url.query else ""))

    def overview(self, request: Request) -> Response:
        try:
            query, problem = RegisterQuery.of(request.query_params), ""
        except BadQuery as error:
            query, problem = RegisterQuery(), str(error)
        register = self._assistant.register()
        view, failures = RegisterView.of(register, query), self._assistant.library.failures()
        return _page(request, "judgements.html", view, problem=problem, failures=failures, unread=register.unread)

    def authority(self, request: Request, name: str) -> Response:
        register = self._assistant.register()
        found = self._inspections(register, name)
        if name != slug(name):
            return RedirectResponse(authority_address(name))
        entries = [entry for inspection in found for entry in inspection.entries]
        return _page(request, "authority.html", AuthorityView(found, register.coverage(entries)))

    def register_csv(self, request: Request) -> Response:
        return _csv(as_csv(_asked(request).select(self._assistant.register())), "judgements")

    def counts_csv(self, request: Request) -> Response:
        return _csv(counts_of(self._assistant.register(), _asked(request)).as_csv(), "grades-by-year")

    def chart(self, request: Request, form: str) -> Response:
        return self._picture(request, _asked(request), form)

    def time_line(self, request: Request, name: str, form: str) -> Response:
        return self._picture(request, slug(name), form)

    def _picture(self, request: Request, subject: RegisterQuery | str, form: str) -> Response:
        if form not in FORMATS:
            raise HTTPException(404, NO_FORMAT)
        dark, narrow = "dark" in request.query_params, "narrow" in request.query_params
        picture = self._drawn(self._assistant.library.state, subject, form, dark, narrow)
        return Response(picture, media_type=FORMATS[form], headers={"content-security-policy": PICTURE_POLICY})

    def _draw(self, state: str, subject: RegisterQuery | str, form: str, dark: bool, narrow: bool) -> bytes:
        """The time line of an authority, named as in addresses, or the chart of a query, in this state."""
        figure, picture = self._figure(self._assistant.register(), subject, narrow)
        canvas = picture.draw(DARK if dark else LIGHT)
        return (canvas.as_svg if form == "svg" else canvas.as_png)(figure.title, figure.alt)

    def _figure(
        self, register: Register, subject: RegisterQuery | str, narrow: bool
    ) -> tuple[Figure, TimeLine | GradesChart]:
        if isinstance(subject, str):
            found = self._inspections(register, subject)
            return time_line_figure(found), TimeLine(found, narrow)
        counts = counts_of(register, subject)
        if not counts.rows:
            raise HTTPException(404, NO_FIGURE)
        return grades_figure(counts, subject), GradesChart(counts, subject.limits, narrow)

    def _inspections(self, register: Register, name: str) -> list[Inspection]:
        """Those of an authority, named as in addresses or by its short name."""
        entries = [entry for entry in register.entries if slug(entry.authority) == slug(name)]
        if not entries:
            raise HTTPException(404, NO_AUTHORITY)
        return inspections_of(entries, register.unread)


def _asked(request: Request) -> RegisterQuery:
    try:
        return RegisterQuery.of(request.query_params)
    except BadQuery as error:
        raise HTTPException(404, str(error)) from error


def _page(request: Request, template: str, view: RegisterView | AuthorityView, **values: object) -> Response:
    compact = BESIDE in request.query_params

    def to_source(judgement: StoredJudgement) -> str:
        address = source_address(judgement)
        return address.replace("#", f"&{BESIDE}=1#") if compact else address

    names = {"areas": AREAS, "grades": GRADES, "whose_words": whose_words, "authority_address": authority_address}
    status = 400 if values.get("problem") else 200
    return page(request, template, status, view=view, compact=compact, to_source=to_source, **names, **values)


def _csv(text: str, name: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}.csv"'}
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)

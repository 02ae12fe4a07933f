"""The pictures of the register: what is written on them, that they can be read, and how they are drawn."""

from __future__ import annotations

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from lxml import etree

from assistant.colours import contrast
from assistant.register.entries import Register
from assistant.register.grades_by_year import GradesByYear
from assistant.register.inspection_table import inspections_of
from assistant.web.canvas import DARK, LIGHT, POINTS, Inks
from assistant.web.figures import slug, time_line_of
from assistant.web.grade_style import STYLES
from assistant.web.grades_chart import GradesChart
from assistant.web.time_line import TimeLine
from index.judgements import GRADES
from tests.judged import entry

EXHAM = [
    entry("Exham", "2018-05-14", "overall", "inadequate"),
    entry("Exham", "2018-05-14", "children-in-care", "requires-improvement"),
    entry("Exham", "2018-05-14", "care-leavers", "good"),
    entry("Exham", "2022-02-07", "overall", "good", otherwise="outstanding"),
    entry("Exham", "2022-02-07", "children-in-care-and-care-leavers", "outstanding"),
]
# Matplotlib draws letters as outlines, and notes before them what they say.
WRITTEN = re.compile(rb"<!-- (.+?) -->")


def written(picture: TimeLine | GradesChart, inks: Inks = LIGHT) -> list[str]:
    return [words.decode() for words in WRITTEN.findall(picture.draw(inks).as_svg("Title", "Description"))]


def marks(picture: TimeLine, grade: str) -> list[tuple[float, float]]:
    """The left and the right end of each mark of a grade, in points, as they are drawn."""
    svg = picture.draw(LIGHT).as_svg("Title", "Description").decode()
    paths = re.findall(rf'<path d="([^"]+)"[^>]* style="fill: {STYLES[grade].fill};', svg)
    across = [[float(x) for x in re.findall(r"(-?[\d.]+) -?[\d.]+", path)] for path in paths]
    return [(min(places), max(places)) for places in across]


def test_each_mark_of_a_time_line_names_its_grade() -> None:
    assert written(TimeLine(inspections_of(EXHAM))) == [
        "Exham: judgements by area, 2018 to 2022",
        *("May", "2018", "Feb", "2022"),
        *("Overall effectiveness", "Inadequate", "Good*"),
        *("Children in care", "Requires", "improvement", "Outstanding"),  # one mark over this row and the next
        *("Care leavers", "Good"),
        "* Another source says otherwise; see the table.",
    ]


def test_a_narrow_time_line_has_letters_and_their_key() -> None:
    shown = written(TimeLine(inspections_of(EXHAM), narrow=True))
    assert shown[6:16] == ["Overall effectiveness", "I", "G*", "Children in care", "RI", "O", "Care leavers", "G", "O",
                           "O: Outstanding"]  # fmt: skip
    assert shown[16:19] == ["G: Good", "RI: Requires improvement", "I: Inadequate"]


def test_what_could_not_be_read_has_a_mark_of_its_own() -> None:
    found = inspections_of(EXHAM, {EXHAM[0].document.path: ["leaders"]})
    shown = written(TimeLine(found))
    assert shown[shown.index("Leaders") + 1] == "?"
    assert "? The grade could not be read." in shown


def test_marks_stand_in_order_of_time_and_never_over_one_another() -> None:
    days = ["2014-01-06", "2014-03-03", "2014-05-05", "2019-02-04", "2025-01-06", "2025-02-03", "2025-03-03"]
    entries = [entry("Exham", day, "overall", "good") for day in days]
    for narrow in (False, True):
        picture = TimeLine(inspections_of(entries), narrow)
        drawn = marks(picture, "good")
        assert len(drawn) == len(days)
        assert all(right < left for (_, right), (left, _) in pairwise(drawn))
        assert drawn[0][0] > 0
        assert drawn[-1][1] < picture.width * POINTS


def test_one_inspection_alone_is_drawn() -> None:
    assert "Inadequate" in written(TimeLine(inspections_of(EXHAM[:1])))


def test_each_bar_has_its_number() -> None:
    counts = GradesByYear.of([*EXHAM, entry("Wyham", "2018-09-03", "overall", "inadequate")], "overall")
    assert written(GradesChart(counts, "until 2022")) == [
        "Overall effectiveness: grades by year of inspection (until 2022)",
        *("Outstanding", "Good", "1", "Requires improvement", "Inadequate", "2"),
        *("2018", "2019", "2020", "2021", "2022"),
    ]


def test_what_is_drawn_can_be_read() -> None:
    assert set(STYLES) == set(GRADES)
    assert len({style.letters for style in STYLES.values()}) == len(GRADES)
    for style in STYLES.values():
        assert contrast(style.ink, style.fill) >= 4.5
    for inks in (LIGHT, DARK):
        assert min(contrast(inks.ink, inks.ground), contrast(inks.quiet, inks.ground)) >= 4.5
        assert contrast(inks.edge, inks.ground) >= 3


def test_svg_says_what_it_shows_and_asks_for_nothing() -> None:
    made = TimeLine(inspections_of(EXHAM)).draw(DARK).as_svg("Exham & <others>", "Good in 2018")
    tree = etree.fromstring(made)
    space = {"svg": "http://www.w3.org/2000/svg", "dc": "http://purl.org/dc/elements/1.1/"}
    assert tree.findtext("svg:title", namespaces=space) == "Exham & <others>"
    assert tree.xpath("string(//dc:description)", namespaces=space) == "Good in 2018"
    links = tree.xpath("//@*[local-name() = 'href']")
    assert links
    assert all(str(link).startswith("#") for link in links)
    assert tree.xpath("//svg:text | //svg:script | //svg:image", namespaces=space) == []


@pytest.mark.parametrize("name", ["A$B$ <i>", "{x} \\frac$", "Île-de-Ham"])
def test_a_name_is_written_as_it_stands(name: str) -> None:
    picture = TimeLine(inspections_of([entry(name, "2018-05-14", "overall", "good")]))
    assert picture.draw(LIGHT).as_png("Title", "Description").startswith(b"\x89PNG")


def test_several_are_drawn_at_once() -> None:
    def drawn(number: int) -> bytes:
        return TimeLine(inspections_of(EXHAM), narrow=bool(number % 2)).draw(LIGHT).as_png("Title", "Description")

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(drawn, range(24)))
    assert len(set(found[::2])) == len(set(found[1::2])) == 1


def test_nothing_waits_for_the_drawing_library_before_a_figure_is_drawn() -> None:
    code = """
import sys
import assistant.cli, assistant.web.application
assert "matplotlib" not in sys.modules
from assistant.web.canvas import LIGHT, Canvas
Canvas(10, 10, LIGHT).as_svg("", "")
assert "matplotlib" in sys.modules
assert "matplotlib.pyplot" not in sys.modules
import gradio.utils
with gradio.utils.MatplotlibBackendMananger():
    pass
assert "matplotlib.pyplot" not in sys.modules
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_an_answer_can_show_a_time_line() -> None:
    figure = time_line_of(Register(EXHAM), "Exham")
    assert figure is not None
    assert figure.page == "../judgements/exham"
    assert figure.svg == "../judgements/exham/time-line.svg"
    assert figure.png == "../judgements/exham/time-line.png"
    assert figure.address(dark=True, narrow=True) == "../judgements/exham/time-line.svg?dark=1&narrow=1"
    assert figure.table == "../judgements/register.csv?authority=Exham"
    history = "Overall effectiveness: inadequate in May 2018 and good in February 2022."
    assert figure.alt == f"Time line of Exham’s judgements. {history} All grades are in the table."
    assert time_line_of(Register(EXHAM), "Wyham") is None


@pytest.mark.parametrize(
    ("name", "address"),
    [("Telford and Wrekin", "telford-and-wrekin"), ("St. Helens", "st-helens"), ("King’s Ham ", "king-s-ham")],
)
def test_an_authority_has_a_plain_address(name: str, address: str) -> None:
    assert slug(name) == address

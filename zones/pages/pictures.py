"""Charts and maps taken along as pictures, with all that they need where no page is around them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar, NamedTuple

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.http import content_disposition_header
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from cbec_portal.drawings import CannotDrawError, can_draw, lines_of, png_of
from cbec_portal.file_names import name_of_file
from zones.pages.charts import Chart
from zones.pages.lasting_pages import LastingPage
from zones.pages.statistic_charts import FigureChart
from zones.pages.tile_map import AnswerLook
from zones.pages.value_charts import ValueChart

#: The forms in which a picture is taken along, and what each is to a browser.
KINDS = {"svg": "image/svg+xml; charset=utf-8", "png": "image/png"}
#: The room around a drawing, and the least width of a picture: its words need some.
MARGIN, LEAST_WIDTH = 24, 640
#: How wide a letter is in a title, in other words, and in fine print; how high their lines are.
TITLE_LETTER, LETTER, FINE_LETTER = 10.8, 6.9, 6.3
TITLE_LINE, LINE = 27, 18


#: The mark of a line of steps among the keys of a picture.
STEPS_KEY = '<polyline class="steps line-{}" points="0,0 30,0"/>'
#: The mark of an answer among others on a map.
ANSWER_KEY = (
    '<rect class="tile {}" y="-8" width="30" height="16"/>'
    '<text class="middle" x="15" y="5">{}</text>'
)


class PictureKey(NamedTuple):
    """What a mark of a picture means: the mark, the box that it is drawn in, and words."""

    mark: SafeString
    words: str
    box: str = "0 -8 30 16"


class Picture(NamedTuple):
    """A chart or map: what it is called, what it shows, its drawing with its box, and its keys."""

    title: str
    shows: str
    template: str
    drawn: Any
    left: int
    top: int
    width: int
    height: int
    keys: Sequence[PictureKey] = ()
    source: str = ""

    @property
    def box(self) -> str:
        """Return the part of the plane that is drawn."""
        return f"{self.left} {self.top} {self.width} {self.height}"


class Drawing(NamedTuple):
    """A picture as SVG, and how large it is."""

    svg: str
    width: int
    height: int


class PicturedPage(LastingPage):
    """A page whose charts and maps can be taken along, at its own address and ``pictures/``."""

    #: The names of its pictures.
    picture_names: ClassVar[tuple[str, ...]] = ()
    #: The picture and the form in which this is answered: none as the page itself.
    picture = ""
    picture_form = ""

    def setup(self, *args: Any, **kwargs: Any) -> None:
        """Begin an answer; a picture answers no question that is wrong in part."""
        super().setup(*args, **kwargs)
        if self.picture:
            self.answers_the_rest = False

    def pictures(self, context: dict[str, Any]) -> Mapping[str, Callable[[], Picture | None]]:
        """Return what makes each picture of the same context as the page; none where the page shows
        none.
        """
        raise NotImplementedError

    def picture_files(self, name: str) -> list[tuple[str, str]]:
        """Return the forms in which a picture is offered, and where it is taken along from."""
        asked = self.request.GET.urlencode(safe="@,:")
        forms = [form for form in KINDS if form != "png" or can_draw()]
        return [(form.upper(), self.own_path(f"pictures/{name}.{form}", asked)) for form in forms]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return where the pictures are taken along from, beside what the page gives."""
        files = {name: self.picture_files(name) for name in self.picture_names}
        return super().get_context_data(picture_files=files, **kwargs)

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        """Return the page, or one of its pictures as a file that is named after it.

        Raises:
            Http404: the page does not show the picture for what was asked.
        """
        if not self.picture:
            return super().render_to_response(context, **kwargs)
        picture = self.pictures(context)[self.picture]()
        if picture is None:
            raise Http404(_("There is no such picture for what was asked."))
        drawing = framed(picture, self._foot(picture))
        try:
            png = self.picture_form == "png"
            content = png_of(*drawing) if png else drawing.svg.encode()
        except CannotDrawError as missing:
            there = self.own_path(f"pictures/{self.picture}.svg", self.request.GET.urlencode())
            told = {"missing": str(missing), "drawing": there}
            return render(self.request, "portal/no_png.html", told, status=501)
        response = HttpResponse(content, content_type=KINDS[self.picture_form])
        name = f"{name_of_file(picture.title)} {self.day_answered()}.{self.picture_form}".strip()
        response.headers["Content-Disposition"] = content_disposition_header(
            as_attachment=True, filename=name
        )
        return response

    def _foot(self, picture: Picture) -> list[str]:
        """What stands below a picture: of which day and revision it is, whence, and where."""
        source = picture.source or _("CBEC portal, from the documents named at the permalink")
        return [
            capfirst(self.state_in_words()),
            _(": ").join([_("Source of the data"), source]),
            _(": ").join([_("Permalink"), self.lasting_address()]),
        ]


def framed(picture: Picture, foot: Iterable[str]) -> Drawing:
    """Return a picture that stands for itself: its title above, its keys and foot below."""
    room = max(picture.width, LEAST_WIDTH)
    lines: list[tuple[int, str, str]] = []
    y = MARGIN - 8

    def write(text: str, kind: str, letter: float, height: int) -> None:
        nonlocal y
        for line in lines_of(text, int(room / letter)):
            y += height
            lines.append((y, kind, line))

    write(picture.title, "title", TITLE_LETTER, TITLE_LINE)
    write(picture.shows, "shows", LETTER, LINE)
    top = y + MARGIN // 2
    y = top + picture.height
    keys = []
    for key in picture.keys:
        written = lines_of(key.words, int((room - 38) / LETTER))
        for place, line in enumerate(written):
            y += LINE + 2
            mark = key.mark if not place else ""
            keys.append((y - 12, key.box, mark, y, line))
    y += MARGIN // 2
    rule = y
    for text in foot:
        write(text, "fine", FINE_LETTER, LINE)
    width, height = room + 2 * MARGIN, y + MARGIN
    told = {
        "picture": picture,
        "lines": lines,
        "keys": keys,
        "top": top,
        "foot": rule,
        "right": room + MARGIN,
        "width": width,
        "height": height,
    }
    return Drawing(render_to_string("zones/drawings/picture.svg", told), width, height)


def steps_picture(title: str, shows: str, chart: Chart | None) -> Picture | None:
    """Return the picture of counts over time; none without a chart."""
    if chart is None:
        return None
    keys = [
        PictureKey(format_html(STEPS_KEY, place), line.name)
        for place, line in enumerate(chart.lines, start=1)
        if line.name
    ]
    return Picture(title, shows, "zones/drawings/steps.html", chart, -40, -14, 740, 222, keys)


def values_picture(title: str, shows: str, chart: ValueChart | None) -> Picture | None:
    """Return the picture of values over time; none without a chart."""
    if chart is None:
        return None
    several = chart.lines if len(chart.lines) > 1 else []
    keys = [
        PictureKey(format_html(STEPS_KEY, place), line.name)
        for place, line in enumerate(several, start=1)
    ]
    return Picture(title, shows, "zones/drawings/values.html", chart, -60, -24, 760, 232, keys)


def figures_picture(
    title: str, shows: str, chart: FigureChart | None, source: str
) -> Picture | None:
    """Return the picture of figures by year; none without a chart."""
    if chart is None:
        return None
    marks = [(shape, "first", name) for shape, name in chart.shapes]
    marks += [("circle", release, str(looks)) for release, looks in chart.releases]
    keys = [
        PictureKey(_shape(shape, release), words, "-15 -8 30 16") for shape, release, words in marks
    ]
    drawing = "zones/drawings/figures.html"
    return Picture(title, shows, drawing, chart, -60, -26, 720, 260, keys, source)


def tiles_picture(
    title: str,
    shows: str,
    drawing: str,
    tiles: Sequence[Any],
    answers: Iterable[AnswerLook] = (),
) -> Picture:
    """Return the picture of a map of provinces as tiles; of several answers each has its key."""
    keys = [PictureKey(format_html(ANSWER_KEY, one.look, one.sign), one.display) for one in answers]
    return Picture(title, shows, drawing, tiles, 70, 0, 620, 400, keys)


def with_pictures(route: str, page: type[PicturedPage], name: str) -> Sequence[URLPattern]:
    """Return the addresses of a page's pictures in each form."""
    view: Callable[..., Any] = page.as_view
    return [
        path(
            f"{route}pictures/{picture}.{form}",
            view(picture=picture, picture_form=form),
            name=f"{name}-picture-{picture}-{form}",
        )
        for picture in page.picture_names
        for form in KINDS
    ]


def _shape(shape: str, release: str) -> SafeString:
    return render_to_string(f"zones/statistics/shapes/{shape}.html", {"release": release})

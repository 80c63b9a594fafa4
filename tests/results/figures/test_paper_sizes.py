"""Figures for papers: as wide as the column, bare, legible, with fonts that travel with the PDF."""

from __future__ import annotations

import io
import itertools
import re
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from helpers.pictures import check_overlaps, draw
from helpers.synthetic import make_run
from matplotlib.figure import Figure
from pypdf import PageObject, PdfReader

from results import Run, load
from results.figures import PLOTS, style
from results.figures.embedded_fonts import BY_GLYPHS, LAYOUT_TABLES
from results.figures.page_figure import PageFigure

DRAWN = ("anytime", "heatmap", "incumbent", "interaction", "ledger", "pareto", "speed-up", "speed-up-map")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("run")
    for task in ("mnist-convnet", "digits-mlp"):
        make_run(folder, 3, 2, 4, trainable=task, trials=4)
    return load(folder)


def first(run: Run, name: str) -> PageFigure:
    [(_, figure)] = itertools.islice(PLOTS[name](run), 1)
    assert isinstance(figure, PageFigure)
    return figure


@pytest.mark.parametrize("size", ["icml-column", "neurips"])
def test_a_papers_figure_is_bare_and_as_wide_as_its_column(run: Run, size: str) -> None:
    for name in DRAWN:
        with style.active(size):
            figure = first(run, name)
            draw(figure)
        width, height = figure.get_size_inches()
        assert width <= style.SIZES[size].width + 1e-9, name
        assert height <= style.SIZES[size].height + 1e-9, name
        assert not [text for text in figure.texts if text.get_gid()], name  # title, caption, notes
        assert figure.title and " repetition" in figure.brief, name
        check_overlaps(figure, f"{size} {name}")
        check_inside(figure, name)


def check_inside(figure: Figure, name: str) -> None:
    width = figure.get_size_inches()[0] * figure.dpi
    for axes in figure.axes:
        box = axes.get_tightbbox()
        assert box is not None and box.x0 >= -1 and box.x1 <= width + 1, name


def test_the_fonts_of_a_pdf_are_embedded_as_truetype(run: Run, tmp_path: Path) -> None:
    with style.active("icml-column"):
        [path] = style.save(first(run, "speed-up"), tmp_path / "one", ["pdf"])
    content = path.read_bytes()
    kinds = {kind.decode() for kind in re.findall(rb"/Subtype /(\w*Type\w*)", content)}
    assert kinds <= {"Type0", "CIDFontType2", "TrueType"} and kinds
    descriptors = content.count(b"/Type /FontDescriptor")
    assert descriptors and content.count(b"/FontFile2") == descriptors
    files = _font_files(PdfReader(path).pages[0])
    assert len(files) == descriptors
    for content in files:
        tables = set(TTFont(io.BytesIO(content)).keys())  # a viewer needs outlines and widths, and no layout
        assert {"glyf", "hmtx", "loca"} <= tables and not tables & set(LAYOUT_TABLES)


def test_a_font_is_cut_once_for_all_pages_of_plain_text_and_has_the_letters_of_each(tmp_path: Path) -> None:
    texts = ("speed-up (x)", "Über 3 µm, n \u2265 5 …", "[abc] {xyz} 0123 ~fi")
    fonts = []
    for number, text in enumerate(texts):
        with style.active("icml-column"):
            figure = Figure(figsize=(3, 1))
            figure.text(0.05, 0.4, text)
            [path] = style.save(figure, tmp_path / str(number), ["pdf"])
        [page] = PdfReader(path).pages
        assert "".join(page.extract_text().split()) == "".join(text.split())
        sizes = [len(content) for content in _font_files(page)]
        fonts.append(max(sizes))
    assert fonts[0] == fonts[2] or not BY_GLYPHS, "both are plain text"


def _font_files(page: PageObject) -> list[bytes]:
    descendants = [font["/DescendantFonts"][0].get_object() for font in page["/Resources"]["/Font"].values()]
    return [one["/FontDescriptor"]["/FontFile2"].get_data() for one in descendants]


def test_sizes_have_the_widths_of_their_classes() -> None:
    widths = {name: size.width for name, size in style.SIZES.items()}
    assert widths["neurips"] == 5.5 and widths["icml-column"] == 3.25  # neurips_2023.sty, icml2023.sty
    assert widths["ieee-column"] == pytest.approx(252 / 72.27, abs=0.01)  # IEEEtran's columns: 252 pt
    assert widths["acm-column"] == pytest.approx(241.14749 / 72.27, abs=0.01)

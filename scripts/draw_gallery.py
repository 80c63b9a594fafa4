"""Gallery of all figures: small pictures of each plot, for ``docs/figures.md``.

``python -m scripts.draw_gallery [--run FOLDER ...] [--only NAME ...]``

Without ``--run`` a grid on the virtual engine is run first, in a temporary folder, which takes some minutes.
What such a run has no data for (``ledger`` and ``devices`` need measured seconds) keeps the picture that is
there.
"""

from __future__ import annotations

import argparse
import io
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from matplotlib.figure import Figure
from PIL import Image

from results.compare.run import Run, load
from results.errors import ResultsError
from results.figures import PLOTS, style
from results.outputs import NotEnoughData

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "gallery"
GRID = (
    "--engine virtual --trainables digits-mlp branin --searchers random centre sobol optuna-tpe optuna-cmaes "
    "hyperopt nevergrad-pso nevergrad-oneplusone nevergrad-cma nevergrad-de nevergrad-ngopt zoopt "
    "--schedulers fifo asha hyperband median --trials 16 --epochs 9 --workers 2 --repetitions 5"
)
OPTIONS = (
    "--engine virtual --trainables digits-mlp --searchers random optuna-tpe "
    "--schedulers asha[reduction_factor=2|3|4] fifo --trials 16 --epochs 9 --workers 2 --repetitions 4"
)
SCALE = 0.55  # of a picture to the figure's own pixels
COLOURS = 128  # of a picture, which keeps it small
#: A picture for each: plot -> how its file is called.
SIZES = {"print": "", "slide": "-slide", "icml-column": "-column"}
#: Plots that are shown on a slide and in a paper's column too.
SEVERAL = ("heatmap", "incumbent", "interaction", "anytime")


def parser() -> argparse.ArgumentParser:
    """Return the parser."""
    p = argparse.ArgumentParser("python -m scripts.draw_gallery", description="Draw docs/gallery.")
    p.add_argument("--run", nargs="+", type=Path, metavar="FOLDER", help="a run that is there")
    p.add_argument(
        "--only", nargs="+", default=list(PLOTS), choices=PLOTS, metavar="NAME", help="these plots"
    )
    return p


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw the pictures; return 0."""
    options = parser().parse_args(arguments)
    if options.run:
        _draw(load(*options.run), options.only)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        for name, grid in (("gallery", GRID), ("options", OPTIONS)):
            command = [sys.executable, "-m", "benchmarks.run", "--grid", *grid.split(), "--no-figures"]
            subprocess.run([*command, "--name", name, "--out", folder], cwd=ROOT, check=True)
            mine = [plot for plot in options.only if (plot == "options") == (name == "options")]
            _draw(load(Path(folder) / name), mine)
    return 0


def _draw(run: Run, names: Iterable[str]) -> None:
    FOLDER.mkdir(exist_ok=True)
    for name in names:
        for size, mark in SIZES.items():
            if size == "print" or name in SEVERAL:
                with style.active(size):
                    figure = _first(run, name)
                    if figure is None:
                        print(f"{name}: no data")
                        break
                    path = FOLDER / f"{name}{mark}.png"
                    path.write_bytes(_small(figure))
                    print(f"{path.relative_to(ROOT)}: {path.stat().st_size / 1000:.0f} kB", flush=True)


def _first(run: Run, name: str) -> Figure | None:
    try:
        return next((figure for _, figure in PLOTS[name](run)), None)
    except (NotEnoughData, ResultsError):
        return None


def _small(figure: Figure) -> bytes:
    """Return a figure as a PNG of few colours."""
    drawn, small = io.BytesIO(), io.BytesIO()
    figure.savefig(drawn, format="png")
    whole = Image.open(drawn).convert("RGB")
    size = (round(whole.width * SCALE), round(whole.height * SCALE))
    image = whole.resize(size, Image.Resampling.LANCZOS).quantize(COLOURS, dither=Image.Dither.NONE)
    image.save(small, format="png", optimize=True)
    return small.getvalue()


if __name__ == "__main__":
    sys.exit(main())

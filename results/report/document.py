"""One HTML file from the report's data: template, style, script and Plotly, all inside."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from importlib.resources import files
from typing import Any

#: The page's own script, in the order in which its parts need each other.
SCRIPTS = (
    *("state.js", "dom.js", "numerals.js", "print.js", "table.js", "plots.js", "canvas.js", "colours.js"),
    *("cellkeys.js", "grid.js", "headline.js", "use.js", "answer.js", "curves.js", "combination.js"),
    *("explore.js", "parallel.js", "slices.js", "contour.js", "beside.js", "time.js", "origin.js"),
    *("filters.js", "report.js"),
)
PLOTLY = "plotly-basic.min.js"
#: Of the vendored file, npm's plotly.js-basic-dist-min 4.1.1.
PLOTLY_SHA256 = "99784e3abfb07b142a15e521a439e6d9addceadb3f79553fd24c72774f0649ba"


def render(data: dict[str, Any], watch: float = 0.0, version: str = "") -> str:
    """Return the page.

    Names in the data may be anything: they reach the page as JSON without a "<", and its script makes text of
    them, never markup.  A policy inside the page lets no other script run and nothing be fetched.

    Args:
        data: see ``payload``.
        watch: seconds after which the page loads itself again; 0 = never.
        version: of a page that a server shows, as its ETag has it; the page asks for that before it loads
            itself again, and may then ask its server, and nobody else.

    Raises:
        ValueError: if a number in the data is not finite.
    """
    here = files("results.report")
    page, vendor = here / "page", here / "vendor"
    plotly = (vendor / PLOTLY).read_text(encoding="utf-8")
    script = "".join((page / name).read_text(encoding="utf-8") for name in SCRIPTS)
    parts = {
        "policy": _policy(plotly, script, served=bool(version)),
        "title": html.escape(str(data["title"])),
        "watch": f"{watch:g}",
        "style": (page / "style.css").read_text(encoding="utf-8"),
        "data": _island(data | {"version": version} if version else data),
        "plotly": plotly,
        "script": script,
    }
    template = (page / "template.html").read_text(encoding="utf-8")
    # In one pass, so that nothing inside of a part is taken for a place of another.
    return re.sub(r"\{\{(\w+)\}\}", lambda match: parts[match[1]], template)


def _island(data: dict[str, Any]) -> str:
    """Return JSON that no HTML parser finds an end or a comment in."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _policy(*scripts: str, served: bool) -> str:
    """Return a content security policy: these scripts alone, and no request but to a server of its own."""
    hashes = (base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts)
    own = "; connect-src 'self'" if served else ""
    allowed = " ".join(f"'sha256-{digest}'" for digest in hashes)
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data: blob:; "
        f"base-uri 'none'; form-action 'none'{own}"
    )

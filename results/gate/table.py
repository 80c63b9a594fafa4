"""Text forms of the report: for a terminal, and as Markdown for a pull request."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from results.gate.collapse import FIXED
from results.gate.family import TASK, TASKS, Hypothesis
from results.gate.finding import Finding
from results.gate.report import Report, interval, margin, sentence, shown
from results.gate.summaries import LEVELS, ruled_out, widened
from results.numerals import significant

WIDTH = 118
_WORDS = {FIXED: "gate", TASK: "task", TASKS: "tasks"}
TOP = 25  # lines of findings that are shown; JSON has all
_HEAD = ("outcome", "quantity", "where", "n", "difference", "limits", "margin", "set by", "adj. p", "q")


def as_text(report: Report, top: int = TOP) -> str:
    """Return the report for a terminal."""
    lines = [report.headline, *_wrapped(report.scope)]
    cells = [_HEAD, *(_row(finding) for finding in _chosen(report, top))]
    widths = [max(len(row[column]) for row in cells) for column in range(len(_HEAD))]
    lines += ["", *("  ".join(map(str.ljust, row, widths)).rstrip() for row in cells)]
    lines += [_rest(report, top)] if _rest(report, top) else []
    for title, entries in _sections(report):
        lines += ["", title]
        for entry in entries:  # a command stays in one line, to be copied
            lines += [f"  {entry}"] if title == _AGAIN else _wrapped(entry, "  ", "    ")
    return "\n".join([*lines, "", *_wrapped(report.method)]) + "\n"


def as_markdown(report: Report, top: int = TOP) -> str:
    """Return the report for a pull request."""
    lines = [f"### {_escaped(report.headline)}", "", _escaped(report.scope), ""]
    lines += ["| " + " | ".join(_HEAD) + " |", "|---" * len(_HEAD) + "|"]
    lines += ["| " + " | ".join(map(_escaped, _row(f))) + " |" for f in _chosen(report, top)]
    lines += ["", _rest(report, top)] if _rest(report, top) else []
    for title, entries in _sections(report):
        lines += ["", f"**{title}**", ""]
        lines += [f"- `{e}`" if title == _AGAIN else f"- {_escaped(e)}" for e in entries]
    return "\n".join([*lines, "", f"<sub>{_escaped(report.method)}</sub>"]) + "\n"


_AGAIN = "run it again"


def _wrapped(text: str, first: str = "", other: str = "") -> list[str]:
    """Break text into lines, but not within paths and names."""
    wrapper = textwrap.TextWrapper(
        WIDTH, initial_indent=first, subsequent_indent=other, break_on_hyphens=False, break_long_words=False
    )
    return wrapper.wrap(text)


def _sections(report: Report) -> list[tuple[str, Sequence[str]]]:
    broken = [
        f"{cell}: {status} in {count} repetition{'s' * (count != 1)}: {reason}"
        for cell, status, reason, count in report.broken
    ]
    failed = [f.hypothesis.name for f in report.sorted() if f.outcome == "fail"]
    named = [*failed, *(b.cell for b in report.broken)]
    commands = list(dict.fromkeys(report.commands[name] for name in named if name in report.commands))
    differs = list(report.environments) or ["nothing"]
    sections: list[tuple[str, Sequence[str]]] = [
        ("no longer ok", broken),
        ("not tested, and so not passed", [*report.untested, *_untestable(report)]),
        ("collapses that are ruled out", ruled_out(report)),
        ("margins that are wider than asked for", widened(report)),
        ("what differs between the environments", differs),
        (_AGAIN, commands[:5]),
        ("notes", report.notes),
    ]
    return [(title, entries) for title, entries in sections if entries]


def _untestable(report: Report, most: int = 5) -> list[str]:
    """Return the first few hypotheses that cannot be tested, single combinations first."""
    levels = list(LEVELS)
    mute = sorted(report.untestable, key=lambda f: -levels.index(f.hypothesis.level))
    more = [f"{len(mute) - most} more hypotheses"] if len(mute) > most else []
    return [*map(sentence, mute[:most]), *more]


def _chosen(report: Report, top: int) -> list[Finding]:
    """Return the findings to show: those that failed or are open, else the means of groups."""
    ordered = report.sorted()
    urgent = [finding for finding in ordered if finding.outcome != "pass"]
    groups = [finding for finding in ordered if finding.hypothesis.level != "cell"]
    return (urgent or groups)[:top]


def _rest(report: Report, top: int) -> str:
    left = len(report.findings) - len(_chosen(report, top))
    return f"{left} more hypotheses are in the JSON output (--json)" if left else ""


def _row(finding: Finding) -> tuple[str, ...]:
    hypothesis = finding.hypothesis
    outcome = finding.outcome.upper() if finding.outcome == "fail" else finding.outcome
    if finding.untestable and finding.outcome == "inconclusive":
        outcome = "not testable"
    start = (outcome, hypothesis.quantity.title, hypothesis.name, str(finding.n))
    of_margin = (margin(finding), _set_by(hypothesis))
    if finding.same:
        limits = interval(finding) if hypothesis.quantity.share else ""
        return (*start, "the same", limits, *of_margin, "", "")
    return (
        *start,
        shown(finding, finding.estimate),
        interval(finding),
        *of_margin,
        significant(finding.adjusted_p, 2),
        significant(finding.q, 2),
    )


def _set_by(hypothesis: Hypothesis) -> str:
    """Return in a word or two what a margin was set by; ``noise`` of the stored side has widened it."""
    if hypothesis.widened:
        part = hypothesis.level == "cell" or hypothesis.quantity.share
        return "noise" if part else f"noise in {hypothesis.widened} of {len(hypothesis.cells)}"
    return _WORDS.get(hypothesis.reason, "repetitions")


def _escaped(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*")

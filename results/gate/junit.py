"""The report as JUnit XML, which every CI server shows: a test case for each hypothesis and fault."""

from __future__ import annotations

from xml.etree import ElementTree

from results.gate.finding import Finding
from results.gate.report import Report, sentence
from results.gate.summaries import ruled_out, widened


def as_junit(report: Report) -> str:
    """Return XML; inconclusive hypotheses are skipped tests, so that only failures are red."""
    failures = len(report.broken) + sum(f.outcome == "fail" for f in report.findings)
    skipped = sum(f.outcome == "inconclusive" for f in report.findings) + len(report.untested)
    suite = ElementTree.Element(
        "testsuite",
        name="tuning",
        tests=str(len(report.findings) + len(report.broken) + len(report.untested)),
        failures=str(failures),
        errors="0",
        skipped=str(skipped),
    )
    properties = ElementTree.SubElement(suite, "properties")
    for name in ("verdict", "baseline", "candidate"):
        ElementTree.SubElement(properties, "property", name=name, value=_clean(getattr(report, name)))
    for name, lines in {"ruled out": ruled_out(report), "widened margins": widened(report)}.items():
        for line in lines:
            ElementTree.SubElement(properties, "property", name=name, value=_clean(line))
    for line in report.untested:
        case = ElementTree.SubElement(suite, "testcase", classname="tuning.untested", name=_clean(line))
        ElementTree.SubElement(case, "skipped", message=_clean(f"not tested: {line}"))
    for broken in report.broken:
        case = ElementTree.SubElement(suite, "testcase", classname="tuning.status", name=broken.cell)
        text = f"{broken.status} in {broken.repetitions} repetitions: {broken.reason}"
        _failure(case, report, text, broken.cell)
    for finding in report.sorted():
        _case(suite, report, finding)
    ElementTree.indent(suite)
    return ElementTree.tostring(suite, encoding="unicode", xml_declaration=True) + "\n"


def _case(suite: ElementTree.Element, report: Report, finding: Finding) -> None:
    hypothesis = finding.hypothesis
    name = f"tuning.{hypothesis.quantity.name}.{hypothesis.level}"
    case = ElementTree.SubElement(suite, "testcase", classname=name, name=hypothesis.name)
    if finding.outcome == "fail":
        _failure(case, report, sentence(finding), hypothesis.name)
    elif finding.outcome == "inconclusive":
        ElementTree.SubElement(case, "skipped", message=_clean(f"inconclusive: {sentence(finding)}"))
    else:
        ElementTree.SubElement(case, "system-out").text = _clean(sentence(finding))


def _failure(case: ElementTree.Element, report: Report, text: str, name: str) -> None:
    failure = ElementTree.SubElement(case, "failure", message=_clean(text))
    lines = [text, "what differs between the environments:", *(report.environments or ["nothing"])]
    if name in report.commands:
        lines += ["run it again:", report.commands[name]]
    failure.text = _clean("\n".join(lines))


def _clean(text: str) -> str:
    """Return the text without what XML 1.0 cannot hold, such as a terminal's colours in a traceback."""
    return "".join(c for c in text if c in "\t\n" or (c >= " " and c not in "\ufffe\uffff"))

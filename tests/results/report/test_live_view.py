"""The live view: who may read it, what it answers, and that it follows a run."""

from __future__ import annotations

import gzip
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest
from helpers.report_page import island, until
from helpers.synthetic import make_run

from results.errors import ResultsError
from results.report.command import main
from results.report.serve import View

ROOT = Path(__file__).parents[3]
#: Paths that lead out of a folder, if one were served.
AWAY = ["/../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "//etc/passwd", "/run.toml", "/report.html", "/."]


class Reply(NamedTuple):
    """The reply to a request, read whole."""

    status: int
    headers: http.client.HTTPMessage
    content: bytes

    @property
    def text(self) -> str:
        """The page that was sent compressed."""
        return gzip.decompress(self.content).decode()


def ask(url: str, path: str = "/", method: str = "GET", **headers: str) -> Reply:
    """Return the reply to a request whose path is sent as it stands."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, headers=named)
    answer = connection.getresponse()
    reply = Reply(answer.status, answer.headers, answer.read())
    connection.close()
    return reply


@pytest.fixture
def view() -> Iterator[View]:
    with View("<p>first</p>", "one") as opened:
        yield opened


@pytest.fixture
def others() -> Iterator[View]:
    """A view that other machines can read."""
    with View("<p>first</p>", "one", "0.0.0.0") as opened:
        yield opened


def port_of(view: View) -> int:
    return int(urlsplit(view.url).port or 0)


def test_it_listens_on_loopback_alone(view: View) -> None:
    assert view.url == f"http://127.0.0.1:{port_of(view)}/" and not view.token
    listening = Path("/proc/net/tcp")
    if listening.exists():
        port = f"{port_of(view):04X}"
        found = [line.split()[1] for line in listening.read_text().splitlines() if f":{port} " in line]
        assert {address for address in found if address.endswith(f":{port}")} == {f"0100007F:{port}"}


def test_it_answers_with_the_page_of_the_moment_and_its_version(view: View) -> None:
    first = ask(view.url)
    assert (first.status, first.headers["ETag"]) == (200, '"one"')
    assert first.text == "<p>first</p>"
    assert ask(view.url, If_None_Match='"one"').status == 304
    view.show("<p>second</p>", "two")
    head = ask(view.url, method="HEAD", If_None_Match='"one"')
    assert (head.status, head.headers["ETag"], head.content) == (200, '"two"', b"")
    assert ask(view.url).text == "<p>second</p>"


@pytest.mark.parametrize("path", AWAY)
def test_no_path_leads_to_a_file(view: View, path: str) -> None:
    assert ask(view.url, path).status == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_it_can_be_read_only(view: View, others: View, method: str) -> None:
    assert ask(view.url, method=method).status == 405
    assert ask(f"http://127.0.0.1:{port_of(others)}/", method=method).status == 403


@pytest.mark.parametrize(
    ("host", "status"),
    [
        *(("localhost", 200), ("localhost:80", 200), ("127.0.0.1:9", 200), ("[::1]:9", 200)),
        *(
            ("evil.example", 403),
            ("evil.example:80", 403),
            ("localhost.evil.example", 403),
            ("10.0.0.1", 403),
        ),
    ],
)
def test_a_name_of_the_web_that_points_here_is_refused(view: View, host: str, status: int) -> None:
    assert ask(view.url, Host=host).status == status


def test_others_need_the_token_in_the_address(others: View) -> None:
    here = f"http://127.0.0.1:{port_of(others)}/"
    assert others.url == f"http://{socket.gethostname()}:{port_of(others)}/{others.token}/"
    assert len(others.token) >= 32
    wrong = ("/", "/wrong/", f"/{others.token[:-1]}/", f"/{others.token}x/", f"/x/{others.token}/")
    for path in (*wrong, *AWAY):
        assert ask(here, path).status == 403, path
    right = ask(here, f"/{others.token}/", Host="some.machine")
    assert right.status == 200 and right.headers["Referrer-Policy"] == "no-referrer"
    assert ask(here, f"/{others.token}/../run.toml").status == 404
    with View("", "one", "0.0.0.0") as another:
        assert another.token != others.token


def test_an_address_that_is_taken_or_unknown_is_one_line(
    view: View, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ResultsError, match=f"--host 127.0.0.1 --port {port_of(view)} cannot be served: Addr"):
        View("", "one", port=port_of(view))
    run = make_run(tmp_path / "run", 1, 1, 1)
    given = [str(run), "--serve", "--open", "no", "--host", "no.such.machine.invalid"]
    assert main(given) == 2
    assert capsys.readouterr().err.startswith(
        "python -m results.report: --host no.such.machine.invalid --port 0"
    )


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--port", "8000"], "--host and --port need --serve"),
        (["--serve", "--out", "x"], "--serve writes no file"),
    ],
)
def test_options_that_say_nothing_together_are_misuse(
    options: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        code = main([str(tmp_path), *options, "--open", "no"])
    except SystemExit as end:
        code = int(str(end.code))
    assert code == 2 and f"python -m results.report: {said}" in capsys.readouterr().err


@contextmanager
def served(run: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Give the address of a run's live view, and its process."""
    command = [sys.executable, "-m", "results.report", str(run), "--serve", "--open", "no", "--watch", "0.2"]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    try:
        assert process.stdout
        yield process.stdout.readline().split()[0], process
    finally:
        process.kill()
        process.communicate()


def test_it_follows_a_run_writes_nothing_and_ends_well(tmp_path: Path) -> None:
    run = tmp_path / "run"
    run.mkdir()
    (run / "run.toml").write_text("")
    with served(run) as (url, process):
        text = ask(url).text
        assert "Nothing is committed yet" in text and "connect-src 'self'" in text
        before = ask(url, method="HEAD").headers["ETag"]
        made = make_run(run, 1, 2, 2)
        files = {path for path in made.rglob("*") if path.is_file()}
        until(lambda: ask(url, method="HEAD").headers["ETag"] != before)
        until(lambda: len(island(ask(url).text)["places"]) == 1)
        assert {path for path in made.rglob("*") if path.is_file()} == files
        process.send_signal(signal.SIGINT)
        out, error = process.communicate(timeout=60)
        assert (process.returncode, error, out.strip()) == (0, "", "no longer serving")


#: A trainable whose curves take their time, so that a run of it can be watched.
SLOW = """
import time
import tunegrid as tg
from ray import tune

class Rising(tg.CurveModel):
    def __init__(self, place):
        pass

    def start(self, config):
        return 0

    def step(self, state, config, cpus):
        time.sleep(0.02)
        return tg.Epoch(state + 1, {"score": config["x"] * (1 - 0.5 ** (state + 1))}, 1.0)

@tg.trainable("rising", space=lambda: {"x": tune.uniform(0.0, 1.0)}, metric="score", curves=Rising)
def rising(config):
    raise NotImplementedError
"""
READY = "document.body.dataset.ready === 'yes'"
TASKS = "document.querySelectorAll('#filters select[name=task] option').length"
SEARCHERS = "document.querySelectorAll('.heat tbody tr').length"
#: How many experiments the page knows of.
KNOWN = "Number(DATA.summary.join(' ').match(/(\\d+) experiment/)?.[1] ?? 0)"


def known(chrome: Any) -> int | None:
    """Return how many experiments the page knows of; None while it loads itself again."""
    from selenium.common.exceptions import WebDriverException

    try:
        return int(str(chrome.js(f"{READY} ? {KNOWN} : 0")))
    except WebDriverException:
        return None


def test_a_page_in_the_browser_follows_what_is_stored_and_survives_its_server(
    tmp_path: Path, chrome: Any
) -> None:
    run = make_run(tmp_path / "run", 2, 2, 2, trainable="one")
    with served(run) as (url, process):
        chrome.get(url)
        chrome.wait(READY)
        assert chrome.js(TASKS) == 1
        # While nothing is new the page is left alone.
        chrome.execute_script("window.old = true; location.hash = '#task=one&axis=clock'")
        time.sleep(1.0)
        assert chrome.js("window.old") is True
        make_run(run, 2, 2, 2, trainable="two")
        chrome.wait(f"!window.old && {READY} && {TASKS} === 3")
        assert chrome.js("[view().task, state.axis]") == ["one", "clock"]
        assert all(asked.startswith(url) for asked in chrome.requests())
        assert chrome.complaints() == []
        process.send_signal(signal.SIGINT)
        process.wait(60)
        time.sleep(0.6)
        assert chrome.js(TASKS) == 3


@pytest.mark.slow
def test_a_page_in_the_browser_follows_a_run_in_progress(tmp_path: Path, chrome: Any) -> None:
    (tmp_path / "slow.py").write_text(SLOW)
    grid = ["--engine", "virtual", "--trainables", f"{tmp_path}/slow.py:rising", "--schedulers", "fifo"]
    grid += ["--searchers", "random", "sobol", "centre", "optuna-tpe", "--repetitions", "3", "--jobs", "1"]
    command = [sys.executable, "-m", "benchmarks.run", "--grid", *grid, "--no-figures", "--quiet"]
    running = subprocess.Popen([*command, "--out", str(tmp_path), "--name", "run"], cwd=ROOT)
    try:
        until((tmp_path / "run" / "run.toml").exists)
        with served(tmp_path / "run") as (url, _):
            chrome.get(url)
            seen = [0]
            until(lambda: seen.append(known(chrome) or seen[-1]) or running.poll() is not None)
            until(lambda: known(chrome) == 12)
            assert chrome.js(SEARCHERS) == 4
    finally:
        running.kill()
        running.wait()
    assert running.returncode == 0
    assert seen == sorted(seen) and len({*seen} - {0, 12}) >= 2  # it was seen to grow

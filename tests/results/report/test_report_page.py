"""The report in a real browser: what a person sees, presses and types."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.synthetic import make_run

from results import Store, load
from results.report.command import write

browser = pytest.importorskip("helpers.browser", reason="selenium is not installed")
pytestmark = pytest.mark.skipif(bool(browser.MISSING), reason=browser.MISSING)

NASTY = "</script><script>document.title='hacked'</script><img src=x onerror=\"document.title='hacked'\">"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    run = tmp_path_factory.mktemp("run") / "mine"
    make_run(run, 5, 8, 3, trainable="one")
    make_run(run, 5, 8, 3, trainable="<b>two</b>")
    make_run(run, 2, 2, 2, trainable="one", engine="virtual", workers=8)
    make_run(run, 2, 2, 2, trainable="one", engine="virtual", workers=100)
    make_run(run, 3, 2, 2, trainable="one", device="gpu")
    row = {"key": "k", "trainable": "one", "searcher": NASTY, "scheduler": "<i>fifo</i>", "reason": NASTY}
    row |= {"status": "failed", "trials": 8, "epochs": 9, "workers": 2, "repetition": 0, "engine": "tune"}
    row |= {"device": "cpu", "data": "subset", "train_size": 0, "gpus_per_trial": 0.0, "same_start": 0}
    Store(run).write([row], [], [])
    write([run], run / "report.html")
    return run / "report.html"


@pytest.fixture
def opened(chrome: browser.Browser, page: Path) -> browser.Browser:
    chrome.size(1280, 900)
    chrome.emulate(prefers_color_scheme="light")
    chrome.show(page)
    return chrome


def test_it_opens_without_a_complaint_and_asks_nothing_of_anyone(opened: browser.Browser, page: Path) -> None:
    assert opened.texts("h1") == ["mine"]
    assert opened.js(
        "[...document.querySelectorAll('.plot:not([hidden])')].filter(one => one.offsetHeight)"
        ".every(one => one.querySelector('svg.main-svg, canvas'))"
    )
    assert opened.requests() == [page.resolve().as_uri()]
    assert opened.complaints() == []


def test_names_are_text_wherever_they_stand(opened: browser.Browser) -> None:
    assert opened.title == "mine - TuneGrid"
    assert NASTY in opened.texts(".heat tbody th")
    assert NASTY in opened.texts("#table-failures td")
    opened.press('.heat button[aria-label^="</script>"]:enabled')
    assert opened.texts("#combination-name") == [f"{NASTY} x <i>fifo</i>"]
    opened.execute_script("state.task = '<b>two</b>'; update()")
    assert opened.js("document.querySelectorAll('main b, main i:not(.legend i), main img').length") == 0
    assert opened.title == "mine - TuneGrid"
    assert opened.complaints() == []


def test_a_task_is_chosen_and_stays_after_a_reload(opened: browser.Browser) -> None:
    options = opened.texts("#filters select[name=task] option")
    assert options == ["all 2 (mean log2 speed-up)", "<b>two</b>", "one"]
    opened.press("#filters select[name=task] option[value=one]")
    assert "one on cpu" in opened.texts("#grid-caption")[0]
    opened.refresh()
    opened.wait("document.body.dataset.ready === 'yes'")
    assert opened.js("view().task") == "one"
    assert "one on cpu" in opened.texts("#grid-caption")[0]


def test_engine_device_and_budget_choose_what_is_compared(opened: browser.Browser) -> None:
    choice = "#filters select[name={}] option[value='{}']"
    assert opened.texts("#filters select[name=engine] option") == ["tune", "virtual"]
    opened.press(choice.format("device", "gpu"))
    assert "one on gpu" in opened.texts("#grid-caption")[0]
    assert len(opened.texts(".heat tbody tr")) == 3
    opened.press(choice.format("engine", "virtual"))
    assert opened.js("place().device") == "cpu"
    opened.press(choice.format("budget", "8 trials of at most 9 epochs, 100 workers"))
    assert "100 workers; n = 2" in opened.texts("#grid-caption")[0]
    assert opened.texts("#filters select[name=axis] option")[1] == "virtual seconds"
    assert "CAUTION: 2 repetitions in all" in opened.texts("#said .warning")[0]


def test_hiding_a_searcher_hides_its_rows_but_changes_no_rank(opened: browser.Browser) -> None:
    ranks = dict(
        zip(
            opened.texts("#table-ranking td:nth-child(2)"),
            opened.texts("#table-ranking td:first-child"),
            strict=True,
        )
    )
    opened.press("[data-pick=searchers] summary")
    opened.press("[data-pick=searchers] input[value=grid]")
    assert "grid" not in opened.texts(".heat tbody th")
    left = dict(
        zip(
            opened.texts("#table-ranking td:nth-child(2)"),
            opened.texts("#table-ranking td:first-child"),
            strict=True,
        )
    )
    assert left and not any(name.startswith("grid x") for name in left)
    assert all(left[name] == ranks[name] for name in left.keys() & ranks.keys())
    assert "hidden by the filters" in opened.texts("#ranking-caption")[0]
    assert not any("grid x" in text for text in opened.texts("#curves-plot .legendtext"))
    opened.press("#filters [type=reset]")
    assert "grid" in opened.texts(".heat tbody th")


def test_the_axes_are_never_mixed(opened: browser.Browser) -> None:
    titles = []
    for axis in ("epochs", "clock", "trials", "trainings"):
        opened.press(f"#filters select[name=axis] option[value={axis}]")
        own = {opened.texts(f"#{plot} .xtitle")[0] for plot in ("curves-plot", "combination-plot")}
        titles += own
        assert len(own) == 1
        last = opened.js("Math.max(...document.getElementById('curves-plot').data.flatMap(one => one.x))")
        ends = opened.js(
            "Math.max(...bandsOf(view().curves[state.axis], measure(view())).map(band => band[2]))"
        )
        assert last <= ends
    assert titles == [
        "epochs spent, over all trials",
        "wall clock (s)",
        "trials that have ended",
        "full trainings spent, over all trials",
    ]


def test_a_table_sorts_by_number_and_by_name(opened: browser.Browser) -> None:
    header = "#table-ranking th:nth-child({}) button"
    opened.press(header.format(5))
    opened.press(header.format(5))
    assert opened.js("document.querySelector('#table-ranking th:nth-child(5)').ariaSort") == "ascending"
    column = [float(text.replace("\u2212", "-")) for text in opened.texts("#table-ranking td:nth-child(5)")]
    assert column == sorted(column) and column[0] < column[-1]
    opened.press(header.format(2))
    names = opened.texts("#table-ranking td:nth-child(2)")
    assert names == sorted(names)
    assert opened.js("document.activeElement.textContent").startswith("combination")


def test_a_cell_says_what_it_is_and_leads_to_its_curves_and_trials(
    opened: browser.Browser, page: Path
) -> None:
    opened.press("#filters select[name=task] option[value=one]")
    cell = opened.find_element("css selector", '.heat button[aria-label^="random x asha;"]')
    opened.execute_script("arguments[0].dispatchEvent(new Event('mouseenter'))", cell)
    tip = opened.texts("#tip")[0]
    assert tip.startswith("random x asha\nscore ") and "n = 3 repetitions" in tip and "P(best)" in tip
    opened.press('.heat button[aria-label^="random x asha;"]')
    assert opened.texts("#combination-name") == ["random x asha"]
    assert opened.js("document.activeElement.id") == "combination"
    lines = opened.js(
        "document.getElementById('combination-plot').data"
        ".filter(one => one.name?.startsWith('repetition')).length"
    )
    rows = load(page.parent).experiments.query("trainable == 'one' and engine == 'tune' and device == 'cpu'")
    rows = rows.query("searcher == 'random' and scheduler == 'asha'")
    assert lines == len(rows) == 3
    assert opened.texts("#table-experiments td:nth-child(2)") == ["0", "1", "2"]
    assert len(opened.texts("#table-trials tbody tr")) == 12
    opened.press("#back")
    assert opened.js("document.activeElement.ariaPressed") == "true"


def test_an_empty_cell_says_why(opened: browser.Browser) -> None:
    labels = [
        str(one.get_attribute("aria-label"))
        for one in opened.find_elements("css selector", ".heat button.empty")
    ]
    assert any("incompatible: PB2 needs bounds of mutable hyperparameters" in label for label in labels)
    assert any("was not asked for" in label for label in labels)


def test_the_grid_is_walked_by_keys(opened: browser.Browser) -> None:
    keys = browser.Keys
    assert opened.js("document.querySelectorAll('.heat button[tabindex=\"0\"]').length") == 1
    at = "[document.activeElement.closest('tr').rowIndex, document.activeElement.closest('td').cellIndex]"
    opened.execute_script("document.querySelector('.heat button[aria-label^=\"random x asha;\"]').focus()")
    row, column = opened.js(at)
    for key, step in ((keys.ARROW_UP, (-1, 0)), (keys.ARROW_RIGHT, (0, 1)), (keys.ARROW_LEFT, (0, -1))):
        opened.switch_to.active_element.send_keys(key)
        row, column = row + step[0], column + step[1]
        assert opened.js(at) == [row, column]
    label = str(opened.switch_to.active_element.get_attribute("aria-label"))
    name, *details = opened.texts("#tip")[0].split("\n")
    assert label.startswith(f"{name}; ") and label.endswith("; ".join(details))
    assert not opened.js("document.getElementById('tip').hidden")
    opened.switch_to.active_element.send_keys(keys.ENTER)
    assert opened.texts("#combination-name")[0] == label.split(";")[0] != "random x asha"


def test_dark_follows_the_system_and_the_button(opened: browser.Browser) -> None:
    paper = "getComputedStyle(document.body).backgroundColor"
    ink = "document.querySelector('#curves-plot .xtick text').style.fill"
    light = opened.js(paper), opened.js(ink)
    opened.emulate(prefers_color_scheme="dark")
    opened.wait(f"{paper} !== '{light[0]}'")
    dark = opened.js(paper), opened.js(ink)
    assert light[1] != dark[1]
    opened.press("#theme")
    assert (opened.js(paper), opened.js(ink)) == light
    opened.execute_script("localStorage.removeItem('tunegrid-theme')")


def test_a_phone_scrolls_in_one_direction(chrome: browser.Browser, page: Path) -> None:
    chrome.size(390, 844)
    chrome.emulate(prefers_color_scheme="light")
    chrome.show(page)
    assert chrome.js("document.documentElement.scrollWidth") <= 390
    tall = "[...document.querySelectorAll('.heat button, #filters select')].map(one => one.offsetHeight)"
    assert chrome.js(f"{tall}.every(height => height === 0 || height >= 32)")


def test_a_watched_page_looks_again_and_stays_where_it_was(chrome: browser.Browser, page: Path) -> None:
    chrome.size(1280, 900)
    watched = page.with_name("watched.html")
    write([page.parent], watched, watch=1.5)
    chrome.show(watched, "#task=one&axis=clock")
    chrome.execute_script("window.old = true; window.scrollTo({top: 1500, behavior: 'instant'})")
    chrome.wait("!window.old && document.body.dataset.ready === 'yes'")
    assert chrome.js("[view().task, state.axis]") == ["one", "clock"]
    assert abs(int(str(chrome.js("Math.round(window.scrollY)"))) - 1500) < 50
    assert chrome.complaints() == []

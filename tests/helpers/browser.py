"""A real browser without a window, and what it did: the Chromium that is installed, nothing downloaded."""

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.keys import Keys

__all__ = ["MISSING", "Browser", "Keys", "chromium"]

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
MISSING = "" if CHROMIUM and DRIVER else "chromium and chromium-driver are not installed"
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--hide-scrollbars"),
)

#: axe-core 4.14.1, the accessibility rules of Deque (MPL-2.0), as npm publishes it.
AXE = Path(__file__).parent / "axe" / "axe.min.js"
READY = "document.body.dataset.ready === 'yes'"


class Browser(webdriver.Chrome):
    """Chromium with the few steps that tests of a page need."""

    def show(self, page: Path, choice: str = "") -> None:
        """Open a page from the disk, anew, and wait until its script is done."""
        self.get("about:blank")
        self.get_log("performance")
        self.get_log("browser")
        self.get(page.resolve().as_uri() + choice)
        self.wait(READY)

    def wait(self, condition: str) -> None:
        """Wait until a JavaScript expression is true."""
        self.execute_async_script(
            "const done = arguments[0];"
            f"const look = () => ({condition}) ? done() : setTimeout(look, 20);"
            "look();"
        )

    def js(self, expression: str) -> object:
        """Return the value of a JavaScript expression."""
        return self.execute_script(f"return {expression};")

    def press(self, selector: str) -> None:
        """Click the first element that a CSS selector finds."""
        element = self.find_element("css selector", selector)
        self.execute_script("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", element)
        element.click()
        self.wait(READY)

    def texts(self, selector: str) -> list[str]:
        """Return the texts of all that a CSS selector finds, seen or not."""
        found = self.find_elements("css selector", selector)
        return [str(element.get_attribute("textContent")) for element in found]

    def complaints(self) -> list[str]:
        """Return what the console said since the page was opened."""
        return [str(entry["message"]) for entry in self.get_log("browser")]

    def requests(self) -> list[str]:
        """Return the addresses that were asked for since the page was opened, data: and blob: left out."""
        events = (json.loads(entry["message"])["message"] for entry in self.get_log("performance"))
        asked = [e["params"]["request"]["url"] for e in events if e["method"] == "Network.requestWillBeSent"]
        return [url for url in asked if not url.startswith(("data:", "blob:", "about:"))]

    def paper(self, width: float, height: float, background: bool = False) -> bytes:
        """Return the page as it is printed, a PDF of that many inches, with or without backgrounds."""
        asked = {"paperWidth": width, "paperHeight": height, "printBackground": background}
        printed = self.execute_cdp_cmd("Page.printToPDF", {**asked, "preferCSSPageSize": False})
        return base64.b64decode(printed["data"])

    def violations(self) -> list[str]:
        """Return what axe-core finds, each rule with the first of its elements.

        By all of its rules, the experimental ones too, but for those of WCAG's level AAA.
        """
        self.execute_script(AXE.read_text(encoding="utf-8"))
        found = self.execute_async_script(
            "const done = arguments[0];"
            "const own = axe.getRules().filter(rule => !rule.tags.includes('wcag2aaa'));"
            "const aaa = axe.getRules(['wcag2aaa']).map(rule => [rule.ruleId, {enabled: false}]);"
            "const on = own.map(rule => [rule.ruleId, {enabled: true}]);"
            "const rules = Object.fromEntries([...on, ...aaa]);"
            "axe.run(document, {rules, resultTypes: ['violations']}).then(({violations}) => done("
            "violations.map(one => `${one.id}, ${one.nodes.length} times: ${one.nodes[0].html}`)))"
        )
        return [str(one) for one in found]

    def emulate(self, **features: str) -> None:
        """Set media features, such as ``prefers_color_scheme="dark"``."""
        named = [{"name": name.replace("_", "-"), "value": value} for name, value in features.items()]
        self.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": named})

    def size(self, width: int, height: int) -> None:
        """Set the size of the screen in pixels."""
        screen = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 700}
        self.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Give a browser of 1280 x 900 pixels and end it."""
    options = webdriver.ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for flag in FLAGS:
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    browser = Browser(options=options, service=Service(str(DRIVER)))
    try:
        browser.set_script_timeout(60)
        browser.size(1280, 900)
        yield browser
    finally:
        browser.quit()

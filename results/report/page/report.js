"use strict";
// The page: the order in which things are drawn, the theme, and what starts it.

let rest;
let later = [];

const FIRST = [drawFilters, drawAnswer, drawGrid, drawCombination];
const REST = [drawCurves, drawExplorer, drawBeside, drawTime];

function render() {
  const shown = view();
  for (const id of ["grid", "combination", "curves", "explore", "time"]) document.getElementById(id).hidden = !shown;
  document.getElementById("filters").hidden = !shown;
  document.getElementById("slider").hidden = !shown;
  document.getElementById("use").hidden = !shown;
  document.body.dataset.ready = "yes";
  if (!shown) return;
  FIRST.forEach((drawn) => drawn());
  // What lies further down comes after what is seen first.
  document.body.dataset.ready = "no";
  clearTimeout(rest);
  rest = setTimeout(() => {
    REST.forEach((drawn) => drawn());
    for (const done of later.splice(0)) done();
    document.body.dataset.ready = "yes";
  });
}

// Draws everything at once, as for paper.
function drawAll() {
  drawFailures();
  drawOrigin();
  if (view()) [...FIRST, ...REST].forEach((drawn) => drawn());
}

// Does something after the drawing that is under way.
function afterwards(done) {
  later.push(done);
}

function setTheme(name) {
  document.documentElement.dataset.theme = name;
  document.getElementById("theme").textContent = name === "dark" ? "Light theme" : "Dark theme";
}

// The page may not be allowed to remember anything when it is opened from the disk.
function remembered(store, name, value) {
  try {
    if (value !== undefined) store.setItem(name, value);
    return store.getItem(name);
  } catch {
    return null;
  }
}

function startTheme() {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const wanted = () => remembered(window.localStorage, "tunegrid-theme") ?? (dark.matches ? "dark" : "light");
  setTheme(wanted());
  dark.addEventListener("change", () => { setTheme(wanted()); render(); });
  document.getElementById("theme").addEventListener("click", () => {
    const next = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
    remembered(window.localStorage, "tunegrid-theme", next);
    setTheme(next);
    render();
  });
}

// A server says whether it has another page by now; a file does not.
async function isNewer() {
  if (!DATA.version) return true;
  try {
    const answer = await fetch(location.pathname, { method: "HEAD", cache: "no-store" });
    return answer.ok && answer.headers.get("ETag") !== `"${DATA.version}"`;
  } catch {
    return false; // the server has ended; the page stays
  }
}

// While a run goes on the file is written anew; the page looks again, but not under the reader's hands.
function startWatching() {
  const seconds = Number(document.body.dataset.watch);
  if (!seconds) return;
  history.scrollRestoration = "manual"; // what stands above is not there yet when the browser would scroll
  document.documentElement.style.overflowAnchor = "none";
  const scrolled = Number(remembered(window.sessionStorage, "tunegrid-scroll"));
  if (scrolled) afterwards(() => window.scrollTo({ top: scrolled, behavior: "instant" }));
  let touched = 0;
  for (const event of ["pointerdown", "keydown", "wheel", "pointermove"]) addEventListener(event, () => (touched = Date.now()), { passive: true });
  setInterval(async () => {
    if (Date.now() - touched < 3000 || !(await isNewer())) return;
    remembered(window.sessionStorage, "tunegrid-scroll", window.scrollY);
    location.reload();
  }, 1000 * seconds);
}

function startListening() {
  const filters = document.getElementById("filters");
  filters.addEventListener("change", onFilter);
  filters.addEventListener("reset", onReset);
  filters.addEventListener("submit", (event) => event.preventDefault());
  document.querySelector("main").addEventListener("change", onChoice);
  document.querySelector("#slider input").addEventListener("input", onSlide);
  document.addEventListener("click", (event) => {
    document.querySelectorAll(".pick[open]").forEach((box) => { if (!box.contains(event.target)) box.open = false; });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    hideTip();
    document.querySelectorAll(".pick[open]").forEach((box) => { box.open = false; box.querySelector("summary").focus(); });
  });
  document.querySelectorAll("nav a, .skip").forEach((link) => link.addEventListener("click", (event) => {
    event.preventDefault(); // the address holds the filters
    const section = document.querySelector(link.getAttribute("href"));
    section.scrollIntoView();
    section.focus({ preventScroll: true });
  }));
  document.getElementById("back").addEventListener("click", () => {
    document.getElementById("grid").scrollIntoView();
    document.querySelector('#heatmap button[aria-pressed="true"]')?.focus({ preventScroll: true });
  });
  document.getElementById("print").addEventListener("click", () => window.print());
  addEventListener("hashchange", () => { readAddress(); render(); });
}

function start() {
  startTheme();
  readAddress();
  fill("summary", ...DATA.summary.map((text) => element("p", {}, text)));
  drawFailures();
  drawOrigin();
  startWatching();
  render();
  startListening();
  startPrinting();
}

start();

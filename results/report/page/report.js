"use strict";
// Filters, theme, and the order in which things are drawn.

let rest;

function render() {
  const shown = view();
  for (const id of ["grid", "combination", "curves", "time"]) document.getElementById(id).hidden = !shown;
  document.getElementById("filters").hidden = !shown;
  document.body.dataset.ready = "yes";
  if (!shown) return;
  drawFilters();
  drawAnswer();
  drawGrid();
  drawCombination();
  // What lies further down comes after what is seen first.
  document.body.dataset.ready = "no";
  clearTimeout(rest);
  rest = setTimeout(() => {
    drawCurves();
    drawTime();
    document.body.dataset.ready = "yes";
  });
}

function drawFilters() {
  const same = (names) => DATA.places.filter((one) => names.every((name) => one[name] === state[name]));
  const values = (places, name) => [...new Set(places.map((one) => one[name]))];
  select("engine", values(DATA.places, "engine"));
  select("device", values(same(["engine"]), "device"));
  select("budget", values(same(["engine", "device"]), "budget"));
  select("task", place().views.map((one) => one.task), (task) => task || `all ${view0().tasks.length} (mean score)`, true);
  select("axis", AXES, (axis) => place().axes[axis], true);
  select("scale", ["linear", "log"], undefined, true);
  for (const axis of ["searchers", "schedulers"]) pick(axis);
}

function view0() {
  return place().views[0];
}

function select(name, values, text = (value) => value, always = false) {
  const box = document.querySelector(`#filters select[name=${name}]`);
  box.replaceChildren(...values.map((value) => element("option", { value, selected: value === (state[name] ?? "") ? "" : null }, text(value))));
  box.closest("label").classList.toggle("single", values.length < 2 && !always);
}

function pick(axis) {
  const box = document.querySelector(`#filters [data-pick=${axis}]`);
  const names = view()[axis];
  const shown = names.filter((name) => !state.hidden[axis].has(name)).length;
  box.querySelector("summary").textContent = `${sentence(axis)}: ${shown === names.length ? "all" : `${shown} of ${names.length}`}`;
  const list = box.querySelector("div");
  if (list.dataset.names === names.join("\n")) {
    list.querySelectorAll("input").forEach((input) => (input.checked = !state.hidden[axis].has(input.value)));
    return; // made already: the focus stays
  }
  list.dataset.names = names.join("\n");
  list.replaceChildren(...names.map((name) => {
    const input = element("input", { type: "checkbox", value: name, name: axis });
    input.checked = !state.hidden[axis].has(name);
    return element("label", {}, input, name);
  }));
}

function choose(pair) {
  [state.searcher, state.scheduler] = pair;
  hideTip();
  update();
  const section = document.getElementById("combination");
  section.scrollIntoView();
  section.focus({ preventScroll: true });
}

function update() {
  settle();
  writeAddress();
  render();
}

function onFilter(event) {
  const { name, value, type, checked } = event.target;
  if (type === "checkbox") state.hidden[name][checked ? "delete" : "add"](value);
  else state[name] = value;
  update();
}

function onReset(event) {
  event.preventDefault();
  for (const axis of ["searchers", "schedulers"]) state.hidden[axis].clear();
  update();
}

function setTheme(name) {
  document.documentElement.dataset.theme = name;
  document.getElementById("theme").textContent = name === "dark" ? "Light" : "Dark";
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
  const scrolled = Number(remembered(window.sessionStorage, "tunegrid-scroll"));
  if (scrolled) window.scrollTo({ top: scrolled, behavior: "instant" });
  let touched = 0;
  for (const event of ["pointerdown", "keydown", "wheel", "pointermove"]) addEventListener(event, () => (touched = Date.now()), { passive: true });
  setInterval(async () => {
    if (Date.now() - touched < 3000 || !(await isNewer())) return;
    remembered(window.sessionStorage, "tunegrid-scroll", window.scrollY);
    location.reload();
  }, 1000 * seconds);
}

function start() {
  startTheme();
  readAddress();
  fill("summary", ...DATA.summary.map((text) => element("p", {}, text)));
  drawFailures();
  drawOrigin();
  render();
  const filters = document.getElementById("filters");
  filters.addEventListener("change", onFilter);
  filters.addEventListener("reset", onReset);
  filters.addEventListener("submit", (event) => event.preventDefault());
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
    document.querySelector('.heat button[aria-pressed="true"]')?.focus({ preventScroll: true });
  });
  addEventListener("hashchange", () => { readAddress(); render(); });
  startWatching();
}

start();

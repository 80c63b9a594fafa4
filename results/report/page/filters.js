"use strict";
// Filters and other choices: what can be chosen, and what a choice does.

function drawFilters() {
  const same = (names) => DATA.places.filter((one) => names.every((name) => one[name] === state[name]));
  const values = (places, name) => [...new Set(places.map((one) => one[name]))];
  const apart = (budget) => DATA.places.find((one) => one.budget === budget)?.apart;
  select("engine", values(DATA.places, "engine"));
  select("device", values(same(["engine"]), "device"));
  // What differs comes first, as menus are cut at their ends.
  select("budget", values(same(["engine", "device"]), "budget"), (budget) => (apart(budget) ? `${apart(budget)} (${budget})` : budget));
  select("task", place().views.map((one) => one.task), (task) => task || `all ${place().views[0].tasks.length} (mean ${place().views[0].metric})`, true);
  select("axis", axisNames(), (axis) => place().axes[axis], true);
  select("scale", ["linear", "log"], undefined, true);
  for (const axis of ["searchers", "schedulers"]) pick(axis);
}

function select(name, values, text = (value) => value, always = false) {
  const box = document.querySelector(`#filters select[name=${name}]`);
  box.replaceChildren(...values.map((value) => element("option", { value, selected: value === (state[name] ?? "") ? "" : null }, text(value))));
  box.title = text(state[name] ?? "");
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

function onFilter(event) {
  const { name, value, type, checked } = event.target;
  if (type === "checkbox") state.hidden[name][checked ? "delete" : "add"](value);
  else state[name] = value;
  update();
}

// A choice outside of the filters; the focus stays on it, though it is made anew.
function onChoice(event) {
  const name = event.target.dataset?.choice;
  if (!name) return;
  const section = event.target.closest("section");
  const { type, value, checked } = event.target;
  state[name] = type === "checkbox" ? (checked ? value : null) : value;
  update();
  afterwards(() => section.querySelector(`[data-choice=${name}]`)?.focus({ preventScroll: true }));
}

function onSlide(event) {
  state.share = shares()[Number(event.target.value)];
  update();
}

function onReset(event) {
  event.preventDefault();
  for (const axis of ["searchers", "schedulers"]) state.hidden[axis].clear();
  state.brushes.clear();
  update();
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

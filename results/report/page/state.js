"use strict";
// What is shown: the data, and what the reader chose.  The choice lives in the address, so that it can be
// bookmarked, sent, and survives a reload.

const DATA = JSON.parse(document.getElementById("data").textContent);
const AXES = ["epochs", "clock", "trials"];
const CHOICES = ["task", "engine", "device", "budget", "axis", "scale", "searcher", "scheduler"];
const ALL_TASKS = "";
const WHOLE = { place: 0, plain: true };

const state = { hidden: { searchers: new Set(), schedulers: new Set() } };

function readAddress() {
  const given = new URLSearchParams(location.hash.slice(1));
  for (const name of CHOICES) state[name] = given.get(name);
  for (const axis of ["searchers", "schedulers"]) state.hidden[axis] = new Set(given.getAll(`hide-${axis}`));
  settle();
}

function writeAddress() {
  const said = new URLSearchParams();
  for (const name of CHOICES) if (state[name]) said.append(name, state[name]);
  for (const axis of ["searchers", "schedulers"]) {
    for (const name of state.hidden[axis]) said.append(`hide-${axis}`, name);
  }
  history.replaceState(null, "", `#${said}`);
}

// Makes the choice one that exists: of what was not chosen, or is not there, the first.
function settle() {
  let places = DATA.places;
  for (const name of ["engine", "device", "budget"]) {
    if (!places.some((place) => place[name] === state[name])) state[name] = places[0]?.[name];
    places = places.filter((place) => place[name] === state[name]);
  }
  const views = places[0]?.views ?? [];
  if (!views.some((view) => view.task === (state.task ?? ALL_TASKS))) state.task = views[0]?.task;
  if (!AXES.includes(state.axis)) state.axis = AXES[0];
  if (state.scale !== "log") state.scale = "linear";
}

function place() {
  return DATA.places.find((one) => ["engine", "device", "budget"].every((name) => one[name] === state[name]));
}

function view() {
  return place()?.views.find((one) => one.task === (state.task ?? ALL_TASKS));
}

// The views of single tasks that are behind what is shown.
function taskViews() {
  const shown = view();
  return place().views.filter((one) => one.task && shown.tasks.includes(one.task) && (shown.task ? one.metric === shown.metric && one.scored === shown.scored : one.scored));
}

function isShown([searcher, scheduler]) {
  return !state.hidden.searchers.has(searcher) && !state.hidden.schedulers.has(scheduler);
}

function pairName([searcher, scheduler]) {
  return `${searcher} x ${scheduler}`;
}

function findPair(shown, [searcher, scheduler]) {
  return shown.pairs.findIndex((pair) => pair[0] === searcher && pair[1] === scheduler);
}

function chosenPair() {
  const given = [state.searcher, state.scheduler];
  if (findPair(view(), given) >= 0) return given;
  const first = view().ranking.rows.find((row) => isShown(view().pairs[row[0]]));
  return view().pairs[first ? first[0] : 0];
}

// An element with children; text is always text, never markup.
function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

function fill(id, ...children) {
  document.getElementById(id).replaceChildren(...children);
}

// A number with four significant digits, or as results/numerals.py would write it: to a place, with a power of
// ten or without one.
function number(value, written) {
  if (value === null || value === undefined) return "?";
  const text = written === undefined ? significant(value, 4) : placed(value, written);
  return Number(text) === 0 ? text.replace(/^-/, "") : text.replaceAll("-", "\u2212");
}

function placed(value, { place, plain }) {
  if (plain) return Math.abs(value) < 1e7 ? value.toFixed(Math.max(place, 0)) : significant(value, 3);
  if (value === 0) return "0";
  return rounded(value, Math.min(Math.max(place + Math.floor(Math.log10(Math.abs(value))) + 1, 2), 17));
}

function significant(value, digits) {
  const [head, power] = rounded(value, digits).split("e");
  const short = head.includes(".") ? head.replace(/\.?0+$/, "") : head;
  return power === undefined ? short : `${short}e${power}`;
}

function rounded(value, digits) {
  const [mantissa, power] = value.toExponential(digits - 1).split("e");
  const exponent = Number(power);
  if (exponent < -4 || exponent >= 6) return `${mantissa}e${exponent}`;
  return value.toFixed(Math.max(digits - 1 - exponent, 0));
}

function percent(value) {
  if (value === null) return "?";
  if (value < 0.001) return "<0.1 %";
  return value > 0.999 ? ">99.9 %" : `${(100 * value).toFixed(1)} %`;
}

function plural(many, noun) {
  return `${many} ${noun}${many === 1 ? "" : "s"}`;
}

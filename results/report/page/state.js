"use strict";
// What is shown: the data, and what the reader chose.  The choice lives in the address, so that it can be
// bookmarked, sent, and survives a reload.

const DATA = JSON.parse(document.getElementById("data").textContent);
const CHOICES = ["task", "engine", "device", "budget", "axis", "scale", "share", "measure", "spread", "height", "order", "empty", "scope", "versus", "across", "along", "searcher", "scheduler"];
const ALL_TASKS = "";
const WHOLE = { place: 0, plain: true };
const ALL_OF_IT = "1"; // share of the budget

// hidden: parts that the filters hide; brushes: name of an axis of trials -> [low, high], from 0 to 1.
const state = { hidden: { searchers: new Set(), schedulers: new Set() }, brushes: new Map() };

function readAddress() {
  const given = new URLSearchParams(location.hash.slice(1));
  for (const name of CHOICES) state[name] = given.get(name);
  for (const axis of ["searchers", "schedulers"]) state.hidden[axis] = new Set(given.getAll(`hide-${axis}`));
  state.brushes = new Map(given.getAll("brush").map((text) => text.split("~")).filter((parts) => parts.length === 3)
    .map(([name, low, high]) => [name, [Number(low), Number(high)]]));
  settle();
}

function writeAddress() {
  const said = new URLSearchParams();
  for (const name of CHOICES) if (state[name]) said.append(name, state[name]);
  for (const axis of ["searchers", "schedulers"]) {
    for (const name of state.hidden[axis]) said.append(`hide-${axis}`, name);
  }
  for (const [name, ends] of state.brushes) said.append("brush", [name, ...ends.map((end) => end.toFixed(3))].join("~"));
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
  if (!axisNames().includes(state.axis)) state.axis = axisNames()[0];
  for (const name of ["scale", "height"]) if (state[name] !== "log") state[name] = "linear";
  if (!shares().includes(state.share)) state.share = ALL_OF_IT;
}

function place() {
  return DATA.places.find((one) => ["engine", "device", "budget"].every((name) => one[name] === state[name]));
}

// The names of the x axes of curves, in the order of the curves of an experiment.
function axisNames() {
  return Object.keys(place()?.axes ?? {});
}

function wholeView() {
  return place()?.views.find((one) => one.task === (state.task ?? ALL_TASKS));
}

// What is shown: all that was run, with the answer at the chosen part of the budget.
function view() {
  const whole = wholeView();
  const stage = whole?.stages.find((one) => one.axis === state.axis && String(one.share) === state.share);
  return stage ? { ...whole, ...stage, stage } : whole;
}

// The parts of the budget that have an answer on the axis that is shown.
function shares() {
  const own = (wholeView()?.stages ?? []).filter((one) => one.axis === state.axis).map((one) => String(one.share));
  return [...own, ALL_OF_IT];
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

// The rows of a ranking, as results/report/answers.py makes them.
function ranked(shown) {
  return shown.ranking.rows.map(([index, rank, mean, probability, difference, low, high, possible]) =>
    ({ index, rank, mean, probability, difference, low, high, possible, pair: shown.pairs[index] }));
}

function chosenPair() {
  const given = [state.searcher, state.scheduler];
  if (findPair(view(), given) >= 0) return given;
  const first = ranked(view()).find(({ pair }) => isShown(pair));
  return first?.pair ?? view().pairs.find((pair, index) => isShown(pair) && view().cells[index][0] !== null) ?? view().pairs[0];
}

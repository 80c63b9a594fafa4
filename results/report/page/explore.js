"use strict";
// The trials of a task: hyperparameters that matter, parallel coordinates, slices, contours, the best
// configurations.  What is brushed in one is what all of them show.

const BEST_SHOWN = 20;

function drawExplorer() {
  const one = exploredView();
  document.getElementById("explore").hidden = !one || !one.explore.parameters.length;
  if (!one || !one.explore.parameters.length) return;
  const data = trialData(one);
  const pair = chosenPair();
  fill("explore-switches", menu("scope", "Trials of", ["all", "one"], state.scope ?? "all", (value) => (value === "all" ? "all combinations that are shown" : pairName(pair))),
    state.brushes.size ? element("button", { type: "button", onclick: () => { state.brushes.clear(); update(); } }, "All trials again") : "");
  fill("explore-words", exploreWords(one, data));
  drawImportance(one, pair);
  drawParallel(data);
  drawSlices(data);
  drawContour(data);
  fill("explore-table", bestTable(one, data));
}

// The task whose trials are shown: over several tasks the first, as each has hyperparameters of its own.
function exploredView() {
  return view().task ? view() : place().views.find((one) => one.task && view().tasks.includes(one.task));
}

// The trials that are shown: axes (the hyperparameters and the metric), and which trials are inside the brushes.
function trialData(one) {
  const { parameters, columns, pair, best, trials, sign } = one.explore;
  const index = findPair(one, chosenPair());
  const mine = pair.map((at, trial) => trial).filter((trial) => isShown(one.pairs[pair[trial]]) && (state.scope !== "one" || pair[trial] === index));
  const metric = { name: metricName(one), log: false, values: null, metric: true };
  const axes = [...parameters.map((parameter, at) => ({ ...parameter, column: columns[at] })), { ...metric, column: best }]
    .map((axis) => ({ ...axis, scale: scaleOf(axis.column, axis) }));
  const brushes = axes.map((axis) => state.brushes.get(axis.name));
  const inside = (trial) => axes.every((axis, at) => !brushes[at] || within(axis.scale.place(axis.column[trial]), brushes[at]));
  const chosen = mine.filter(inside);
  // Colours by rank: one bad trial takes none of them.
  const order = [...mine].sort((a, b) => sign * (best[a] - best[b]));
  const shares = new Map(order.map((trial, at) => [trial, order.length > 1 ? at / (order.length - 1) : 1]));
  return { axes, mine, chosen, best, sign, shares, pair, known: pair.length, trials };
}

function within(place, [low, high]) {
  return place !== null && place >= low - 1e-9 && place <= high + 1e-9;
}

function brush(name, low, high) {
  const ends = [Math.min(low, high), Math.max(low, high)];
  if (ends[1] - ends[0] < 0.01) state.brushes.delete(name); // a press without a drag
  else state.brushes.set(name, ends);
  update();
}

function exploreWords(one, { axes, mine, chosen, known, trials }) {
  const brushed = axes.filter((axis) => state.brushes.has(axis.name)).map((axis) => {
    const [low, high] = state.brushes.get(axis.name).map((place) => axis.scale.value(place));
    return `${axis.name} from ${typeof low === "number" ? number(low) : low} to ${typeof high === "number" ? number(high) : high}`;
  });
  const sample = known < trials ? ` The page holds ${known.toLocaleString("en")} of ${trials.toLocaleString("en")} trials: the best, and an even sample of the others.` : "";
  return `${one.task}: ${chosen.length} of ${plural(mine.length, "trial")} are shown${brushed.length ? `, with ${brushed.join("; ")}` : ""}.${sample} Colours go by the rank of the trial's best ${axes.at(-1).name}.`;
}

function trialColour(data, trial) {
  return shade(data.shares.get(trial)).backgroundColor;
}

// Shares of the hyperparameters, from the page's data: of the whole task, or of one combination.
function drawImportance(one, pair) {
  const key = state.scope === "one" ? String(findPair(one, pair)) : "";
  const found = one.explore.importances[key];
  document.getElementById("importance-plot").hidden = !found;
  if (!found) {
    fill("importance-caption", `No importance of hyperparameters: ${key ? "this combination has fewer than 30 trials on the task, or its mean is not among the first twelve" : "there are fewer than 30 trials of random search, or one hyperparameter alone"}.`);
    return;
  }
  const names = found.names.map((name) => tickName(name));
  const error = found.low[0] === null ? {} : { error_x: { type: "data", symmetric: false, array: found.high.map((high, at) => high - found.shares[at]), arrayminus: found.shares.map((share, at) => share - found.low[at]), color: css("--ink"), thickness: 1.5, width: 4 } };
  draw("importance-plot", [{ type: "bar", orientation: "h", x: found.shares, y: names, marker: { color: colour(5) }, hovertemplate: "%{x:.1%}<extra>%{y}</extra>", ...error }], {
    height: 90 + 26 * names.length, xaxis: { title: { text: "importance" }, range: [0, 1], tickformat: ".0%" }, yaxis: { autorange: "reversed", ticklabelstandoff: 6 },
  }, `Importance of hyperparameters: ${found.names.map((name, at) => `${name} ${percent(found.shares[at])}`).join(", ")}.`);
  const limits = found.low[0] === null ? "no interval: one repetition" : `lines: 95 % percentile bootstrap over ${found.repetitions} repetitions`;
  fill("importance-caption", `Importance by PED-ANOVA (arXiv 2304.10255): how far the values of a hyperparameter among the best tenth of the trials differ from those of all, as shares of their sum; ${limits}. ${found.source}, ${plural(found.trials, "trial")}. Brushes do not change it.`);
}

// The best of the trials that are shown, with their exact configurations.
function bestTable(one, data) {
  const parameters = data.axes.slice(0, -1);
  const places = (config) => parameters.every((axis) => {
    const ends = state.brushes.get(axis.name);
    if (!ends) return true;
    const value = config[axis.name] ?? null;
    return within(value === null ? null : axis.scale.place(axis.values ? axis.values.indexOf(String(value)) : value), ends);
  });
  const metric = state.brushes.get(data.axes.at(-1).name);
  const chosen = findPair(one, chosenPair());
  const rows = one.trials.filter((row) => isShown(one.pairs[row[0]]) && (state.scope !== "one" || row[0] === chosen))
    .map((row) => ({ row, config: flattened(row[8]) }))
    .filter(({ row, config }) => places(config) && (!metric || within(data.axes.at(-1).scale.place(row[3]), metric)))
    .sort((a, b) => data.sign * (b.row[3] - a.row[3])).slice(0, BEST_SHOWN);
  if (!rows.length) return element("p", {}, "None of the best trials is inside of the brushes.");
  const columns = [{ name: data.axes.at(-1).name, number: true }, { name: "combination", short: true }, { name: "repetition", number: true, written: WHOLE }, { name: "epochs", number: true, written: WHOLE }, ...parameters.map(({ name, values }) => ({ name, number: !values }))];
  const made = table("best", "Configurations of the best trials", columns, rows.map(({ row, config }) => ({ values: [row[3], pairButton(one.pairs[row[0]]), row[1], row[4], ...parameters.map(({ name, values }) => config[name] === undefined ? null : values ? String(config[name]) : config[name])] })));
  return titled("Configurations of the best trials", `The best ${rows.length} of those that are shown, among the best ${DATA.limits.trials} of each combination.`,
    element("div", {}, made, copyButton("these configurations as JSON", () => `[${rows.map(({ row }) => row[8]).join(",\n")}]\n`)));
}

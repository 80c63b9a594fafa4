"use strict";
// Mean curves of the best combinations over the budget, and the switches of all curves.

const MOST_LINES = 6;
const MEASURES = { score: "score", metric: "metric", regret: "regret (log scale, 0 to 1)" };

function drawCurves() {
  const shown = view();
  const first = ranked(shown).map(({ index }) => index);
  const order = (index) => (first.includes(index) ? first.indexOf(index) : first.length);
  const known = shown.pairs.map((pair, index) => ({ pair, index, mean: shown.cells[index][0] }))
    .filter(({ pair, mean }) => mean !== null && isShown(pair)).sort((a, b) => order(a.index) - order(b.index) || shown.sign * (b.mean - a.mean));
  const picked = known.slice(0, MOST_LINES);
  const base = known.find(({ index }) => index === shown.base);
  const added = base && !picked.includes(base);
  if (added) picked.splice(MOST_LINES - 1, 1, base);
  const bands = bandsOf(shown.curves[state.axis], measure(shown));
  const traces = [];
  const values = [];
  picked.forEach(({ pair, index }, at) => {
    const band = bands.find((one) => one[0] === index);
    if (!band) return;
    traces.push(...bandTraces(pairName(pair), shown.curves[state.axis], band, colour(at), DASHES[at]));
    values.push(...middle(band)[0]);
  });
  drawSwitches("curves-switches", shown);
  const cropped = drawOver("curves-plot", traces, values, shown, `The best over the budget: ${picked.map(({ pair }) => pairName(pair)).join(", ")}. The table below has the numbers.`);
  const many = picked.length - (added ? 1 : 0);
  const which = first.length ? `the ${many} first in rank of what is shown` : `the ${many} best values of one repetition that are shown`;
  const also = base ? (added ? `, and ${pairName(base.pair)} for comparison` : `, among them ${pairName(base.pair)}`) : "";
  fill("curves-caption", `The incumbent's ${spreadWords(shown)} of ${which}${also}; a repetition that ended holds its last value. ${cropped} ${shown.caption} Press a name to hide its line; drag to enlarge, double-press for all of it.`);
  fill("curves-table", curvesTable(shown, picked, bands));
}

// The measure of the curves: what was chosen if it is there, else what the answer is in.
function measure(shown) {
  const there = Object.keys(shown.curves[state.axis].measures);
  return there.includes(state.measure) ? state.measure : there[0];
}

function bandsOf(curves, name) {
  return curves.measures[name] ?? Object.values(curves.measures)[0] ?? [];
}

function measureName(shown) {
  const name = measure(shown);
  return name === "metric" ? metricName(shown) : name === "score" ? shown.metric : MEASURES[name];
}

function metricName(shown) {
  return shown.found?.[0]?.[2] ?? shown.metric;
}

function measureSign(shown) {
  const name = measure(shown);
  return name === "regret" ? -1 : name === "score" ? 1 : (shown.explore?.sign ?? shown.sign);
}

// Whether lines are medians between quartiles: where they were asked for, and there are some.
function quartiles(band) {
  return state.spread === "quartiles" && band[4].length > 0;
}

// What is drawn of a band: middle, low and high.
function middle(band) {
  return quartiles(band) ? band[4] : band[3];
}

function spreadWords(shown) {
  const some = bandsOf(shown.curves[state.axis], measure(shown))[0];
  return some && quartiles(some) ? `median ${measureName(shown)}, between the quartiles,` : `mean ${measureName(shown)}, with the 95 % t-interval at each point by itself,`;
}

function drawSwitches(id, shown) {
  const there = Object.keys(shown.curves[state.axis].measures);
  const some = bandsOf(shown.curves[state.axis], measure(shown));
  fill(id,
    menu("axis", "x", axisNames(), state.axis, (axis) => place().axes[axis]), menu("scale", "x scale", ["linear", "log"], state.scale),
    menu("measure", "y", there, measure(shown), (name) => (name === "metric" ? metricName(shown) : MEASURES[name])), menu("height", "y scale", ["linear", "log"], state.height),
    some.some((band) => band[4].length) ? menu("spread", "lines", ["mean", "quartiles"], state.spread ?? "mean", (name) => (name === "mean" ? "mean, 95 % interval" : "median, quartiles")) : "");
}

// Returns what the axis leaves out, in a sentence; "" if nothing.
function drawOver(id, traces, values, shown, about) {
  const sign = measureSign(shown);
  const logarithmic = state.height === "log" && values.every((value) => value === null || value > 0);
  const range = heights(values, sign);
  draw(id, traces, {
    height: narrow() ? 420 : 460,
    hovermode: "closest",
    xaxis: axisTitle(),
    yaxis: { title: { text: plain(measureName(shown)) }, type: logarithmic ? "log" : "linear", range: logarithmic ? undefined : range },
  }, about);
  const log = state.height === "log" && !logarithmic ? "There is no log scale: some values are not above 0. " : "";
  return log + (logarithmic ? "" : croppedWords(values, range, sign));
}

function croppedWords(values, range, sign) {
  if (!range || !values.some((value) => value !== null && (value < range[0] || value > range[1]))) return "";
  const end = number(Number((sign > 0 ? range[0] : range[1]).toPrecision(3)));
  return `The y axis is cropped: it ${sign > 0 ? "begins" : "ends"} at ${end}, and lines start beyond it.`;
}

// What the lines hold at five parts of the budget: the plot for those who cannot see it.
function curvesTable(shown, picked, bands) {
  const { grid } = shown.curves[state.axis];
  const last = Math.max(...bands.map((band) => band[2]));
  const points = [0.1, 0.25, 0.5, 0.75, 1].map((share) => Number((share * last).toPrecision(3)));
  const at = (band, x) => {
    const xs = [...grid.slice(band[1], band[1] + band[3][0].length - 1), band[2]];
    const place = xs.findLastIndex((one) => one <= x);
    return place < 0 ? null : middle(band)[0][place];
  };
  const rows = picked.map(({ pair, index }) => [pair, bands.find((one) => one[0] === index)]).filter(([, band]) => band)
    .map(([pair, band]) => ({ values: [pairButton(pair), ...points.map((x) => at(band, x))] }));
  const columns = [{ name: "combination", short: true }, ...points.map((x) => ({ name: `at ${number(x)}`, number: true }))];
  return element("details", { open: printing() ? "" : null }, element("summary", {}, "The numbers of these curves"), table("curves", `The best over ${place().axes[state.axis]}`, columns, rows));
}

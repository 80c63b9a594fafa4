"use strict";
// The sections of the page besides the grid; each is made anew from the state.

const MOST_BARS = 15;
const MOST_LINES = 6;
const LOG_TICKS = [-4, -3, -2, -1, 0, 1, 2, 3, 4].flatMap((power) => [1, 2, 5].map((digit) => Number(`${digit}e${power}`)));

function drawAnswer() {
  const shown = view();
  const { rows, notes, caution } = shown.ranking;
  const said = shown.answer.map((text) => element("p", {}, text));
  if (caution) said.push(element("p", { class: "warning" }, `${caution}.`));
  fill("said", ...said);
  const visible = rows.map((row, rank) => ({ rank: rank + 1, row, pair: shown.pairs[row[0]] })).filter(({ pair }) => isShown(pair));
  document.getElementById("ranking-plot").hidden = !visible.length;
  if (visible.length) drawRanking(shown, visible.slice(0, MOST_BARS));
  const hidden = rows.length - visible.length;
  const parts = notes.map((note) => `${sentence(note)}.`);
  if (hidden) parts.push(`${plural(hidden, "combination")} hidden by the filters; ranks and probabilities are those among all.`);
  if (visible.length > MOST_BARS) parts.push(`The plot shows the first ${MOST_BARS} of ${visible.length}, the table all.`);
  fill("ranking-caption", `Difference to the first in rank, with simultaneous 95 % limits (paired t, Bonferroni); filled: may be the best. ${parts.join(" ")} ${shown.caption}`);
  fill("ranking-table", visible.length ? rankingTable(shown, visible) : "");
  drawHeadline(shown);
}

// Speed-up over random search, regret and failures; a row is as results/report/headline.py states.
function drawHeadline(shown) {
  const { said, metric, caption, rows } = shown.headline;
  document.getElementById("headline").hidden = !rows.length;
  if (!rows.length) return;
  const visible = rows.map((row) => ({ row, pair: shown.pairs[row[0]] })).filter(({ pair }) => isShown(pair));
  fill("headline-said", said);
  const more = visible.length > MOST_BARS ? ` The plot shows the first ${MOST_BARS} of ${visible.length}, the table all.` : "";
  fill("headline-caption", `${caption}${more} ${shown.caption}`);
  document.getElementById("headline-plot").hidden = !visible.length;
  if (visible.length) drawSpeedUps(visible.slice(0, MOST_BARS));
  fill("headline-table", visible.length ? headlineTable(visible, metric) : "");
}

function drawSpeedUps(visible) {
  const x = visible.map(({ row }) => row[1]);
  const trace = {
    x,
    y: visible.map(({ pair }) => plain(pairName(pair))),
    error_x: { type: "data", symmetric: false, array: visible.map(({ row }) => (row[3] ?? row[1]) - row[1]), arrayminus: visible.map(({ row }) => row[1] - (row[2] ?? row[1])), color: colour(0), thickness: 1.5, width: 4 },
    hovertemplate: "%{x:.3g} times<extra>%{y}</extra>", mode: "markers", showlegend: false, marker: { size: 10, color: colour(0) },
  };
  draw("headline-plot", [trace], {
    height: 110 + 24 * visible.length,
    xaxis: { title: { text: "speed-up over random search (1 = as fast)" }, type: "log", tickmode: "array", tickvals: LOG_TICKS },
    yaxis: { autorange: "reversed", categoryorder: "array", categoryarray: trace.y, ticklabelstandoff: 6 },
    shapes: [{ type: "line", x0: 1, x1: 1, y0: 0, y1: 1, yref: "paper", line: { color: css("--soft"), width: 1, dash: "dot" } }],
  });
}

function headlineTable(visible, metric) {
  const short = (value, digits) => number(value === null ? null : Number(value.toPrecision(digits)));
  const interval = ([value, low, high], digits) => ({ nodes: [low === null ? short(value, digits) : `${short(value, digits)} [${short(low, digits)}, ${short(high, digits)}]`], sort: value });
  const metrics = metric ? [[12, `${metric}, validated`], [13, "noise-free"], [14, "test"], [15, "optimism"]].filter(([at]) => visible.some(({ row }) => (row[at] ?? null) !== null)) : [];
  const columns = ["speed-up [95 %]", "regret [95 %]", "failed runs [95 %]", ...metrics.map(([, name]) => name)].map((name) => ({ name, number: true }));
  const body = visible.map(({ row, pair }) => {
    const speedUp = interval(row.slice(1, 4), 2);
    if (row[4]) speedUp.nodes.unshift("at least ");
    const failed = `${row[8]} of ${row[9]} [${percent(row[10])}, ${percent(row[11])}]`;
    return { values: [pairButton(pair), speedUp, interval(row.slice(5, 8), 2), { nodes: [failed], sort: row[8] / row[9] }, ...metrics.map(([at]) => (at === 15 ? interval(row.slice(15, 18), 2) : row[at]))] };
  });
  return table("headline", "Headline of the combinations", [{ name: "combination", short: true }, ...columns], body);
}

function drawRanking(shown, visible) {
  const kinds = [[true, shown.ranking.rows[0][2] === null ? "unknown" : "may be the best", "circle"], [false, "worse than the first", "circle-open"]];
  const traces = kinds.map(([possible, name, symbol], at) => {
    const own = visible.filter(({ row }) => row[6] === possible);
    return {
      x: own.map(({ row }) => row[3]),
      y: own.map(({ pair }) => plain(pairName(pair))),
      error_x: { type: "data", symmetric: false, array: own.map(({ row }) => (row[5] ?? row[3]) - row[3]), arrayminus: own.map(({ row }) => row[3] - (row[4] ?? row[3])), color: colour(at), thickness: 1.5, width: 4 },
      customdata: own.map(({ row, rank }) => [rank, number(row[1], shown.written), percent(row[2])]),
      hovertemplate: `rank %{customdata[0]}: mean %{customdata[1]}, P(best) %{customdata[2]}<extra>%{y}</extra>`,
      name, mode: "markers", marker: { symbol, size: 10, color: colour(at), line: { width: 2, color: colour(at) } },
    };
  });
  draw("ranking-plot", traces, {
    height: 110 + 24 * visible.length,
    xaxis: { title: { text: `difference to the first (${shown.scored ? "points" : plain(shown.metric)})` }, zeroline: true },
    yaxis: { autorange: "reversed", categoryorder: "array", categoryarray: visible.map(({ pair }) => plain(pairName(pair))), ticklabelstandoff: 6 },
  });
}

function rankingTable(shown, visible) {
  const columns = [
    { name: "rank", number: true, written: WHOLE }, { name: "combination", short: true }, { name: `mean ${shown.metric}`, number: true, written: shown.written },
    { name: "P(best)", number: true, show: percent }, { name: "difference", number: true, written: shown.written },
    { name: "low", number: true, written: shown.written }, { name: "high", number: true, written: shown.written }, { name: "may be the best" },
  ];
  const rows = visible.map(({ rank, row, pair }) => ({
    marked: row[6] && row[2] !== null,
    values: [rank, pairButton(pair), row[1], row[2], row[3], row[4], row[5], row[2] === null ? "unknown" : row[6] ? "yes" : "no"],
  }));
  return table("ranking", "Ranking of the combinations", columns, rows);
}

function pairButton(pair) {
  return { text: pairName(pair), press: () => choose(pair) };
}

function drawCurves() {
  const shown = view();
  const ranked = shown.pairs.map((pair, index) => ({ pair, index, mean: shown.cells[index][0] }))
    .filter(({ pair, mean }) => mean !== null && isShown(pair)).sort((a, b) => shown.sign * (b.mean - a.mean));
  const picked = ranked.slice(0, MOST_LINES);
  const base = ranked.find(({ index }) => index === shown.base);
  if (base && !picked.includes(base)) picked.splice(MOST_LINES - 1, 1, base);
  const curves = shown.curves[state.axis];
  const traces = [];
  const values = [];
  picked.forEach(({ pair, index }, at) => {
    const band = curves.bands.find((one) => one[0] === index);
    if (band) traces.push(...bandTraces(pairName(pair), curves, band, colour(at), DASHES[at]));
    else traces.push(...lone(shown, index, pairName(pair), colour(at), DASHES[at]));
    values.push(...(band?.[3] ?? []));
  });
  drawOver("curves-plot", traces, values, shown);
  fill("curves-caption", `The incumbent's mean ${shown.course.metric} of the ${picked.length} best combinations that are shown${base ? ` (${pairName(base.pair)} for comparison)` : ""}, with the 95 % t-interval at each point by itself; a repetition that ended holds its last value. ${shown.caption} Press a name to hide its line; drag to enlarge, double-press for all of it.`);
}

function drawOver(id, traces, values, shown) {
  draw(id, traces, {
    height: narrow() ? 400 : 460,
    hovermode: "closest",
    xaxis: axisTitle(),
    yaxis: { title: { text: plain(shown.course.metric) }, range: heights(values, shown.course.sign) },
  });
}

// The curve of a combination of which there is one repetition, and so no mean.
function lone(shown, index, name, ink, dash) {
  return (shown.experiments ?? []).filter((one) => one[0] === index).map((one) => {
    const [x, y] = one[5 + AXES.indexOf(state.axis)];
    return { x, y, name: plain(name), mode: "lines", line: { shape: "hv", width: 2, color: ink, dash } };
  });
}

function drawCombination() {
  const shown = view();
  const pair = chosenPair();
  const index = findPair(shown, pair);
  fill("combination-name", pairName(pair));
  fill("combination-words", gridWords(shown, index).split("\n").slice(1).join(". ") + ".");
  const behind = taskViews().map((one) => [one, findPair(one, pair)]).filter(([, at]) => at >= 0);
  const [traces, values] = shown.task ? repetitionTraces(shown, index) : taskTraces(shown, index, shown.behind.length ? shown.behind.map((one) => [one, index]) : behind);
  document.getElementById("combination-plot").hidden = !traces.length;
  if (traces.length) drawOver("combination-plot", traces, values, shown);
  const thin = shown.task ? "Thin: each repetition's incumbent" : "Thin: the mean on each task";
  fill("combination-caption", traces.length ? `${thin}; thick: the mean with its 95 % t-interval. At most ${DATA.limits.curve} steps of a curve are drawn. ${shown.caption}` : "");
  fill("combination-tables", experimentTable(behind), trialTable(behind));
}

function repetitionTraces(shown, index) {
  const values = [];
  const traces = shown.experiments.filter((one) => one[0] === index).map((one) => {
    const [x, y] = one[5 + AXES.indexOf(state.axis)];
    values.push(...y);
    return { x, y, name: `repetition ${one[1]}`, mode: "lines", showlegend: false, opacity: 0.55, line: { shape: "hv", width: 1, color: css("--soft") } };
  });
  const band = shown.curves[state.axis].bands.find((one) => one[0] === index);
  if (band && traces.length > 1) traces.push(...bandTraces("mean", shown.curves[state.axis], band, colour(0)));
  return [traces, values];
}

function taskTraces(shown, index, behind) {
  const values = [];
  const traces = [];
  behind.forEach(([one, at], place) => {
    const curves = one.curves[state.axis];
    const band = curves.bands.find((other) => other[0] === at);
    if (!band) return;
    const line = bandTraces(one.task, curves, band, colour(1 + (place % 5)), DASHES[place % DASHES.length]).at(-1);
    traces.push({ ...line, line: { ...line.line, width: 1.5 } });
    values.push(...band[3]);
  });
  const band = shown.curves[state.axis].bands.find((one) => one[0] === index);
  if (band) traces.push(...bandTraces("mean over tasks", shown.curves[state.axis], band, colour(0)));
  return [traces, values];
}

function experimentTable(behind) {
  const metric = behind[0]?.[0].metric ?? view().metric;
  const columns = [{ name: "task", short: true }, { name: "repetition", number: true, written: WHOLE }, { name: metric, number: true }, { name: "epochs spent", number: true, written: WHOLE }, { name: `seconds (${place().unit})`, number: true }];
  const rows = behind.flatMap(([one, at]) => one.experiments.filter((row) => row[0] === at).map((row) => ({ values: [one.task, ...row.slice(1, 5)] })));
  return rows.length ? titled("Its experiments", "", table("experiments", "Experiments of the combination", columns, rows)) : element("span");
}

function trialTable(behind) {
  const columns = [
    { name: "task", short: true }, { name: "repetition", number: true, written: WHOLE }, { name: "trial", number: true, written: WHOLE }, { name: "best", number: true }, { name: "epochs", number: true, written: WHOLE },
    { name: "ended by" }, { name: "start (s)", number: true }, { name: "end (s)", number: true }, { name: "configuration" },
  ];
  const rows = behind.flatMap(([one, at]) => one.trials.filter((row) => row[0] === at).map((row) => ({ values: [one.task, ...row.slice(1)] })));
  const note = `The best ${DATA.limits.trials} at most of each task, over all repetitions, by the metric itself; all of them are in the run's folder trials/. Start and end in seconds of ${place().unit}.`;
  return rows.length ? titled("Its best trials", note, table("trials", "Best trials of the combination", columns, rows)) : element("span");
}

function titled(title, note, body) {
  return element("div", {}, element("h3", {}, title), note ? element("p", { class: "caption" }, note) : null, body);
}

function drawTime() {
  const shown = view();
  const parts = [...Object.entries(DATA.ledger.driver), ...Object.entries(DATA.ledger.workers)];
  const rows = shown.ledger.filter((row) => isShown(shown.pairs[row[0]]));
  const drivers = Object.keys(DATA.ledger.driver).length;
  drawBars("driver-plot", "driver", shown, rows, parts.slice(0, drivers), 1, "real seconds");
  drawBars("workers-plot", "workers", shown, rows, parts.slice(drivers), 1 + drivers, `seconds of ${place().unit}`);
  fill("time-caption", `Mean seconds an experiment that is ok, over the combinations that are shown. Left the driver, in real seconds; right the workers together, in seconds of the engine's clock (${place().unit}). What the engine does not measure is left out. ${shown.caption}`);
  const names = [...parts.map(([, name]) => name), `whole, ${place().unit}`, "whole, real"];
  const known = names.map((_, at) => at + 1).filter((at) => rows.some((row) => row[at] !== null));
  const columns = [{ name: "combination", short: true }, ...known.map((at) => ({ name: `${names[at - 1]} (s)`, number: true }))];
  const body = rows.map((row) => ({ values: [pairButton(shown.pairs[row[0]]), ...known.map((at) => row[at])] }));
  fill("time-table", table("time", "Seconds of each combination", columns, body));
}

function drawBars(id, name, shown, rows, parts, first, title) {
  const groups = [0, 1].flatMap((axis) => [...new Set(rows.map((row) => shown.pairs[row[0]][axis]))].sort().map((one) => [axis, one]));
  const mean = (axis, one, column) => {
    const values = rows.filter((row) => shown.pairs[row[0]][axis] === one && row[column] !== null).map((row) => row[column]);
    return values.length ? values.reduce((a, b) => a + b, 0) / values.length : null;
  };
  const y = [groups.map(([axis]) => ["searcher", "scheduler"][axis]), groups.map(([, one]) => plain(one))];
  const traces = parts.map(([, part], at) => ({
    type: "bar", orientation: "h", name: part, y, x: groups.map(([axis, one]) => mean(axis, one, first + at)),
    marker: { color: colour(at), pattern: { shape: ["", "/", ".", "x"][at], fillmode: "overlay", size: 6 } }, hovertemplate: `%{x:.4g} s<extra>${plain(part)}</extra>`,
  })).filter((trace) => trace.x.some((value) => value !== null));
  draw(id, traces, { barmode: "stack", height: 130 + 22 * groups.length, xaxis: { title: { text: `${name}: ${title}` } }, yaxis: { autorange: "reversed" } });
}

function drawFailures() {
  const columns = [{ name: "status", short: true }, { name: "experiments", number: true, written: WHOLE }, { name: "reason" }, { name: "tasks" }, { name: "combinations" }];
  const rows = DATA.failures.map((one) => ({ values: [one.status, one.experiments, one.reason, one.tasks.join(", "), { nodes: [folded(one.combinations)], sort: one.combinations.length }] }));
  fill("failures-table", rows.length ? table("failures", "Experiments without a result", columns, rows) : "Every experiment has a result.");
}

function folded(names) {
  if (names.length <= 3) return element("span", {}, names.join(", "));
  return element("details", {}, element("summary", {}, `${names.length} combinations`), names.join(", "));
}

function drawOrigin() {
  const facts = ["python", "platform", "cpu", "cpus", "gpu", "blas_threads", "git"];
  const parts = DATA.environments.map(({ run, asked, records }) => {
    const box = element("div", {}, element("h3", {}, `Run ${run}`));
    for (const [key, record] of Object.entries(records)) {
      const said = facts.filter((name) => record[name]).map((name) => `${name.replace("_", " ")} ${record[name]}`);
      box.append(element("p", {}, `Environment ${key}: ${said.join("; ")}.`));
      box.append(element("details", {}, element("summary", {}, "Packages and checksums of the data"), element("pre", { tabindex: 0 }, lines(record.packages) + "\n\n" + lines(record.data))));
    }
    if (!Object.keys(records).length) box.append(element("p", {}, "No provenance is recorded."));
    box.append(element("details", {}, element("summary", {}, "What was asked for (run.toml)"), element("pre", { tabindex: 0 }, asked)));
    return box;
  });
  fill("origin-body", ...parts);
}

function lines(values) {
  return Object.entries(values ?? {}).map(([name, value]) => `${name} ${value}`).join("\n");
}

"use strict";
// One combination: its curves by repetition or by task, its experiments and its best trials.

function drawCombination() {
  const shown = view();
  const pair = chosenPair();
  const index = findPair(shown, pair);
  fill("combination-name", pairName(pair));
  fill("combination-words", gridWords(shown, index).split("\n").slice(1).join(". ") + ".");
  const behind = taskViews().map((one) => [one, findPair(one, pair)]).filter(([, at]) => at >= 0);
  const [traces, values, thin] = shown.task ? repetitionTraces(shown, index) : taskTraces(shown, index, shown.behind.length ? shown.behind.map((one) => [one, index]) : behind);
  document.getElementById("combination-plot").hidden = !traces.length;
  const cropped = traces.length ? drawOver("combination-plot", traces, values, shown, `Curves of ${pairName(pair)}. The tables below have its experiments and trials.`) : "";
  fill("combination-caption", traces.length ? `${thin} At most ${DATA.limits.curve} steps of a curve are drawn. ${cropped} ${shown.caption}` : "");
  const configurations = bestConfigurations(pair).length ? titled("Its best configurations", "", element("div", {}, ...configurationParts(pair), ...(printing() ? [] : pythonParts(shown, index)))) : element("span");
  fill("combination-tables", configurations, experimentTable(behind), trialTable(behind));
}

function repetitionTraces(shown, index) {
  const values = [];
  const own = measure(shown) === Object.keys(shown.curves[state.axis].measures)[0]; // repetitions are in what the answer is in
  const traces = !own ? [] : shown.experiments.filter((one) => one[0] === index).map((one) => {
    const [x, y] = one[5 + axisNames().indexOf(state.axis)];
    values.push(...y);
    return { x, y, name: `repetition ${one[1]}`, mode: "lines", showlegend: false, opacity: 0.7, line: { shape: "hv", width: 1.2, color: css("--soft") } };
  });
  const band = bandsOf(shown.curves[state.axis], measure(shown)).find((one) => one[0] === index);
  if (band && traces.length !== 1) {
    traces.push(...bandTraces(quartiles(band) ? "median" : "mean", shown.curves[state.axis], band, colour(0)));
    values.push(...middle(band)[0]);
  }
  const thick = band && traces.length > 1 ? ` Thick: the ${spreadWords(shown)} of all.` : "";
  return [traces, values, `${own ? "Thin: each repetition's incumbent." : "Single repetitions are drawn in the measure of the answer alone."}${thick}`];
}

function taskTraces(shown, index, behind) {
  const values = [];
  const traces = [];
  behind.forEach(([one, at], order) => {
    const curves = one.curves[state.axis];
    const band = bandsOf(curves, measure(shown)).find((other) => other[0] === at);
    if (!band) return;
    const line = bandTraces(one.task, curves, band, colour(1 + (order % 5)), DASHES[order % DASHES.length]).at(-1);
    traces.push({ ...line, line: { ...line.line, width: 1.5 } });
    values.push(...band[3][0]);
  });
  const band = bandsOf(shown.curves[state.axis], measure(shown)).find((one) => one[0] === index);
  if (band) traces.push(...bandTraces("mean over tasks", shown.curves[state.axis], band, colour(0)));
  return [traces, values, `Thin: each task. Thick: the ${spreadWords(shown)} over the tasks.`];
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
    { name: "ended by", short: true }, { name: "start (s)", number: true }, { name: "end (s)", number: true }, { name: "configuration", show: configurationWords, long: true },
  ];
  const rows = behind.flatMap(([one, at]) => one.trials.filter((row) => row[0] === at).map((row) => ({ values: [one.task, ...row.slice(1)] })));
  const note = `The best ${DATA.limits.trials} at most of each task, over all repetitions, by the metric itself; all of them are in the run's folder trials/. Start and end in seconds of ${place().unit}.`;
  return rows.length ? titled("Its best trials", note, table("trials", "Best trials of the combination", columns, rows)) : element("span");
}

function configurationWords(text) {
  return Object.entries(flattened(text)).map(([name, value]) => `${name} ${typeof value === "number" && !Number.isInteger(value) ? significant(value, 4) : value}`).join(", ");
}

// A configuration (JSON) by names; a group's parts are NAME.PART, as in results/compare/hyperparameters.py.
function flattened(text) {
  const flat = {};
  const add = (prefix, value) => {
    if (value !== null && typeof value === "object" && !Array.isArray(value)) for (const [name, part] of Object.entries(value)) add(prefix ? `${prefix}.${name}` : name, part);
    else flat[prefix] = Array.isArray(value) ? JSON.stringify(value) : value;
  };
  try {
    add("", JSON.parse(text || "{}"));
  } catch {
    flat.configuration = text;
  }
  return flat;
}

function titled(title, note, body) {
  return element("div", {}, element("h3", {}, title), note ? element("p", { class: "caption" }, note) : null, body);
}

"use strict";
// Two runs beside each other: a grid of differences, curves, a table, and what differs in their environments.

function drawBeside() {
  document.getElementById("beside").hidden = !DATA.beside.length;
  document.querySelector('nav a[href="#beside"]').hidden = !DATA.beside.length;
  if (!DATA.beside.length) return;
  const one = chosenDifference();
  const at = DATA.beside.indexOf(one);
  const [first, second] = one.runs;
  fill("beside-switches", DATA.beside.length > 1 ? menu("versus", "Compare", DATA.beside.map((_, place) => place), at, (place) => differenceName(DATA.beside[place])) : "");
  const visible = one.rows.map((row, index) => ({ row, index })).filter(({ row }) => besideShown(row));
  const settings = one.settings.map(([name, a, b]) => `${name} ${a} in ${first}, ${b} in ${second}`);
  fill("beside-words", `${second} less ${first}: ${one.what}. ${settings.length ? `They differ in ${settings.join("; ")}.` : "Their settings are the same."} ${changedWords(one, visible)}`);
  fill("beside-grid", changeGrid(one, visible));
  fill("beside-caption", `Cells: ${second} less ${first}, over the repetitions that both have, paired; blue is better in ${second}, orange worse, and bold where the 95 % t-interval, of each cell by itself, leaves out 0. ${first}: ${one.captions[0]} ${second}: ${one.captions[1]}`);
  drawBesideCurves(one, visible);
  fill("beside-table", changeTable(one, visible));
  fill("beside-environments", DATA.apart.length ? titled("What differs in their environments", "", environmentTable()) : element("p", {}, "Their environments are the same, as far as they are recorded."));
}

// The difference that was asked for; else that of the task that is shown.
function chosenDifference() {
  return DATA.beside[Number(state.versus ?? NaN)] ?? DATA.beside.find((one) => one.task === (state.task ?? "")) ?? DATA.beside[0];
}

function differenceName({ runs, task, tasks, device }) {
  return `${task || `all ${tasks.length} tasks`} on ${device}: ${runs[1]} less ${runs[0]}`;
}

function besideShown([searcher, scheduler]) {
  return isShown([searcher, scheduler]) && !DATA.environments.some(({ run }) => state.hidden.searchers.has(`${searcher} @ ${run}`));
}

function isClear([, , , , , low, high]) {
  return low !== null && (low > 0 || high < 0);
}

function changedWords(one, visible) {
  const better = visible.filter(({ row }) => isClear(row) && one.sign * row[4] > 0).length;
  const worse = visible.filter(({ row }) => isClear(row) && one.sign * row[4] < 0).length;
  return `Of ${plural(visible.length, "combination")} that both have, ${better} are better and ${worse} worse in ${one.runs[1]}, each by its own interval; of ${visible.length} without any change one in twenty would seem so.`;
}

function changeGrid(one, visible) {
  const names = (at) => [...new Set(visible.map(({ row }) => row[at]))];
  const sizes = visible.map(({ row }) => Math.abs(row[4] ?? 0)).sort((a, b) => a - b);
  const most = sizes[Math.floor(0.9 * (sizes.length - 1))] || sizes.at(-1) || 1; // a few large ones take not all colours
  const head = element("tr", {}, element("th", { scope: "col" }, "searcher"), ...names(1).map((name) => element("th", { scope: "col" }, broken(name))));
  const rows = names(0).map((searcher) => element("tr", {}, element("th", { scope: "row" }, searcher), ...names(1).map((scheduler) => {
    const row = visible.find(({ row: [a, b] }) => a === searcher && b === scheduler)?.row;
    if (!row || row[4] === null) return element("td", { class: "none" }, row ? "?" : "");
    const cell = element("td", { class: isClear(row) ? "best" : null }, signed(row[4], one.written));
    Object.assign(cell.style, shadeChange((one.sign * row[4]) / most));
    return cell;
  })));
  const made = element("table", { class: "heat change", "aria-label": `${one.runs[1]} less ${one.runs[0]}, searcher by scheduler` });
  made.append(element("thead", {}, head), element("tbody", {}, ...rows));
  return made;
}

function signed(value, written) {
  return `${value > 0 ? "+" : ""}${number(value, written)}`;
}

// The curves of one combination in both runs: the one that is chosen, else the one that changed most.
function drawBesideCurves(one, visible) {
  const bare = (name) => DATA.environments.reduce((text, { run }) => text.replace(` @ ${run}`, ""), name);
  const wanted = chosenPair();
  const most = [...visible].sort((a, b) => Math.abs(b.row[4] ?? 0) - Math.abs(a.row[4] ?? 0));
  const { row, index } = visible.find(({ row: [a, b] }) => a === bare(wanted[0]) && b === wanted[1]) ?? most[0] ?? {};
  document.getElementById("beside-plot").hidden = !row;
  if (!row) return;
  const axis = one.curves.every((curves) => curves[state.axis]) ? state.axis : "epochs";
  const values = [];
  const traces = one.curves.flatMap((curves, at) => {
    const own = curves[axis];
    const band = own.bands.find((other) => other[0] === index);
    if (!band) return [];
    values.push(...band[3][0]);
    return bandTraces(one.runs[at], own, band, colour(at), DASHES[at]);
  });
  const name = one.curves[0][axis].measure;
  const sign = name === "regret" ? -1 : one.sign;
  const range = heights(values, sign);
  draw("beside-plot", traces, {
    height: 380, xaxis: axisTitle(axis), yaxis: { title: { text: plain(name === "regret" ? MEASURES.regret : one.metric) }, range },
  }, `${pairName(row)} in both runs over ${axis}.`);
  fill("beside-plot-caption", `${pairName(row)} in both runs: the mean with its 95 % t-interval. ${croppedWords(values, range, sign)} Another one: press it in the grid of searchers and schedulers.`);
}

function changeTable(one, visible) {
  const [first, second] = one.runs;
  const written = { number: true, written: one.written };
  const columns = [{ name: "combination", short: true }, { name: first, ...written }, { name: second, ...written }, { name: "difference", ...written }, { name: "low", ...written }, { name: "high", ...written }, { name: "n", number: true, written: WHOLE }];
  return table("beside", `${second} less ${first}`, columns, visible.map(({ row }) => ({ marked: isClear(row), values: [pairName(row), ...row.slice(2)] })));
}

function environmentTable() {
  const columns = [{ name: "what", short: true }, ...DATA.environments.map(({ run }) => ({ name: run }))];
  return table("environments", "What differs in the environments", columns, DATA.apart.map((values) => ({ values })));
}

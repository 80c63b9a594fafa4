"use strict";
// Searcher x scheduler: a table of buttons, so that fingers, keyboards and screen readers can use it.

const WORDS = { incompatible: "incomp.", unavailable: "unavail." };
const WIDE = 9; // columns, up to which cells have room for their intervals
const PRINTED = 9; // columns of a printed part

function drawGrid() {
  const shown = view();
  const [searchers, schedulers] = ["searchers", "schedulers"].map((axis) => gridNames(shown, axis));
  const size = printing() ? PRINTED : schedulers.length;
  const parts = [];
  for (let start = 0; start < Math.max(schedulers.length, 1); start += size) parts.push(gridPart(shown, searchers, schedulers.slice(start, start + size)));
  fill("heatmap", ...parts);
  const buttons = [...document.querySelectorAll("#heatmap button")];
  (buttons.find((button) => button.getAttribute("aria-pressed") === "true") ?? buttons.find((button) => !button.disabled))?.setAttribute("tabindex", 0);
  drawLegend(shown);
  fill("grid-switches",
    menu("order", "Order", ["mean", "name"], gridOrder(shown), (value) => ({ mean: "best mean first", name: "as in the run" })[value]),
    element("label", { class: "choice" }, element("input", { type: "checkbox", "data-choice": "empty", value: "hide", checked: state.empty === "hide" ? "" : null }), " hide rows and columns without a result"));
  const half = schedulers.length > WIDE && !printing() ? "the 95 % t-interval of the mean stands with each cell's details" : "\u00b1 is half of the 95 % t-interval of the mean";
  const bold = ranked(shown).length ? " The best that is shown is bold." : "";
  const scale = shown.scale[0] === shown.scale[1] ? "" : ` The colours go from ${number(shown.scale[2], shown.written)} to ${number(shown.scale[1], shown.written)}; what is worse has colours of its own, down to ${number(shown.scale[0], shown.written)}.`;
  fill("grid-caption", `${sentence(shown.what)}; ${half}.${bold}${scale}${shown.stage ? ` After ${shown.stage.text}.` : ""} ${shown.caption}`);
}

function gridOrder(shown) {
  return state.order ?? (ranked(shown).length ? "mean" : "name"); // one repetition has no order
}

// The names of rows or columns that are shown: by the best mean in each, or as the run has them.
function gridNames(shown, axis) {
  const side = axis === "searchers" ? 0 : 1;
  const best = new Map();
  shown.pairs.forEach((pair, index) => {
    const mean = shown.cells[index][0];
    if (mean !== null && isShown(pair)) best.set(pair[side], Math.max(best.get(pair[side]) ?? -Infinity, shown.sign * mean));
  });
  const names = shown[axis].filter((name) => !state.hidden[axis].has(name) && (state.empty !== "hide" || best.has(name)));
  if (gridOrder(shown) === "mean") names.sort((a, b) => (best.get(b) ?? -Infinity) - (best.get(a) ?? -Infinity) || 0);
  return names;
}

function gridPart(shown, searchers, schedulers) {
  const narrowed = schedulers.length > WIDE;
  const head = element("tr", {}, element("th", { scope: "col" }, "searcher"), ...schedulers.map((name) => element("th", { scope: "col", title: name }, broken(name))));
  const rows = searchers.map((searcher) =>
    element("tr", {}, element("th", { scope: "row", title: searcher }, broken(searcher)), ...schedulers.map((scheduler) => gridCell(shown, [searcher, scheduler], narrowed))),
  );
  const made = element("table", { class: narrowed ? "heat compact" : "heat", "aria-label": `${shown.what}, searcher by scheduler` });
  made.append(element("thead", {}, head), element("tbody", {}, ...rows));
  made.addEventListener("keydown", moveFocus);
  return made;
}

// A name that may break after its hyphens.
function broken(name) {
  const made = element("span");
  name.split(/(?<=[-_@[ ])/).forEach((part, at) => made.append(...(at ? [element("wbr"), part] : [part])));
  return made;
}

function gridCell(shown, pair, narrowed) {
  const index = findPair(shown, pair);
  const cell = shown.cells[index];
  const pressed = pairName(chosenPair()) === pairName(pair);
  const button = element("button", { type: "button", tabindex: -1, "aria-pressed": String(pressed) });
  const mean = cell?.[0] ?? null;
  const reasons = shown.asked[index]?.[1] ?? [];
  if (mean === null) {
    const status = reasons[0]?.split(":")[0] ?? (cell ? (shown.stage ? "not yet" : "not on all tasks") : "not asked");
    button.className = "empty";
    button.append(WORDS[status] ?? status);
    button.disabled = !cell;
  } else {
    const [, low, high, n, at] = cell;
    button.append(number(mean, shown.written));
    if (low !== null && !narrowed) button.append(" ", element("small", {}, `\u00b1${number((high - low) / 2, shown.written)}`));
    if (reasons.length) button.append(" ", element("small", {}, `n ${n}, ${WORDS[reasons[0].split(":")[0]] ?? reasons[0].split(":")[0]}`));
    Object.assign(button.style, shade(at));
    if (mean === bestShown(shown)) button.classList.add("best");
  }
  const about = cell ? gridWords(shown, index) : `${pairName(pair)}\nwas not asked for`;
  // A name that says what is seen, too: people speak it to press the button.
  const seen = button.textContent;
  button.setAttribute("aria-label", about.replace("\n", `\n${seen}\n`).replaceAll("\n", "; "));
  button.addEventListener("click", () => choose(pair));
  for (const event of ["mouseenter", "focus"]) button.addEventListener(event, () => showTip(button, about));
  for (const event of ["mouseleave", "blur"]) button.addEventListener(event, hideTip);
  return element("td", {}, button);
}

// The best mean among the cells that are shown; of one repetition none is the best.
function bestShown(shown) {
  if (!ranked(shown).length) return NaN;
  const means = shown.cells.filter((cell, index) => cell[0] !== null && isShown(shown.pairs[index])).map((cell) => cell[0]);
  return shown.sign > 0 ? Math.max(...means) : Math.min(...means);
}

function gridWords(shown, index) {
  const [mean, low, high, n] = shown.cells[index];
  const [, reasons] = shown.asked[index];
  const words = [pairName(shown.pairs[index])];
  if (mean !== null) {
    const interval = low === null ? "no interval: one repetition" : `95 % interval ${number(low, shown.written)} to ${number(high, shown.written)}`;
    words.push(`${shown.metric} ${number(mean, shown.written)} (${interval})`);
    words.push(`n = ${plural(n, "repetition")}${shown.tasks.length > 1 ? ` of each of ${shown.tasks.length} tasks` : ""}`);
  } else if (!reasons.length) words.push(shown.stage ? "no result on every task by then" : "no result on every task");
  const row = ranked(shown).find((one) => one.index === index);
  if (row) words.push(`rank ${row.rank} of ${shown.ranking.rows.length}, P(best) ${percent(row.probability)}${row.possible ? ", may be the best" : ""}`);
  const [epochs, seconds] = shown.spent.rows[index] ?? [];
  if (epochs !== undefined) words.push(`${number(epochs)} epochs and ${number(seconds)} s of ${place().unit} an experiment`);
  words.push(...reasons.slice(0, 4));
  if (reasons.length > 4) words.push(`and ${reasons.length - 4} more reasons`);
  return words.join("\n");
}

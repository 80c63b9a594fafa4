"use strict";
// Searcher x scheduler: a table of buttons, so that fingers, keyboards and screen readers can use it.

const WORDS = { incompatible: "incomp.", unavailable: "unavail." };

function drawGrid() {
  const shown = view();
  const searchers = shown.searchers.filter((name) => !state.hidden.searchers.has(name));
  const schedulers = shown.schedulers.filter((name) => !state.hidden.schedulers.has(name));
  const head = element("tr", {}, element("th", { scope: "col" }, "searcher"), ...schedulers.map((name) => element("th", { scope: "col" }, name)));
  const rows = searchers.map((searcher) =>
    element("tr", {}, element("th", { scope: "row", title: searcher }, searcher), ...schedulers.map((scheduler) => gridCell(shown, [searcher, scheduler]))),
  );
  const made = element("table", { class: "heat", "aria-label": `${shown.what}, searcher by scheduler` });
  made.append(element("thead", {}, head), element("tbody", {}, ...rows));
  made.addEventListener("keydown", moveFocus);
  fill("heatmap", made);
  const buttons = [...made.querySelectorAll("button")];
  (buttons.find((button) => button.getAttribute("aria-pressed") === "true") ?? buttons[0])?.setAttribute("tabindex", 0);
  drawLegend(shown);
  fill("grid-caption", `${sentence(shown.what)}; \u00b1 is half of the 95 % t-interval of the mean. The best that is shown is bold. ${shown.caption}`);
}

function gridCell(shown, pair) {
  const index = findPair(shown, pair);
  const cell = shown.cells[index];
  const about = cell ? gridWords(shown, index) : `${pairName(pair)}\nwas not asked for`;
  const pressed = pairName(chosenPair()) === pairName(pair);
  const button = element("button", { type: "button", tabindex: -1, "aria-label": about.replaceAll("\n", "; "), "aria-pressed": String(pressed) });
  button.addEventListener("click", () => choose(pair));
  for (const event of ["mouseenter", "focus"]) button.addEventListener(event, () => showTip(button, about));
  for (const event of ["mouseleave", "blur"]) button.addEventListener(event, hideTip);
  const mean = cell?.[0] ?? null;
  if (mean === null) {
    const status = cell?.[5][0]?.split(":")[0] ?? (cell ? "not on all tasks" : "not asked");
    button.className = "empty";
    button.append(WORDS[status] ?? status);
    button.disabled = !cell;
  } else {
    const [, low, high, n, asked, reasons] = cell;
    button.append(number(mean, shown.written));
    if (low !== null) button.append(element("small", {}, `\u00b1${number((high - low) / 2, shown.written)}`));
    if (reasons.length) button.append(element("small", {}, `n ${n}, ${WORDS[reasons[0].split(":")[0]] ?? reasons[0].split(":")[0]}`));
    Object.assign(button.style, shade(mean, shown));
    if (mean === bestShown(shown)) button.classList.add("best");
  }
  return element("td", {}, button);
}

function bestShown(shown) {
  const means = shown.cells.filter((cell, index) => cell[0] !== null && isShown(shown.pairs[index])).map((cell) => cell[0]);
  return shown.sign > 0 ? Math.max(...means) : Math.min(...means);
}

function gridWords(shown, index) {
  const [mean, low, high, n, asked, reasons] = shown.cells[index];
  const said = [pairName(shown.pairs[index])];
  if (mean !== null) {
    const interval = low === null ? "no interval: one repetition" : `95 % interval ${number(low, shown.written)} to ${number(high, shown.written)}`;
    said.push(`${shown.metric} ${number(mean, shown.written)} (${interval})`);
    said.push(`n = ${plural(n, "repetition")}${shown.tasks.length > 1 ? ` of each of ${shown.tasks.length} tasks` : ""}`);
  } else if (!reasons.length) said.push("no result on every task");
  const rank = shown.ranking.rows.findIndex((row) => row[0] === index);
  if (rank >= 0) {
    const row = shown.ranking.rows[rank];
    said.push(`rank ${rank + 1} of ${shown.ranking.rows.length}, P(best) ${percent(row[2])}${row[6] && row[2] !== null ? ", may be the best" : ""}`);
  }
  said.push(...reasons.slice(0, 4));
  if (reasons.length > 4) said.push(`and ${reasons.length - 4} more reasons`);
  return said.join("\n");
}

function sentence(text) {
  return text[0].toUpperCase() + text.slice(1);
}

// The colour of a value, and the ink that is readable on it.
function shade(value, shown) {
  const [low, high] = shown.limits;
  let share = (value - low) / (high - low);
  if (shown.sign < 0) share = 1 - share;
  if (!(high > low)) share = shown.sign * (value - low) < 0 ? -1 : 1;
  const stops = ["--low", "--middle", "--high"].map((name) => rgb(css(name)));
  const scaled = Math.min(Math.max(share, 0), 1) * 2;
  const [from, to] = scaled < 1 ? [stops[0], stops[1]] : [stops[1], stops[2]];
  const part = scaled < 1 ? scaled : scaled - 1;
  const colour = share < 0 ? rgb(css("--beyond")) : from.map((one, at) => Math.round(one + part * (to[at] - one)));
  const light = colour.map((one) => (one / 255 <= 0.04045 ? one / 255 / 12.92 : ((one / 255 + 0.055) / 1.055) ** 2.4));
  const luminance = 0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2];
  return { backgroundColor: `rgb(${colour})`, color: luminance > 0.179 ? "#000" : "#fff" };
}

function rgb(hex) {
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
}

function drawLegend(shown) {
  const ends = shown.sign > 0 ? shown.limits : [...shown.limits].reverse();
  fill("legend", number(ends[0], shown.written), element("i"), number(ends[1], shown.written),
    element("i", { class: "beyond" }), "worse than the scale", element("i", { class: "none" }), "no result");
}

// Arrow keys go from cell to cell; only one cell is a stop of the tabulator.
function moveFocus(event) {
  const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
  const from = event.target.closest("td");
  if (!step || !from) return;
  event.preventDefault();
  const rows = [...from.closest("tbody").rows];
  let row = rows.indexOf(from.parentElement);
  let column = from.cellIndex;
  do {
    row += step[0];
    column += step[1];
    const to = rows[row]?.cells[column]?.querySelector("button");
    if (!to) return;
    if (to.disabled) continue;
    event.target.setAttribute("tabindex", -1);
    to.setAttribute("tabindex", 0);
    to.focus();
    return;
  } while (true);
}

function showTip(button, text) {
  const tip = document.getElementById("tip");
  tip.textContent = text;
  tip.hidden = false;
  const at = button.getBoundingClientRect();
  const below = at.bottom + 8 + tip.offsetHeight < innerHeight;
  tip.style.left = `${Math.max(4, Math.min(at.left, innerWidth - tip.offsetWidth - 4))}px`;
  tip.style.top = `${below ? at.bottom + 6 : Math.max(4, at.top - tip.offsetHeight - 6)}px`;
}

function hideTip() {
  document.getElementById("tip").hidden = true;
}

"use strict";
// The answer: what comes first at the chosen part of the budget, what it costs, and the ranking.

const MOST_BARS = 15;

function drawAnswer() {
  const shown = view();
  const rows = ranked(shown);
  const visible = rows.filter(({ pair }) => isShown(pair));
  fill("said", ...said(shown, rows, visible));
  drawSlider(shown);
  document.getElementById("ranking-plot").hidden = !visible.length;
  if (visible.length) drawRanking(shown, visible.slice(0, printing() ? visible.length : MOST_BARS));
  fill("ranking-title", rows.length ? "Ranking" : "What was observed");
  fill("ranking-caption", rankingCaption(shown, rows, visible));
  fill("ranking-table", visible.length ? rankingTable(shown, visible) : rows.length ? "" : observedTable(shown));
  drawHeadline(shown);
  drawUse(shown);
}

// The sentences; they never name what the filters hide.
function said(shown, rows, visible) {
  const hides = rows.length > 0 && !isShown(rows[0].pair);
  let sentences = shown.answer;
  if (hides && visible.length) {
    const { pair, rank, mean, probability } = visible[0];
    sentences = [`${pairName(pair)} comes first of what the filters leave: rank ${rank} of ${rows.length} by its mean ${shown.metric}, ${number(mean, shown.written)}.`,
      `Ranks and probabilities are those among all combinations, also the hidden ones; it is the best of all with a probability of ${percent(probability)}.`];
  } else if (hides) sentences = ["The filters hide all combinations that are ranked."];
  const made = sentences.map((text) => element("p", {}, text));
  if (visible.length) made.push(element("p", {}, priceWords(shown, visible[0].index)));
  if (shown.ranking.caution) made.push(element("p", { class: "warning" }, `${shown.ranking.caution}.`));
  return made.filter((one) => one.textContent);
}

function priceWords(shown, index) {
  const [epochs, seconds, money] = shown.spent.rows[index] ?? [];
  if (epochs === undefined) return "";
  const cost = money === null ? "" : `, ${money.toPrecision(3)} ${shown.spent.currency}`;
  return `Its price: ${number(epochs)} epochs over all trials and ${number(seconds)} s of ${place().unit}${cost}, the mean of a whole experiment${shown.tasks.length > 1 ? " over the tasks" : ""}.`;
}

// A range of the parts of the budget at which there is an answer.
function drawSlider(shown) {
  const parts = shares();
  const box = document.getElementById("slider");
  box.hidden = parts.length < 2;
  const input = box.querySelector("input");
  input.max = parts.length - 1;
  input.value = parts.indexOf(state.share);
  const words = shown.stage ? `${percent(shown.stage.share)} of it: after ${shown.stage.text}${state.axis === "clock" ? ` of ${place().unit}` : state.axis === "trials" ? " that have ended" : " over all trials"}` : "all that was run";
  input.setAttribute("aria-valuetext", words);
  fill("slider-words", words);
}

function drawRanking(shown, visible) {
  const kinds = [[true, "may be the best", "circle"], [false, "worse than the first", "circle-open"]];
  const names = visible.map(({ pair }) => tickName(pairName(pair)));
  const traces = kinds.map(([possible, name, symbol], at) => {
    const own = visible.map((row, index) => ({ ...row, name: names[index] })).filter((row) => row.possible === possible);
    return {
      x: own.map((row) => row.difference),
      y: own.map((row) => row.name),
      error_x: { type: "data", symmetric: false, array: own.map((row) => (row.high ?? row.difference) - row.difference), arrayminus: own.map((row) => row.difference - (row.low ?? row.difference)), color: colour(at), thickness: 1.5, width: 4 },
      customdata: own.map((row) => [row.rank, number(row.mean, shown.written), percent(row.probability)]),
      hovertemplate: `rank %{customdata[0]}: mean %{customdata[1]}, P(best) %{customdata[2]}<extra>%{y}</extra>`,
      name, mode: "markers", marker: { symbol, size: 10, color: colour(at), line: { width: 2, color: colour(at) } },
    };
  });
  const unit = shown.scored ? "points" : plain(shown.metric);
  draw("ranking-plot", traces, {
    height: 110 + 24 * visible.length,
    xaxis: { title: { text: narrow() ? `difference (${unit})` : `difference to the first (${unit})` }, zeroline: true, rangemode: "tozero" },
    yaxis: { autorange: "reversed", categoryorder: "array", categoryarray: names, ticklabelstandoff: 6 },
  }, `Ranking of ${plural(visible.length, "combination")} by their difference to the first; ${pairName(visible[0].pair)} is the first that is shown. The table below has the numbers.`);
}

function rankingCaption(shown, rows, visible) {
  const { notes, another } = shown.ranking;
  const parts = notes.map((note) => `${sentence(note)}.`);
  const hidden = rows.length - visible.length;
  if (another && !hidden) parts.push(`${sentence(another)}.`);
  if (hidden) parts.push(`${plural(hidden, "combination")} hidden by the filters; ranks and probabilities are those among all.`);
  if (!rows.length) return `${parts.join(" ")} ${shown.caption}`;
  if (!isShown(rows[0].pair)) parts.push("The first, from which differences are taken, is hidden too.");
  if (visible.length > MOST_BARS && !printing()) parts.push(`The plot shows the first ${MOST_BARS} of ${visible.length}, the table all.`);
  return `Difference to the first in rank, with simultaneous 95 % limits (paired t, Bonferroni); filled: may be the best. Equal ones share a rank. ${parts.join(" ")} ${shown.caption}`;
}

// The columns of what an experiment took; shown are those that anything is known of.
function priceColumns(shown) {
  const columns = [[0, "epochs"], [1, `seconds (${place().unit})`], [2, `cost${shown.spent.currency ? ` (${shown.spent.currency})` : ""}`]];
  const known = columns.filter(([at]) => shown.spent.rows.some((row) => (row?.[at] ?? null) !== null));
  return { columns: known.map(([, name]) => ({ name, number: true, title: "mean of a whole experiment" })), of: (index) => known.map(([at]) => shown.spent.rows[index]?.[at] ?? null) };
}

function rankingTable(shown, visible) {
  const price = priceColumns(shown);
  const columns = [
    { name: "rank", number: true, written: WHOLE }, { name: "combination", short: true }, { name: `mean ${shown.metric}`, number: true, written: shown.written },
    { name: "P(best)", number: true, show: percent }, { name: "difference", number: true, written: shown.written },
    { name: "low", number: true, written: shown.written }, { name: "high", number: true, written: shown.written }, { name: "may be the best" }, ...price.columns,
  ];
  const rows = visible.map((row) => ({
    marked: row.possible,
    values: [row.rank, pairButton(row.pair), row.mean, row.probability, row.difference, row.low, row.high, row.possible ? "yes" : "no", ...price.of(row.index)],
  }));
  return table("ranking", "Ranking of the combinations", columns, rows);
}

// Of one repetition: values by name, without ranks.
function observedTable(shown) {
  const price = priceColumns(shown);
  const rows = shown.pairs.map((pair, index) => ({ pair, index, mean: shown.cells[index][0] })).filter(({ pair, mean }) => mean !== null && isShown(pair))
    .sort((a, b) => pairName(a.pair).localeCompare(pairName(b.pair), "en"))
    .map(({ pair, index, mean }) => ({ values: [pairButton(pair), mean, ...price.of(index)] }));
  return rows.length ? table("observed", "What was observed of the combinations", [{ name: "combination", short: true }, { name: shown.metric, number: true, written: shown.written }, ...price.columns], rows) : "";
}

function pairButton(pair) {
  return { text: pairName(pair), press: () => choose(pair) };
}

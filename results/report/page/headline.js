"use strict";
// The headline: speed-up over random search, regret and failures of the combinations.

const LOG_TICKS = [-4, -3, -2, -1, 0, 1, 2, 3, 4].flatMap((power) => [1, 2, 5].map((digit) => Number(`${digit}e${power}`)));

// Speed-up over random search, regret and failures; a row is as results/report/headline.py states.
function drawHeadline(shown) {
  const { said, metric, caption, rows } = shown.headline;
  document.getElementById("headline").hidden = !rows.length;
  if (!rows.length) return;
  const visible = rows.map((row) => ({ row, pair: shown.pairs[row[0]] })).filter(({ pair }) => isShown(pair));
  // The sentence is on the fastest; with one repetition there is none, as the answer has said.
  fill("headline-said", !ranked(shown).length ? "" : isShown(shown.pairs[rows[0][0]]) ? said : "The fastest combination is hidden by the filters.");
  const more = visible.length > MOST_BARS && !printing() ? ` The plot shows the first ${MOST_BARS} of ${visible.length}, the table all.` : "";
  const all = shown.stage ? " Of whole experiments, whatever part of the budget is chosen above." : "";
  fill("headline-caption", `${caption}${more}${all} ${shown.caption}`);
  document.getElementById("headline-plot").hidden = !visible.length;
  if (visible.length) drawSpeedUps(visible.slice(0, printing() ? visible.length : MOST_BARS));
  fill("headline-table", visible.length ? headlineTable(visible, metric) : "");
}

function drawSpeedUps(visible) {
  const x = visible.map(({ row }) => row[1]);
  const trace = {
    x,
    y: visible.map(({ pair }) => tickName(pairName(pair))),
    error_x: { type: "data", symmetric: false, array: visible.map(({ row }) => (row[3] ?? row[1]) - row[1]), arrayminus: visible.map(({ row }) => row[1] - (row[2] ?? row[1])), color: colour(0), thickness: 1.5, width: 4 },
    hovertemplate: "%{x:.3g} times<extra>%{y}</extra>", mode: "markers", showlegend: false, marker: { size: 10, color: colour(0) },
  };
  draw("headline-plot", [trace], {
    height: 110 + 24 * visible.length,
    xaxis: { title: { text: narrow() ? "speed-up (1 = as fast)" : "speed-up over random search (1 = as fast)" }, type: "log", tickmode: "array", tickvals: LOG_TICKS },
    yaxis: { autorange: "reversed", categoryorder: "array", categoryarray: trace.y, ticklabelstandoff: 6 },
    shapes: [{ type: "line", x0: 1, x1: 1, y0: 0, y1: 1, yref: "paper", line: { color: css("--soft"), width: 1, dash: "dot" } }],
  }, `Speed-up over random search of ${plural(visible.length, "combination")}. The table below has the numbers.`);
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

"use strict";
// Where the time went, by searcher and by scheduler.

function drawTime() {
  const shown = view();
  const parts = [...Object.entries(DATA.ledger.driver), ...Object.entries(DATA.ledger.workers)];
  const rows = shown.ledger.filter((row) => isShown(shown.pairs[row[0]]));
  const drivers = Object.keys(DATA.ledger.driver).length;
  drawBars("driver-plot", "driver", shown, rows, parts.slice(0, drivers), 1, "real seconds");
  drawBars("workers-plot", "workers", shown, rows, parts.slice(drivers), 1 + drivers, `seconds of ${place().unit}`);
  fill("time-caption", `Mean seconds an experiment that is ok, over the combinations that are shown. Left the driver, in real seconds; right the workers together, in seconds of the engine's clock (${place().unit}). What the engine does not measure is left out. Each bar is over the combinations that its part has: parts with other partners are not like for like, the table is. ${shown.caption}`);
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
  const y = [groups.map(([axis]) => ["searcher", "scheduler"][axis]), groups.map(([, one]) => tickName(one))];
  const traces = parts.map(([, part], at) => ({
    type: "bar", orientation: "h", name: part, y, x: groups.map(([axis, one]) => mean(axis, one, first + at)),
    marker: { color: colour(at), pattern: { shape: ["", "/", ".", "x"][at], fillmode: "overlay", size: 6 } }, hovertemplate: `%{x:.4g} s<extra>${plain(part)}</extra>`,
  })).filter((trace) => trace.x.some((value) => value !== null));
  draw(id, traces, { barmode: "stack", height: 130 + 22 * groups.length, xaxis: { title: { text: `${name}: ${title}` } }, yaxis: { autorange: "reversed" } }, `${sentence(name)}: mean seconds by searcher and by scheduler, in parts. The table below has the numbers.`);
}

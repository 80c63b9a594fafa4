"use strict";
// Slices: the metric over each hyperparameter by itself; a drag along x brushes the hyperparameter.

const SLICE = { left: 52, right: 10, top: 22, bottom: 30 };

function drawSlices(data) {
  const whole = roomIn("slices-plot");
  const columns = whole < 520 ? 1 : whole < 820 ? 2 : 3;
  const width = Math.floor((whole - 12 * (columns - 1)) / columns);
  const metric = data.axes.at(-1);
  fill("slices-plot", ...data.axes.slice(0, -1).map((axis) => slice(data, axis, metric, width)));
}

function slice(data, axis, metric, width) {
  const height = 190;
  const inside = { left: SLICE.left, top: SLICE.top, width: width - SLICE.left - SLICE.right, height: height - SLICE.top - SLICE.bottom };
  const [made, pen] = canvasOf(width, height, `${metric.name} over ${axis.name}: ${plural(data.chosen.length, "trial")}.`);
  frame(pen, axis, metric, inside);
  const chosen = new Set(data.chosen);
  const spot = (trial, ink, alpha) => {
    const [across, up] = [axis.scale.place(axis.column[trial]), metric.scale.place(metric.column[trial])];
    if (across === null || up === null) return;
    pen.globalAlpha = alpha;
    pen.fillStyle = ink;
    pen.beginPath();
    // Names of a choice are moved apart a little, the same each time.
    const moved = axis.values ? ((trial * 0.618) % 1 - 0.5) * 10 : 0;
    pen.arc(inside.left + across * inside.width + moved, inside.top + (1 - up) * inside.height, 2.4, 0, 7);
    pen.fill();
  };
  for (const trial of data.mine) if (!chosen.has(trial)) spot(trial, css("--line"), 0.5);
  for (const trial of [...data.chosen].sort((a, b) => data.shares.get(a) - data.shares.get(b))) spot(trial, trialColour(data, trial), 0.85);
  draggable(made, inside, (from, to) => brush(axis.name, from[0], to[0]));
  return made;
}

// The frame, names and ticks of a small plot, and the brush of its x axis.
function frame(pen, across, up, { left, top, width, height }) {
  const ends = state.brushes.get(across.name);
  if (ends) {
    pen.fillStyle = faint(css("--accent"), 0.16);
    pen.fillRect(left + ends[0] * width, top, (ends[1] - ends[0]) * width, height);
  }
  pen.strokeStyle = css("--line");
  pen.strokeRect(left, top, width, height);
  pen.fillStyle = css("--ink");
  pen.font = "600 12px system-ui, sans-serif";
  write(pen, `${across.name}${across.log ? " (log)" : ""}`, left + width / 2, 15, width, "center");
  pen.font = "11px system-ui, sans-serif";
  const few = (ticks, most) => (ticks.length > most ? [ticks[0], ticks[Math.floor(ticks.length / 2)], ticks.at(-1)] : ticks);
  for (const [place, text] of few(across.scale.ticks, 4)) {
    const align = place <= 0 ? "left" : place >= 1 ? "right" : "center";
    write(pen, text, left + place * width, top + height + 16, width / 3, align);
  }
  if (!up.metric) write(pen, `${up.name}${up.log ? " (log)" : ""}`, 4, 15, left + width / 3, "left");
  for (const [place, text] of few(up.scale.ticks, 3)) write(pen, text, left - 5, top + (1 - place) * height + 4, left - 8, "right");
}

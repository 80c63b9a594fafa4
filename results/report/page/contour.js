"use strict";
// Contours: the metric over two hyperparameters, smoothed between the trials; a drag brushes both.

const CELLS = 36; // in each direction
const BANDWIDTH = 0.09; // of the kernel, as a share of an axis
const LEVELS = [0.2, 0.4, 0.6, 0.8, 0.9];

function drawContour(data) {
  // Between the names of a choice nothing lies: numbers come first.
  const axes = data.axes.slice(0, -1).sort((a, b) => Boolean(a.values) - Boolean(b.values));
  document.getElementById("contour").hidden = axes.length < 2;
  if (axes.length < 2) return;
  const across = axes.find(({ name }) => name === state.across) ?? axes[0];
  const along = axes.find(({ name }) => name === state.along && name !== across.name) ?? axes.find((axis) => axis !== across);
  fill("contour-switches", menu("across", "x", axes.map(({ name }) => name), across.name), menu("along", "y", axes.map(({ name }) => name).filter((name) => name !== across.name), along.name));
  const width = Math.min(roomIn("contour-plot"), 560);
  const inside = { left: 62, top: 24, width: width - 74, height: 300 };
  const [made, pen] = canvasOf(width, 354, `${data.axes.at(-1).name} over ${across.name} and ${along.name}, smoothed between ${plural(data.chosen.length, "trial")}.`);
  const points = data.chosen.map((trial) => [across.scale.place(across.column[trial]), along.scale.place(along.column[trial]), data.shares.get(trial), trial]).filter(([a, b]) => a !== null && b !== null);
  const surface = smoothed(points);
  surface.forEach((row, at) => row.forEach(({ height, weight }, column) => {
    pen.globalAlpha = Math.min(1, weight);
    pen.fillStyle = shade(height).backgroundColor;
    pen.fillRect(inside.left + (column / CELLS) * inside.width, inside.top + (1 - (at + 1) / CELLS) * inside.height, inside.width / CELLS + 1, inside.height / CELLS + 1);
  }));
  pen.globalAlpha = 1;
  pen.strokeStyle = css("--ink");
  pen.lineWidth = 0.8;
  for (const level of LEVELS) isolines(pen, surface, level, inside);
  for (const [a, b, , trial] of points) {
    pen.fillStyle = trialColour(data, trial);
    pen.strokeStyle = css("--card");
    pen.beginPath();
    pen.arc(inside.left + a * inside.width, inside.top + (1 - b) * inside.height, 2.6, 0, 7);
    pen.fill();
    pen.stroke();
  }
  frame(pen, across, along, inside);
  fill("contour-plot", made);
  fill("contour-caption", `${along.name} (upwards) over ${across.name}. Colours and lines: the rank of the trials' ${data.axes.at(-1).name}, averaged with a Gaussian kernel of ${BANDWIDTH} of each axis; pale where few trials are near. Lines at ranks ${LEVELS.join(", ")}, 1 being the best. It shows what was tried, not what would be found elsewhere.`);
  draggable(made, inside, (from, to) => {
    brush(across.name, from[0], to[0]);
    brush(along.name, 1 - from[1], 1 - to[1]);
  });
}

// The mean rank around the middle of each cell, and how much lies near it: 1 is a trial right there.
function smoothed(points) {
  const kernel = (distance) => Math.exp((-0.5 * distance * distance) / BANDWIDTH ** 2);
  const middles = Array.from({ length: CELLS }, (_, at) => (at + 0.5) / CELLS);
  const near = (side) => points.map((point) => middles.map((middle) => kernel(middle - point[side])));
  const [acrosses, alongs] = [near(0), near(1)];
  return middles.map((_, row) => middles.map((__, column) => {
    let [weight, sum] = [0, 0];
    points.forEach((point, at) => {
      const own = acrosses[at][column] * alongs[at][row];
      weight += own;
      sum += own * point[2];
    });
    return { height: weight > 1e-9 ? sum / weight : 0, weight };
  }));
}

// The lines on which the surface has a height, cell by cell (marching squares), where trials are near.
function isolines(pen, surface, level, { left, top, width, height }) {
  const spot = (column, row) => [left + ((column + 0.5) / CELLS) * width, top + (1 - (row + 0.5) / CELLS) * height];
  pen.beginPath();
  for (let row = 0; row + 1 < CELLS; row++) {
    for (let column = 0; column + 1 < CELLS; column++) {
      const corners = [[column, row], [column + 1, row], [column + 1, row + 1], [column, row + 1]];
      if (corners.some(([a, b]) => surface[b][a].weight < 0.3)) continue;
      const crossings = corners.flatMap((corner, at) => {
        const next = corners[(at + 1) % 4];
        const [from, to] = [surface[corner[1]][corner[0]].height, surface[next[1]][next[0]].height];
        if (from < level === to < level) return [];
        const part = (level - from) / (to - from);
        return [spot(corner[0] + part * (next[0] - corner[0]), corner[1] + part * (next[1] - corner[1]))];
      });
      for (let at = 0; at + 1 < crossings.length; at += 2) {
        pen.moveTo(...crossings[at]);
        pen.lineTo(...crossings[at + 1]);
      }
    }
  }
  pen.stroke();
}

"use strict";
// Parallel coordinates: a line a trial through its hyperparameters and its metric; a drag along an axis brushes.

const SIDE = 56; // room beside the outer axes
const [ABOVE, BELOW] = [34, 14];
const LEAST_GAP = 84; // between axes; where there is less room the plot scrolls

function drawParallel(data) {
  const room = roomIn("parallel-plot");
  const width = printing() ? room : Math.max(room, 2 * SIDE + LEAST_GAP * (data.axes.length - 1));
  const height = narrow() && !printing() ? 300 : 340;
  const [made, pen] = canvasOf(width, height, `Parallel coordinates of ${plural(data.chosen.length, "trial")} through ${data.axes.map(({ name }) => name).join(", ")}. The fields below choose ranges; the table lists the best.`);
  const gap = (width - 2 * SIDE) / Math.max(data.axes.length - 1, 1);
  const x = (at) => SIDE + at * gap;
  const y = (place) => ABOVE + (1 - place) * (height - ABOVE - BELOW);
  const line = (trial, ink, thick) => {
    pen.strokeStyle = ink;
    pen.lineWidth = thick;
    pen.beginPath();
    let pen_up = true; // a hyperparameter that the trial does not have
    data.axes.forEach((axis, at) => {
      const place = axis.scale.place(axis.column[trial]);
      if (place === null) pen_up = true;
      else {
        pen[pen_up ? "moveTo" : "lineTo"](x(at), y(place));
        pen_up = false;
      }
    });
    pen.stroke();
  };
  const chosen = new Set(data.chosen);
  pen.globalAlpha = 0.25;
  for (const trial of data.mine) if (!chosen.has(trial)) line(trial, css("--line"), 1);
  pen.globalAlpha = data.chosen.length > 500 ? 0.45 : 0.8;
  for (const trial of [...data.chosen].sort((a, b) => data.shares.get(a) - data.shares.get(b))) line(trial, trialColour(data, trial), 1.2);
  pen.globalAlpha = 1;
  data.axes.forEach((axis, at) => axisOf(pen, axis, x(at), y, at === data.axes.length - 1 ? SIDE : gap, width));
  fill("parallel-plot", made);
  let started;
  made.addEventListener("pointerdown", (event) => { started = Math.round((event.offsetX - SIDE) / gap); });
  draggable(made, { left: 0, width, top: ABOVE, height: height - ABOVE - BELOW }, (from, to) => {
    const axis = data.axes[Math.min(Math.max(started, 0), data.axes.length - 1)];
    brush(axis.name, 1 - from[1], 1 - to[1]);
  });
  drawBrushFields(data);
}

function axisOf(pen, axis, x, y, gap, width) {
  const ends = state.brushes.get(axis.name);
  pen.strokeStyle = css("--soft");
  pen.lineWidth = 1;
  pen.beginPath();
  pen.moveTo(x, y(0));
  pen.lineTo(x, y(1));
  pen.stroke();
  if (ends) {
    pen.fillStyle = faint(css("--accent"), 0.35);
    pen.fillRect(x - 6, y(ends[1]), 12, y(ends[0]) - y(ends[1]));
  }
  pen.fillStyle = css("--ink");
  pen.font = "600 12px system-ui, sans-serif";
  const centred = Math.min(gap - 8, 2 * Math.min(x, width - x) - 4);
  write(pen, axis.name, x, 16, Math.max(centred, 40), "center");
  pen.font = "11px system-ui, sans-serif";
  const ticks = axis.scale.ticks.length > 12 ? axis.scale.ticks.filter((_, at, all) => at === 0 || at === all.length - 1) : axis.scale.ticks;
  for (const [place, text] of ticks) {
    pen.strokeStyle = css("--card");
    pen.lineWidth = 3;
    pen.lineJoin = "round";
    pen.textAlign = "left";
    const room = Math.max(24, Math.min(gap - 10, width - x - 6));
    pen.strokeText(String(text).slice(0, 14), x + 4, y(place) + 4, room);
    write(pen, String(text).slice(0, 14), x + 4, y(place) + 4, room);
  }
}

// The brushes as fields: for keyboards, and for exact numbers.
function drawBrushFields(data) {
  const box = document.getElementById("brush-fields");
  const rows = data.axes.map((axis) => {
    const ends = state.brushes.get(axis.name) ?? [0, 1];
    const field = (end) => {
      const text = axis.scale.value(ends[end]);
      const input = element("input", { type: "range", min: 0, max: 1, step: 0.01, value: ends[end], "aria-valuetext": typeof text === "number" ? number(text) : text, "data-brush": `${axis.name}~${end}` });
      input.addEventListener("change", () => {
        const moved = [...ends];
        moved[end] = Number(input.value);
        brush(axis.name, ...(moved[0] <= 0 && moved[1] >= 1 ? [0, 0] : moved));
        afterwards(() => [...document.querySelectorAll("[data-brush]")].find((one) => one.dataset.brush === `${axis.name}~${end}`)?.focus({ preventScroll: true }));
      });
      return element("label", {}, `${axis.name} ${end ? "at most" : "at least"} ${typeof text === "number" ? number(text) : text}`, input);
    };
    return element("div", { class: "range" }, field(0), field(1));
  });
  box.querySelector("div").replaceChildren(...rows);
}

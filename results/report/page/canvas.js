"use strict";
// Drawing on canvases: thousands of trials, which as elements of the page would make it slow.

// A canvas of that many pixels, sharp on any screen, with what it shows in words.
function canvasOf(width, height, about) {
  const sharp = printing() ? 2 : window.devicePixelRatio || 1;
  const made = element("canvas", { width: Math.round(width * sharp), height: Math.round(height * sharp), role: "img", "aria-label": about });
  made.style.width = `${width}px`;
  made.style.height = `${height}px`;
  const pen = made.getContext("2d");
  pen.scale(sharp, sharp);
  pen.font = "12px system-ui, sans-serif";
  pen.fillStyle = css("--ink");
  return [made, pen];
}

// How wide a plot in a section may be.
function roomIn(id) {
  return printing() ? PRINT_WIDTH : Math.max(240, document.getElementById(id).clientWidth);
}

// A scale of one axis of trials: the place of a value from 0 to 1, and the value of a place.
function scaleOf(values, { log, values: names }) {
  if (names) {
    const last = Math.max(names.length - 1, 1);
    return { place: (value) => (value === null ? null : value / last), value: (place) => names[Math.round(place * last)], ticks: names.map((name, at) => [at / last, name]) };
  }
  const known = values.filter((value) => value !== null);
  const height = log ? Math.log10 : (value) => value;
  let [low, high] = [height(Math.min(...known)), height(Math.max(...known))];
  if (!(high > low)) [low, high] = [low - 0.5, low + 0.5];
  const back = (place) => (log ? 10 ** (low + place * (high - low)) : low + place * (high - low));
  return { place: (value) => (value === null ? null : (height(value) - low) / (high - low)), value: back, ticks: [0, 0.25, 0.5, 0.75, 1].map((place) => [place, significant(back(place), 3).replace("-", "\u2212")]) };
}

// Lets a drag choose a part of a plot: pressed(share of the width, share of the height) -> called with both ends.
function draggable(canvas, inside, done) {
  let from;
  const at = (event) => {
    const box = canvas.getBoundingClientRect();
    const share = (value, low, size) => Math.min(1, Math.max(0, (value - low) / size));
    return [share(event.clientX - box.left, inside.left, inside.width), share(event.clientY - box.top, inside.top, inside.height)];
  };
  canvas.style.touchAction = "pan-y";
  canvas.addEventListener("pointerdown", (event) => { from = at(event); canvas.setPointerCapture(event.pointerId); });
  canvas.addEventListener("pointerup", (event) => { if (from) done(from, at(event)); from = undefined; });
}

// Writes text that ends before it meets what comes next.
function write(pen, text, x, y, room, align = "left") {
  let shown = String(text);
  while (shown.length > 3 && pen.measureText(shown).width > room) shown = `${shown.slice(0, -2)}\u2026`;
  pen.textAlign = align;
  pen.fillText(shown, x, y);
}

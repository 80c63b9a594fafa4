"use strict";
// Plotly in the page's colours.

const CONFIG = {
  responsive: true,
  displaylogo: false,
  modeBarButtons: [["zoom2d", "pan2d", "zoomIn2d", "zoomOut2d", "resetScale2d", "toImage"]],
};
// Okabe and Ito's colours, which people with any colour vision can tell apart; lighter ones on black.
const COLOURS = {
  light: ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"],
  dark: ["#56B4E9", "#F0843E", "#2FC79B", "#E8A3CB", "#F3BC4B", "#3F8FD6"],
};
const PRINT_WIDTH = 680; // pixels: what A4 and Letter leave between their margins
const DASHES = ["solid", "dash", "dot", "dashdot", "longdash", "longdashdot"];

function css(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function colour(place) {
  const own = COLOURS[document.documentElement.dataset.theme];
  return own[place % own.length];
}

function narrow() {
  return innerWidth < 700;
}

// about: what the plot shows, for those who cannot see it.
function draw(id, traces, layout, about) {
  const axis = { gridcolor: css("--line"), zerolinecolor: css("--soft"), linecolor: css("--line"), automargin: true, exponentformat: "e" };
  const whole = {
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { color: css("--ink"), family: "system-ui, sans-serif", size: narrow() ? 12 : 13 },
    margin: { l: 10, r: 12, t: 10, b: 10 },
    hoverlabel: { bgcolor: css("--card"), bordercolor: css("--line"), font: { color: css("--ink") }, namelength: -1 },
    modebar: { bgcolor: "rgba(0,0,0,0)", color: css("--soft"), activecolor: css("--accent") },
    legend: { orientation: "h", y: 1.02, yanchor: "bottom", x: 0 },
    ...layout,
    ...(printing() ? { width: PRINT_WIDTH } : {}),
    xaxis: { ...axis, ...layout.xaxis },
    yaxis: { ...axis, ...layout.yaxis },
  };
  for (const one of [whole.xaxis, whole.yaxis]) if (one.title) one.title = { ...one.title, text: foldedTitle(one.title.text), font: { size: 12 } };
  const box = document.getElementById(id);
  box.setAttribute("role", "figure");
  box.setAttribute("aria-label", about);
  Plotly.react(id, traces, whole, { ...CONFIG, displayModeBar: !narrow() && !printing() });
}

// An axis title in lines that a phone has room for.
function foldedTitle(text) {
  if (!narrow()) return text;
  const lines = [""];
  for (const word of text.split(" ")) {
    if (lines.at(-1) && (lines.at(-1) + word).length > 26) lines.push("");
    lines.push(`${lines.pop()} ${word}`.trim());
  }
  return lines.join("<br>");
}

// A name beside an axis: on a phone it leaves room for what is plotted, and its parts are cut in the middle.
function tickName(name) {
  if (!narrow() || name.length <= 22) return plain(name);
  const parts = name.split(" x ").map((part) => (part.length <= 14 ? part : `${part.slice(0, 7)}\u2026${part.slice(-6)}`));
  return parts.map(plain).join(" x<br>");
}

// Plotly reads a little markup in names; a name is text.
function plain(text) {
  return String(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function faint(ink, share) {
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(ink.slice(at, at + 2), 16));
  return `rgba(${red},${green},${blue},${share})`;
}

// A band of a mean or median (results/report/plain.py) as steps, between its limits.
function bandTraces(name, curves, band, ink, dash) {
  const [, start, end] = band;
  const [line, low, high] = middle(band);
  const x = [...curves.grid.slice(start, start + line.length - 1), end];
  const steps = { x, mode: "lines", line: { shape: "hv", width: 0, color: ink }, hoverinfo: "skip", showlegend: false, legendgroup: name };
  const limits = low ? [{ ...steps, y: low }, { ...steps, y: high, fill: "tonexty", fillcolor: faint(ink, 0.14) }] : [];
  const drawn = { x, y: line, name: plain(name), legendgroup: name, mode: "lines", line: { shape: "hv", width: 2.5, color: ink, dash } };
  return [...limits, drawn];
}

// Limits that show where curves end and part: how bad a bad start was would flatten all that follows.
function heights(values, sign) {
  const sorted = values.filter((value) => value !== null).map((value) => sign * value).sort((a, b) => a - b);
  if (!sorted.length) return undefined;
  const high = sorted.at(-1);
  const half = sorted[Math.floor(sorted.length / 2)];
  const low = Math.max(sorted[0], high - 4 * (high - half || Math.abs(high) || 1));
  const margin = 0.06 * (high - low || Math.abs(high) || 1);
  const limits = [sign * (low - margin), sign * (high + margin)];
  return limits.sort((a, b) => a - b);
}

function axisTitle(axis = state.axis) {
  return { title: { text: plain(place().axes[axis]) }, type: state.scale };
}

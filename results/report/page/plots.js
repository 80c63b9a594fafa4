"use strict";
// Plotly in the page's colours.

const CONFIG = { responsive: true, displaylogo: false, modeBarButtonsToRemove: ["select2d", "lasso2d", "toggleSpikelines"] };
// Okabe and Ito's colours, which people with any colour vision can tell apart.
const COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"];
const DASHES = ["solid", "dash", "dot", "dashdot", "longdash", "longdashdot"];

function css(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function draw(id, traces, layout) {
  const axis = { gridcolor: css("--line"), zerolinecolor: css("--soft"), linecolor: css("--line"), automargin: true };
  const whole = {
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { color: css("--ink"), family: "system-ui, sans-serif", size: 13 },
    margin: { l: 10, r: 12, t: 10, b: 10 },
    hoverlabel: { bgcolor: css("--card"), bordercolor: css("--line"), font: { color: css("--ink") }, namelength: -1 },
    legend: { orientation: "h", y: -0.22, yanchor: "top", x: 0 },
    ...layout,
    xaxis: { ...axis, ...layout.xaxis },
    yaxis: { ...axis, ...layout.yaxis },
  };
  Plotly.react(id, traces, whole, CONFIG);
}

// Plotly reads a little markup in names; a name is text.
function plain(text) {
  return String(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function faint(colour, share) {
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
  return `rgba(${red},${green},${blue},${share})`;
}

// A band of curves.js: the mean as steps, between its limits.
function bandTraces(name, curves, band, colour, dash) {
  const [, start, mean, low, high] = band;
  const x = curves.grid.slice(start, start + mean.length);
  const steps = { x, mode: "lines", line: { shape: "hv", width: 0, color: colour }, hoverinfo: "skip", showlegend: false, legendgroup: name };
  const limits = low ? [{ ...steps, y: low }, { ...steps, y: high, fill: "tonexty", fillcolor: faint(colour, 0.16) }] : [];
  const line = { x, y: mean, name: plain(name), legendgroup: name, mode: "lines", line: { shape: "hv", width: 2.5, color: colour, dash } };
  return [...limits, line];
}

// Limits that show where curves part: how bad a bad start was would flatten all that follows.
function heights(values, sign) {
  const sorted = values.filter((value) => value !== null).sort((a, b) => a - b);
  if (!sorted.length) return undefined;
  const at = (share) => sorted[Math.round(share * (sorted.length - 1))];
  const [low, high] = sign > 0 ? [at(0.15), at(1)] : [at(0), at(0.85)];
  const margin = 0.06 * (high - low || Math.abs(high) || 1);
  return [low - margin, high + margin];
}

function axisTitle() {
  return { title: { text: place().axes[state.axis] }, type: state.scale };
}

"use strict";
// Colours of cells: of places on the colour scale (results/compare/colour_scale.py), and of differences.

// place: 1 = the best, 0 = the limit, down to -1 = the worst of the tail.
function shade(place) {
  const names = place >= 0 ? ["--low", "--middle", "--high"] : ["--tail-near", "--tail-middle", "--tail-far"];
  return filled(between(names.map((name) => rgb(css(name))), Math.abs(place)));
}

// share: 1 = better by as much as the most, -1 = worse.
function shadeChange(share) {
  const end = share >= 0 ? "--high" : "--tail-far";
  return filled(between([rgb(css("--card")), rgb(css(end))], Math.min(Math.abs(share), 1)));
}

function between(stops, share) {
  const scaled = share * (stops.length - 1);
  const at = Math.min(Math.floor(scaled), stops.length - 2);
  return stops[at].map((one, channel) => Math.round(one + (scaled - at) * (stops[at + 1][channel] - one)));
}

// The colour, and the ink that is readable on it.
function filled(colour) {
  const light = colour.map((one) => (one / 255 <= 0.04045 ? one / 255 / 12.92 : ((one / 255 + 0.055) / 1.055) ** 2.4));
  const luminance = 0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2];
  return { backgroundColor: `rgb(${colour})`, color: luminance > 0.179 ? "#000" : "#fff" };
}

function rgb(hex) {
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
}

function drawLegend(shown) {
  const [worst, limit, best] = shown.scale;
  const tail = worst === limit ? [] : [number(worst, shown.written), element("i", { class: "tail" })];
  fill("legend", ...tail, number(limit, shown.written), element("i"), number(best, shown.written), element("i", { class: "none" }), "no result");
}

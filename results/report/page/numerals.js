"use strict";
// Numbers as text, as results/numerals.py writes them.

// A number with four significant digits, or as results/numerals.py would write it: to a place, with a power of
// ten or without one.
function number(value, written) {
  if (value === null || value === undefined) return "?";
  const text = written === undefined ? significant(value, 4) : placed(value, written);
  return Number(text) === 0 ? text.replace(/^-/, "") : text.replaceAll("-", "\u2212");
}

function placed(value, { place, plain }) {
  if (plain) return Math.abs(value) < 1e7 ? value.toFixed(Math.max(place, 0)) : significant(value, 3);
  if (value === 0) return "0";
  return rounded(value, Math.min(Math.max(place + Math.floor(Math.log10(Math.abs(value))) + 1, 2), 17));
}

function significant(value, digits) {
  const [head, power] = rounded(value, digits).split("e");
  const short = head.includes(".") ? head.replace(/\.?0+$/, "") : head;
  return power === undefined ? short : `${short}e${power}`;
}

function rounded(value, digits) {
  const [mantissa, power] = value.toExponential(digits - 1).split("e");
  const exponent = Number(power);
  if (exponent < -4 || exponent >= 6) return `${mantissa}e${exponent}`;
  return value.toFixed(Math.max(digits - 1 - exponent, 0));
}

function percent(value) {
  if (value === null) return "?";
  if (value < 0.001) return "<0.1 %";
  return value > 0.999 ? ">99.9 %" : `${(100 * value).toFixed(1)} %`;
}

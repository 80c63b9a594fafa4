"use strict";
// Printing: the light theme, all rows of tables, the grid in parts that fit on a page, plots of its width.

let onPaper = false;

function printing() {
  return onPaper;
}

function beginPrint() {
  onPaper = true;
  const screen = document.documentElement.dataset.theme;
  document.documentElement.dataset.theme = "light";
  document.documentElement.dataset.screen = screen;
  document.querySelectorAll("details").forEach((one) => { one.dataset.was = String(one.open); one.open = !one.classList.contains("pick"); });
  drawAll();
  document.querySelectorAll("main details").forEach((one) => { one.open = true; });
}

function endPrint() {
  onPaper = false;
  document.documentElement.dataset.theme = document.documentElement.dataset.screen;
  document.querySelectorAll("details[data-was]").forEach((one) => { one.open = one.dataset.was === "true"; });
  render();
}

function startPrinting() {
  addEventListener("beforeprint", beginPrint);
  addEventListener("afterprint", endPrint);
}

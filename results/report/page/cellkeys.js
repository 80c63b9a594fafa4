"use strict";
// Cells of a grid under keys and pointers: arrow keys, and the tip with the details.

// Arrow keys go from cell to cell; only one cell is a stop of the tabulator.
function moveFocus(event) {
  const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
  const from = event.target.closest("td");
  if (!step || !from) return;
  event.preventDefault();
  const rows = [...from.closest("tbody").rows];
  let row = rows.indexOf(from.parentElement);
  let column = from.cellIndex;
  do {
    row += step[0];
    column += step[1];
    const to = rows[row]?.cells[column]?.querySelector("button");
    if (!to) return;
    if (to.disabled) continue;
    event.target.setAttribute("tabindex", -1);
    to.setAttribute("tabindex", 0);
    to.focus();
    return;
  } while (true);
}

function showTip(button, text) {
  const tip = document.getElementById("tip");
  tip.textContent = text;
  tip.hidden = false;
  const at = button.getBoundingClientRect();
  const below = at.bottom + 8 + tip.offsetHeight < innerHeight;
  tip.style.left = `${Math.max(4, Math.min(at.left, innerWidth - tip.offsetWidth - 4))}px`;
  tip.style.top = `${below ? at.bottom + 6 : Math.max(4, at.top - tip.offsetHeight - 6)}px`;
}

function hideTip() {
  document.getElementById("tip").hidden = true;
}

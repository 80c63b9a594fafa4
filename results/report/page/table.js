"use strict";
// Tables that sort by a press on a heading; the order stays when the table is made again.

const orders = new Map(); // table's name -> {column, down}
const opened = new Set(); // tables of which all rows are shown
const FIRST_ROWS = 12;
const wholeTable = (name) => opened.has(name) || printing();

// columns: [{name, number, short, long, written, show}]; rows: [{values, marked}].  A value is text, a number, null, or
// {text, press, sort}, a button.
function table(name, label, columns, rows) {
  const box = element("div");
  const make = () => box.replaceChildren(...tableParts(name, label, columns, rows, make));
  make();
  return box;
}

function tableParts(name, label, columns, rows, again) {
  const order = orders.get(name);
  const sorted = order ? [...rows].sort((one, other) => compare(one, other, order)) : rows;
  const shown = wholeTable(name) ? sorted : sorted.slice(0, FIRST_ROWS);
  const head = element("tr", {}, ...columns.map((column, place) => heading(name, column, place, again)));
  const body = shown.map((row) =>
    element("tr", { class: row.marked ? "marked" : null }, ...columns.map((column, place) => cell(column, row.values[place]))),
  );
  const made = element("table", { class: "sortable", "aria-label": label, id: `table-${name}` });
  made.append(element("thead", {}, head), element("tbody", {}, ...body));
  const parts = [element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": label }, made)];
  const buttons = element("p", { class: "buttons" });
  if (rows.length > FIRST_ROWS) buttons.append(more(name, rows.length, again));
  buttons.append(element("button", { type: "button", "aria-label": `Download CSV: ${label}`, onclick: () => save(`${name}.csv`, csv(columns, sorted)) }, "Download CSV"));
  return [...parts, buttons];
}

// All rows as comma-separated values; numbers as they are known, not as they are shown.
function csv(columns, rows) {
  const quoted = (text) => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const said = (value) => (value?.nodes ? value.nodes.map((node) => node.textContent ?? node).join("") : String(value?.text ?? value ?? ""));
  const lines = [columns.map((column) => column.name), ...rows.map((row) => row.values.map(said))];
  return lines.map((line) => line.map(quoted).join(",")).join("\n") + "\n";
}

function heading(name, column, place, again) {
  const order = orders.get(name);
  const own = order?.column === place;
  const press = () => {
    // Numbers begin with the largest, text with A.
    orders.set(name, { column: place, down: own ? !order.down : Boolean(column.number) });
    again();
    document.querySelectorAll(`#table-${name} thead button`)[place].focus();
  };
  const arrow = own ? (order.down ? " \u25be" : " \u25b4") : "";
  return element(
    "th",
    { scope: "col", class: column.number ? "number" : null, "aria-sort": own ? (order.down ? "descending" : "ascending") : null },
    element("button", { type: "button", onclick: press, title: column.title }, column.name + arrow),
  );
}

function cell(column, value) {
  const kind = column.number ? "number" : column.short ? "name" : column.long ? "long" : null;
  if (value?.press) {
    return element("td", { class: kind }, element("button", { type: "button", class: "link", onclick: value.press }, value.text));
  }
  if (value?.nodes) return element("td", { class: kind }, ...value.nodes);
  const text = column.show ? column.show(value) : typeof value === "number" ? number(value, column.written) : (value ?? "");
  return element("td", { class: kind }, text);
}

function more(name, many, again) {
  const open = opened.has(name);
  const press = () => {
    if (open) opened.delete(name);
    else opened.add(name);
    again();
  };
  return element("button", { type: "button", onclick: press, "aria-expanded": String(open) }, open ? `Show ${FIRST_ROWS} rows` : `Show all ${many} rows`);
}

// What is unknown comes last in either direction.
function compare(one, other, { column, down }) {
  const [a, b] = [one, other].map((row) => row.values[column]?.sort ?? row.values[column]?.text ?? row.values[column]);
  if (a === null || a === undefined || b === null || b === undefined) return (a ?? null) === null ? ((b ?? null) === null ? 0 : 1) : -1;
  const ahead = typeof a === "number" ? a - b : String(a).localeCompare(String(b), "en", { numeric: true });
  return down ? -ahead : ahead;
}

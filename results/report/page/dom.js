"use strict";
// Elements of the page, and files that it gives.

// An element with children; text is always text, never markup.
function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

function fill(id, ...children) {
  document.getElementById(id).replaceChildren(...children);
}

function plural(many, noun) {
  return `${many} ${noun}${many === 1 ? "" : "s"}`;
}

function sentence(text) {
  return text[0].toUpperCase() + text.slice(1);
}

// A file that the page makes itself: nothing is asked of anyone.
function save(name, text) {
  const address = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  element("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}

function copyButton(what, text) {
  const button = element("button", { type: "button" }, `Copy ${what}`);
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(typeof text === "function" ? text() : text);
      button.textContent = "Copied";
    } catch {
      button.textContent = "Not allowed here: mark the text and copy it";
    }
  });
  return button;
}

// A menu of a choice; label and texts are for people, values stay in the address.
function menu(name, label, values, chosen, text = (value) => value) {
  const box = element("select", { "data-choice": name }, ...values.map((value) => element("option", { value, selected: String(value) === String(chosen) ? "" : null }, text(value))));
  return element("label", { class: "choice" }, `${label} `, box);
}

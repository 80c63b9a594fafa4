"use strict";
// What to do with the answer: the best configurations of a combination, and the lines of Python that use it.

function drawUse(shown) {
  const first = ranked(shown).find(({ pair }) => isShown(pair));
  document.getElementById("use").hidden = !first;
  if (!first) return;
  fill("use-title", `Use it: ${pairName(first.pair)}`);
  fill("use-body", ...configurationParts(first.pair), ...pythonParts(shown, first.index));
}

// The best configuration on each task, as JSON to copy.
function configurationParts(pair) {
  const found = bestConfigurations(pair);
  if (!found.length) return [element("p", {}, "The run holds no configuration of it.")];
  return [
    element("p", { class: "caption" }, "The best configuration that it found on each task; its value is the best of many that scatter, and so too good on average."),
    ...found.map(({ task, metric, value, repetition, config }) =>
      element("div", { class: "code" }, element("p", {}, `${task}: ${metric} ${number(value)}, in repetition ${repetition}`), element("pre", { tabindex: 0 }, config), copyButton("the configuration", config))),
  ];
}

function bestConfigurations(pair) {
  const views = view().task ? [view()] : place().views.filter((one) => one.task && view().tasks.includes(one.task));
  return views.flatMap((one) => {
    const index = findPair(one, pair);
    return (one.found ?? []).filter((row) => row[0] === index).map(([, task, metric, value, repetition, config]) => ({ task, metric, value, repetition, config }));
  });
}

function pythonParts(shown, index) {
  const codes = Object.entries(shown.python[index] ?? {});
  if (!codes.length) return [element("p", { class: "caption" }, "tunegrid recommend prints the lines of Python that use it.")];
  return codes.map(([title, code], at) =>
    element("details", { open: at === codes.length - 1 ? "" : null }, element("summary", {}, `Python: ${title}`), element("pre", { tabindex: 0 }, code), copyButton("the code", code)));
}

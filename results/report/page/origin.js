"use strict";
// What has no result, and where the results were made.

function drawFailures() {
  const columns = [{ name: "status", short: true }, { name: "experiments", number: true, written: WHOLE }, { name: "reason", long: true }, { name: "tasks" }, { name: "combinations" }];
  const rows = DATA.failures.map((one) => ({ values: [one.status, one.experiments, one.reason, one.tasks.join(", "), { nodes: [folded(one.combinations)], sort: one.combinations.length }] }));
  fill("failures-table", rows.length ? table("failures", "Experiments without a result", columns, rows) : "Every experiment has a result.");
}

function folded(names) {
  if (names.length <= 3) return element("span", {}, names.join(", "));
  return element("details", {}, element("summary", {}, `${names.length} combinations`), names.join(", "));
}

function drawOrigin() {
  const facts = ["python", "platform", "cpu", "cpus", "gpu", "blas_threads", "git"];
  const parts = DATA.environments.map(({ run, asked, records }) => {
    const box = element("div", {}, element("h3", {}, `Run ${run}`));
    for (const [key, record] of Object.entries(records)) {
      const said = facts.filter((name) => record[name]).map((name) => `${name.replace("_", " ")} ${record[name]}`);
      box.append(element("p", {}, `Environment ${key}: ${said.join("; ")}.`));
      box.append(element("details", {}, element("summary", {}, "Packages and checksums of the data"), element("pre", { tabindex: 0 }, lines(record.packages) + "\n\n" + lines(record.data))));
    }
    if (!Object.keys(records).length) box.append(element("p", {}, "No provenance is recorded."));
    box.append(element("details", {}, element("summary", {}, "What was asked for (run.toml)"), element("pre", { tabindex: 0 }, asked)));
    return box;
  });
  fill("origin-body", ...parts);
}

function lines(values) {
  return Object.entries(values ?? {}).map(([name, value]) => `${name} ${value}`).join("\n");
}

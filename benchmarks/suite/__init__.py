"""The contracts: registry, specs, rules, experiments, grids and their options."""

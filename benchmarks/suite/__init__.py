"""Contracts: registry, specs, rules, experiments, grids and their options."""

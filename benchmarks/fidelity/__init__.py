"""Fidelity certificate: comparison of the virtual engine with the real one."""

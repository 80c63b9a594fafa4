"""Search spaces: domains, acceptance, sampling and encoding."""

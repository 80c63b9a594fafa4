"""The parts that all engines share: a Tune run, its ledger, recorder and rows."""

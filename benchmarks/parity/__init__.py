"""Native parity: searchers beside their libraries, used by their own APIs."""

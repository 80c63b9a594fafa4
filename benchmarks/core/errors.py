"""The error of a trainable's loader."""


class DataError(Exception):
    """Data that is missing, damaged or too small; the message says what to do about it."""

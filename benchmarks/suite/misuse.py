"""Misuse: the error of a request that cannot be carried out."""


class Misuse(Exception):
    """The user asked for something that cannot be; the message is one line that says what to do."""

"""Reference of the commands: Markdown made from their parsers."""

from __future__ import annotations

import argparse
import re

from tunegrid.calling import keywords_of
from tunegrid.commands import ORDER, command

WIDTH = 100  # of the usage


def index() -> str:
    """Return the page that lists all commands."""
    lines = [
        "# Commands",
        "",
        "Made from the parsers of the commands. `tunegrid COMMAND --help` prints the same in a terminal, and "
        "`tunegrid --print-completion bash` (or `zsh`) a completion script.",
        "",
        "| command | what it does |",
        "|---|---|",
        *(f"| [`tunegrid {name}`]({name}.md) | {escaped(command(name).summary)} |" for name in ORDER),
    ]
    return "\n".join(lines) + "\n"


def page(name: str) -> str:
    """Return the page of a command: its usage, and each group of options as a table."""
    declared = command(name)
    parser = declared.make_parser()
    usage = _usage(parser)
    blocks = [f"# tunegrid {name}", escaped(parser.description or declared.summary), f"```text\n{usage}\n```"]
    for group in parser._action_groups:
        actions = [action for action in group._group_actions if action.help != argparse.SUPPRESS]
        if not actions:
            continue
        title = (group.title or "options").capitalize()
        blocks.append(f"## {title}")
        if group.description:
            blocks.append(escaped(group.description))
        rows = [f"| {_words(action)} | {_help(parser, action)} |" for action in actions]
        blocks.append("\n".join(["| option | meaning |", "|---|---|", *rows]))
    if parser.epilog:
        blocks.append(escaped(parser.epilog))
    return "\n\n".join(blocks) + "\n"


def keywords(name: str = "run") -> str:
    """Return the keywords that ``tunegrid.run`` takes, as a table."""
    parser = command(name).make_parser()
    rows = [f"| `{keyword}` | {_help(parser, action)} |" for keyword, action in keywords_of(parser).items()]
    return "\n".join(["| keyword | meaning |", "|---|---|", *rows]) + "\n"


def escaped(text: str) -> str:
    """Return plain text as Markdown that shows it, in a table too."""
    marked = re.sub(r"([\\`*_\[\]#|~$<>{}])", r"\\\1", text)
    return marked.replace("\n", " ")


def _usage(parser: argparse.ArgumentParser) -> str:
    formatter = argparse.HelpFormatter(parser.prog, width=WIDTH)
    formatter.add_usage(parser.usage, parser._actions, parser._mutually_exclusive_groups)
    return formatter.format_help().strip()


def _words(action: argparse.Action) -> str:
    """Return the option's words, with the name of its value."""
    formatter = argparse.HelpFormatter("")
    if not action.option_strings:
        return _code(formatter._format_action_invocation(action))
    value = formatter._format_args(action, formatter._get_default_metavar_for_optional(action))
    words = ", ".join(_code(word) for word in action.option_strings)
    return f"{words} {_code(value)}" if action.nargs != 0 and value else words


def _help(parser: argparse.ArgumentParser, action: argparse.Action) -> str:
    """Return the option's help as a terminal shows it, with default and choices."""
    return escaped(parser._get_formatter()._expand_help(action)) if action.help else ""


def _code(text: str) -> str:
    return "`" + text.replace("|", "\\|") + "`"

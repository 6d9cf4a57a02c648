"""Standard output and standard error: our own colours, and of all other text only characters that steer no terminal.

Text of notes, names of files and settings may hold escape sequences that set the title of a window, clear the screen or answer to the
shell. Every character that is printed goes through here, whoever prints it.
"""

import io
import os
import re
import sys
from typing import TextIO

import click

_STEERING = "\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff"
"""Control characters except tab and line feed, overrides of the writing direction, and halves of surrogate pairs."""
_PRINTED = re.compile(rf"(\x1b\[(?:[0-2]|3[0-7]|9[0-7])m|\r\x1b\[K|\r\n)|[{_STEERING}]")
_NOT_PRINTED = re.compile(rf"[{_STEERING}]")


class OutputProblem(click.ClickException):
    """Nothing can be written to standard output: for that reason its message is in English."""

    exit_code = 2

    def __init__(self, reason: str) -> None:
        super().__init__(f"cannot write to standard output: {reason}")


def shown_text(text: str) -> str:
    """Return `text` with our own colours and without any other character that steers a terminal."""
    return _PRINTED.sub(lambda found: found[1] or "\ufffd", text)


def harmless(text: str) -> str:
    """Return `text` without characters that steer a terminal, colours included."""
    return _NOT_PRINTED.sub("\ufffd", text)


class _Printed(io.TextIOBase):
    """A stream that passes on what `shown_text` leaves. It has no `buffer` and no `fileno`, so that nobody writes past it."""

    def __init__(self, stream: TextIO, is_output: bool) -> None:
        self._stream, self._is_output = stream, is_output

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return self._stream.encoding

    @property
    def errors(self) -> str | None:  # type: ignore[override]
        return self._stream.errors

    def isatty(self) -> bool:
        return self._stream.isatty()

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        try:
            return self._stream.write(shown_text(text))
        except OSError as error:
            raise self._problem(error) from None

    def flush(self) -> None:
        try:
            self._stream.flush()
        except OSError as error:
            raise self._problem(error) from None

    def _problem(self, error: OSError) -> Exception:
        if not self._is_output or isinstance(error, BrokenPipeError):
            return error
        return OutputProblem((error.strerror or str(error)).lower())


def guard() -> None:
    """Let everything that is printed from here on go through `shown_text`. Raises `OutputProblem` if standard output is closed.

    Standard output that goes to a file or a program is UTF-8 whatever the locale; a terminal gets `?` for what it cannot show.
    """
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 (it stays open as long as the program)
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123
        raise OutputProblem("it is closed")
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if isinstance(stream, _Printed):
            continue
        if isinstance(stream, io.TextIOWrapper):
            is_data = name == "stdout" and not stream.isatty()
            stream.reconfigure(encoding="utf-8" if is_data else None, errors="replace")
        setattr(sys, name, _Printed(stream, name == "stdout"))

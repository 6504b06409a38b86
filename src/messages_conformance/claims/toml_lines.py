"""In which line of a TOML text each value begins, which `tomllib` does not say."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from typing import TypeAlias

KeyPath: TypeAlias = tuple[str | int, ...]
"""The way to a value: names of tables, and positions in arrays from 0."""

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'', re.DOTALL
)
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_SCALAR = re.compile(r"[^,\]}#\n]+")
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)")
_ESCAPED = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r"}


def lines(text: str) -> dict[KeyPath, int]:
    """The line, from 1, in which the value at each key path begins.

    The text must be one that `tomllib` reads.
    """
    return _Scanner(text).scan()


def line_of(found: dict[KeyPath, int], path: Sequence[str | int]) -> int:
    """The line of a value, or of the innermost value around it that is there; 1 where none is."""
    return next((found[k] for n in range(len(path), 0, -1) if (k := tuple(path[:n])) in found), 1)


class _Scanner:
    """Passes over a valid TOML text once."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._ends = [found.start() for found in re.finditer("\n", text)]
        self._found: dict[KeyPath, int] = {}
        self._tables: dict[KeyPath, int] = {}
        """How many tables an array of tables has until now."""

    def scan(self) -> dict[KeyPath, int]:
        """Pass over it, table by table."""
        table: KeyPath = ()
        self._skip()
        while self._at < len(self._text):
            if self._text.startswith("[[", self._at):
                table = self._header(2)
            elif self._text.startswith("[", self._at):
                table = self._header(1)
            else:
                self._pair(table)
            self._skip()
        return self._found

    def _header(self, brackets: int) -> KeyPath:
        start, self._at = self._at, self._at + brackets
        path: KeyPath = ()
        names = self._key()
        for name in names[:-1]:
            path = self._last((*path, name))
        path = (*path, names[-1])
        if brackets == 2:
            self._tables[path] = self._tables.get(path, 0) + 1
        path = self._last(path)
        self._note(path, start)
        self._skip()
        self._at += brackets
        return path

    def _last(self, path: KeyPath) -> KeyPath:
        """The newest table where an array of tables is meant."""
        return (*path, self._tables[path] - 1) if path in self._tables else path

    def _pair(self, table: KeyPath) -> None:
        start = self._at
        path = (*table, *self._key())
        self._skip()
        self._at += 1  # the equals sign
        self._note(path, start)
        self._value(path)

    def _value(self, path: KeyPath) -> None:
        self._skip()
        self._note(path, self._at)
        if self._text.startswith("[", self._at):
            self._items(path)
        elif self._text.startswith("{", self._at):
            self._inline(path)
        elif found := (_STRING.match(self._text, self._at) or _SCALAR.match(self._text, self._at)):
            self._at = found.end()

    def _items(self, path: KeyPath) -> None:
        position = 0
        while not self._closes("]"):
            self._value((*path, position))
            position += 1

    def _inline(self, path: KeyPath) -> None:
        while not self._closes("}"):
            self._pair(path)

    def _closes(self, bracket: str) -> bool:
        """Pass over the opening bracket or a comma; whether the closing one stands there."""
        self._skip()
        if self._text[self._at] != bracket:
            self._at += self._text[self._at] in "[{,"
            self._skip()
        if self._text[self._at] != bracket:
            return False
        self._at += 1
        return True

    def _key(self) -> list[str]:
        names = []
        while True:
            self._skip()
            if quoted := _STRING.match(self._text, self._at):
                names.append(_unquoted(quoted[0]))
                self._at = quoted.end()
            elif bare := _BARE_KEY.match(self._text, self._at):
                names.append(bare[0])
                self._at = bare.end()
            self._skip()
            if not self._text.startswith(".", self._at):
                return names
            self._at += 1

    def _skip(self) -> None:
        if blank := _BLANK.match(self._text, self._at):
            self._at = blank.end()

    def _note(self, path: KeyPath, place: int) -> None:
        self._found.setdefault(path, bisect_left(self._ends, place) + 1)


def _unquoted(quoted: str) -> str:
    if quoted.startswith("'"):
        return quoted[1:-1]

    def character(escape: re.Match[str]) -> str:
        code = escape[1]
        return chr(int(code[1:], 16)) if code[0] in "uU" else _ESCAPED.get(code, code)

    return _ESCAPE.sub(character, quoted[1:-1])

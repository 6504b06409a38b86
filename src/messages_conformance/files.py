"""Files and folders that are written completely or not at all, and read within bounds."""

import contextlib
import errno
import hashlib
import json
import os
import re
import shutil
import stat
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, BinaryIO, Final

_AT_ONCE: Final = getattr(os, "O_NONBLOCK", 0)
"""A FIFO that nobody else opens would keep us waiting."""
LARGEST: Final = 32 * 1024 * 1024
"""Bytes of the largest document that is read whole: some ten times those of a report of 13 models
and 200 rows."""
LARGEST_SETTINGS: Final = 1024 * 1024
"""Bytes of the largest file that a person writes: claims, known deviations."""
_PART: Final = 1024 * 1024
"""Bytes that are read at once."""
_MOST_PARTS: Final = 1_000_000
_MOST_PARTS_OF_SETTINGS: Final = 20_000
"""Objects, lists, tables and items of a document; to check each takes a tenth of a millisecond."""
_DEEPEST: Final = 64
"""Levels of tables and arrays in what a person writes."""
_LONGEST_KEY: Final = re.compile(
    rf"(?<![\w\"'-])(?:[\w\"'-]++[ \t]*+\.[ \t]*+){{{_DEEPEST}}}", re.ASCII
)
"""A dotted key of more parts, which `tomllib` reads in quadratic time."""
_INTEGERS: Final = range(-(2**63), 2**63)
"""The integers of TOML."""
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""What a disk says that takes no more; none of them is about a file that is read."""
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")


def open_file(path: Path) -> BinaryIO:
    """Open a file to read its bytes; nothing else, as a FIFO or a device may never end.

    Raises:
        OSError: it cannot be opened, or is no regular file.
    """
    descriptor = os.open(path, os.O_RDONLY | _AT_ONCE | getattr(os, "O_BINARY", 0))
    try:
        _check_is_file(os.fstat(descriptor), path, "copy its content into a file")
    except OSError:
        os.close(descriptor)
        raise
    return os.fdopen(descriptor, "rb")


def digest(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal; it is never in memory as a whole.

    Raises:
        OSError: it cannot be read, or is no regular file.
    """
    hashed = hashlib.sha256()
    with open_file(path) as file:
        while part := file.read(_PART):
            hashed.update(part)
    return hashed.hexdigest()


def open_to_append(path: Path) -> IO[str]:
    """Open a file of text to add to its end; a new one is for its owner alone.

    Raises:
        OSError: it cannot be opened, or is no regular file.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | _AT_ONCE, 0o600)
    try:
        _check_is_file(os.fstat(descriptor), path, "name a file")
    except OSError:
        os.close(descriptor)
        raise
    return os.fdopen(descriptor, "a", encoding="utf-8")


def _check_is_file(found: os.stat_result, path: Path, instead: str) -> None:
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not stat.S_ISREG(found.st_mode):
        raise OSError(errno.EINVAL, f"Is a FIFO, a device or a socket; {instead}", str(path))


def read_text(path: Path, largest: int = LARGEST) -> str:
    """Read a text file of at most so many bytes, without the mark that it is UTF-8.

    Raises:
        OSError: it cannot be read, is no regular file, or is larger.
        UnicodeDecodeError: it is not UTF-8.
    """
    with open_file(path) as file:
        # A device or a file of the system has no size; and any may grow.
        is_larger = os.fstat(file.fileno()).st_size > largest
        content = b"" if is_larger else file.read(largest + 1)
    if is_larger or len(content) > largest:
        reason = f"Is larger than {largest / 2**20:g} MB, the limit for such a file"
        raise OSError(errno.EFBIG, reason, str(path))
    if content.startswith(_UTF_16):
        reason = "it is UTF-16 text, as PowerShell's '>' writes it; save it as UTF-8"
        raise UnicodeDecodeError("utf-8", content[:2], 0, 1, reason)
    return content.decode("utf-8").removeprefix("\ufeff")


def read_json(path: Path) -> Any:
    """Read a JSON document of bounded size.

    Raises:
        OSError: it cannot be read, is no regular file, or is too large.
        ValueError: it is not JSON, or holds more than any such document.
    """
    text = read_text(path)
    _check_parts(text, "[{,", _MOST_PARTS)
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("it nests too deeply") from None
    except json.JSONDecodeError:
        raise
    except ValueError:
        raise ValueError("it holds a number of thousands of digits") from None


def read_toml(path: Path) -> tuple[dict[str, Any], str]:
    """Read a TOML document that a person wrote; returns its text too.

    Raises:
        OSError: it cannot be read, is no regular file, or is too large.
        ValueError: it is not TOML, or holds more than any such document.
    """
    text = read_text(path, LARGEST_SETTINGS)
    _check_parts(text, "[{,\n", _MOST_PARTS_OF_SETTINGS)
    if _LONGEST_KEY.search(text):
        raise ValueError(f"a key in it has more than {_DEEPEST} parts")
    try:
        document = tomllib.loads(text)
    except RecursionError:
        raise ValueError(f"it nests deeper than {_DEEPEST} levels") from None
    except tomllib.TOMLDecodeError:
        raise
    except ValueError:
        raise ValueError(_NOT_AN_INTEGER) from None
    check_values(document)
    return document, text


_NOT_AN_INTEGER: Final = "it holds an integer of more than 64 bits"


def _check_parts(text: str, separators: str, most: int) -> None:
    if sum(map(text.count, separators)) > most:
        raise ValueError(f"it has more than {most:,} items, more than any such file")


def check_values(document: Any) -> None:
    """Check that others can pass over, compare and print what a person wrote.

    Raises:
        ValueError: it nests too deeply, or holds an integer of more than 64 bits.
    """
    waiting: list[tuple[Any, int]] = [(document, 0)]
    while waiting:
        value, depth = waiting.pop()
        if depth > _DEEPEST:
            raise ValueError(f"it nests deeper than {_DEEPEST} levels")
        if type(value) is int and value not in _INTEGERS:
            raise ValueError(_NOT_AN_INTEGER)
        inner = value.values() if isinstance(value, dict) else value
        if isinstance(value, dict | list):
            waiting += [(one, depth + 1) for one in inner]


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a temporary path to write a file or folder to; then rename it to ``path``.

    Creates the parent folders. Removes what was written if anything fails; a disk that is full
    is an error about ``path``, not about the temporary one or about what was copied to it.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
        temporary.replace(path)
    except OSError as problem:
        if problem.errno in _FULL or problem.filename in (None, str(temporary)):
            problem.filename = str(path)
        raise
    finally:
        if temporary.is_dir():
            shutil.rmtree(temporary, ignore_errors=True)
        else:
            with contextlib.suppress(OSError):  # What failed to be written was said already.
                temporary.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write a text file completely or not at all.

    Raises:
        OSError: it cannot be written, or a device or a FIFO has its name: to replace one breaks
            whatever uses it.
    """
    with contextlib.suppress(FileNotFoundError):
        _check_is_file(path.stat(), path, "name a file, or leave the option out to print")
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def sync_folder(folder: Path) -> None:
    """Push a folder's list of names to the disk, where the system can: new files survive a crash.

    What cannot be pushed is left to the system.
    """
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

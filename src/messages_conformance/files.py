"""Files and folders that are written completely or not at all, and read within bounds."""

import contextlib
import errno
import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import IO, BinaryIO, Final

_AT_ONCE: Final = getattr(os, "O_NONBLOCK", 0)
"""A FIFO that nobody else opens would keep us waiting."""
LARGEST: Final = 256 * 1024 * 1024
"""Bytes of the largest document that is read whole."""
LARGEST_SETTINGS: Final = 4 * 1024 * 1024
"""Bytes of the largest file that a person writes: claims, known deviations."""


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
    """Read a text file of at most so many bytes.

    Raises:
        OSError: it cannot be read, is no regular file, or is larger.
        UnicodeDecodeError: it is not UTF-8.
    """
    with open_file(path) as file:
        content = file.read(largest + 1)
    if len(content) > largest:
        reason = f"Is larger than {largest / 1e6:g} MB, the limit for such a file"
        raise OSError(errno.EFBIG, reason, str(path))
    return content.decode("utf-8")


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a temporary path to write a file or folder to; then rename it to ``path``.

    Creates the parent folders. Removes what was written if anything fails.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        yield temporary
        temporary.replace(path)
    finally:
        if temporary.is_dir():
            shutil.rmtree(temporary, ignore_errors=True)
        else:
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

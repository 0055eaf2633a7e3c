"""Files that somebody else may have written: regular ones only, and no more than a stated size.

A pipe would make a reader wait for ever, and a device would fill the memory. Nothing here raises
anything but `Unreadable`, whatever a name leads to: a circle of links, a folder, a zero byte.
"""

from __future__ import annotations

import errno
import os
import stat
import time
from pathlib import Path

Mark = tuple[int, int, int, int]
"""Which file it is, its size, and when it and what is known of it changed last."""
_JUST_NOW = 3.0
"""Seconds."""
LARGEST_TEXT = 8 << 20
"""Bytes of a file of text at most; the largest that is shipped has 35,000."""

_IN_WORDS = {
    errno.ENOENT: "there is no such file",
    errno.ENOTDIR: "there is no such file",
    errno.ELOOP: "its links run in a circle",
    errno.ENAMETOOLONG: "its name is too long for a file",
}


class Unreadable(Exception):
    """A file that is not read; the message says why, in words that follow its name."""


def contents(path: Path, largest: int = LARGEST_TEXT) -> bytes:
    """The bytes of a regular file.

    Args:
        path: the file.
        largest: bytes it may have.

    Raises:
        Unreadable: there is none, it is no regular file, it is too large, or reading it failed.
    """
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        # Opened without waiting for whoever writes into a pipe, and looked at once it is open:
        # between a look and an opening it could become another file.
        with os.fdopen(os.open(path, flags), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise Unreadable("is no regular file")
            found = file.read(largest + 1)
    except IsADirectoryError:
        raise Unreadable("is no regular file") from None
    except (OSError, ValueError) as error:
        raise Unreadable(_reason(error)) from None
    if len(found) > largest:
        raise Unreadable(f"is too large: more than {largest:,} bytes")
    return found


def changed_at(path: Path) -> Mark | None:
    """What is another once the file has changed; None if it has within the last seconds.

    A system may tell two changes apart only where they lie some milliseconds (some seconds, on
    old disks) from each other: of a file that has just changed nothing is certain.
    """
    try:
        found = path.stat()
    except (OSError, ValueError):
        return None
    if abs(time.time() - max(found.st_mtime, found.st_ctime)) < _JUST_NOW:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def text_of(path: Path, largest: int = LARGEST_TEXT) -> str:
    """The text of a regular file.

    Raises:
        Unreadable: it cannot be read, as `contents` says, or is not UTF-8.
    """
    try:
        return contents(path, largest).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable("is not UTF-8 text") from None


def is_file(path: Path) -> bool:
    """Whether a path leads to a regular file; whatever it leads to, nothing is raised."""
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except (OSError, ValueError):
        return False


def resolved(path: Path) -> Path:
    """The path without links; as it is where they lead nowhere."""
    try:
        return path.resolve()
    except (OSError, RuntimeError, ValueError):  # a circle is a RuntimeError before Python 3.13
        return path.absolute()


def flush(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk and outlast a loss of power.

    Before a file gets its name: else the name may be there and what it names not. Where the system
    cannot do it, as for folders on Windows, it is left to the system.
    """
    flags = (os.O_RDWR if os.name == "nt" else os.O_RDONLY) | getattr(os, "O_BINARY", 0)
    try:
        place = os.open(path, flags)
    except PermissionError:  # a folder, on Windows
        return
    try:
        os.fsync(place)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP, errno.EBADF):
            raise
    finally:
        os.close(place)


def _reason(error: OSError | ValueError) -> str:
    if not isinstance(error, OSError):
        return "there is no such file"  # no file has a zero byte in its name
    words = _IN_WORDS.get(error.errno or 0)
    return words or f"cannot be read: {(error.strerror or str(error)).lower()}"


def first_line(error: BaseException) -> str:
    """What a library says of a file it cannot read, in a line."""
    return (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".:")

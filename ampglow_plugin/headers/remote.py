"""Files behind addresses (``s3://bucket/frame.fits``), read by ranges.

Addresses are those of fsspec, with the package of the storage (s3fs for S3). Of a remote file only the parts that are
asked for come over the network, in pieces of :data:`RANGE_BYTES`. Keys and passwords are the business of the
environment and of the storage's own settings: an address that holds some is refused, as addresses are written into
the index and into reports.
"""

from __future__ import annotations

import contextlib
import functools
import io
import os
import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from ampglow_plugin.errors import InputError, UnreadableFrame

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

#: bytes of one request: a header of up to 140 cards and the first samples behind it
RANGE_BYTES: Final = 4 * 2880
_EXTRA: Final = "pip install 'ampglow-plugin[remote]'"


def checked(address: str) -> str:
    """The address without a slash at its end.

    Raises
    ------
    InputError
        It holds a password or a query (where signatures stand), or is chained of several.
    """
    try:
        parts = urlsplit(address)
        secret = parts.password is not None
    except ValueError:
        secret = True  # what cannot be taken apart is not shown
    bare = address.partition("?")[0].partition("#")[0]
    if secret or "?" in address or "#" in address:
        raise InputError(
            "an address must hold no password, signature or other query: it is written into index and reports",
            where=re.sub(r"//[^/]*@", "//...@", bare),
            fix="keep keys in the environment or in the settings of the storage (for S3: AWS_ACCESS_KEY_ID, a profile)",
        )
    if "::" in address:
        raise InputError("chained addresses are not read", where=address, fix="name the files as the storage does")
    return address.rstrip("/")


def size_of(address: str) -> int | None:
    """Size in bytes, or None where the storage does not tell.

    Raises
    ------
    UnreadableFrame
        There is no such file, or it may not be read.
    """
    storage, path = filesystem(address)
    with _explained(address):
        info = storage.info(path)
    if info.get("type") == "directory":
        raise UnreadableFrame("is a folder, not a frame", where=address, fix="name the frames in it")
    size: int | None = info.get("size")
    return size


def read_range(address: str, start: int, end: int) -> bytes:
    """Bytes ``start`` to ``end`` (not included) of a file; fewer at its end.

    Raises
    ------
    UnreadableFrame
        They cannot be read.
    """
    storage, path = filesystem(address)
    with _explained(address):
        data: bytes = storage.cat_file(path, start=start, end=end)
    return data


def filesystem(address: str) -> tuple[Any, str]:
    """The storage of an address, and the path in it.

    Raises
    ------
    InputError
        The package that reads it is not installed, or it is no storage that is known.
    """
    storage = _filesystem(os.getpid(), "{0.scheme}://{0.netloc}".format(urlsplit(address)))
    return storage, storage._strip_protocol(address)  # noqa: SLF001 - fsspec's name for what it documents


@dataclass(frozen=True, slots=True)
class Remote:
    """A file or folder behind an address; as far as a walk asks, an :class:`os.DirEntry` and its status at once."""

    name: str
    path: str
    folder: bool
    st_size: int
    st_mtime_ns: int

    @property
    def st_mode(self) -> int:
        """A plain file: there is nothing else."""
        return stat.S_IFREG

    def is_dir(self) -> bool:
        """Whether it is a folder."""
        return self.folder

    def stat(self) -> Remote:
        """What is known of it from the listing."""
        return self


def listing(address: str) -> Iterator[Remote]:
    """What lies in the folder at ``address``, as it is now, in no particular order.

    Raises
    ------
    UnreadableFrame
        It cannot be listed.
    """
    storage, path = filesystem(address)
    with _explained(address):
        entries = storage.ls(path, detail=True, refresh=True)
    for entry in entries:
        own = entry["name"].rstrip("/")
        if own != path.rstrip("/"):  # object stores may hold an empty object in place of a folder
            name = own.rpartition("/")[2]
            folder = entry["type"] == "directory"
            yield Remote(name, f"{address}/{name}", folder, entry.get("size") or 0, _changed_ns(entry))


def _changed_ns(entry: Mapping[str, Any]) -> int:
    """When a file was written, in whatever form the storage says it; 0 where it does not."""
    known = (entry.get(key) for key in ("LastModified", "last_modified", "mtime", "modified", "updated"))
    value = next((value for value in known if value is not None), 0)
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return 0
    return round((value.timestamp() if isinstance(value, datetime) else float(value)) * 1e9)


@functools.lru_cache(maxsize=64)
def _filesystem(process: int, root: str) -> Any:  # noqa: ARG001 - connections do not outlive a fork
    try:
        from fsspec.core import url_to_fs

        storage, _ = url_to_fs(root)
    except ImportError as error:
        what = f"reading {root.partition(':')[0]}:// needs a package that is not installed: {error}"
        raise InputError(what, where=root, fix=_EXTRA) from error
    except ValueError as error:
        raise InputError(
            f"this is no storage that can be read: {error}", where=root, fix="check the address"
        ) from error
    return storage


@contextlib.contextmanager
def _explained(address: str) -> Iterator[None]:
    """Errors of any storage, each of which has its own, as one of ours; a query in them may hold a signature."""
    try:
        yield
    except FileNotFoundError as error:
        raise UnreadableFrame("there is no such file", where=address, fix="check the address") from error
    except PermissionError as error:
        fix = "check the keys in the environment or in the settings of the storage"
        raise UnreadableFrame("access is denied", where=address, fix=fix) from error
    except Exception as error:
        reason = re.sub(r"\?\S*", "?...", str(error).partition("\n")[0]) or type(error).__name__
        fix = "check the network and the settings of the storage"
        raise UnreadableFrame(f"cannot be read: {reason}", where=address, fix=fix) from error


class Ranges(io.RawIOBase):
    """A remote file of which only what is read is fetched."""

    def __init__(self, address: str, size: int | None) -> None:
        self._address = address
        self._size = size
        self._at = 0

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is: the next range begins elsewhere."""
        return True

    def tell(self) -> int:
        """Where the next range begins."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """As :meth:`io.IOBase.seek`; fetches nothing."""
        if whence == io.SEEK_END and self._size is None:
            raise OSError("the storage does not tell the size of this file")
        self._at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size or 0}[whence]
        return self._at

    def readinto(self, buffer: WriteableBuffer) -> int:
        """One range, as long as the buffer."""
        view = memoryview(buffer)
        end = self._at + len(view) if self._size is None else min(self._at + len(view), self._size)
        if end <= self._at:
            return 0
        data = read_range(self._address, self._at, end)
        view[: len(data)] = data
        self._at += len(data)
        return len(data)

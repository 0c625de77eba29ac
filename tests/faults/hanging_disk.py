"""A disk that shows a folder, and hangs where it is told to: a file system of Linux that is served from here.

It speaks FUSE to the kernel (linux/fuse.h, version 7.31; read-only), so whoever asks it sleeps as one who asks a network
disk that is gone: no signal but SIGKILL ends the wait.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import signal
import stat
import struct
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

#: numbers of the questions that are answered; any other gets ENOSYS, which the kernel bears
LOOKUP, FORGET, GETATTR, OPEN, READ, RELEASE, FLUSH, INIT = 1, 2, 3, 14, 15, 18, 25, 26
OPENDIR, READDIR, RELEASEDIR, INTERRUPT, BATCH_FORGET = 27, 28, 29, 36, 42
NAMES = {LOOKUP: "look", GETATTR: "status", OPEN: "open", READ: "read", OPENDIR: "list", READDIR: "list"}
UNANSWERED = {FORGET, INTERRUPT, BATCH_FORGET}
ROOT = 1
_BUFFER_BYTES = 1 << 20
_DIRECT_IO = 1  # every read is a question: nothing is kept, nothing read ahead


class HangingDisk:
    """``hangs(what, path)`` says which questions get no answer: ``what`` is of :data:`NAMES`; ``heard`` counts those."""

    def __init__(self, folder: Path, place: Path) -> None:
        self.hangs: Callable[[str, Path], bool] = lambda _what, _path: False
        self.heard = 0
        self.from_bytes = 0  # reads before this are answered
        self.place = place
        self._asking: dict[int, int] = {}
        self._paths, self._numbers = {ROOT: folder}, {folder: ROOT}
        self._device = os.open("/dev/fuse", os.O_RDWR)
        options = f"fd={self._device},rootmode=40755,user_id={os.geteuid()},group_id={os.getegid()}"
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.mount(b"hanging", os.fsencode(place), b"fuse.hanging", 0, options.encode()):
            number = ctypes.get_errno()
            os.close(self._device)
            raise OSError(number, os.strerror(number))
        self._server = threading.Thread(target=self._serve, daemon=True)
        self._server.start()

    def close(self) -> None:
        """Take the disk away; all who wait for it get an error."""
        subprocess.run(["umount", "-f", "-l", str(self.place)], check=True)
        os.close(self._device)
        self._server.join()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):  # the disk was taken away
            while True:
                question = os.read(self._device, _BUFFER_BYTES)
                _, code, number, node, _, _, asking, *_ = struct.unpack_from("<IIQQIIIHH", question)
                path, rest = self._paths.get(node), question[40:]
                if code == INTERRUPT:
                    self._let_go(*struct.unpack_from("<Q", rest))
                if code in UNANSWERED:
                    continue
                if code == LOOKUP:
                    path = path / os.fsdecode(rest.rstrip(b"\0"))
                if self.hangs(NAMES.get(code, ""), path) and (code != READ or _offset(rest) >= self.from_bytes):
                    self.heard += 1
                    self._asking[number] = asking
                    continue
                try:
                    trouble, answer = 0, self._answer(code, path, rest)
                except OSError as error:
                    trouble, answer = -error.errno, b""
                self._say(number, trouble, answer)

    def _say(self, number: int, trouble: int, answer: bytes = b"") -> None:
        os.write(self._device, struct.pack("<IiQ", 16 + len(answer), trouble, number) + answer)

    def _let_go(self, number: int) -> None:
        """One who waits has a signal: as on network disks of Linux, only what ends the program ends the wait."""
        with contextlib.suppress(OSError):
            status = Path(f"/proc/{self._asking.get(number, 0)}/status").read_text(encoding="ascii")
            pending = int(status.partition("SigPnd:")[2].split()[0], 16)
            if pending & 1 << signal.SIGKILL - 1:
                self._say(number, -errno.EINTR)

    def _answer(self, code: int, path: Path, rest: bytes) -> bytes:
        match code:
            case 26:  # INIT
                return struct.pack("<IIIIHHIIHHI7I", 7, 31, 0, 0, 16, 12, 1 << 17, 1, 32, 0, 0, *[0] * 7)
            case 1:  # LOOKUP
                about = self._about(path)
                return struct.pack("<QQQQII", self._number(path), 0, 0, 0, 0, 0) + about
            case 3:  # GETATTR
                return struct.pack("<QII", 0, 0, 0) + self._about(path)
            case 14 | 27:  # OPEN, OPENDIR
                return struct.pack("<QII", 0, _DIRECT_IO if code == OPEN else 0, 0)
            case 15:  # READ
                _, offset, size = struct.unpack_from("<QQI", rest)
                with path.open("rb") as file:
                    file.seek(offset)
                    return file.read(size)
            case 28:  # READDIR
                _, offset, size = struct.unpack_from("<QQI", rest)
                return self._entries(path, offset, size)
            case 18 | 25 | 29:  # RELEASE, FLUSH, RELEASEDIR
                return b""
        raise OSError(errno.ENOSYS, "not served")

    def _number(self, path: Path) -> int:
        number = self._numbers.setdefault(path, len(self._numbers) + 1)
        self._paths[number] = path
        return number

    def _about(self, path: Path) -> bytes:
        s = path.stat()
        times = [divmod(t, 10**9) for t in (s.st_atime_ns, s.st_mtime_ns, s.st_ctime_ns)]
        wide = (self._number(path), s.st_size, -(-s.st_size // 512), *(t[0] for t in times))
        return struct.pack(
            "<6Q10I", *wide, *(t[1] for t in times), s.st_mode, s.st_nlink, s.st_uid, s.st_gid, 0, 4096, 0
        )

    def _entries(self, folder: Path, offset: int, size: int) -> bytes:
        data = b""
        for place, path in enumerate(sorted(folder.iterdir()), start=1):
            name = os.fsencode(path.name)
            kind = stat.S_IFMT(path.stat().st_mode) >> 12
            entry = struct.pack("<QQII", self._number(path), place, len(name), kind) + name
            entry += bytes(-len(entry) % 8)
            if place > offset:
                if len(data) + len(entry) > size:
                    break
                data += entry
        return data


def _offset(question: bytes) -> int:
    return int(struct.unpack_from("<QQ", question)[1])

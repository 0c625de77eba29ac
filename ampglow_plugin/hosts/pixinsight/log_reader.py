"""A console log of PixInsight (.log): the processes it ran, as it wrote them out, and the dark factors it found.

PixInsight, and the batch scripts that run in it, write each process as JavaScript source before it runs. These lines
are read as any listing is; everything else is blanked, so that line and column stay those of the log.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Literal

from ampglow_plugin.hosts.pixinsight import script_reader
from ampglow_plugin.hosts.pixinsight.text_files import read_text
from ampglow_plugin.model.process import Listing, Mark

#: a night of a batch script writes some megabytes
MAX_BYTES = 256 * 1024 * 1024
#: what logs put before a line: a time in brackets
_STAMP = re.compile(r"\s*\[[\d :.,TZ+-]*\]\s?")
_NEW = re.compile(r"\s*var\s+(\w+)\s*=\s*new\s+\w+\s*(\(\s*\))?\s*;")
#: ``ch 0 : k = 0.926`` below ``Dark scaling factors:``; ``k0 = 0.926`` in 2019 and before
FACTOR = re.compile(r"ch\s*\d+\s*:\s*k\s*=\s*(\d+\.\d+)|\bk\d\s*=\s*(\d+\.\d+)")


def read_log(path: Path) -> Listing:
    """The processes in a log, in the order in which they ran.

    Raises
    ------
    InputError
        The file cannot be read, is larger than any log, or no text.
    """
    return parse(read_text(path, max_bytes=MAX_BYTES, what="a log"), str(path))


def parse(text: str, where: str) -> Listing:
    """The processes in the text of a log; see :func:`read_log`."""
    lines = text.splitlines()
    sources, factors = list(_sources(lines)), list(_factors(lines))
    listing = script_reader.parse("\n".join(sources), where)
    return replace(listing, script=False, log=True, dark_factors=tuple(factors), host_version=None)


def _sources(lines: list[str]) -> Iterator[str]:
    """Each line as it is where it belongs to the source of a process, else blank.

    A comment at its end lists what the process put out; that is no part of it.
    """
    name = ""
    state: Literal["between", "statement", "comment"] = "between"
    for given in lines:
        stamp = _STAMP.match(given)
        line = " " * stamp.end() + given[stamp.end() :] if stamp else given
        bare = line.strip()
        begins = _NEW.match(line)
        if begins:
            name, state = begins[1], "between"
            yield line
        elif name and (state == "comment" or (state == "between" and bare.startswith("/*"))):
            state = "between" if bare.endswith("*/") else "comment"
            yield ""
        elif name and (state == "statement" or bare.startswith(f"{name}.")):
            state = "between" if bare.endswith(";") else "statement"
            yield line
        else:
            name, state = name if not bare else "", "between"
            yield ""


def _factors(lines: list[str]) -> Iterator[Mark]:
    for number, line in enumerate(lines, start=1):
        for match in FACTOR.finditer(line):
            group = 1 if match[1] else 2
            yield Mark(word=match[group], line=number, column=match.start(group) + 1)

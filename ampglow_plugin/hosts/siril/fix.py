"""What can be put right in a script without a question: where Siril stops today, or where nothing changes."""

from __future__ import annotations

from pathlib import Path

from ampglow_plugin.hosts.edits import carried_out
from ampglow_plugin.hosts.siril.grammar import BYTE_ORDER_MARK, from_bytes, read_file
from ampglow_plugin.hosts.siril.lint import judge
from ampglow_plugin.model.rewrite import Rewrite
from ampglow_plugin.rules.siril.encoding import RULE as ENCODING

#: an edit may lay bare what the next one puts right; more rounds than this are a mistake of ours
MAX_ROUNDS = 10
#: what editors of Windows save where they do not say otherwise
OLD_ENCODING = "cp1252"


def fix(path: Path, version: str | None = None) -> Rewrite:
    """The script as it would be with every safe edit; nothing is written.

    Raises
    ------
    InputError
        The file cannot be read, or there is no series ``version``.
    """
    before = read_file(path)
    after, rules = _readable(before)
    text = after.decode("utf-8", "surrogateescape")
    for _ in range(MAX_ROUNDS):
        seen = from_bytes(text.encode("utf-8", "surrogateescape"))
        text, done = carried_out(text, judge(seen, path, version))
        rules += [found.rule for found in done]
        if not done:
            break
    return Rewrite(path=str(path), before=before, after=text.encode("utf-8", "surrogateescape"), rules=tuple(rules))


def _readable(data: bytes) -> tuple[bytes, list[str]]:
    """Without a byte order mark, and with comments of another encoding in UTF-8: their letters do not count."""
    rules = []
    if data.startswith(BYTE_ORDER_MARK):
        data = data.removeprefix(BYTE_ORDER_MARK)
        rules.append(ENCODING.code)
    lines = data.split(b"\n")
    for i, line in enumerate(lines):
        if line.lstrip(b" \t").startswith(b"#") and not _is_utf8(line):
            lines[i] = line.decode(OLD_ENCODING, "replace").encode("utf-8")
            rules.append(ENCODING.code)
    return b"\n".join(lines), rules


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True

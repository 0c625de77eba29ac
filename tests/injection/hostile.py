"""One list of hostile texts for all channels, and frames that carry them in their names and headers."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

#: name of a case -> text; "/" and NUL, which no name can hold, are left to :func:`as_name`
TEXTS = {
    "quotes": "it's \"quoted\" 'twice'",
    "line end": "M 31\ncd /\nclose",
    "carriage return": "M 31\rrequires 0.0\r\nexit",
    "semicolon": "M31; rm -rf ~; echo",
    "dollar": "$(touch CANARY)${HOME}$PATH",
    "backticks": "`touch CANARY`",
    "pipes": "a | touch CANARY & b && c > CANARY < d",
    "script": "<script>document.title='OWNED'</script>",
    "image": '"><img src=x onerror="document.title=\'OWNED\'">',
    "cdata": "]]></td><![CDATA[x]]><!-- -->",
    "style": "]]></style><svg onload=\"document.title = 'OWNED'\">",
    "attribute": "' onmouseover='document.title = 1' <!-- ",
    "address": "javascript:document.title=1",
    "entity": "&lt;&xxe;&#0;&amp",
    "right to left": "\u202egnp.thgil\u202c\u200f",
    "four bytes": "\U0001f52d\U0001f30c\U00020000",
    "invisible": "a\u200b\ufeff\u2066b\u2069",
    "line separators": "M31\u2028cd /\u2029exit\u0085quit",
    "dash": "-rf --force",
    "hash": "#comment",
    "percent": "%s%n%(x)s%2e%2e",
    "backslash": "\\\\server\\share\\..\\n\\u0022",
    "escape": "\x1b[31mred\x1b[2J\x1b]0;title\x07",
    "clipboard": "\x1b]52;c;Y2FsYw==\x07\x1b]8;;http://x\x1b\\link",
    "C1 control": "\x9b31m\x9d52;c;x\x9c\x90q",
    "backspace": "good\b\b\b\bevil\x7f\x00end",
    "formula": "=cmd|' /C calc'!A0",
    "formula at": "@SUM(1+9)*cmd|' /C calc'!A0",
    "formula plus": "+1+cmd|' /C calc'!A0",
    "tab formula": "\t=HYPERLINK(1)",
    "template": "{{ 7*7 }}{% raw %}{0}{object}",
    "sql": "'); DROP TABLE files; --",
    "yaml": "- !!python/object/apply:os.system ['x']: {a: &b *b}",
    "dots": "..",
    "bytes": os.fsdecode(b"caf\xe9\xff"),
    "markup": "[bold red]x[/bold red][link=http://x]y",
    "mathematics": r"$\frac{1}{0}$ _^",
    "long": "x" * 240,
}
#: characters that steer a terminal or a reader's eye; a line end is the program's own
_STEERS = ("Cc", "Cf", "Cs", "Co")
_LONGEST_BYTES = 240


def as_name(text: str, ending: str = ".fits") -> str:
    """``text`` as the name of a file on Linux: without what no name holds, of at most 255 bytes."""
    data = os.fsencode(re.sub("^\\.+|[/\0]", "\u2215", text))
    while len(data) > _LONGEST_BYTES:
        data = data[:-1]
    return os.fsdecode(data.decode("utf-8", "ignore").encode() if len(data) == _LONGEST_BYTES else data) + ending


def steering(text: str) -> list[str]:
    """What in ``text`` could steer a terminal, turn its direction or hide in it."""
    return sorted({repr(c) for c in text if c != "\n" and unicodedata.category(c) in _STEERS})


def visible_texts() -> Iterator[str]:
    """Those that may stand in a path which a log would be forged with otherwise."""
    return (text for text in TEXTS.values() if text.isprintable())


def put_card(path: Path, keyword: str, text: str) -> None:
    """Write ``text`` into a card of a FITS file byte by byte, as no library would; cut where a card ends."""
    data = bytearray(path.read_bytes())
    wanted = keyword.ljust(8).encode("ascii") + b"= "
    at = next((i for i in range(0, len(data), 80) if data[i : i + 10] == wanted), None)
    if at is None:  # a blank card, else in place of END
        end = next(i for i in range(0, len(data), 80) if data[i : i + 80].rstrip() == b"END")
        assert (end + 80) % 2880, "no room for another card"
        data[end + 80 : end + 160] = b"END".ljust(80)
        at = end
    value = text.replace("'", "''").encode("utf-8", "surrogateescape")[:66]
    if value.count(b"'") % 2:
        value = value[:-1]
    data[at : at + 80] = (wanted + b"'" + value + b"'").ljust(80)
    path.write_bytes(data)


def spoil(files: list[Path], texts: list[str], keywords: tuple[str, ...]) -> list[Path]:
    """Give each file a hostile name and hostile cards; the value is the new paths."""
    made = []
    for i, path in enumerate(files):
        text = texts[i % len(texts)]
        for keyword in keywords:
            put_card(path, keyword, text)
        made.append(path.rename(path.with_name(as_name(f"{i}{text}" if text == ".." else text, f"{i}.fits"))))
    return made

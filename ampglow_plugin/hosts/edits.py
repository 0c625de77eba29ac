"""Edits of findings carried out on a text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ampglow_plugin.model.finding import Edit, Finding


def carried_out(text: str, findings: Iterable[Finding]) -> tuple[str, tuple[Finding, ...]]:
    r"""(the text, the findings whose edits are in it); inserted line ends are those of the text (LF, CRLF).

    Edits of one finding are taken all or none: a finding whose edits meet those of an earlier one waits for the next
    time. Columns count characters from 1, a carriage return before the line feed not included.
    """
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    newline = "\r\n" if "\r\n" in text else "\n"
    taken: list[tuple[int, int, str]] = []
    done: list[Finding] = []
    for found in findings:
        wanted = [_span(edit, starts, len(text), newline) for edit in found.edits]
        if wanted and not any(_meet(a, b) for a in wanted for b in taken):
            taken += wanted
            done.append(found)
    for start, end, new in sorted(taken, reverse=True):
        text = text[:start] + new + text[end:]
    return text, tuple(done)


def _span(edit: Edit, starts: Sequence[int], length: int, newline: str) -> tuple[int, int, str]:
    def at(line: int, column: int) -> int:
        return min(starts[min(line, len(starts)) - 1] + column - 1, length)

    return (
        at(edit.line, edit.column),
        at(edit.end_line, edit.end_column),
        edit.text.replace("\n", newline),
    )


def _meet(a: tuple[int, int, str], b: tuple[int, int, str]) -> bool:
    return a[0] <= b[1] and b[0] <= a[1]

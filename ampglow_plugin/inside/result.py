"""The result file: Siril drops the exit status of a script, so whoever started it finds the answer here."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from ampglow_plugin import __version__
from ampglow_plugin.inside.page import Page, as_text
from ampglow_plugin.model.codec import to_dict
from ampglow_plugin.writing import write_text


def file_name(job: str) -> str:
    """Name of the result file of a job."""
    return f"ampglow-{job}.json"


def write_result(job: str, page: Page, folder: Path, *, details: str = "") -> Path:
    """Write the result into ``folder``, or into the temporary folder where that cannot be written to.

    Keys: ``tool``, ``job``, ``exit`` (0 clean, 1 findings, 2 could not run), ``verdict``, ``message``, ``lines`` (what
    the log got), ``records`` (those of the command line with --json), ``details`` (a traceback, for a report).
    """
    data = {
        "tool": f"ampglow {__version__}",
        "job": job,
        "exit": page.exit_code,
        "verdict": page.word,
        "message": page.sentence,
        "lines": [text for text, _ in as_text(page)],
        "records": [to_dict(record) for record in page.records],
        "details": details,
    }
    text = json.dumps(data, indent=1, ensure_ascii=True) + "\n"
    path = folder / file_name(job)
    try:
        write_text(path, text)
    except OSError:
        path = Path(tempfile.gettempdir()) / file_name(job)
        write_text(path, text)
    return path

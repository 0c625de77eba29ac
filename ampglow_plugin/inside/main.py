"""Runs a job for a script in Siril: with a window, or without one and with the same content in the log."""

from __future__ import annotations

import argparse
import os
import traceback
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ampglow_plugin.inside.jobs import JOBS, Progress, Request
from ampglow_plugin.inside.page import Page, as_text, error_page
from ampglow_plugin.inside.result import write_result
from ampglow_plugin.inside.siril import Siril


def run(job: str, siril: Siril, argv: Sequence[str], colors: Any = None) -> int:
    """Do ``job`` (a key of JOBS) and tell the user; the value is the exit code, which Siril itself drops.

    ``colors`` is sirilpy's LogColor. Whatever goes wrong in the job is told in the log and in the result file.
    """
    options = _options(job, argv)
    place = Path(siril.get_siril_wd())
    request = Request(
        folder=_absolute(options.folder or place, place),
        outputs=tuple(_absolute(p, place) for p in options.outputs),
        lights=tuple(_absolute(p, place) for p in options.light),
        masters={
            role: _absolute(path, place)
            for role in ("dark", "flat", "bias")
            if (path := getattr(options, role)) is not None
        },
        stack=options.stack,
    )
    if options.window is False or (options.window is None and siril.is_cli()):
        page = perform(job, siril, request, Reporter(siril))
        tell(siril, page, colors)
        return page.exit_code
    from ampglow_plugin.inside.window import show

    return show(job, siril, request, picture=options.picture, tell=lambda page: tell(siril, page, colors))


def perform(job: str, siril: Siril, request: Request, progress: Progress) -> Page:
    """The page of a job, whatever happens, with its result file in Siril's working directory."""
    title, work = JOBS[job]
    details = ""
    place = Path(siril.get_siril_wd())
    try:
        page = work(siril, request, progress)
    except Exception as error:  # noqa: BLE001 - Siril would swallow it: the user has to hear of it
        page = error_page(error, title)
        details = traceback.format_exc()
    siril.reset_progress()
    path = write_result(job, page, place, details=details)
    return replace(page, notes=(*page.notes, f"result file: {path}"))


def tell(siril: Siril, page: Page, colors: Any) -> None:
    """The page in Siril's log, line by line, coloured where Siril can."""
    by_tone = {}
    if colors is not None:
        by_tone = {"good": colors.GREEN, "mind": colors.SALMON, "bad": colors.RED, "open": colors.BLUE}
    for text, tone in as_text(page):
        if tone in by_tone:
            siril.log(text, by_tone[tone])
        else:
            siril.log(text)


class Reporter:
    """Siril's progress bar as a progress callback, without more calls than a bar can show."""

    def __init__(self, siril: Siril) -> None:
        self._siril = siril
        self._shown = (-1, "")

    def __call__(self, what: str, share: float | None) -> None:
        """Move the bar."""
        percent = 0 if share is None else int(100 * share)
        if (percent, what) != self._shown:
            self._shown = (percent, what)
            self._siril.update_progress(f"AmpGlow: {what}", percent / 100)


def _options(job: str, argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog=f"AmpGlow_{job.capitalize()}.py", allow_abbrev=False)
    if job == "verify":
        parser.add_argument("outputs", nargs="*", type=Path, help="calibrated frames (default: what Siril has loaded)")
        for role in ("dark", "flat", "bias"):
            parser.add_argument(f"--{role}", type=Path, metavar="MASTER")
        parser.add_argument("--light", nargs="+", type=Path, default=[], metavar="RAW")
        parser.set_defaults(folder=None)
    else:
        parser.add_argument("folder", nargs="?", type=Path, help="folder of the night (default: Siril's)")
        parser.set_defaults(outputs=[], dark=None, flat=None, bias=None, light=[])
    parser.add_argument("--stack", action="store_true", help="also stack the calibrated frames")
    parser.add_argument("--window", action="store_true", default=None, help="show the window also under siril-cli")
    parser.add_argument("--no-window", dest="window", action="store_false", help="tell it in the log only")
    parser.add_argument("--picture", type=Path, metavar="PNG", help="save a picture of the window, then close it")
    parser.add_argument("--wheel", type=Path, help="the wheel to install AmpGlow from, where it is not installed")
    return parser.parse_args(argv)


def _absolute(path: Path, place: Path) -> Path:
    return Path(os.path.normpath(place / path))

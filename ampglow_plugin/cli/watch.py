"""``ampglow watch``: each frame is checked as it lands, and at dawn it is said what to shoot."""

from __future__ import annotations

import contextlib
import functools
import math
import signal
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import click

from ampglow_plugin.cli.common import Output, output_options
from ampglow_plugin.cli.inputs import ManyCommand, many_option
from ampglow_plugin.cli.places import Given

if TYPE_CHECKING:
    from ampglow_plugin.model.config import Config
    from ampglow_plugin.model.frame import Frame
    from ampglow_plugin.model.watched import Watched
    from ampglow_plugin.watch import Arrivals, Judge
    from ampglow_plugin.watch.alarm import Command
    from ampglow_plugin.watch.sky import Dawn

#: between two looks at the Sun (s)
_SUN_S = 30.0


@click.command("watch", cls=ManyCommand)
@click.argument("folder", type=Given(exists=True, file_okay=False, path_type=Path))
@many_option("--darks", help="Darks, masters or folders of them, beside those in FOLDER and in the settings' library.")
@click.option("--index", type=Given(exists=True, dir_okay=False, path_type=Path), help="Darks of this index, too.")
@click.option("--on-fail", metavar="CMD", help="Run CMD on new trouble, with the path of the frame as last argument.")
@click.option("--bell/--no-bell", default=True, help="Ring the bell of the terminal on new trouble (default: yes).")
@click.option("--until", metavar="HH:MM", help="End at this local time.")
@click.option("--idle", type=click.FloatRange(min=0, min_open=True), metavar="MIN", help="End after MIN quiet minutes.")
@click.option("--dawn/--no-dawn", default=True, help="End at dawn, where headers hold the site (default: yes).")
@click.option("--poll", type=click.FloatRange(min=0.1), metavar="S", help="Look every S seconds: for network folders.")
@click.option(
    "--stall",
    type=click.FloatRange(min=0, min_open=True),
    default=60.0,
    show_default=True,
    metavar="S",
    help="A file that has not grown for S seconds and is not complete is told of.",
)
@click.option("--config", type=Given(exists=True, dir_okay=False, path_type=Path), help="Settings, as for check.")
@output_options
def command(  # noqa: PLR0913 - one parameter an option
    *,
    folder: Path,
    darks: tuple[Path, ...],
    index: Path | None,
    on_fail: str | None,
    bell: bool,
    until: str | None,
    idle: float | None,
    dawn: bool,
    poll: float | None,
    stall: float,
    config: Path | None,
    as_json: bool,
    strict: bool,
) -> int:
    """Watch FOLDER through the night: each new light is checked as soon as it is complete.

    Gain, mode and temperature against the darks that are known; settling and drift of the sensor; no dark yet. Ends at
    dawn, at --until, after --idle, or with Ctrl-C, always with the list of darks to shoot. Exit code 1 where a light
    has no dark that fits, or a file could not be read.
    """
    from ampglow_plugin import api
    from ampglow_plugin.report.console import progress_bar
    from ampglow_plugin.watch import Arrivals, Judge
    from ampglow_plugin.watch.alarm import Command
    from ampglow_plugin.watch.sky import Dawn

    end = _clock_time(until)
    alarm = Command(on_fail) if on_fail is not None else None
    settings = api.load_config([folder], file=config)
    arrivals = Arrivals(folder, stall_s=stall)
    with progress_bar("reading headers", quiet=as_json) as progress:
        existing = arrivals.existing(time.monotonic(), progress=progress)
        known = _library(darks, index, settings, existing)
    judge = Judge(
        folder,
        existing,
        known,
        set_aside=functools.partial(api.set_aside_by, settings),
        limits=functools.partial(api.limits_of, settings),
    )
    ends = _Ends(dawn=Dawn() if dawn else None, until=end, idle_s=None if idle is None else idle * 60)
    output = Output(as_json=as_json, strict=strict)
    night = _Night(folder, arrivals, judge, alarm=alarm, bell=bell, ends=ends, output=output)
    night.begin(existing, poll)
    return night.finish(night.follow(_wakes(folder, poll)))


def _clock_time(text: str | None) -> datetime | None:
    """The next time that a local clock shows ``HH:MM``."""
    if text is None:
        return None
    try:
        clock = datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007 - the local clock
    except ValueError:
        raise click.UsageError(f"--until {text!r} is no time of the form HH:MM.") from None
    now = datetime.now().astimezone()
    end = now.replace(hour=clock.hour, minute=clock.minute, second=0, microsecond=0)
    return end if end > now else end + timedelta(days=1)


def _library(darks: tuple[Path, ...], index: Path | None, settings: Config, existing: list[Frame]) -> list[Frame]:
    """Darks from elsewhere: those named, those of the library in the settings, and those of an index."""
    from ampglow_plugin.catalog import scan_given
    from ampglow_plugin.catalog.index import Index
    from ampglow_plugin.catalog.library import library_darks
    from ampglow_plugin.report.matches import show_problems

    found: list[Frame] = []
    if darks:
        given = scan_given({"dark": darks})
        show_problems(given.problems)
        found += given.frames
    if settings.library:
        known = library_darks(settings.library, beside=existing)
        show_problems(known.problems)
        found += known.frames
    if index is not None:
        with Index(index) as opened:
            found += [frame for frame, _ in opened.frames(roles=("dark", "darkflat"))]
    return found


def _wakes(folder: Path, poll: float | None) -> Iterator[bool]:
    from ampglow_plugin.watch import wake

    if poll is not None:
        return wake.polling(poll)
    if not wake.can_wait():
        what = f"watchfiles is not installed: looking every {wake.POLL_S:g} s (pip install 'ampglow-plugin[watch]')"
        click.echo(what, err=True)
        return wake.polling(wake.POLL_S)
    return wake.waiting(folder)


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Within it, signals that end programs are kept until its end, so that every frame and line is whole.

    The second one is not kept: whoever asks twice does not want to wait for a network that hangs.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {number: signal.getsignal(number) for number in numbers}
    asked = [number for number in numbers if callable(before[number])]
    kept: list[int] = []

    def keep(number: int, frame: FrameType | None) -> None:
        handler = before[signal.Signals(number)]
        if kept and callable(handler):
            handler(number, frame)
        kept.append(number)

    for number in asked:
        signal.signal(number, keep)
    try:
        yield
    finally:
        for number in asked:
            signal.signal(number, before[number])
    if kept:
        raise KeyboardInterrupt


class _Ends:
    """What ends a watch."""

    def __init__(self, *, dawn: Dawn | None, until: datetime | None, idle_s: float | None) -> None:
        self._dawn = dawn
        self._until = until
        self._idle_s = idle_s
        self._landed = time.monotonic()
        self._sun_at = -math.inf

    def landed(self, frame: Frame) -> None:
        """A frame came: it is not quiet, and its header may know the site."""
        self._landed = time.monotonic()
        if self._dawn is not None and frame.site_lat_deg is not None and frame.site_long_deg is not None:
            self._dawn.site = frame.site_lat_deg, frame.site_long_deg

    def reached(self) -> str | None:
        """What has ended it."""
        if self._until is not None and datetime.now().astimezone() >= self._until:
            return "until"
        now = time.monotonic()
        if self._idle_s is not None and now - self._landed >= self._idle_s:
            return "idle"
        if self._dawn is not None and now - self._sun_at >= _SUN_S:
            self._sun_at = now
            if self._dawn.has_come(datetime.now(UTC)):
                return "dawn"
        return None

    def __str__(self) -> str:
        words = ["Ctrl-C"]
        words += [f"{self._until:%H:%M}"] if self._until is not None else []
        words += [f"{self._idle_s / 60:g} quiet minutes"] if self._idle_s is not None else []
        if self._dawn is not None:
            words.append("dawn" if self._dawn.site is not None else "dawn, once a header holds the site")
        return " or ".join(words)


class _Night:
    """One watch: looks, says what it sees, rings."""

    def __init__(  # noqa: PLR0913 - what a watch is made from
        self,
        folder: Path,
        arrivals: Arrivals,
        judge: Judge,
        *,
        alarm: Command | None,
        bell: bool,
        ends: _Ends,
        output: Output,
    ) -> None:
        self._folder = folder
        self._arrivals = arrivals
        self._judge = judge
        self._alarm = alarm
        self._bell = bell
        self._ends = ends
        self._output = output
        self._existing = 0

    def begin(self, existing: list[Frame], poll: float | None) -> None:
        """Say what is there, and what will end it."""
        self._existing = len(existing)
        for frame in existing:
            self._ends.landed(frame)
        lights, darks = self._judge.lights_before, self._judge.darks
        told = {"folder": str(self._folder), "frames": len(existing), "lights": lights, "darks": darks}
        self._output.record("watching", {**told, "until": str(self._ends)})
        sys.stdout.flush()
        if self._output.as_json:
            return
        from ampglow_plugin.report.watch import show_start

        how = f", looking every {poll:g} s" if poll is not None else ""
        show_start(self._folder, frames=len(existing), lights=lights, darks=darks, until=f"ends with {self._ends}{how}")
        sys.stdout.flush()

    def follow(self, wakes: Iterator[bool]) -> str:
        """Look until it ends; the value says what ended it. Ctrl-C waits for a look that is under way."""
        from ampglow_plugin.watch.wake import LONGEST_S

        try:
            changed, looked = True, 0.0
            while True:
                if changed or self._arrivals.waiting or time.monotonic() - looked >= LONGEST_S:
                    with _undisturbed():
                        self._look()
                    looked = time.monotonic()
                if (ended := self._ends.reached()) is not None:
                    return ended
                changed = next(wakes)
        except KeyboardInterrupt:
            return "stopped"

    def _look(self) -> None:
        from ampglow_plugin.watch import Arrived, Gone, Returned, Stalled

        for event in self._arrivals.look(time.monotonic()):
            match event:
                case Arrived():
                    self._ends.landed(event.frame)
                    self._tell(self._judge.land(event.frame))
                case Stalled():
                    self._tell(self._judge.stalled(event.path, event.what))
                case Gone():
                    self._say(f"{self._folder} is gone; waiting for it")
                case Returned():
                    self._say(f"{self._folder} is back")
        for text in self._alarm.failed() if self._alarm is not None else ():
            self._say(text)

    def _say(self, text: str) -> None:
        from ampglow_plugin.report.watch import show_event

        show_event(text, datetime.now().astimezone())

    def _tell(self, judged: Watched) -> None:
        from ampglow_plugin.report.console import clean
        from ampglow_plugin.report.watch import said, show_watched

        self._output.record("watched", judged)
        if not self._output.as_json:
            show_watched(judged, self._folder, datetime.now().astimezone())
        sys.stdout.flush()
        if not judged.alarm:
            return
        if self._bell and sys.stderr.isatty():
            click.echo("\a", nl=False, err=True)
        if self._alarm is not None:
            rules = [f.rule for f in judged.findings]
            failed = self._alarm.run(judged.path, state=judged.state, rules=rules, message=clean(said(judged)))
            if failed is not None:
                self._say(failed)

    def finish(self, ended_by: str) -> int:
        """The summary: counts, and what to shoot."""
        counted, lacking = self._judge.counted(), self._judge.to_shoot()
        for entry in lacking.entries:
            self._output.record("to_shoot", entry)
        if not self._output.as_json:
            from ampglow_plugin.report.watch import show_end

            show_end(counted, lacking, ended_by)
        if self._alarm is not None:
            self._alarm.finish()
        self._output.errors += counted.error + counted.unread
        self._output.warnings += counted.warning
        self._output.unjudged = not (counted.ok or counted.warning or counted.error)
        lights = counted.ok + counted.warning + counted.error
        self._output.more = {"lights": lights, "before": self._existing, "ended_by": ended_by}
        return self._output.finish()

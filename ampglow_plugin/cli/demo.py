"""``ampglow demo``: the whole path on a small synthetic night, from refusal to proof."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ampglow_plugin.cli.common import tell
from ampglow_plugin.errors import HostMissing, InputError, PlanRefused
from ampglow_plugin.writing import HIDDEN, write_text

if TYPE_CHECKING:
    from ampglow_plugin.api import Check, Verification
    from ampglow_plugin.hosts.engines import Engine
    from ampglow_plugin.rules.checked import CheckedPlan
    from ampglow_plugin.simulate import NightFiles

#: peak of the demo's glow: plain to see, and weak enough that no limit of 3 sigma takes it for hot pixels
_GLOW_ADU = 250.0
#: what a demo folder holds, and nothing else is ever taken away
_MARK = f"{HIDDEN}demo"
_OURS = ("night", "run", "plan.yaml", "before-after.png", "report.html", _MARK)
_LIGHTS, _SINGLES = 6, 5


@click.command("demo")
@click.option(
    "-o",
    "--output",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("ampglow-demo"),
    show_default=True,
    help="Where everything is written.",
)
@click.option("--engine", metavar="NAME", help="siril-cli or builtin, the embedded engine (default: as `ampglow run`).")
@click.option("--siril", "program", type=click.Path(), help="The siril-cli to use.")
@click.option("--force", is_flag=True, help="Make an earlier demo anew.")
def command(folder: Path, engine: str | None, program: str | None, force: bool) -> int:
    """Make a night with amp glow, refuse its wrong darks, calibrate it with the right ones, and prove the result."""
    from ampglow_plugin.hosts.engines import choose
    from ampglow_plugin.report.run import announce
    from ampglow_plugin.simulate import GlowSource, Truth, make_night

    used = choose(engine, program)
    announce(used)
    folder = folder.absolute()
    _claim(folder, force=force)
    truth = Truth(glows=(GlowSource(amplitude_adu=_GLOW_ADU),))
    _say(1, f"A night: {_LIGHTS} lights of {truth.exposure_s:g} s from a {truth.camera}, amp glow on the right edge")
    night = make_night(
        folder / "night",
        truth,
        lights=_LIGHTS,
        darks=_SINGLES,
        flats=_SINGLES,
        flatdarks=_SINGLES,
        wrong_darks=_SINGLES,
    )
    tell(f"  {folder / 'night'}")
    refused = _refuse(night)
    checked, planned = _plan(night, folder, used)
    proved = _run(planned, folder, used, program)
    _picture(proved, folder)
    _report(checked, planned, proved, folder)
    _where(folder)
    return 0 if refused and proved.clean else 1


def _say(number: int, text: str) -> None:
    click.secho(f"\n{number}. {text}", bold=True)


def _claim(folder: Path, *, force: bool) -> None:
    """Make the folder ours; an earlier demo only with ``--force``, and of anything else nothing is touched."""
    if folder.exists() and any(folder.iterdir()):
        if not (folder / _MARK).is_file():
            raise InputError("the folder is not empty; nothing was changed", where=str(folder), fix="name another: -o")
        if not force:
            raise InputError("holds an earlier demo", where=str(folder), fix="add --force to make it anew")
        for name in _OURS:
            path = folder / name
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink(missing_ok=True)
    folder.mkdir(parents=True, exist_ok=True)
    write_text(folder / _MARK, "made by `ampglow demo`\n")


def _refuse(night: NightFiles) -> bool:
    """The wrong darks: True if they were refused, as they must be."""
    from ampglow_plugin import api

    seconds = night.truth.wrong_dark_exposure_s
    _say(2, f"Darks of {seconds:g} s for lights of {night.truth.exposure_s:g} s are refused")
    wrong = _check(night, night.wrong_darks)
    try:
        api.plan(wrong)
    except PlanRefused as refusal:
        first = refusal.findings[0]
        tell(f"  {first.rule}: {first.message}\n  -> {first.fix}")
        return True
    click.secho("  The wrong darks were accepted: this demo has failed.", fg="red")
    return False


def _check(night: NightFiles, darks: tuple[Path, ...]) -> Check:
    from ampglow_plugin import api

    return api.check(night.lights, darks=darks, flats=night.flats, flat_darks=night.flatdarks)


def _plan(night: NightFiles, folder: Path, used: Engine) -> tuple[Check, CheckedPlan]:
    from ampglow_plugin import api
    from ampglow_plugin.planning import to_yaml
    from ampglow_plugin.report.check import show_check
    from ampglow_plugin.report.plan import show_plan

    _say(3, "The right darks fit")
    checked = _check(night, night.darks)
    show_check(checked.matches, checked.findings, checked.verdict, verbose=False)
    _say(4, "The plan")
    planned = _as_far_as(used, api.plan(checked))
    write_text(folder / "plan.yaml", to_yaml(planned.plan))
    show_plan(planned.plan)
    tell(f"  {folder / 'plan.yaml'}")
    return checked, planned


def _as_far_as(used: Engine, planned: CheckedPlan) -> CheckedPlan:
    """Without the alignment where the embedded engine lacks its libraries: the calibration is what is to be proved."""
    from ampglow_plugin.hosts.engines import EMBEDDED
    from ampglow_plugin.model.plan import Align
    from ampglow_plugin.rules.check_plan import check_plan

    if used.name != EMBEDDED:
        return planned
    from ampglow_plugin.hosts.builtin.align import require

    try:
        require()
    except HostMissing as missing:
        tell(f"  Frames are not aligned: {missing.what} (pip install '.[engine]').")
    else:
        return planned
    groups = tuple(
        replace(group, steps=tuple(step for step in group.steps if not isinstance(step, Align)))
        for group in planned.plan.groups
    )
    return check_plan(replace(planned.plan, groups=groups))


def _run(planned: CheckedPlan, folder: Path, used: Engine, program: str | None) -> Verification:
    from ampglow_plugin import api
    from ampglow_plugin.report.console import progress_bar
    from ampglow_plugin.report.proof import show_proofs

    with progress_bar("calibrating") as progress:
        manifest = api.run(planned, folder / "run", engine=used, program=program, progress=progress)
    _say(5, f"Calibrated by {manifest.host_program or manifest.host}")
    if manifest.engine_why is not None:
        tell(f"  because no Siril can be used: {manifest.engine_why}")
    tell(f"  script  {folder / 'run' / manifest.script}")
    if manifest.log:
        tell(f"  log     {folder / 'run' / manifest.log}")
    _say(6, "The proof")
    with progress_bar("proving") as progress:
        proved = api.verify([folder / "run"], progress=progress)
    show_proofs(proved.proofs, proved.unpaired)
    return proved


def _picture(proved: Verification, folder: Path) -> None:
    try:
        from ampglow_plugin.report.picture import before_after
    except ImportError:
        tell("\nNo picture: matplotlib is not installed (pip install '.[plot]').")
        return
    before_after(proved.proofs[0], folder / "before-after.png")


def _report(checked: Check, planned: CheckedPlan, proved: Verification, folder: Path) -> None:
    from datetime import UTC, datetime

    from ampglow_plugin.cli.report import of_check, of_run
    from ampglow_plugin.hosts.folder import read_manifest
    from ampglow_plugin.report.html import Options, html_report

    results = [of_check(checked, [planned]), of_run(folder / "run", read_manifest(folder / "run"), proved)]
    try:
        page = html_report(results, Options(title="M 31, a demonstration", made=datetime.now(UTC)))
    except InputError as missing:
        tell(f"\nNo report: {missing.what} ({missing.fix}).")
        return
    write_text(folder / "report.html", page)


def _where(folder: Path) -> None:
    click.secho("\nThe results", bold=True)
    texts = {
        "report.html": "all of it on one page: open it in a browser",
        "before-after.png": "one light before and after, same stretch",
        "plan.yaml": "the plan; change it and `ampglow run` it",
        "run": "script, log, masters and calibrated frames; `ampglow verify` proves them again",
        "night": "the frames",
    }
    for name, text in texts.items():
        if (folder / name).exists():
            tell(f"  {folder / name}\n      {text}")

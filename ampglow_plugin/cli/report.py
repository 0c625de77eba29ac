"""``ampglow report``: everything that was found, as one page to read, keep, print and show."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ampglow_plugin.cli.common import Output, output_options, tell
from ampglow_plugin.cli.places import Given
from ampglow_plugin.errors import InputError, PlanRefused

if TYPE_CHECKING:
    from ampglow_plugin.api import Check, Verification
    from ampglow_plugin.model.diagnosis import Diagnosis
    from ampglow_plugin.model.manifest import RunManifest
    from ampglow_plugin.report.results import Results
    from ampglow_plugin.rules.checked import CheckedPlan

STDIN = "-"
#: frames that are looked at for a diagnosis
_DIAGNOSED = 12


@click.command("report")
@click.argument(
    "sources",
    nargs=-1,
    required=True,
    type=Given(exists=True, path_type=Path, allow_dash=True),
    metavar="FOLDER | JSONL...",
)
@click.option(
    "-o", "--output", "page", required=True, type=click.Path(path_type=Path), help="The page to write (.html)."
)
@click.option("--force", is_flag=True, help="Overwrite an existing page.")
@click.option("--full", is_flag=True, help="Site, serial numbers and full paths too: for yourself, not for a forum.")
@click.option("--pictures/--no-pictures", default=True, help="Open frames to draw them (default: yes).")
@click.option(
    "--diagnose/--no-diagnose",
    default=True,
    help="Tell what is bright in results that are not clean, and in lights that no dark fits (default: yes).",
)
@click.option("--title", help="What the page is about (default: the name of the first FOLDER or file).")
@click.option("--config", type=Given(exists=True, dir_okay=False, path_type=Path), help="Settings, as for check.")
@output_options
def command(  # noqa: PLR0913, PLR0917 - one parameter an option
    sources: tuple[Path, ...],
    page: Path,
    force: bool,
    full: bool,
    pictures: bool,
    diagnose: bool,
    title: str | None,
    config: Path | None,
    as_json: bool,
    strict: bool,
) -> int:
    """Write one self-contained page about a night: verdict, darks, glow, plan, proof, and what to do.

    FOLDER is a night (checked and planned as by `ampglow check` and `plan`), or the folder of a run (proved as by
    `ampglow verify`), or one that holds both. JSONL is what `ampglow check --json` (plan, run, verify) printed; `-`
    reads it from the standard input. Exit code as the command that the page tells of.
    """
    from ampglow_plugin.report.html import Options, html_report
    from ampglow_plugin.report.html.render import need_jinja2
    from ampglow_plugin.report.results import worst
    from ampglow_plugin.writing import refuse_overwriting, write_text

    need_jinja2()
    refuse_overwriting(page, force=force)
    results = [found for source in sources for found in _results(source, config, quiet=as_json, diagnose=diagnose)]
    if all(found.empty for found in results):
        raise InputError(
            "there is nothing to report", where=str(sources[0]), fix="give frames, a run, or saved results"
        )
    about = title or next((s.resolve().name for s in sources if str(s) != STDIN), "standard input")
    options = Options(title=about, made=datetime.now(UTC), full=full, pictures=pictures)
    text = html_report(results, options)
    write_text(page, text, replace=force)
    output = Output(as_json=as_json, strict=strict)
    for found in results:
        _count(output, found)
    output.unknown = worst(results) != "go"
    data = text.encode("utf-8")
    output.record("report", {"path": str(page), "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()})
    if not as_json:
        tell(f"written to {page}")
    return output.finish()


def _count(output: Output, found: Results) -> None:
    """What the findings weigh, without printing them again."""
    live = [f for f in found.findings if f.ignored is None]
    output.crashed += sum(f.outcome == "crashed" for f in live)
    output.skipped += sum(f.outcome == "skipped" for f in live)
    output.errors += sum(f.outcome == "failed" and f.severity == "error" for f in live)
    output.warnings += sum(f.outcome == "failed" and f.severity == "warning" for f in live)
    output.errors += found.told == "no_go" and not output.errors


def _results(source: Path, config: Path | None, *, quiet: bool, diagnose: bool) -> Iterator[Results]:
    from ampglow_plugin.hosts.folder import MANIFEST
    from ampglow_plugin.report.results import read_saved

    if str(source) == STDIN:
        yield from read_saved(sys.stdin.buffer.read(), "standard input")
    elif source.is_file():
        yield from read_saved(source.read_bytes(), source.name, source.absolute().parent)
    elif (source / MANIFEST).is_file():
        yield _proved(source, quiet=quiet, diagnose=diagnose)
    else:
        runs = sorted(path.parent for path in source.glob(f"*/{MANIFEST}"))
        try:
            yield _checked(source, config, quiet=quiet, diagnose=diagnose)
        except InputError:
            if not runs:
                raise
        for run in runs:
            yield _proved(run, quiet=quiet, diagnose=diagnose)


def _checked(folder: Path, config: Path | None, *, quiet: bool, diagnose: bool) -> Results:
    """The pre-flight of a night, and its plan where there is one."""
    from ampglow_plugin import api
    from ampglow_plugin.report.console import progress_bar

    settings = api.load_config([folder], file=config)
    with progress_bar("reading headers", quiet=quiet) as progress:
        checked = api.check([folder], config=settings, progress=progress)
    try:
        planned = [api.plan(checked)] if checked.verdict == "go" else []
    except (PlanRefused, InputError):
        planned = []
    results = of_check(checked, planned, own_limits=bool(settings.limits))
    lights = [path for m in checked.matches if m.role == "dark" and m.dark is None for path in m.lights]
    return _advised(results, lights if diagnose else (), quiet=quiet, check=checked)


def of_check(checked: Check, planned: Sequence[CheckedPlan], *, own_limits: bool = False) -> Results:
    """A pre-flight and its plan, if there is one, as a report shows them."""
    from ampglow_plugin.report.results import Results

    failed = (f for plan in planned for f in plan.findings if f.outcome in ("failed", "crashed"))
    return Results(
        source="a folder of frames",
        told=checked.verdict,
        matches=checked.matches,
        findings=(*checked.findings, *failed),
        held=checked.held,
        plans=tuple(plan.plan for plan in planned),
        frames=checked.frames,
        own_limits=own_limits,
    )


def _proved(folder: Path, *, quiet: bool, diagnose: bool) -> Results:
    """A run and its proof, made anew."""
    from ampglow_plugin import api
    from ampglow_plugin.hosts.folder import read_manifest
    from ampglow_plugin.report.console import progress_bar

    manifest = read_manifest(folder)
    with progress_bar("proving", quiet=quiet) as progress:
        proved = api.verify(folder, progress=progress)
    results = of_run(folder, manifest, proved)
    outputs = [p.path for p in proved.proofs] if diagnose and not proved.clean else []
    darks = {p.inputs["dark"] for p in proved.proofs if "dark" in p.inputs}
    return _advised(results, outputs, dark=darks.pop() if len(darks) == 1 else None, quiet=quiet, verification=proved)


def _advised(results: Results, files: Sequence[str], *, dark: str | None = None, quiet: bool, **judged: Any) -> Results:
    """``results`` with what is bright in some of ``files``, evenly spread over them, and what to do about it all."""
    from ampglow_plugin import api
    from ampglow_plugin.report.console import progress_bar

    found: Diagnosis | None = None
    step = max(1, -(-len(files) // _DIAGNOSED))
    try:
        with progress_bar("looking for what is bright", quiet=quiet) as progress:
            found = api.diagnose(files[::step], dark=dark, progress=progress) if files else None
    except InputError as error:
        results = replace(results, notes=(*results.notes, f"There is no diagnosis: {error.what}."))
    advice = api.advise(diagnosis=found, **judged)
    if any(m.role == "flat" and m.dark is not None for m in results.matches):
        advice = tuple(a for a in advice if a.action != "use_flat")  # it is there, and the lights are raw
    return replace(results, diagnoses=() if found is None else (found,), advice=advice)


def of_run(folder: Path, manifest: RunManifest, proved: Verification) -> Results:
    """A run and its proof, as a report shows them."""
    from ampglow_plugin.report.results import Results

    return Results(
        source="the folder of a run",
        told="go" if proved.clean else "unknown",
        findings=proved.findings,
        runs=(manifest,),
        proofs=proved.proofs,
        folder=folder,
    )

"""The three jobs: pre-flight, calibration, proof. Each makes a page; none knows a window."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from ampglow_plugin.errors import InputError, PlanRefused
from ampglow_plugin.inside.page import Page, check_page, error_page, proof_page
from ampglow_plugin.inside.run import calibrate_here
from ampglow_plugin.inside.siril import Siril

Progress = Callable[[str, float | None], None]
#: where the calibrated frames go, in the folder of the night; with a number behind it where that is taken
RUN_FOLDER = "ampglow-run"


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """What the user asks for: a folder, and for the proof the files it is about (none: what Siril has loaded)."""

    folder: Path
    outputs: tuple[Path, ...] = ()
    lights: tuple[Path, ...] = ()
    masters: Mapping[str, Path] | None = None
    stack: bool = False


def preflight(siril: Siril, request: Request, progress: Progress) -> Page:  # noqa: ARG001 - one signature
    """Do the darks of the folder match its lights?"""
    from ampglow_plugin import api

    config = api.load_config([request.folder])
    return check_page(api.check([request.folder], config=config, progress=progress), request.folder)


def calibrate(siril: Siril, request: Request, progress: Progress) -> Page:
    """Check, plan, run the plan in this Siril, and prove the result."""
    from ampglow_plugin import api
    from ampglow_plugin.hosts.folder import alone_in
    from ampglow_plugin.planning import PlanOptions

    config = api.load_config([request.folder])
    checked = api.check([request.folder], config=config, progress=_part(progress, 0.0, 0.2))
    page = check_page(checked, request.folder)
    title = f"Calibration of {request.folder}"
    try:
        planned = api.plan(checked, PlanOptions(stack=request.stack))
    except PlanRefused as refusal:
        refused = error_page(refusal, title)
        return replace(page, title=title, word="REFUSED", sentence=refused.sentence, tone="bad", exit_code=1)
    folder = _free(request.folder)
    with alone_in(folder):
        emission = api.emit(planned, folder, host="siril", version="1.4", progress=_part(progress, 0.2, 0.3))
        manifest = calibrate_here(siril, emission, _part(progress, 0.3, 0.8))
        result = api.verify(folder, progress=_part(progress, 0.8, 1.0))
    proved = proof_page(result, title, failed=manifest.problems if manifest.status != "succeeded" else ())
    where = f"calibrated frames: {folder / 'process'}"
    stacks = [f"stack: {folder / product}" for product in manifest.products]
    return replace(
        proved,
        tables=(*proved.tables, *page.tables),
        notes=(where, *stacks, *proved.notes),
        records=(*page.records, *proved.records),
    )


def verify(siril: Siril, request: Request, progress: Progress) -> Page:
    """Was the dark applied to the loaded image, the loaded sequence, or the runs of the folder?"""
    from ampglow_plugin import api

    outputs = list(request.outputs) or loaded(siril)
    masters = dict(request.masters or {})
    if not outputs:
        folder = _run_of(request.folder / "any") or request.folder  # Siril may be in its process folder
        return proof_page(api.verify(folder, progress=progress), f"Proof of the runs in {folder}")
    named = outputs[0].name if len(outputs) == 1 else f"{len(outputs)} frames in {outputs[0].parent}"
    run = _run_of(outputs[0]) if not masters and not request.lights else None
    if run is not None:
        result = api.verify(run, progress=progress)
        wanted = {output.resolve() for output in outputs}
        proofs = tuple(p for p in result.proofs if Path(p.path).resolve() in wanted)
        if len(proofs) == len(outputs):
            return proof_page(replace(result, proofs=proofs), f"Proof of {named}")
    result = api.verify(
        outputs,
        lights=request.lights,
        dark=masters.get("dark"),
        flat=masters.get("flat"),
        bias=masters.get("bias"),
        progress=progress,
    )
    page = proof_page(result, f"Proof of {named}")
    if "dark" not in masters:
        hint = "Without the master dark the pixels cannot be compared: choose it, or name it with --dark"
        page = replace(page, notes=(hint, *page.notes))
    return page


def loaded(siril: Siril) -> list[Path]:
    """The files of what Siril has loaded: of the sequence, else of the image; [] where there is none."""
    place = Path(siril.get_siril_wd())
    if siril.is_sequence_loaded():
        frames = [place / name for name in _sequence_frames(siril)]
        if not frames or not all(frame.is_file() for frame in frames):
            raise InputError(
                "the sequence in Siril does not consist of one FITS file a frame",
                fix="load a sequence of calibrated FITS frames (pp_...)",
            )
        return frames
    if siril.is_image_loaded():
        name = siril.get_image_filename()
        if name and (place / name).is_file():
            return [place / name]
        raise InputError(
            "the image in Siril is in no file, and what it was made from cannot be told",
            where=name,
            fix="save it, or load a calibrated frame (pp_...)",
        )
    return []


def _sequence_frames(siril: Siril) -> Iterator[str]:
    """Names of the frames. How many there are is found by asking: get_seq() ends Siril 1.4.2 by signal 11.

    (Seen with a sequence of colour frames that was not registered.)
    """
    seen: set[str] = set()
    for index in itertools.count():
        try:
            name = siril.get_seq_frame_filename(index)
        except Exception:  # noqa: BLE001 - sirilpy's errors cannot be imported here; this one is the end
            return
        if not name or name in seen:  # a file that holds a whole sequence
            return
        seen.add(name)
        yield name


def _run_of(output: Path) -> Path | None:
    from ampglow_plugin.hosts.folder import MANIFEST

    return next((p for p in output.resolve().parents[:2] if (p / MANIFEST).is_file()), None)


def _free(folder: Path) -> Path:
    names = itertools.chain([RUN_FOLDER], (f"{RUN_FOLDER}-{i}" for i in itertools.count(2)))
    return next(folder / name for name in names if not (folder / name).exists())


def _part(progress: Progress, start: float, stop: float) -> Progress:
    def report(what: str, share: float | None) -> None:
        progress(what, start + (stop - start) * (share or 0.0))

    return report


#: job -> (title, function)
JOBS: dict[str, tuple[str, Callable[[Siril, Request, Progress], Page]]] = {
    "preflight": ("Pre-flight", preflight),
    "calibrate": ("Calibrate", calibrate),
    "verify": ("Verify", verify),
}

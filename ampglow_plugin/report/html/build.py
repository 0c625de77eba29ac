"""From results to what the page shows: the verdict, its stages, and a part for each of them."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final, cast

from ampglow_plugin import __version__
from ampglow_plugin.model.finding import Severity
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.planning import plan_sha256
from ampglow_plugin.report.check import VERDICTS, sentence
from ampglow_plugin.report.html import diagnosis, findings, glow, hashes, plan, proof
from ampglow_plugin.report.html.compare import pairs
from ampglow_plugin.report.html.view import WORST, Page, Stage, Tone
from ampglow_plugin.report.matches import settings
from ampglow_plugin.report.plan import count, headline
from ampglow_plugin.report.proof import proved
from ampglow_plugin.report.results import Results

if TYPE_CHECKING:
    from ampglow_plugin.report.html import Options

_TONES: Final[Mapping[str, Tone]] = {"go": "good", "no_go": "bad", "unknown": "open"}
_CUT_SHORT: Final = "What was saved ends before the command did, so its answer is not known."


def build(results: Sequence[Results], options: Options) -> Page:
    """The page, with everything in it."""
    stages = tuple(_stages(results))
    # what is bright and why is no judgement of the calibration: it heads the page only where it is all there is
    judging = [s for s in stages if s.anchor != diagnosis.ANCHOR] or stages
    shown = max(judging, key=lambda s: (-WORST.index(s.tone), stages.index(s)), default=_nothing())
    frames = _frames(results)
    found = [f for part in results for f in part.findings]
    advice = diagnosis.advised(a for part in results for a in part.advice)
    actions, advised = diagnosis.joined(advice, findings.actions(found))
    proofs = [(part, p) for part in results for p in part.proofs]
    return Page(
        title=options.title,
        word=shown.word,
        sentence=shown.sentence,
        tone=shown.tone,
        made=f"{options.made:%Y-%m-%d %H:%M} UTC",
        tool=f"ampglow {__version__}",
        full=options.full,
        facts=tuple(_facts(results, frames, full=options.full)),
        stages=stages,
        actions=actions,
        advised=advised,
        pairs=tuple(pair for part in results for pair in pairs(part, frames, full=options.full)),
        glows=tuple(glow.parts(results, pictures=options.pictures)),
        plans=tuple(plan.part(p) for part in results for p in part.plans),
        proofs=proof.part(proofs, pictures=options.pictures) if proofs else None,
        diagnoses=diagnosis.parts(d for part in results for d in part.diagnoses),
        findings=findings.failed(found),
        passed=findings.with_outcome(found, "passed"),
        skipped=findings.with_outcome(found, "skipped"),
        ignored=findings.ignored(found),
        versions=tuple(dict.fromkeys(_versions(results, frames))),
        hashes=hashes.rows(results),
        notes=tuple(_notes(results, options)),
    )


def _nothing() -> Stage:
    return Stage(
        name="Results", word="UNKNOWN", sentence="There is nothing here to judge.", tone="open", anchor="findings"
    )


def _stages(results: Iterable[Results]) -> Iterator[Stage]:
    for part in results:
        cut = "" if part.told is not None else f" {_CUT_SHORT}"
        verdict, tone = part.verdict, _TONES[part.verdict]
        if part.matches:
            text = sentence(part.matches, part.findings, verdict)
            yield Stage(
                name="Pre-flight",
                word=VERDICTS[verdict][0],
                sentence=_capital(text) + cut,
                tone=tone,
                anchor="darks",
            )
        for planned in part.plans:
            yield Stage(name="Plan", word="PLANNED", sentence=f"{headline(planned)}.", tone="plain", anchor="plan")
        if part.findings and not (part.matches or part.plans or part.runs or part.proofs or part.diagnoses):
            failed = sum(_fails(f.outcome, f.severity) for f in part.findings if f.ignored is None)
            text = f"{count(failed, 'error')} found." if failed else "No errors found."
            yield Stage(name="Findings", word=VERDICTS[verdict][0], sentence=text + cut, tone=tone, anchor="findings")
        for run in part.runs:
            program = run.host_program or run.host
            done: Mapping[str, tuple[str, str, Tone]] = {
                "succeeded": ("RUN", f"{program} carried out {count(len(run.commands), 'command')}.", "plain"),
                "emitted": ("WRITTEN", f"A script for {run.host} {run.host_version}; it has not been run.", "plain"),
                "failed": ("FAILED", f"{program} did not do all of the work.", "bad"),
                "unfinished": ("UNFINISHED", "It was ended in the middle, or still runs.", "bad"),
            }
            word, text, run_tone = done[run.status]
            yield Stage(name="Run", word=word, sentence=text, tone=run_tone, anchor="versions")
        if part.proofs:
            word, text, proof_tone = cast(tuple[str, str, Tone], proved(part.proofs))
            if proof_tone == "good" and tone != "good":  # the command itself knew of something else
                word, proof_tone = VERDICTS[verdict][0], tone
            yield Stage(name="Proof", word=word, sentence=text + cut, tone=proof_tone, anchor="proof")
        for found in part.diagnoses:
            word, text, found_tone = diagnosis.told(found)
            yield Stage(name="Diagnosis", word=word, sentence=text + cut, tone=found_tone, anchor=diagnosis.ANCHOR)


def _fails(outcome: str, severity: Severity) -> bool:
    return outcome == "crashed" or (outcome == "failed" and severity == "error")


def _frames(results: Iterable[Results]) -> dict[str, Frame]:
    """Headers by the path that the records use: those at hand, else of files that are there."""
    from ampglow_plugin.catalog import read_or_say
    from ampglow_plugin.report.html.pictures import readable

    found: dict[str, Frame] = {}
    for part in results:
        found.update(part.frames)
        for match in part.matches:
            sides = (match.lights[:1], match.darks, [r.dark for r in match.rejections[:1]])
            for path in itertools.chain(*sides):
                file = readable(path, part.folder) if path not in found else None
                read = read_or_say(file) if file is not None else None
                if isinstance(read, Frame):
                    found[path] = read
    return found


def _facts(results: Iterable[Results], frames: Mapping[str, Frame], *, full: bool) -> Iterator[tuple[str, str]]:
    darks = [match for part in results for match in part.matches if match.role == "dark"]
    lights = dict.fromkeys(path for match in darks for path in match.lights)
    known = [frames[path] for path in lights if path in frames]

    def of_groups(field: str) -> str:
        return ", ".join(dict.fromkeys(str(m.group[field]) for m in darks if m.group.get(field)))

    seconds = sum(len(m.lights) * float(m.group.get("exposure_s") or 0.0) for m in darks)
    yield from (
        (name, text)
        for name, text in (
            ("Object", of_groups("object")),
            ("Camera", of_groups("camera")),
            ("Lights", f"{len(lights)}{f', {_duration(seconds)} in all' if seconds else ''}" if lights else ""),
            ("Settings", "; ".join(dict.fromkeys(settings(m.group) for m in darks))),
            ("Night", ", ".join(sorted({f.night for f in known if f.night}))),
            ("Serial", of_groups("camera_serial") if full else ""),
            ("Site", ", ".join(dict.fromkeys(filter(None, map(_site, known)))) if full else ""),
        )
        if text
    )


def _site(frame: Frame) -> str:
    if frame.site_lat_deg is None or frame.site_long_deg is None:
        return ""
    return f"latitude {frame.site_lat_deg:.4f}\u00b0, longitude {frame.site_long_deg:.4f}\u00b0 (east positive)"


def _duration(seconds: float) -> str:
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60:02d} min"


def _versions(results: Iterable[Results], frames: Mapping[str, Frame]) -> Iterator[tuple[str, str]]:
    yield "This page", f"ampglow {__version__}"
    for part in results:
        for p in part.plans:
            yield from (("Plan", p.tool), ("Plan, SHA-256", plan_sha256(p)))
        for run in part.runs:
            yield "Script by", run.tool
            yield "Plan, SHA-256", run.plan_sha256
            yield "Calibrated by", run.host_program or f"{run.host} {run.host_version} (not run)"
            if run.engine_why:
                yield "Engine chosen because", run.engine_why
        for one in part.proofs:
            header = one.evidence.header
            if header.host:
                yield "Header written by", f"{header.host} {header.host_version or ''}".strip()
    for software in dict.fromkeys(f.software for f in frames.values() if f.software):
        yield "Captured with", software
    for firmware in dict.fromkeys(f.firmware for f in frames.values() if f.firmware):
        yield "Firmware or driver", firmware


def _notes(results: Iterable[Results], options: Options) -> Iterator[str]:
    from ampglow_plugin.report.html.pictures import can_draw

    for part in results:
        yield f"Made from {part.source}."
        yield from part.notes
        yield from (f"The program said: {line}" for run in part.runs for line in run.problems)
    if options.pictures and not can_draw():
        yield "There are no pictures, because matplotlib is not installed: pip install 'ampglow-plugin[report]'."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]

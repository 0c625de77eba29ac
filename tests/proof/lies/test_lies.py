"""Every way known in which Siril misleads, made with the real one: the verdict must be the truth all the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from astropy.io import fits

from ampglow_plugin import api
from tests.proof.lies.conftest import SERIES, entries, fill_in

REPOSITORY = Path(__file__).resolve().parents[3]
MADE_HERE = [e for e in entries() if e.script]
CASES = [(series, entry, frame) for entry in MADE_HERE for series in entry.series for frame in entry.frames]


def name(value):
    return value if isinstance(value, str) else getattr(value, "id", None) or value["file"]


@pytest.mark.siril
@pytest.mark.parametrize(("series", "entry", "frame"), CASES, ids=name)
def test_the_verdict_is_the_truth(lies, night, series, entry, frame):
    made = lies(series, entry)
    if entry.alone:
        assert made.status == entry.status
        assert entry.says is None or entry.says in made.log
    frame = frame | frame.get(f"on_{series.replace('.', '_')}", {})
    path = made.folder / "process" / fill_in(frame["file"], entry, series, made.folder)
    given = masters(frame, night, path.parent)
    if frame.get("log"):
        given["log"] = path.with_suffix(".log")
        given["log"].write_text(made.log, encoding="utf-8")
    if frame.get("absent"):
        assert not path.exists()
    (proof,) = api.verify(path, **given).proofs
    if frame.get("absent") or frame.get("unreadable"):
        assert (proof.verdict.done, proof.verdict.success) == ("undecided", "undecided")
        assert str(path) in proof.verdict.reasons[0]
        return
    pixels = proof.evidence.pixels
    for measured, wanted in (("factor", frame.get("factor")), ("pedestals", frame.get("pedestals"))):
        if wanted is not None:
            value = getattr(pixels, measured)
            assert value == pytest.approx(
                expected(wanted, made, frame["file"]), abs=0.01 if measured == "factor" else 0.05
            )
    assert proof.verdict.done in several(frame["verdict"]), proof.verdict.reasons
    assert proof.verdict.success in several(frame["success"]), proof.verdict.reasons


def several(words):
    return [words] if isinstance(words, str) else words


def masters(frame, night, process):
    """Arguments of verify: masters of the night by name, those that the run made by path."""
    given = {}
    for role in ("dark", "flat", "bias"):
        named = frame.get(role, "dark" if role == "dark" else None)
        if named is not None:
            given[role] = process / named if named.endswith(".fit") else night.masters / f"{named}.fit"
    if "light" in frame:
        given["lights"] = [night.lights[frame["light"]]]
    if "singles" in frame:
        given["dark_frames"] = night.darks
    return given


def expected(wanted, made, file):
    """A number, or from the k that Siril logged for the command that saved the frame."""
    if isinstance(wanted, float):
        return wanted
    stem = file.format(id=".*").removesuffix(".fit")
    blocks = made.log.split("Running command: ")
    block = next(b for b in blocks if re.search(f"Saving FITS: file {stem}", b) and "k0=" in b)
    k = float(re.findall(r"k0=([\d.]+)", block)[0])
    return 1 + k if wanted == "1+k" else k


def test_every_entry_is_tested_or_says_why_not():
    """A test that is named exists, in the file that is named and with that parameter."""
    seen = set()
    for entry in entries():
        assert entry.id not in seen
        seen.add(entry.id)
        assert entry.because, entry.id
        assert sum(map(bool, (entry.script, entry.tested_by, entry.not_here))) == 1, entry.id
        assert not entry.script or entry.frames, entry.id
        if entry.tested_by:
            file, _, test = entry.tested_by.partition("::")
            function, _, parameter = test.partition("[")
            text = (REPOSITORY / file).read_text(encoding="utf-8")
            assert f"def {function}(" in text, entry.id
            assert f'"{parameter.partition("_")[0]}_"' in text or not parameter, entry.id
        assert set(entry.series) <= set(SERIES), entry.id


def test_the_cards_of_a_stack_do_not_tell(lies):
    """Why nothing but pixels can judge a stack: calibrated or raw, its cards are the same."""
    entry = next(e for e in entries() if e.id == "stack-drops-history")
    for series in entry.series:
        folder = lies(series, entry).folder / "process"
        cards = [
            {
                k: v
                for k, v in fits.getheader(folder / f"{kind}_stack.fit").items()
                if k not in ("DATE", "MIPS-HI", "MIPS-LO")
            }
            for kind in ("done", "raw")
        ]
        assert cards[0] == cards[1]

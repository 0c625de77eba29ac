"""What the page is built from: values, before any template."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ampglow_plugin.hosts.folder import read_manifest
from ampglow_plugin.model.diagnosis import Advice, CauseFound, Diagnosis, Likelihood, Sign
from ampglow_plugin.model.match import Rejection
from ampglow_plugin.report.html import Options, html_report, page_of
from ampglow_plugin.report.html.charts import nice_ticks
from ampglow_plugin.report.results import Results

OPTIONS = Options(title="night", made=datetime(2026, 1, 2, tzinfo=UTC), pictures=False)


def results_of(checked, **more):
    return Results(
        source="frames",
        told=checked.verdict,
        matches=checked.matches,
        findings=checked.findings,
        held=checked.held,
        frames=checked.frames,
        **more,
    )


@pytest.fixture(scope="module")
def good(checked):
    return results_of(checked, own_limits=False)


@pytest.fixture(scope="module")
def proved_results(proved, verification):
    found = verification
    runs = (read_manifest(proved),)
    return Results(source="run", told="go", findings=found.findings, proofs=found.proofs, runs=runs, folder=proved)


def spoiled(results, done="scaled", success="residual"):
    first = results.proofs[0]
    wrong = replace(first, verdict=replace(first.verdict, done=done, success=success, reasons=("because",)))
    return replace(results, told="no_go", proofs=(wrong, *results.proofs[1:]))


def test_every_field_of_a_match_is_on_the_page(good):
    page = page_of([good], OPTIONS)
    for match, pair in zip(good.matches, page.pairs, strict=True):
        rows = {row.field: row for row in (*pair.rows, *pair.more)}
        assert len(rows) == len(match.outcomes)
    rows = {row.field: row for row in page.pairs[0].rows}
    assert (rows["exposure"].light, rows["exposure"].dark, rows["exposure"].limit) == ("180 s", "180 s", "0.18 s")
    assert (rows["temperature"].dark, rows["temperature"].limit, rows["temperature"].outcome) == (
        "-10 C",
        "1 C",
        "equal",
    )
    assert rows["readout mode"].outcome == "both silent"


def test_limits_of_the_table_are_not_shown_where_the_user_may_have_others(good):
    page = page_of([replace(good, own_limits=None)], OPTIONS)
    assert {row.limit for row in page.pairs[0].rows} == {""}


def test_a_dark_whose_header_is_not_at_hand_is_not_made_up(good):
    """Only what the match says: equal is equal within the limit, and of other fields nothing is known."""
    gone = replace(
        good,
        frames={},
        matches=tuple(
            replace(m, lights=("gone/l.fits",), dark="gone/d.fits", darks=("gone/d.fits",)) for m in good.matches[:1]
        ),
    )
    rows = {row.field: row for pair in page_of([gone], OPTIONS).pairs for row in (*pair.rows, *pair.more)}
    assert rows["exposure"].dark == "180 s, within the limit"
    assert rows["gain"].dark == "120"
    assert rows["row order"].light == "\u2013"


def test_the_worst_stage_heads_the_page(good, proved_results):
    assert page_of([good, proved_results], OPTIONS).word == "PROVED"
    wrong = page_of([good, spoiled(proved_results)], OPTIONS)
    assert (wrong.word, wrong.tone) == ("NOT CLEAN", "bad")
    assert wrong.sentence == "1 of 4 frames are not calibrated as it should be."
    open_ = page_of([good, spoiled(proved_results, "undecided", "undecided")], OPTIONS)
    assert (open_.word, open_.tone) == ("NOT PROVED", "open")
    assert page_of([replace(good, told="no_go"), proved_results], OPTIONS).word == "NO GO"


def test_a_command_that_knew_better_than_its_proofs_is_believed(proved_results):
    assert page_of([replace(proved_results, told="no_go")], OPTIONS).word == "NO GO"
    assert page_of([replace(proved_results, told=None)], OPTIONS).word == "UNKNOWN"


def test_the_worst_frames_come_first_and_say_why(proved_results):
    part = page_of([spoiled(proved_results)], OPTIONS).proofs
    assert [row.tone for row in part.rows] == ["bad", "good", "good", "good"]
    assert part.reasons == ((part.rows[0].name, ("because",)),)
    assert len(part.factors.dots) == 4
    assert part.facts[0][1] == "3 of 4"


def of_disk(path):
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def test_every_file_of_run_and_proof_stands_there_with_its_hash(proved_results, proved):
    rows = page_of([proved_results], OPTIONS).hashes
    known = {(name, sha256) for _, name, _, sha256 in rows}
    assert len(known) == len(rows)
    for proof in proved_results.proofs:
        for path in (proof.path, *proof.inputs.values()):
            assert (Path(path).name, of_disk(proved / path)) in known
    (run,) = proved_results.runs
    singles = [file for master in run.masters for file in master.inputs]
    assert {(Path(file.path).name, file.sha256) for file in singles} <= known


def test_a_light_that_has_changed_since_the_run_is_told_with_both_hashes(proved_results):
    first = proved_results.proofs[0]
    other = replace(first, sha256={**first.sha256, "light": "0" * 64})
    rows = page_of([replace(proved_results, proofs=(other, *proved_results.proofs[1:]))], OPTIONS).hashes
    name = Path(first.inputs["light"]).name
    assert [(what, sha256) for what, file, _, sha256 in rows if file == name] == [
        ("light", first.sha256["light"]),
        ("light, as proved", "0" * 64),
    ]


def test_a_crashed_rule_is_unknown_and_not_fine(good):
    crashed = replace(good.findings[0], outcome="crashed", severity="error", message="it failed")
    page = page_of([replace(good, findings=(*good.findings, crashed))], OPTIONS)
    assert (page.word, page.tone) == ("UNKNOWN", "open")
    assert page.findings[0].outcome == "a rule failed"


def test_what_was_set_aside_stays_visible_and_asks_for_nothing(good):
    aside = replace(good.findings[0], outcome="failed", severity="error", message="m", fix="f", ignored="known")
    page = page_of([replace(good, findings=(aside,))], OPTIONS)
    assert (page.actions, page.findings) == ((), ())
    assert page.ignored[0][1] == "known"
    assert page.word == "GO"


def test_rules_bring_their_page(good):
    failed = replace(
        good.findings[0], rule="AG201", outcome="failed", severity="error", measured=120.0, limit=0.9, unit="s"
    )
    (action,) = page_of([replace(good, findings=(failed,))], OPTIONS).actions
    reason = action.reasons[0]
    assert reason.measure == "measured 120 s, limit 0.9 s"
    assert [title for title, _ in reason.page.parts] == ["What it checks", "Why it matters", "How to fix it", "Source"]
    assert all(text for _, text in reason.page.parts)


DIAGNOSIS = Diagnosis(
    paths=("/home/jane/a.fits", "/home/jane/b.fits", "/home/jane/c.fits"),
    basis="views",
    causes=(CauseFound(cause="amp_glow", confidence=0.97, where="bottom-right", peak_adu=143.2),),
    likelihoods=(Likelihood(cause="amp_glow", probability=0.97, decided=True),),
    evidence=(
        Sign(
            cause="amp_glow",
            name="place",
            speaks="for",
            what="same corner",
            value=0.93,
            sigma=0.02,
            limit=0.5,
            unit="share",
        ),
        Sign(cause="internal_reflection", name="star", speaks="open", what="no bright star"),
    ),
    missing=("a 5-minute dark",),
    dark="/home/jane/dark.fits",
    sha256={"/home/jane/a.fits": "a" * 64, "/home/jane/dark.fits": "d" * 64},
)
ADVICE = (
    Advice(order=2, action="remove_gradient", reason="of the sky", host="siril", command="subsky 1", optional=True),
    Advice(order=1, action="shoot_darks", reason="none fits", host="camera", command="20 x 180 s", rule="AG209"),
    Advice(order=2, action="remove_gradient", reason="of the sky", host="pixinsight", command="DBE", optional=True),
)


def test_a_diagnosis_with_its_evidence_and_advice():
    page = page_of([Results(source="d", told="go", diagnoses=(DIAGNOSIS,), advice=ADVICE)], OPTIONS)
    (part,) = page.diagnoses
    assert part.title == "3 frames, a.fits among them"
    assert (part.causes[0].name, part.causes[0].confidence) == ("Amp glow", "97 %")
    assert part.causes[0].detail == "brightest at the bottom-right, up to 143 ADU"
    assert part.evidence[0][2:5] == ("for it", "0.93 \u00b1 0.02 share", "0.5 share")
    assert part.evidence[1][2:5] == ("open", "", "")
    assert [(a.text, a.ways) for a in page.advised] == [
        ("Shoot darks that fit", (("Camera", "20 x 180 s"),)),
        ("Remove the gradient", (("Siril", "subsky 1"), ("PixInsight", "DBE"))),
    ]
    assert (page.word, page.stages[0].sentence) == ("FOUND", "Amp glow (97 %).")
    assert page.hashes == (
        ("frame, as looked at", "a.fits", "", "a" * 64),
        ("dark, as looked at", "dark.fits", "", "d" * 64),
    )
    text = html_report([Results(source="d", told="go", diagnoses=(DIAGNOSIS,), advice=ADVICE)], OPTIONS)
    assert "What would decide it: a 5-minute dark" in text


def test_advice_of_a_night_and_of_its_run_is_one_list():
    night = (
        replace(ADVICE[1], order=1),
        Advice(order=2, action="calibrate_again", reason="it glows", host="siril", command="calibrate"),
    )
    run = (replace(night[1], order=1, reason="residual"), replace(ADVICE[0], order=2))
    page = page_of(
        [Results(source="night", told="no_go", advice=night), Results(source="run", told="no_go", advice=run)], OPTIONS
    )
    assert [(a.text, a.reason, a.ways) for a in page.advised] == [
        ("Shoot darks that fit", "none fits", (("Camera", "20 x 180 s"),)),
        ("Calibrate the raw frames with the right dark", "it glows", (("Siril", "calibrate"),)),
        ("Remove the gradient", "of the sky", (("Siril", "subsky 1"),)),
    ]


def test_regions_of_groups_alike_have_names_of_their_own(good):
    """Several sets of flats with one filter: a screen reader lists their tables by name."""
    text = html_report([replace(good, matches=(good.matches[0],) * 3)], OPTIONS)
    names = re.findall(r'role="region" aria-label="([^"]*)"', text)
    assert len(names) > 3
    assert len(set(names)) == len(names)


def test_a_diagnosis_is_no_judgement_of_the_calibration(good):
    undecided = replace(
        DIAGNOSIS,
        causes=(CauseFound(cause="undecided", confidence=0.4),),
        likelihoods=(Likelihood(cause="twilight_gradient", probability=0.4, decided=None),),
    )
    page = page_of([good, Results(source="d", told="unknown", diagnoses=(undecided,))], OPTIONS)
    assert page.word == "GO"
    assert [s.word for s in page.stages] == ["GO", "UNDECIDED"]
    assert page.stages[1].sentence == "The likeliest is twilight (40 %)."  # and not 40 % sure of being undecided
    (cause,) = page.diagnoses[0].causes
    assert (cause.name, cause.confidence, cause.detail) == ("Undecided", "", "the likeliest is twilight (40 %)")


def test_advice_takes_the_place_of_what_only_its_rules_ask_for(good):
    failed = replace(good.findings[0], rule="AG209", outcome="failed", severity="error", fix="shoot darks")
    other = replace(failed, rule="AG203", fix="match the gain")
    page = page_of([replace(good, findings=(failed, other)), Results(source="d", told="go", advice=ADVICE)], OPTIONS)
    assert [a.text for a in page.actions] == ["Match the gain"]
    assert [(a.text, len(a.reasons), a.tone) for a in page.advised] == [
        ("Shoot darks", 1, "bad"),
        ("Remove the gradient", 0, "plain"),
    ]


def test_what_passed_alike_of_many_frames_is_one_line_with_its_range(good):
    one = replace(good.findings[0], rule="AG410", outcome="passed", message="no glow", limit=23.0, unit="ADU")
    many = tuple(replace(one, measured=value) for value in (1.4, -3.5, 3.6))
    other = replace(one, message="nothing", measured=None, limit=None)
    page = page_of([replace(good, findings=(*many, replace(one, measured=None), other, other))], OPTIONS)
    assert [(r.message, r.measure) for r in page.passed] == [
        ("no glow (4 times)", ""),  # of one it is not known
        ("nothing (2 times)", ""),
    ]
    (line,) = page_of([replace(good, findings=many)], OPTIONS).passed
    assert (line.message, line.measure) == ("no glow (3 times)", "measured -3.5 to 3.6 ADU, limit 23 ADU")
    (line,) = page_of([replace(good, findings=(*many, replace(many[0], limit=5.0)))], OPTIONS).passed
    assert line.measure == "measured -3.5 to 3.6 ADU"
    (line,) = page_of([replace(good, findings=many[:1] * 2)], OPTIONS).passed
    assert (line.message, line.measure) == ("no glow (2 times)", "measured 1.4 ADU, limit 23 ADU")


SECRETS = ("jane", "Jane", "observatory", "0a1b2c3d4e")


def with_secrets(good, proved_results):
    """Folders, a user and a serial in every text that quotes something: findings, log, header, program, plan, match."""
    place, serial = "/home/jane/My observatory/x.fits", "0A1B2C3D4E"
    message = f"{place} of camera {serial} is cut short; copy it from C:\\Users\\Jane Doe\\night\\x.fits"
    finding = replace(good.findings[0], outcome="failed", severity="error", message=message, fix=f"look at {place}")
    rejections = (
        Rejection(dark=place, field="camera_serial", light=serial, dark_value="0a1b2c3d4f"),
        Rejection(dark=place, field="exposure_s", light=180.0, dark_value=60.0, limit=0.9, unit="s"),
    )
    match = replace(
        good.matches[0],
        status="none",
        dark=None,
        darks=(),
        group={**good.matches[0].group, "camera_serial": serial, "camera": f"QHY268M S/N {serial}"},
        outcomes={"camera_serial": "different", "exposure_s": "different"},
        rejections=rejections,
        rejected_total=1,
    )
    checked = replace(good, source=place, matches=(match,), findings=(finding,))
    first = proved_results.proofs[0]
    log = replace(
        first.evidence.log, path=place, claim="applied", lines=(f"Reading FITS: file {place}, 1 layer",), why=message
    )
    header = replace(first.evidence.header, lines=(f"Dark {place}",))
    evidence = replace(first.evidence, log=log, header=header)
    verdict = replace(first.verdict, success="residual", reasons=(message,), hypotheses=(message,))
    proof = replace(first, evidence=evidence, verdict=verdict, changed=(message,))
    run = replace(proved_results.runs[0], problems=(message,), engine_why=message)
    return [
        checked,
        replace(proved_results, proofs=(proof,), runs=(run,)),
        Results(source="d", told="go", diagnoses=(DIAGNOSIS,)),
    ]


def test_secrets_in_quoted_texts_stay_at_home(good, proved_results):
    results = with_secrets(good, proved_results)
    full = html_report(results, replace(OPTIONS, full=True))
    assert all(secret in full or secret.upper() in full for secret in SECRETS)
    shown = html_report(results, OPTIONS).lower()
    assert not [secret for secret in SECRETS if secret.lower() in shown]
    assert "x.fits of camera (left out) is cut short; copy it from x.fits" in shown
    assert "reading fits: file x.fits, 1 layer" in shown
    assert "exposure" in shown


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (0, 1, [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]),
        (-0.1, 1.2, [0.0, 0.5, 1.0]),
        (1, 6, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]),
        (3, 3, [3]),
    ],
)
def test_ticks(low, high, ticks):
    assert nice_ticks(low, high) == ticks

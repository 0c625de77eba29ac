"""Safe edits: they put right what they claim, change nothing else, and real Siril then runs the script."""

from __future__ import annotations

import itertools

import pytest

from ampglow_plugin import api
from ampglow_plugin.hosts.edits import carried_out
from ampglow_plugin.model.finding import Edit, Finding
from tests.siril.real import run
from tests.siril.test_rule_cases import cases, name, text_of

FAILING = [(code, case) for code, case in cases() if case["kind"] == "fail" and "py" not in case]
#: rules that have edits; the others ask for a decision
EDITING = {"AG501", "AG502", "AG503", "AG504", "AG506", "AG509", "AG510", "AG511", "AG514", "AG516"}


def put(folder, case, ending=b"\n"):
    path = folder / "case.ssf"
    path.write_bytes(text_of(case).encode("utf-8", "surrogateescape").replace(b"\n", ending))
    return path


def live(findings):
    return [f for f in findings if f.outcome in ("failed", "crashed")]


@pytest.mark.parametrize("ending", [b"\n", b"\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize(("code", "case"), [pytest.param(*c, id=name(*c)) for c in FAILING])
def test_what_has_been_put_right_is_clean(code, case, ending, tmp_path):
    path, chosen = put(tmp_path, case, ending), case.get("siril")
    before = live(api.lint(path, siril=chosen))
    made = api.fix(path, siril=chosen)
    assert path.read_bytes() == made.before  # only shown
    api.fix(path, siril=chosen, write=True)
    assert path.read_bytes() == made.after
    after = live(api.lint(path, siril=chosen))
    assert not any(f.edits for f in after)
    assert len(after) <= len(before) - (1 if made.changed else 0)
    assert made.changed == bool(made.rules)
    assert set(made.rules) <= EDITING
    assert not api.fix(path, siril=chosen).changed
    if ending == b"\r\n":
        assert made.after.count(b"\n") == made.after.count(b"\r\n")


def test_every_rule_with_edits_is_seen_to_use_them(tmp_path):
    used = set()
    for i, (_, case) in enumerate(FAILING):
        folder = tmp_path / str(i)
        folder.mkdir()
        used.update(api.fix(put(folder, case), siril=case.get("siril")).rules)
    assert used == EDITING


FIXED = [(code, case) for code, case in FAILING if code in EDITING and case.get("real")]


@pytest.mark.parametrize(("code", "case"), [pytest.param(*c, id=name(*c)) for c in FIXED])
def test_real_siril_runs_what_has_been_put_right(code, case, siril, tmp_path):
    series = str(case.get("siril", case.get("for", "1.2" if "1.2.0" in case.get("ssf", "") else "1.4")))
    path = put(tmp_path, case)
    made = api.fix(path, siril=series, write=True)
    if not made.changed or live(api.lint(path, siril=series)):
        return  # a decision of the writer is left
    assert run(siril(series), tmp_path / "r", made.after).fate == "runs", made.diff()


@pytest.mark.parametrize(
    ("text", "fixed"),
    [
        ("requires 1.2\nload a\n", "requires 1.2.0\nload a\n"),
        ("# x\nload a\nrequires 1.2.0\nclose\n", "# x\nrequires 1.2.0\nload a\nclose\n"),
        ("load a\nrequires 1.2.0", "requires 1.2.0\nload a\n"),
        ("requires 1.2.0\n \t# x\n", "requires 1.2.0\n# x\n"),
        ("requires 1.0.0\npreprocess l -dark=d  # b c\n", "requires 1.0.0\n# b c\npreprocess l -dark=d\n"),
        ("requires 1.4.0\npreprocess l -dark=d -Cfa\n", "requires 1.4.0\ncalibrate l -dark=d -cfa\n"),
        ("requires 1.2.0\nstack l rej 3 3 -weighted\n", "requires 1.2.0\nstack l rej 3 3 -weight_from_noise\n"),
        ("requires 1.4.0\nstack l rej 3 3 -weighted\n", "requires 1.4.0\nstack l rej 3 3 -weight=noise\n"),
        ("requires 1.2.0\ncalibrate l -DARK=d\n", "requires 1.2.0\ncalibrate l -dark=d\n"),
        (
            "requires 1.2.0\ncalibrate l -cc=dark 0 3 -dark=d -cfa\n",
            "requires 1.2.0\ncalibrate l -dark=d -cc=dark 0 3 -cfa\n",
        ),
        ("requires 1.2.0\ncalibrate l -cc=dark -dark=d\n", "requires 1.2.0\ncalibrate l -dark=d -cc=dark\n"),
        (
            "requires 1.2.0\nstack d REJ Winsorized 3 3 -nonorm\n",
            "requires 1.2.0\nstack d rej winsorized 3 3 -nonorm\n",
        ),
        ("requires 1.2.0\nstack dark med -out=x\n", "requires 1.2.0\nstack dark med -out=x -nonorm\n"),
        ('requires 1.2.0\ncalibrate l -dark="a b" -cfa\n', 'requires 1.2.0\ncalibrate l "-dark=a b" -cfa\n'),
        ("requires 1.2.0\ncalibrate\u00a0l \u2014dark=d\n", "requires 1.2.0\ncalibrate l -dark=d\n"),
    ],
)
def test_edits(text, fixed, tmp_path):
    path = tmp_path / "x.ssf"
    path.write_text(text, encoding="utf-8")
    assert api.fix(path).after.decode() == fixed


@pytest.mark.parametrize(
    "text",
    [
        "requires 1.0.0\npreprocess l -DARK=d\n",  # 1.0 goes on without a dark: with one the result is another
        "requires 1.0.0\npreprocess l \u2013dark=d\n",
        "requires 1.2.0\nstack l rej 3 3 -norm=ADDSCALE\n",
        "requires 1.2.0\ncd my dir\n",
        "requires 1.2.0\ncalibrate l -dark=d -cc=dark 3\n",  # cold or hot
        "requires 1.2.0\nstack d med 3 3 -nonorm\n",  # a median, or a rejection
        "requires 1.2.0\nset16bits\ncalibrate l -dark=d\n",
        "load a\n",  # any version
    ],
)
def test_what_would_change_the_result_or_is_not_plain_is_left(text, tmp_path):
    path = tmp_path / "x.ssf"
    path.write_text(text, encoding="utf-8")
    assert live(api.lint(path))
    assert not api.fix(path).changed


def test_a_link_stays_a_link_and_the_mode_stays(tmp_path):
    real, link = tmp_path / "real.ssf", tmp_path / "link.ssf"
    real.write_text("requires 1.2\nload a\n", encoding="utf-8")
    real.chmod(0o640)
    link.symlink_to(real)
    api.fix(link, write=True)
    assert link.is_symlink()
    assert real.read_text(encoding="utf-8").startswith("requires 1.2.0\n")
    assert real.stat().st_mode & 0o777 == 0o640
    assert [p.name for p in sorted(tmp_path.iterdir())] == ["link.ssf", "real.ssf"]


def test_a_file_that_cannot_be_written_stays_as_it_was(tmp_path, monkeypatch):
    path = tmp_path / "x.ssf"
    path.write_text("requires 1.2\nload a\n", encoding="utf-8")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("ampglow_plugin.writing._sync", full)
    with pytest.raises(OSError, match="No space"):
        api.fix(path, write=True)
    assert path.read_text(encoding="utf-8") == "requires 1.2\nload a\n"
    assert list(tmp_path.iterdir()) == [path]


def finding(*edits):
    return Finding(rule="AG501", name="x", outcome="failed", severity="error", message="x", edits=edits)


def test_edits_that_meet_wait():
    def edit(start, end, text):
        return Edit(line=1, column=start, end_line=1, end_column=end, text=text)

    for order in itertools.permutations([finding(edit(1, 3, "x")), finding(edit(3, 5, "y"))]):
        text, done = carried_out("abcdef", order)
        assert len(done) == 1
        assert text == ("xcdef" if done[0].edits[0].text == "x" else "abyef")
    text, done = carried_out("abcdef", [finding(edit(1, 2, "x"), edit(5, 6, "z")), finding(edit(3, 4, "y"))])
    assert (text, len(done)) == ("xbydzf", 2)


def test_lines_that_are_added_end_as_the_others():
    added = Edit(line=2, column=1, end_line=2, end_column=1, text="x\n")
    assert carried_out("a\r\nb", [finding(added)])[0] == "a\r\nx\r\nb"
    assert carried_out("a\nb", [finding(added)])[0] == "a\nx\nb"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('calibrate l -cc=dark -dark="../my masters/d" -cfa', 'calibrate l "-dark=../my masters/d" -cc=dark -cfa'),
        ('calibrate l -cc=dark -Dark="../my masters/d"', 'calibrate l "-dark=../my masters/d" -cc=dark'),
        ('calibrate l -dark="../night #2/d" -cfa', 'calibrate l "-dark=../night #2/d" -cfa'),
        ('calibrate l -dark="../my masters/d" # why', '# why\ncalibrate l "-dark=../my masters/d"'),
        ('calibrate l -cc=dark -dark="../my masters/d', 'calibrate l -cc=dark -dark="../my masters/d'),
    ],
)
def test_nothing_is_moved_into_a_quoted_value_that_blanks_cut(before, after, tmp_path):
    path = tmp_path / "x.ssf"
    path.write_text(f"requires 1.2.0\n{before}\n", encoding="utf-8")
    assert api.fix(path).after.decode() == f"requires 1.2.0\n{after}\n"

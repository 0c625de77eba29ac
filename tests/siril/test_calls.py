"""Python programs: which commands are read from their source, where, and what is not claimed of them."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from ampglow_plugin import api
from ampglow_plugin.cli.lint import command as lint_command
from ampglow_plugin.errors import InputError
from ampglow_plugin.hosts import SIRIL
from ampglow_plugin.hosts.siril.calls import read_calls
from ampglow_plugin.model.plan import Align, Calibrate, Debayer


def sent(text, module="sirilpy"):
    return [[w.text for w in line.words] for line in read_calls(f"import {module}\n{text}", "x.py").lines]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('s.cmd("calibrate", "light", "-dark=md")', ["calibrate", "light", "-dark=md"]),
        ('s.cmd("calibrate light -dark=md")', ["calibrate", "light", "-dark=md"]),
        ('s.cmd("stack", "dark rej 3 3", "-nonorm")', ["stack", "dark", "rej", "3", "3", "-nonorm"]),
        ('s.cmd("stack", "dark", "rej", 3, 3.5)', ["stack", "dark", "rej", "3", "3.5"]),
        ("""s.cmd("calibrate", "light", '"-dark=my masters/d"')""", ["calibrate", "light", "-dark=my masters/d"]),
        ('D = "m/d"\ns.cmd("calibrate", "l", f"-dark={D}")', ["calibrate", "l", "-dark=m/d"]),
        ('D = "m"\nE = D + "/d"\ndef f():\n    s.cmd("calibrate", "l", "-dark=" + E)', ["calibrate", "l", "-dark=m/d"]),
        ('s.cmd("calibrate", "l", f"-dark={self.dark}")', ["calibrate", "l", "-dark={self.dark}"]),
        ('s.cmd("calibrate", "l", f"-dark={a + b}/d")', ["calibrate", "l", "-dark={a}{b}/d"]),
        ('s.cmd("cd", os.path.join(root, "lights"))', ["cd", "{root}/lights"]),
        ('s.cmd("calibrate", "l", "-dark=%s/%s" % (root, "d"))', ["calibrate", "l", "-dark={root}/d"]),
        ('n = 3\ns.cmd("setcpu", str(n))', ["setcpu", "3"]),
    ],
)
def test_words(text, words):
    assert sent(text) == [words]


def test_execute_takes_one_text_of_any_number_of_lines():
    assert sent('app.Execute("calibrate light -dark=d", False)', "pysiril") == [["calibrate", "light", "-dark=d"]]
    assert sent('app.Execute("""cd lights\n# x\n\nlink l""")', "pysiril") == [["cd", "lights"], ["link", "l"]]


@pytest.mark.parametrize(
    "text",
    [
        'D = "a"\nD = "b"\n',
        'D = "a"\nD += "b"\n',
        "for D in x:\n    pass\n",
        'D = "a"\nwith open() as D:\n    pass\n',
        "D = read()\n",
        "D = D\n",
        'D = E\nE = D + "x"\n',
    ],
)
def test_a_name_that_is_not_a_constant_is_not_followed(text):
    assert sent(f'{text}s.cmd("calibrate", "l", f"-dark={{D}}")')[-1][-1] == "-dark={D}"


def test_a_parameter_hides_the_constant_of_its_name():
    assert sent('D = "a"\ndef f(D):\n    s.cmd("load", f"{D}.fit")') == [["load", "{D}.fit"]]


def test_place_of_the_call_in_characters():
    (line,) = read_calls('import sirilpy\ntext = "\u00e9\u00e9"; s.cmd("close")\n', "x.py").lines
    assert (line.number, line.words[0].column) == (2, 14)
    (line,) = read_calls('import sirilpy\ns.cmd(\n    "load",\n    "a",\n)\n', "x.py").lines
    assert [(w.text, w.column) for w in line.words] == [("load", 1), ("a", 1)]
    assert line.number == 2


def test_only_programs_that_talk_to_siril():
    assert not read_calls('db.cmd("calibrate", "light")', "x.py").lines
    assert not read_calls('import sirilpy\ncmd("calibrate")\ns.other("calibrate")', "x.py").lines


def test_what_is_no_python(tmp_path):
    path = tmp_path / "x.py"
    path.write_text("requires 1.2.0\ncalibrate light\n", encoding="utf-8")
    with pytest.raises(InputError, match="line 1"):
        api.lint(path)


@pytest.fixture
def put(tmp_path):
    def file(text, module="import sirilpy as s\n", name="x.py"):
        path = tmp_path / name
        path.write_text(module + text, encoding="utf-8")
        return path

    return file


def failed(path, **options):
    return {f.rule: f.severity for f in api.lint(path, **options) if f.outcome == "failed"}


CALIBRATED = """
siril.cmd("convert", "light", "-out=../process")
siril.cmd("cd", "../process")
siril.cmd("calibrate", "light", {})
siril.cmd("register", "pp_light")
"""


def test_the_same_rules_judge_a_straight_program(put):
    found = failed(put(CALIBRATED.format('"-flat=mf", "-cfa", "-DARK=md"')))
    assert found["AG306"] == "error"
    assert found["AG506"] == "error"
    found = failed(put(CALIBRATED.format('"-dark=md", "-opt"')))
    assert found["AG303"] == "error"
    debayered = CALIBRATED.replace('"light", "-out', '"light", "-debayer", "-out')
    assert failed(put(debayered.format('"-dark=md"')))["AG302"] == "error"


def test_the_plan_of_a_program(put):
    plan = SIRIL.parse(put(CALIBRATED.format('"-dark=md", "-debayer"'))).plan
    (group,) = plan.groups
    assert group.steps == (Calibrate(dark="md"), Debayer(), Align())


def test_findings_stand_at_the_call(put):
    path = put(CALIBRATED.format('"-DARK=md"'))
    (found,) = [f for f in api.lint(path) if f.rule == "AG506"]
    line = path.read_text(encoding="utf-8").splitlines().index('siril.cmd("calibrate", "light", "-DARK=md")') + 1
    assert (found.where.line, found.where.column, found.edits) == (line, 1, ())


def test_sirilpy_means_1_4_and_pysiril_any(put):
    old = 'x.{}("preprocess light -dark=md")\n'
    assert failed(put(old.format("cmd")))["AG504"] == "error"
    pysiril = put(old.format("Execute"), module="from pysiril.siril import Siril\n")
    assert "AG504" not in failed(pysiril)
    assert failed(pysiril, siril="1.4")["AG504"] == "error"
    asked = put('x.Execute("requires 1.4.0")\n' + old.format("Execute"), module="import pysiril\n")
    assert failed(asked)["AG504"] == "error"


def test_a_program_needs_no_requires_and_no_comments_of_siril(put):
    assert failed(put('s.cmd("load", "a")\n')) == {}
    assert failed(put(CALIBRATED.format('"-dark=md", "-flat=mf", "-cc=dark"'))).keys() <= {"AG515"}


@pytest.mark.parametrize("options", ["*options", "options", "f'{a}', '-cfa'"])
def test_what_may_be_in_options_that_cannot_be_read_is_not_missed(put, options):
    found = failed(put(CALIBRATED.format(options)))
    assert "AG306" not in found
    assert found["AG517"] == "info"


def test_an_option_that_cannot_be_read_may_be_the_bias_of_a_scaled_dark(put):
    assert "AG303" not in failed(put(CALIBRATED.format('"-dark=md", "-opt", *options')))


def test_frames_without_a_name_may_be_flats(put):
    assert "AG306" not in failed(put('s.cmd("calibrate", sequence)\n'))
    assert failed(put('s.cmd("calibrate", "light")\n'))["AG306"] == "error"


def test_a_value_that_cannot_be_read_is_not_called_wrong(put):
    words = ('"-bias={level}"', '"-opt={how}"', '"-prefix={p}"', '"-cc={kind}"')
    for word in words:
        assert failed(put(f's.cmd("calibrate", "light", "-dark=md", f{word})\n')).keys() <= {
            "AG303",
            "AG304",
            "AG318",
        }, word
    for text in (
        '"stack", "light", kind, low, high',
        '"stack", "light", "rej", low, high',
        '"stack", "l", "rej", f"{k}"',
    ):
        assert "AG510" not in failed(put(f"s.cmd({text})\n")), text
    assert "AG511" not in failed(put('s.cmd("stack", "light", "rej", "3", "3", f"-norm={norm}")\n'))


BRANCHED = """
if colour:
    siril.cmd("convert", "light", "-debayer")
else:
    siril.cmd("link", "light")
siril.cmd("calibrate", "light", "-dark=md")
siril.cmd("stack", "dark", "med", "-nonorm", "-out=md")
siril.cmd("exit")
siril.cmd("close")
"""


def test_order_that_depends_on_branches_is_no_error(put):
    found = failed(put(BRANCHED.replace("link", "convert") + 'siril.cmd("calibrate", "pp_light", "-dark=md")\n'))
    assert found.get("AG311", "warning") == "warning"
    assert not found.keys() & {"AG508", "AG515"}
    straight = "\n".join(line.strip() for line in BRANCHED.splitlines() if line.strip() not in ("if colour:", "else:"))
    assert failed(put(straight)).keys() >= {"AG508", "AG515"}


def test_two_functions_run_in_an_order_that_is_not_known(put):
    text = 'def a():\n    s.cmd("calibrate", "light", "-dark=d")\ndef b():\n    s.cmd("stack", "dark", "med", "-nonorm", "-out=d")\n'
    assert "AG515" not in failed(put(text))


def test_fix_leaves_programs_alone(put):
    path = put('s.cmd("preprocess", "light", "-DARK=md")\n')
    before = path.read_bytes()
    assert not api.fix(path, write=True).changed
    assert path.read_bytes() == before


def test_a_method_called_by_another_name_is_read(put):
    assert failed(put('run = s.cmd\nrun("calibrate", "light", "-flat=f")\n'))["AG306"] == "error"
    assert failed(put('run = s.cmd\nrun = print\nrun("calibrate", "light", "-flat=f")\n')) == {}


def test_a_program_whose_commands_cannot_be_read_is_not_said_to_calibrate_nothing(put):
    path = put("s.cmd(*words)\n")
    assert failed(path) == {"AG517": "info"}
    shown = CliRunner().invoke(lint_command, [str(path)]).output
    assert "calibrates nowhere that can be read" in shown
    assert "does not calibrate" not in shown
    assert failed(put('s.cmd("autostretch")\n')) == {}


@pytest.mark.parametrize(("end", "number"), [("\n", 3), ("\r\n", 3), ("\r", 3), ("\n\r", 5)])
def test_lines_are_counted_as_python_does(end, number):
    """A form feed or a line separator begins none."""
    text = end.join(["import sirilpy", "a = '\u2028' #\f", "é = 1; s.cmd('stack', 'dark')"])
    (line,) = read_calls(text, "x.py").lines
    assert (line.number, line.words[0].column) == (number, 8)


@pytest.mark.parametrize("text", ["f'stack z\ue0007\ue001{n} rej'", "'stack z\ue0000\ue001%s rej' % n"])
def test_a_text_that_looks_like_a_mark_of_ours_is_none(text):
    (words,) = sent(f"s.cmd('stack', {text})")
    assert words[0] == "stack"
    assert "\\ue000" in words[1]

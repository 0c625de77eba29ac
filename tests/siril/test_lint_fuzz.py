"""No script makes a rule or the reader fail, and edits of any script lead to an end."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from ampglow_plugin.hosts.edits import carried_out
from ampglow_plugin.hosts.siril.grammar import from_bytes
from ampglow_plugin.hosts.siril.lint import judge
from ampglow_plugin.knowledge.siril import SERIES, command, spellings

COMMANDS = st.sampled_from(
    [
        "requires",
        "cd",
        "convert",
        "link",
        "calibrate",
        "preprocess",
        "register",
        "stack",
        "save",
        "load",
        "merge",
        "exit",
    ]
) | st.sampled_from(spellings())
OPTIONS = sorted({option for name in ("calibrate", "stack", "register", "convert") for option in command(name).options})
WORDS = st.one_of(
    st.sampled_from(
        [
            "light",
            "pp_light",
            "r_pp_light",
            "dark",
            "dark_stacked",
            "..",
            "1.2.0",
            "rej",
            "3",
            "-3",
            "#",
            "\\",
            "$A:%d$",
        ]
    ),
    st.builds(
        lambda option, value: option + value,
        st.sampled_from(OPTIONS),
        st.sampled_from(["", "x", "dark", '"a b"', "=5"]),
    ),
    st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"]), max_size=6),
)
LINES = st.builds(lambda name, words: " ".join([name, *words]), COMMANDS, st.lists(WORDS, max_size=5))
SCRIPTS = st.lists(LINES | st.text(max_size=8), max_size=8).map("\n".join)


@settings(max_examples=150, deadline=None)
@given(SCRIPTS, st.sampled_from([None, *SERIES]), st.sampled_from(["x.ssf", "WithoutDark.ssf"]))
def test_every_script_is_judged_and_put_right_in_a_few_rounds(text, series, name):
    rounds = 0
    while True:
        data = text.encode("utf-8", "surrogateescape")
        findings = judge(from_bytes(data), Path(name), series)
        assert not [f for f in findings if f.outcome == "crashed"]
        width = [len(line.removesuffix("\r")) for line in from_bytes(data).text.split("\n")]
        for f in findings:
            if f.outcome == "failed" and f.where.line is not None:
                assert 1 <= f.where.line <= len(width)
                assert 1 <= (f.where.column or 1) <= width[f.where.line - 1] + 1
        text, done = carried_out(from_bytes(data).text, findings)
        if not done:
            return
        rounds += 1
        assert rounds <= 12, text

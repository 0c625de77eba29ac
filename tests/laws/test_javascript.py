"""Law: which rules the PixInsight script knows, and why it does not know the others."""

import re
from pathlib import Path

from ampglow_plugin.rules import RULES

LIBRARY = Path(__file__).resolve().parents[2] / "pixinsight_js" / "lib"

#: in sound.jsh, as errors about single frames
FRAMES = {"AG103", "AG104", "AG105", "AG113", "AG221"}
#: errors that the match itself is: shown as status and as what differs
MATCHES = {f"AG20{n}" for n in range(1, 10)} | {"AG210"}
#: in order.jsh
ORDER = {f"AG3{n:02d}" for n in range(1, 19)}
#: not in the script, and why
ELSEWHERE = {
    "AG101": "files are picked one by one: the window names those it cannot read",
    "AG102": "information: picks decide, not types",
    "AG106": "information about uncooled cameras",
    "AG107": "shown as 'sensor not settled' in the table",
    "AG108": "drift over a night is a matter of plots, which the command has",
    "AG109": "shown as what is not recorded",
    "AG110": "shown as one row a group",
    "AG111": "needs pixels of the raw lights",
    "AG112": "information about the sensor",
    **dict.fromkeys((f"AG12{n}" for n in range(9)), "needs pixels of all darks"),
    "AG211": "shown as days apart",
    "AG212": "shown as 'no flat-dark'; the plan's AG317 tells what it means",
    "AG213": "shown as what differs",
    "AG214": "shown as what differs",
    "AG215": "shown as 'no flat'; the plan's AG318 tells what it means",
    "AG216": "needs pixels of lights and dark",
    "AG225": "needs pixels of lights and dark",
    "AG230": "needs pixels of an old and a new dark",
    "AG217": "needs pixels of the dark",
    "AG218": "shown as what differs",
    "AG219": "firmware is read by the command only",
    "AG222": "needs pixels of the dark",
    "AG319": "plans of the window remove no gradients",
    "AG220": "ImageIntegration itself refuses fewer than three",
}
#: whole families
FAMILIES = {
    "AG4": "verdicts over pixels are the command's, which the page Verify starts",
    "AG5": "scripts of Siril",
    "AG6": "icons and scripts are parsed by the command; the window runs no scripts of others",
}


def test_every_rule_is_in_the_script_or_has_a_reason_not_to_be():
    codes = {rule.code for rule in RULES}
    told = FRAMES | MATCHES | ORDER | set(ELSEWHERE)
    assert len(told) == len(FRAMES) + len(MATCHES) + len(ORDER) + len(ELSEWHERE)
    assert {code for code in codes if code[:3] not in FAMILIES} == told
    assert {code[:3] for code in codes - told} == set(FAMILIES)


def test_the_script_knows_exactly_those():
    order = (LIBRARY / "order.jsh").read_text(encoding="utf-8")
    assert set(re.findall(r"^   (AG\d{3}): function", order, re.MULTILINE)) == ORDER
    sound = (LIBRARY / "sound.jsh").read_text(encoding="utf-8")
    assert set(re.findall(r'fail\( "(AG\d{3})"', sound)) == FRAMES


def test_errors_of_the_pre_flight_are_all_known_to_the_script():
    """What makes `ampglow check` say NO GO from headers alone makes the window say it, too."""
    errors = {rule.code for rule in RULES if rule.severity == "error" and rule.code < "AG3"}
    by_pixels = {code for code, reason in ELSEWHERE.items() if reason.startswith("needs pixels")}
    assert errors - by_pixels <= FRAMES | MATCHES

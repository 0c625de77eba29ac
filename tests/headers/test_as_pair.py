"""A dark with the header of its light, from every program: unknown only where a vital field is missing.

Most headers lack something: serials, origins of subframes, offsets, readout modes. None of that may make an answer
unknown, or a warning.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from ampglow_plugin.headers import read_frame
from ampglow_plugin.matching import match_all
from ampglow_plugin.rules import RULES, Context, run_rules
from tests.headers.test_fixtures import FIXTURES, load

#: frames that are no single exposure of a camera, or were calibrated: their answer is another matter
NO_SINGLE = ("app-", "siril-1.4", "pixinsight-", "sharpcap-4.1-asi183mc-livestack", "-stack", "calibrated", "ccdops-")
#: what such a header may be warned of: a sensor off its set point, and set points alone
RIGHTLY = {"AG107", "AG202"}


@pytest.mark.parametrize("name", [n for n in FIXTURES if not any(part in n for part in NO_SINGLE)])
def test_what_few_programs_write_is_not_missed(name, write_fixture):
    frame = replace(
        read_frame(write_fixture(load(name)), recover=False), master=False, stack_count=None, planes=1, calibrated=False
    )
    light = replace(frame, path="/n/l.fits", kind="light")
    darks = [replace(frame, path=f"/n/d{i}.fits", kind="dark") for i in range(12)]
    matches = match_all({"light": [light], "dark": darks})
    frames = {f.path: f for f in (light, *darks)}
    roles = {path: "light" if path == light.path else "dark" for path in frames}
    findings = run_rules(Context(frames=frames, roles=roles, matches=matches), RULES)
    failed = {f.rule for f in findings if f.outcome == "failed" and f.severity != "info"}
    degrees = frame.temperature_c is not None or frame.setpoint_c is not None
    # a gain is a setting of CMOS cameras; the sensor table, or the header of this very frame, names none of another kind
    gain = frame.gain is not None or frame.sensor is None or "KAF" in frame.sensor
    vital = frame.exposure_s is not None and degrees and gain
    assert (matches[0].status == "unknown") is not vital
    assert failed <= (RIGHTLY if vital else RIGHTLY | {"AG109", "AG210"})

"""The dark is subtracted as it is, not scaled.

What it checks
    No calibration optimises the dark or scales it by exposure. Wrong for every camera where the dark still holds
    its bias or no bias is subtracted, since the bias level is scaled too. Otherwise an error for a sensor that
    glows, a warning where the sensor is unknown to a script, and fine for a sensor known to be free of glow.

Why it matters
    One factor cannot fit hot pixels and glow: glow does not follow the dark current. What optimisation finds is
    the factor of the hot pixels, and the corner stays bright or turns dark.

How to fix it
    Take darks of the lights' exposure and subtract them unscaled. Siril: no ``-opt``. PixInsight: "Optimize" off in
    the master dark section of ImageCalibration; it is on by default.

Source
    Siril 1.0.6, 1.2.6 and 1.4.2, run: the search finds 1.03 where 1 is right, 1.998 where 3 is right; with an undivided
    dark as many bias levels are removed. Makers of CMOS cameras advise matching darks without scaling.
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.model.finding import Finding, Severity
from ampglow_plugin.model.plan import Calibrate
from ampglow_plugin.rules.base import Context, Rule, finding
from ampglow_plugin.rules.pipeline.chains import Chain, at, chains, from_script, holds_bias


def check(context: Context) -> Iterator[Finding]:
    """One finding per calibration that subtracts a dark."""
    assert context.plan is not None
    for chain in chains(context.plan):
        for index, step in chain.calibrations():
            if step.dark is None:
                continue
            if step.dark_scaling == "none":
                yield finding(RULE, "passed", "the dark is not scaled", where=at(context, chain, index))
            else:
                yield _judge(context, chain, index, step)


def _judge(context: Context, chain: Chain, index: int, step: Calibrate) -> Finding:
    assert context.plan is not None
    assert step.dark is not None
    where = at(context, chain, index, "dark_scaling")
    how = "optimised" if step.dark_scaling == "optimize" else "scaled by exposure"
    severity: Severity
    if not chain.biases():
        severity, why = "error", "and the bias level with it, as no bias is subtracted"
    elif holds_bias(context.plan, step.dark):
        severity, why = "error", "and the bias level in it too"
    else:
        glows = _glows(context, chain)
        if glows is False:
            return finding(RULE, "passed", f"the dark is {how}; the sensor is known to be free of glow", where=where)
        severity = "warning" if glows is None and from_script(context) else "error"
        why = "which does not fit the glow" if glows else "which would not fit a glow (the sensor is not known)"
    return finding(
        RULE,
        "failed",
        f"the dark {step.dark} is {how}, {why}",
        severity=severity,
        where=where,
        measured=step.dark_scaling,
        limit="none",
        fix="use a dark of the same exposure, unscaled (Siril: no -opt; PixInsight: Optimize off)",
    )


def _glows(context: Context, chain: Chain) -> bool | None:
    """True where the frames' sensor is known to glow, False where it is known not to, else None."""
    from ampglow_plugin.knowledge.sensors import sensor_of

    owner = chain.group or chain.master
    assert owner is not None
    cameras = {context.frames[path].camera for path in owner.frames if path in context.frames}
    said = owner.settings.get("camera")
    camera = said if isinstance(said, str) else (cameras.pop() if len(cameras) == 1 else None)
    sensor = sensor_of(camera)
    if sensor is None or sensor.severity is None:
        return None
    if sensor.severity != "none":
        return True
    return None if sensor.severity_upper else False


RULE = Rule(code="AG303", name="dark-scaled", severity="error", needs=("plan",), check=check)

"""What pixels say of an old dark: has the sensor changed since? Never "no" without a measurement."""

from __future__ import annotations

from dataclasses import dataclass

from ampglow_plugin.knowledge.tolerances import dark_limit
from ampglow_plugin.model.body import Share
from ampglow_plugin.model.held import HeldGlow
from ampglow_plugin.rules.matches import sensor_aged
from ampglow_plugin.rules.matches.sensor_aged import Answer, settle
from ampglow_plugin.rules.matches.words import name


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """The answer with what was measured; ``newer`` is the dark that was compared with, None for the lights alone."""

    answer: Answer
    text: str
    newer: str | None = None


def evidence(held: HeldGlow | None) -> Evidence | None:
    """The clearest of what a newer dark and the lights themselves say; a change counts more than its absence."""
    if held is None or held.why is not None:
        return None
    said = [each for each in (_of_newer(held), _of_lights(held)) if each is not None]
    for answer in ("changed", "unchanged"):
        found = next((each for each in said if each.answer == answer), None)
        if found is not None:
            return found
    return None


def _of_newer(held: HeldGlow) -> Evidence | None:
    pair = held.newer
    if pair is None:
        return None
    findings = list(sensor_aged.judged(pair))
    match sensor_aged.verdict(pair):
        case "aged":
            told = "; ".join(f.message for f in findings if f.outcome == "failed")
            return Evidence(answer="changed", text=f"against {name(pair.new)}: {told}", newer=pair.new)
        case "unchanged":
            return Evidence(answer="unchanged", text=f"{name(pair.new)} shows the same glow, hot pixels and level")
        case _:
            return None


def _of_lights(held: HeldGlow) -> Evidence | None:
    change, height = held.hot_change, held.hot_in_lights
    if change is None or height is None:
        return None
    places = dark_limit("hot_pixels").limit
    came, went = (settle(share.value, share.sigma, places) for share in (change.came, change.went))
    moved = f"{_percent(change.came)} came and {_percent(change.went)} went"
    parts = [f"of the {change.compared} strongest hot pixels {moved}"]
    glow = _glow(held)
    if glow is not None:
        parts.append(glow[1])
    text = ", ".join(parts)
    if "changed" in (came, went) or (glow is not None and glow[0] == "changed"):
        return Evidence(answer="changed", text=text)
    # the height alone may be another temperature: it does not tell of age, but it must agree
    level = settle(height.value - 1, height.sigma, dark_limit("hot_ratio").limit)
    parts.append(f"the hot pixels stand {height.value:.2f} times as high as in the dark")
    settled = (came, went, level, glow[0] if glow is not None else "open")
    if all(answer == "unchanged" for answer in settled):
        return Evidence(answer="unchanged", text=", ".join(parts))
    return None


def _glow(held: HeldGlow) -> tuple[Answer, str] | None:
    """Whether the lights hold the glow of the dark, in its worst region; a dark that has none needs none."""
    certain = [region for region in held.regions if region.certain]
    if not certain:
        none = held.glow is not None and held.glow.certain and not held.glow.present
        return ("unchanged", "the dark has no glow") if none else None
    limit = dark_limit("glow_ratio").limit
    answers = [settle(region.share.value - 1, region.share.sigma, limit) for region in certain]
    worst = max(certain, key=lambda region: abs(region.share.value - 1) / max(region.share.sigma, 1e-9))
    best = min(certain, key=lambda region: region.share.sigma / region.peak_adu)
    if "changed" in answers:
        return "changed", f"they hold {_factor(worst.share)} times its glow at the {worst.where}"
    answer = settle(best.share.value - 1, best.share.sigma, limit)
    return answer, f"the lights hold {_factor(best.share)} times its glow at the {best.where}"


def _percent(share: Share) -> str:
    return f"{100 * share.value:.0f} +- {100 * share.sigma:.0f} %"


def _factor(share: Share) -> str:
    return f"{share.value:.2f} +- {share.sigma:.2f}"

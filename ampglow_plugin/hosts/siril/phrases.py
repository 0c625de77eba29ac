"""Steps of a plan as command words of one dialect, or the reason why it has none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn, assert_never

from ampglow_plugin.errors import HostRefused
from ampglow_plugin.hosts.siril.dialects import ALIGNED, BUILT_IN_HOT_SIGMA, CALIBRATED, LEVELLED, Dialect
from ampglow_plugin.model.plan import Align, Calibrate, CosmeticCorrect, Debayer, Integrate, RemoveGradient, Step

#: rejection -> its letter in `stack SEQ rej LETTER LOW HIGH`
REJECTIONS: Mapping[str, str] = {
    "percentile": "p",
    "sigma": "s",
    "mad": "a",
    "median_sigma": "m",
    "linear_fit": "l",
    "winsorized": "w",
    "gesdt": "g",
}
#: normalisation -> its word; `none` has an option of its own
NORMALIZATIONS: Mapping[str, str] = {
    "additive": "add",
    "multiplicative": "mul",
    "additive_scaling": "addscale",
    "multiplicative_scaling": "mulscale",
}
COMBINATIONS: Mapping[str, str] = {"mean": "rej", "median": "med", "sum": "sum", "min": "min", "max": "max"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Phrase:
    """Words of one command that works on a sequence (without its name), and what it does, for the comment.

    ``prefix`` is what the command puts in front of the sequence's name; ``stacks`` marks the last step.
    """

    command: str
    words: tuple[str, ...]
    prefix: str = ""
    stacks: bool = False
    debayers: bool = False
    calibration: Calibrate | None = None
    why: tuple[str, ...] = ()


def phrases(
    steps: Sequence[Step], dialect: Dialect, masters: Mapping[str, str], *, where: str, builds_master: bool
) -> tuple[Phrase, ...]:
    """The commands for ``steps``; ``masters`` maps ids to paths as the script names them.

    Calibrate, CosmeticCorrect and Debayer are one command in Siril, in this order.

    Raises
    ------
    HostRefused
        With the place (``where`` and the number of the step) for what this dialect cannot say.
    """
    out: list[Phrase] = []
    at = 0
    while at < len(steps):
        step = steps[at]
        place = f"{where}.steps[{at}]"
        match step:
            case Calibrate() | CosmeticCorrect() | Debayer():
                taken = _fusable(steps, at)
                out.append(_calibrate(steps[at : at + taken], dialect, masters, place, lights=not builds_master))
                at += taken
                continue
            case Align():
                out.append(_register(step, dialect, place, debayered=any(p.debayers for p in out)))
            case Integrate():
                if at + 1 < len(steps):
                    _refuse("nothing can follow the stacking of a sequence", place, "make the integration the last")
                out.append(_stack(step, dialect, place, builds_master=builds_master))
            case RemoveGradient():
                out.append(_level(step, dialect, place))
            case _:
                assert_never(step)
        at += 1
    return tuple(out)


def _refuse(what: str, where: str, fix: str) -> NoReturn:
    raise HostRefused(what, where=where, fix=fix)


def _fusable(steps: Sequence[Step], at: int) -> int:
    """How many of the steps from ``at`` one calibrate command does: each kind once, in Siril's order."""
    order = (Calibrate, CosmeticCorrect, Debayer)
    last = -1
    count = 0
    for step in steps[at:]:
        rank = next((i for i, kind in enumerate(order) if isinstance(step, kind)), -1)
        if rank <= last:
            break
        last, count = rank, count + 1
    return count


def _calibrate(
    steps: Sequence[Step], dialect: Dialect, masters: Mapping[str, str], place: str, *, lights: bool
) -> Phrase:
    calibration = next((s for s in steps if isinstance(s, Calibrate)), None)
    cosmetic = next((s for s in steps if isinstance(s, CosmeticCorrect)), None)
    debayer = next((s for s in steps if isinstance(s, Debayer)), None)
    if cosmetic is not None:
        _check_cosmetic(cosmetic, calibration, dialect, place)
    words: list[str] = []
    why: list[str] = []
    if calibration is not None:
        words += _masters(calibration, dialect, masters, place, cosmetic=cosmetic is not None)
        why += _reasons(calibration, cosmetic, dialect, lights=lights)
    if cosmetic is not None:
        if dialect.cosmetic_option:
            words += ["-cc=dark", _sigma(cosmetic.cold_sigma), _sigma(cosmetic.hot_sigma)]
        if cosmetic.cfa:
            words.append("-cfa")
    if calibration is not None and calibration.equalize_cfa:
        words.append("-equalize_cfa")
    if debayer is not None:
        if debayer.method not in (None, "RCD"):
            _refuse(
                f"a Siril script cannot choose the debayer method ({debayer.method})",
                place,
                "leave `method` out: Siril then uses RCD",
            )
        words.append("-debayer")
        why.append("The colour mosaic is interpolated last: a dark fits raw mosaics only.")
    return Phrase(
        command=dialect.calibrate,
        words=tuple(words),
        prefix=CALIBRATED,
        debayers=debayer is not None,
        calibration=calibration,
        why=tuple(why),
    )


def _check_cosmetic(cosmetic: CosmeticCorrect, calibration: Calibrate | None, dialect: Dialect, place: str) -> None:
    if cosmetic.method != "dark":
        what = f"cosmetic correction by {cosmetic.method!r} is not written for Siril"
        _refuse(what, place, "use method: dark, which finds hot pixels in the master dark")
    dark = calibration.dark if calibration else None
    if dark is None or cosmetic.dark not in (None, dark):
        _refuse(
            "Siril finds hot pixels only in the dark that it subtracts in the same step",
            place,
            "calibrate with the same dark directly before the cosmetic correction",
        )
    built_in = cosmetic.hot_sigma == BUILT_IN_HOT_SIGMA and cosmetic.cold_sigma is None
    if not dialect.cosmetic_option and not built_in:
        _refuse(
            f"Siril {dialect.series} corrects hot pixels at {BUILT_IN_HOT_SIGMA:g} sigma and nothing else",
            place,
            "set hot_sigma: 3 and no cold_sigma, or use Siril 1.2 or newer",
        )


def _masters(
    step: Calibrate, dialect: Dialect, masters: Mapping[str, str], place: str, *, cosmetic: bool
) -> Iterator[str]:
    if step.bias is not None and step.bias_level_adu is not None:
        _refuse("a bias frame and a bias level at once", place, "give one of the two")
    level = step.bias_level_adu
    if level is not None and (level != int(level) or level <= 0):
        _refuse(
            f"Siril takes bias levels as whole numbers above 0 and cuts off the rest of {level:g}",
            place,
            "round bias_level_adu, or leave it out where it is 0",
        )
    plain_dark_as_bias = step.dark is not None and dialect.dark_corrects_hot and not cosmetic
    if plain_dark_as_bias and (step.bias is not None or level is not None or step.dark_scaling != "none"):
        _refuse(
            f"Siril {dialect.series} cannot subtract a bias and a dark without replacing hot pixels too",
            place,
            "add a cosmetic correction from the dark at 3 sigma, or use Siril 1.2 or newer",
        )
    if step.bias is not None:
        yield f"-bias={masters[step.bias]}"
    if level is not None:
        yield f'"-bias=={int(level)}"'
    if step.dark is not None:
        yield f"{'-bias' if plain_dark_as_bias else '-dark'}={masters[step.dark]}"
    if step.flat is not None:
        yield f"-flat={masters[step.flat]}"
    if step.dark_scaling == "none":
        return
    if step.dark is None:
        _refuse("there is no dark to scale", place, "set dark_scaling: none")
    if step.dark_scaling == "exposure" and not dialect.scale_by_exposure:
        what = f"Siril {dialect.series} cannot scale a dark by exposure"
        _refuse(what, place, "use a dark of the lights' exposure, or Siril 1.4")
    yield "-opt=exp" if step.dark_scaling == "exposure" else "-opt"


def _reasons(step: Calibrate, cosmetic: CosmeticCorrect | None, dialect: Dialect, *, lights: bool) -> Iterator[str]:
    if step.dark is None:
        return
    if dialect.dark_corrects_hot and cosmetic is None:
        yield (
            "-bias= subtracts the master dark as it is. With -dark= this version would also replace hot pixels, "
            "which the plan does not ask for."
        )
    elif lights and step.dark_scaling == "none":
        yield "The dark is subtracted unscaled: glow does not follow the factor that suits the rest."
    if lights and step.bias is None and step.bias_level_adu is None:
        yield "No bias beside it: an undivided dark takes the bias level away with its own."
    if cosmetic is not None and dialect.dark_corrects_hot:
        yield "This version replaces hot pixels (3 sigma in the dark) by itself."


def _sigma(value: float | None) -> str:
    """A limit as Siril reads it: 0 switches a side off."""
    return "0" if value is None else f"{value:g}"


def _register(step: Align, dialect: Dialect, place: str, *, debayered: bool) -> Phrase:
    if not step.drizzle:
        return Phrase(command="register", words=(), prefix=ALIGNED, why=("Align on the stars.",))
    if not dialect.true_drizzle:
        what = f"-drizzle of Siril {dialect.series} is a plain enlargement, not drizzle"
        _refuse(what, place, "set drizzle: false, or use Siril 1.4")
    if debayered:
        _refuse("drizzle needs the mosaic, and these frames are debayered", place, "leave out the debayer step")
    why = ("Drizzle drops the HISTORY of the calibration: prove it on the pp_ frames.",)
    return Phrase(command="register", words=("-drizzle",), prefix=ALIGNED, why=why)


def _level(step: RemoveGradient, dialect: Dialect, place: str) -> Phrase:
    """``-nodither``: without it 1.2 adds noise of 2 ADU."""
    if not dialect.smooth_background:
        _refuse(
            f"Siril {dialect.series} fits a polynomial, which overshoots in the corner, and cannot keep it off nebulae",
            place,
            "use Siril 1.2 or newer",
        )
    words = (f"-samples={step.samples}", f"-tolerance={step.tolerance:g}", f"-smooth={step.smoothing:g}")
    return Phrase(
        command="seqsubsky",
        words=("-rbf", *words, "-nodither"),
        prefix=LEVELLED,
        why=(*_why_level(step), "Look at the difference to the input: no nebula may be in it."),
    )


def _why_level(step: RemoveGradient) -> Iterator[str]:
    left = step.worst
    if left is not None:
        factor = "" if left.factor is None else f" (factor {left.factor:.3f})"
        share = "" if left.residual_glow is None else f", {abs(left.residual_glow):.1%} of it,"
        yield (
            f"Optional. The dark was applied{factor}; of its glow {abs(left.residual_glow_adu or 0.0):.1f} ADU"
            f"{share} are left at the {left.where}."
        )
    else:
        yield "WARNING: it is not proved that little is left. What the sky shows there is lost: measure nothing in it."
    yield f"Samples up to {step.tolerance:g} median deviations above the background count."
    yield "That keeps them off bright nebulae, not off faint ones."


def _stack(step: Integrate, dialect: Dialect, place: str, *, builds_master: bool) -> Phrase:
    if builds_master and step.combination in ("sum", "min", "max"):
        _refuse(
            f"Siril writes the {step.combination} of frames on another scale than theirs: no master to subtract",
            place,
            "use combination: mean or median",
        )
    words = [COMBINATIONS[step.combination]]
    if step.combination == "mean":
        if step.rejection == "none":
            words += dialect.no_rejection.split()
        else:
            words += [REJECTIONS[step.rejection], f"{step.low_sigma:g}", f"{step.high_sigma:g}"]
    elif step.rejection != "none":
        what = f"Siril rejects pixels only in a mean, not in a {step.combination}"
        _refuse(what, place, "set rejection: none, or combination: mean")
    if step.normalization == "none":
        words.append("-nonorm")
    elif step.combination in ("sum", "min", "max"):
        what = f"Siril normalises only for mean and median, not for {step.combination}"
        _refuse(what, place, "set normalization: none")
    else:
        words.append(f"-norm={NORMALIZATIONS[step.normalization]}")
    if step.output_normalized:
        words.append("-output_norm")
    return Phrase(command="stack", words=tuple(words), stacks=True)

"""What a step means in parameters of a PixInsight process, each with the reason it is stated.

Sources are the rows of ``knowledge/pixinsight_processes.json``; a parameter not named here keeps its
factory value.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ampglow_plugin.errors import HostRefused
from ampglow_plugin.knowledge.pixinsight import Plain, processes
from ampglow_plugin.model.plan import Align, Calibrate, CosmeticCorrect, Debayer, Integrate, Master

Value = Plain | tuple[tuple[Plain, ...], ...]

ROW_ORDER_HINT = "use-roworder-keywords"
FULL_SCALE_ADU = 65535.0
COMBINATIONS = {"mean": "Average", "median": "Median", "min": "Minimum", "max": "Maximum"}
REJECTIONS = {
    "none": "NoRejection",
    "percentile": "PercentileClip",
    "sigma": "SigmaClip",
    "winsorized": "WinsorizedSigmaClip",
    "linear_fit": "LinearFit",
    "gesdt": "Rejection_ESD",
}
#: rejection -> parameters that hold its low and high limit
LIMITS = {
    "percentile": ("pcClipLow", "pcClipHigh"),
    "sigma": ("sigmaLow", "sigmaHigh"),
    "winsorized": ("sigmaLow", "sigmaHigh"),
    "linear_fit": ("linearFitLow", "linearFitHigh"),
    "gesdt": ("esdOutliersFraction", "esdAlpha"),
}
NORMALIZATIONS = {
    "none": "NoNormalization",
    "additive": "Additive",
    "multiplicative": "Multiplicative",
    "additive_scaling": "AdditiveWithScaling",
    "multiplicative_scaling": "MultiplicativeWithScaling",
}
DEBAYER_METHODS = {"vng": "VNG", "bilinear": "Bilinear", "superpixel": "SuperPixel"}
EVERY_MASTER = "all three masters are on at the factory, and one that is on without a path stops the process"


@dataclass(frozen=True, slots=True)
class Setting:
    """One parameter that is stated on purpose. Elements of an enumeration are text; a table is its rows."""

    id: str
    value: Value
    why: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Chosen:
    """Settings of one process, and what its description says."""

    settings: tuple[Setting, ...]
    why: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Level:
    """Levels of a master dark above and below which a pixel is defective, in ADU 0..65535."""

    hot_adu: float | None = None
    cold_adu: float | None = None


def known(process: str, version: str, stated: Iterable[Setting]) -> tuple[Setting, ...]:
    """Those of ``stated`` that this version has."""
    ids = {p.id for p in processes()[process].at(version)}
    return tuple(s for s in stated if s.id in ids)


def targets(process: str, files: Sequence[str]) -> Setting:
    """The file table of a process."""
    table = processes()[process].targets
    more: tuple[Plain, ...] = ("", "") if process == "ImageIntegration" else ()
    before: tuple[Plain, ...] = (True, True) if process == "StarAlignment" else (True,)
    return Setting(table, tuple((*before, file, *more) for file in files), "the frames it works on")


_ON_ERROR = {
    "Debayer": Setting("onError", "OnError_Abort", "a frame that fails must not be passed over"),
    "StarAlignment": Setting("onError", "Continue", "one frame under clouds must not end the run; it is left out"),
}


def output(process: str, folder: str, prefix: str, files: Sequence[str], version: str) -> tuple[Setting, ...]:
    """Input table, output folder and name of a process that writes files."""
    short = process == "CosmeticCorrection"
    stated = [
        targets(process, files),
        Setting("outputDir" if short else "outputDirectory", folder, "a folder of its own, beside no frame of yours"),
        Setting("overwrite" if short else "overwriteExistingFiles", True, "else a second run gets other names"),
    ]
    if prefix:
        stated.append(Setting("prefix" if short else "outputPrefix", prefix, "two frames have the same name"))
    if not short:
        stated.append(_ON_ERROR.get(process, Setting("onError", "Abort", "a frame that fails must not be passed over")))
    why = "written into the outputs: how they can be verified later"
    stated.append(Setting("generateHistoryProperties", True, why))
    return known(process, version, stated)


def calibrate(  # noqa: PLR0913 - each is a fact the parameters depend on
    step: Calibrate,
    *,
    bias: tuple[Master, str] | None,
    dark: tuple[Master, str] | None,
    flat: tuple[Master, str] | None,
    flats: bool,
    cfa: bool | None,
    debayers: bool,
    row_order: bool,
    version: str,
    where: str,
) -> Chosen:
    """ImageCalibration for lights, or for the frames of a master flat (``flats``)."""
    if step.bias_level_adu:
        fix = "use a master bias, or a dark that holds its bias"
        raise HostRefused("ImageCalibration cannot subtract a constant from the lights alone", where=where, fix=fix)
    if step.dark_scaling == "exposure":
        raise HostRefused("ImageCalibration cannot scale a dark by exposure", where=where, fix="do not scale the dark")
    if not (bias or dark or flat):
        fix = "name a dark, a bias or a flat"
        raise HostRefused("ImageCalibration does not run without any master", where=where, fix=fix)
    holds_bias = dark is not None and dark[0].holds_bias is not False
    why = [
        "Order: light - bias - dark, divided by the flat. The dark is subtracted as it is (Optimize off): a scaled "
        "dark leaves amp glow behind, or takes too much of it."
        if step.dark_scaling == "none"
        else "The dark is SCALED (Optimize on), as the plan says and allows: amp glow does not follow that factor."
    ]
    if dark and holds_bias and not bias:
        why.append(
            "The dark still holds its bias, so no bias is subtracted beside it. Calibrate stays on for the dark: "
        )
        why[-1] += "without a bias it does nothing, and if you enable one later it prevents a double subtraction."
    elif dark and holds_bias:
        why.append("The dark still holds its bias, which Calibrate takes out of it first.")
    elif dark:
        why.append("The dark is free of bias: Calibrate is off for it.")
    stated = [
        Setting("enableCFA", cfa is not False, "a mosaic: CFA on" if cfa else "no mosaic: CFA off"),
        Setting("masterBiasEnabled", bias is not None, EVERY_MASTER),
        Setting("masterBiasPath", bias[1] if bias else "", "the master bias"),
        Setting("masterDarkEnabled", dark is not None, EVERY_MASTER),
        Setting("masterDarkPath", dark[1] if dark else "", "the master dark"),
        Setting("masterFlatEnabled", flat is not None, EVERY_MASTER),
        Setting("masterFlatPath", flat[1] if flat else "", "the master flat"),
        Setting("calibrateBias", False, "no overscan"),
        Setting("calibrateDark", holds_bias, "the dark holds its bias: a bias enabled later is not subtracted twice"),
        Setting("calibrateFlat", False, "the master flat is made of calibrated flats"),
        Setting("optimizeDarks", step.dark_scaling == "optimize", "a scaled dark does not remove amp glow"),
        Setting("outputSampleFormat", "f32", "no rounding"),
    ]
    if flat:
        even = step.equalize_cfa or not cfa
        stated.append(Setting("separateCFAFlatScalingFactors", even, "one scale for all colours, as the plan says"))
    if not flats:
        stated.append(Setting("outputPedestalMode", "OutputPedestal_Auto", "values below zero would be cut off"))
    if flats or debayers or cfa:
        reason = "flats hold no stars" if flats else "stars are measured after debayering"
        stated += [Setting("evaluateNoise", False, reason), Setting("evaluateSignal", False, reason)]
    stated += hints("ImageCalibration", row_order=row_order, version=version)
    return Chosen(settings=known("ImageCalibration", version, stated), why=tuple(why))


def hints(process: str, *, row_order: bool, version: str) -> list[Setting]:
    """Input hints with the one that makes PixInsight follow ROWORDER, where frames carry it."""
    if not row_order:
        return []
    default = next(p.default for p in processes()[process].at(version) if p.id == "inputHints")
    return [Setting("inputHints", f"{default} {ROW_ORDER_HINT}", "the FITS frames carry ROWORDER")]


def cosmetic(
    step: CosmeticCorrect, dark: tuple[Master, str] | None, level: Level | None, version: str, where: str
) -> Chosen:
    """CosmeticCorrection: defects from the levels of the master dark, or found in each light.

    Without a measured ``level`` the defects are found in the lights, since a level made up would repair
    nothing, or the glow itself.
    """
    if step.method == "map":
        raise HostRefused("a map of defects cannot be written for PixInsight", where=where, fix="use method dark")
    cfa = Setting("cfa", step.cfa, "a mosaic: neighbours of the same colour")
    hot, cold = step.hot_sigma, step.cold_sigma
    if step.method == "dark" and level is not None and dark is not None:
        stated = [
            cfa,
            Setting("masterDarkPath", dark[1], "the map of defects; it is not subtracted here"),
            Setting("useMasterDark", True, "hot pixels are those of the dark"),
            Setting("hotDarkCheck", level.hot_adu is not None, "hot pixels are corrected"),
            Setting("coldDarkCheck", level.cold_adu is not None, "cold pixels are corrected"),
        ]
        why = "The dark serves as a map of hot pixels only; it was subtracted by ImageCalibration before."
        if level.hot_adu is not None:
            text = f"{hot} sigma of the dark, above its glow"
            stated.append(Setting("hotDarkLevel", min(level.hot_adu / FULL_SCALE_ADU, 1.0), text))
        if level.cold_adu is not None:
            text = f"{cold} sigma of the dark below its level"
            stated.append(Setting("coldDarkLevel", max(level.cold_adu / FULL_SCALE_ADU, 0.0), text))
    else:
        stated = [
            cfa,
            Setting("useAutoDetect", True, "the level of hot pixels in the dark is not known"),
            Setting("hotAutoCheck", hot is not None, "hot pixels are corrected"),
            Setting("coldAutoCheck", cold is not None, "cold pixels are corrected"),
        ]
        why = "Hot pixels are looked for in each frame. This subtracts nothing and replaces no dark."
        if step.method == "dark":
            why = f"The level of hot pixels in the dark was not measured. {why}"
    # in the mode by levels these two have no effect and keep the sigmas the levels were made from
    stated += [Setting(key, s, "the plan's") for key, s in (("hotAutoValue", hot), ("coldAutoValue", cold)) if s]
    return Chosen(settings=known("CosmeticCorrection", version, stated), why=(why,))


def debayer(step: Debayer, version: str, where: str) -> Chosen:
    """Debayer; the pattern is the frames' own unless the plan names one."""
    method = DEBAYER_METHODS.get((step.method or "vng").lower())
    if method is None:
        fix = f"use one of {', '.join(DEBAYER_METHODS)}"
        raise HostRefused(f"PixInsight has no debayer method {step.method!r}", where=where, fix=fix)
    pattern = (step.pattern or "Auto").upper().replace("AUTO", "Auto")
    if pattern not in processes()["Debayer"].elements("cfaPattern"):
        raise HostRefused(f"PixInsight has no CFA pattern {step.pattern!r}", where=where, fix="leave `pattern` out")
    stated = [
        Setting("cfaPattern", pattern, "the pattern that the plan names"),
        Setting("debayerMethod", method, "the method that the plan names"),
        Setting("showImages", False, "files are written; no windows"),
    ]
    why = "After calibration and never before: a dark is subtracted from raw pixels only."
    return Chosen(settings=known("Debayer", version, stated), why=(why,))


def align(step: Align, reference: str, version: str, where: str) -> Chosen:
    """StarAlignment to the first frame."""
    if step.drizzle:
        fix = "align without drizzle"
        raise HostRefused("drizzle needs DrizzleIntegration, which is not written here", where=where, fix=fix)
    stated = [
        Setting("referenceImage", reference, "the first frame; take a better one if you know it"),
        Setting("referenceIsFile", True, "frames are files"),
        Setting("mode", "RegisterMatch", "register and resample"),
        Setting("generateDrizzleData", False, "nothing here drizzles"),
    ]
    why = "The reference is the first frame; choose a sharper one in referenceImage if you know it."
    return Chosen(settings=known("StarAlignment", version, stated), why=(why,))


def integrate(step: Integrate, role: str | None, *, row_order: bool, version: str, where: str) -> Chosen:
    """ImageIntegration of a master (``role``) or of lights (None)."""
    if step.output_normalized:
        fix = "switch output_normalized off"
        raise HostRefused("ImageIntegration does not stretch its output", where=where, fix=fix)
    combination, rejection = COMBINATIONS.get(step.combination), REJECTIONS.get(step.rejection)
    if combination is None or rejection is None:
        what = step.combination if combination is None else f"the rejection {step.rejection}"
        fix = "use another, such as mean and winsorized"
        raise HostRefused(f"ImageIntegration has no {what}", where=where, fix=fix)
    normalization = NORMALIZATIONS[step.normalization]
    scale = {"none": "NoRejectionNormalization", "multiplicative": "EqualizeFluxes"}.get(step.normalization, "Scale")
    stated = [
        Setting("combination", combination, "as the plan says"),
        Setting("weightMode", "DontCare", "every frame counts alike"),
        Setting("normalization", normalization, "as the plan says: what is subtracted keeps its level"),
        Setting("rejection", rejection, "cosmic rays and other outliers"),
        Setting("rejectionNormalization", scale, "the same for finding outliers"),
    ]
    if step.rejection in LIMITS:
        pair = zip(LIMITS[step.rejection], (step.low_sigma, step.high_sigma), strict=True)
        stated += [Setting(key, value, "as the plan says") for key, value in pair]
    stated.append(Setting("generateRejectionMaps", False, "only the result is saved; maps would stay open"))
    why = ["Plain mean of the frames as they are: no normalisation, no weights."]
    if role:
        stated += [
            Setting("rangeClipLow", False, "a pixel at zero is a measurement"),
            Setting("evaluateSNR", False, "no stars in it"),
        ]
    if role == "flat":
        why = ["Flats differ in brightness: they are scaled to one level. No weights."]
    elif role is None:
        why = ["The stack of the aligned frames. Verify the calibrated frames, not this: it holds no history of them."]
    stated += hints("ImageIntegration", row_order=row_order, version=version)
    return Chosen(settings=known("ImageIntegration", version, stated), why=tuple(why))

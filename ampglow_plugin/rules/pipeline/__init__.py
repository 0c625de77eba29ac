"""AG3xx: the order and arithmetic of a pipeline, ours or the user's."""

from __future__ import annotations

from ampglow_plugin.rules.base import Rule
from ampglow_plugin.rules.pipeline.align_before_calibration import RULE as AG308
from ampglow_plugin.rules.pipeline.bias_twice import RULE as AG304
from ampglow_plugin.rules.pipeline.calibrated_twice import RULE as AG311
from ampglow_plugin.rules.pipeline.cfa_flags import RULE as AG314
from ampglow_plugin.rules.pipeline.cosmetic_before_dark import RULE as AG307
from ampglow_plugin.rules.pipeline.cosmetic_is_no_dark import RULE as AG313
from ampglow_plugin.rules.pipeline.dark_scaled import RULE as AG303
from ampglow_plugin.rules.pipeline.debayer_before_calibration import RULE as AG302
from ampglow_plugin.rules.pipeline.flat_on_pedestal import RULE as AG312
from ampglow_plugin.rules.pipeline.gradient_step import RULE as AG319
from ampglow_plugin.rules.pipeline.master_combination import RULE as AG310
from ampglow_plugin.rules.pipeline.master_normalised import RULE as AG309
from ampglow_plugin.rules.pipeline.master_undefined import RULE as AG315
from ampglow_plugin.rules.pipeline.no_dark_used import RULE as AG306
from ampglow_plugin.rules.pipeline.no_flat_used import RULE as AG318
from ampglow_plugin.rules.pipeline.pedestal_claim import RULE as AG316
from ampglow_plugin.rules.pipeline.pedestal_left import RULE as AG305
from ampglow_plugin.rules.pipeline.raw_flat import RULE as AG317
from ampglow_plugin.rules.pipeline.step_order import RULE as AG301

RULES: tuple[Rule, ...] = (
    AG301,
    AG302,
    AG303,
    AG304,
    AG305,
    AG306,
    AG307,
    AG308,
    AG309,
    AG310,
    AG311,
    AG312,
    AG313,
    AG314,
    AG315,
    AG316,
    AG317,
    AG318,
    AG319,
)

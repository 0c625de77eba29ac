"""AG6xx: what only PixInsight can get wrong, in its own words."""

from __future__ import annotations

from ampglow_plugin.rules.base import Rule
from ampglow_plugin.rules.pixinsight.batch_optimize import RULE as AG618
from ampglow_plugin.rules.pixinsight.bias_and_raw_dark import RULE as AG606
from ampglow_plugin.rules.pixinsight.calibrated_dark_again import RULE as AG607
from ampglow_plugin.rules.pixinsight.cfa_flags import RULE as AG611
from ampglow_plugin.rules.pixinsight.cosmetic_for_dark import RULE as AG615
from ampglow_plugin.rules.pixinsight.dark_disabled import RULE as AG602
from ampglow_plugin.rules.pixinsight.dark_header import RULE as AG613
from ampglow_plugin.rules.pixinsight.dark_without_path import RULE as AG603
from ampglow_plugin.rules.pixinsight.debayered_before import RULE as AG609
from ampglow_plugin.rules.pixinsight.engine import RULE as AG617
from ampglow_plugin.rules.pixinsight.flat_calibrated_again import RULE as AG608
from ampglow_plugin.rules.pixinsight.history_off import RULE as AG614
from ampglow_plugin.rules.pixinsight.left_over import RULE as AG616
from ampglow_plugin.rules.pixinsight.log_factors import RULE as AG620
from ampglow_plugin.rules.pixinsight.master_without_path import RULE as AG604
from ampglow_plugin.rules.pixinsight.optimize_on import RULE as AG601
from ampglow_plugin.rules.pixinsight.optimize_without_bias import RULE as AG605
from ampglow_plugin.rules.pixinsight.pedestal import RULE as AG610
from ampglow_plugin.rules.pixinsight.raw_frames import RULE as AG621
from ampglow_plugin.rules.pixinsight.same_output import RULE as AG619
from ampglow_plugin.rules.pixinsight.unknown_names import RULE as AG612

RULES: tuple[Rule, ...] = (
    AG601,
    AG602,
    AG603,
    AG604,
    AG605,
    AG606,
    AG607,
    AG608,
    AG609,
    AG610,
    AG611,
    AG612,
    AG613,
    AG614,
    AG615,
    AG616,
    AG617,
    AG618,
    AG619,
    AG620,
    AG621,
)

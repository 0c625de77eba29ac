"""AG5xx: what only Siril can get wrong, in its own words and by its versions."""

from __future__ import annotations

from ampglow_plugin.rules.base import Rule
from ampglow_plugin.rules.siril.after_exit import RULE as AG508
from ampglow_plugin.rules.siril.comments import RULE as AG503
from ampglow_plugin.rules.siril.cosmetic_form import RULE as AG509
from ampglow_plugin.rules.siril.encoding import RULE as AG502
from ampglow_plugin.rules.siril.ignored_option import RULE as AG507
from ampglow_plugin.rules.siril.master_paths import RULE as AG515
from ampglow_plugin.rules.siril.normalisation import RULE as AG511
from ampglow_plugin.rules.siril.not_readable import RULE as AG517
from ampglow_plugin.rules.siril.not_scriptable import RULE as AG505
from ampglow_plugin.rules.siril.path_tokens import RULE as AG513
from ampglow_plugin.rules.siril.quoting import RULE as AG514
from ampglow_plugin.rules.siril.raw_stacked import RULE as AG518
from ampglow_plugin.rules.siril.requires import RULE as AG501
from ampglow_plugin.rules.siril.settings_left import RULE as AG512
from ampglow_plugin.rules.siril.stack_words import RULE as AG510
from ampglow_plugin.rules.siril.typography import RULE as AG516
from ampglow_plugin.rules.siril.unknown_command import RULE as AG504
from ampglow_plugin.rules.siril.unknown_option import RULE as AG506

RULES: tuple[Rule, ...] = (
    AG501,
    AG502,
    AG503,
    AG504,
    AG505,
    AG506,
    AG507,
    AG508,
    AG509,
    AG510,
    AG511,
    AG512,
    AG513,
    AG514,
    AG515,
    AG516,
    AG517,
    AG518,
)

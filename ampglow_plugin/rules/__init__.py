"""Every verdict of the product: one rule, one file, one function over a Context value.

``RULES`` is explicit and in the order of the codes: AG1xx frames, AG2xx darks and matches, AG3xx
pipelines (ours and the user's), AG4xx outputs and proof, AG5xx Siril dialect, AG6xx PixInsight
dialect. A code is never reused.
"""

from __future__ import annotations

from ampglow_plugin.rules.base import Context, Rule, finding
from ampglow_plugin.rules.darks import RULES as DARK_RULES
from ampglow_plugin.rules.frames import RULES as FRAME_RULES
from ampglow_plugin.rules.matches import COMPARED_RULES
from ampglow_plugin.rules.matches import RULES as MATCH_RULES
from ampglow_plugin.rules.outputs import RULES as OUTPUT_RULES
from ampglow_plugin.rules.pipeline import RULES as PIPELINE_RULES
from ampglow_plugin.rules.pixinsight import RULES as PIXINSIGHT_RULES
from ampglow_plugin.rules.runner import RulesInParts, run_rules, verdict
from ampglow_plugin.rules.siril import RULES as SIRIL_RULES

RULES: tuple[Rule, ...] = (
    *FRAME_RULES,
    *DARK_RULES,
    *MATCH_RULES,
    *COMPARED_RULES,
    *PIPELINE_RULES,
    *OUTPUT_RULES,
    *SIRIL_RULES,
    *PIXINSIGHT_RULES,
)

__all__ = ["RULES", "Context", "Rule", "RulesInParts", "finding", "run_rules", "verdict"]

"""ampglow: proves that amp glow is calibrated out, before and after the night is processed.

The public API; everything else may change between versions. Names are loaded when they are used, so
that ``import ampglow_plugin`` costs nothing.

``read_frame``            one file's header to a :class:`Frame`
``scan``                  the frames below folders, and what each is for
``match``                 lights against darks, field by field
``check``                 the pre-flight: do these darks match these lights?
``load_config``           the user's settings (``ampglow.yaml``) for a check
``plan`` ``read_plan``    the calibration plan, checked
``emit`` ``run``          the plan as a script for a host; the script run and judged
``verify``                proof that the dark was applied
``measure_glow``          where frames glow, and how much (``glow`` is the package that measures)
``diagnose`` ``advise``   why frames are bright in one place; what to do next
``remove_gradient``       the plan for a marginal rest of glow that is proved
``inspect_darks``         which single darks are better left out of a master
``compare_darks``         has the sensor aged between an old dark and a new one?
``lint`` ``fix``          judgement of a script that exists already; safe edits of it
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ampglow_plugin.api import Check as Check
    from ampglow_plugin.api import Proving as Proving
    from ampglow_plugin.api import Verification as Verification
    from ampglow_plugin.api import advise as advise
    from ampglow_plugin.api import check as check
    from ampglow_plugin.api import compare_darks as compare_darks
    from ampglow_plugin.api import diagnose as diagnose
    from ampglow_plugin.api import emit as emit
    from ampglow_plugin.api import fix as fix
    from ampglow_plugin.api import inspect_darks as inspect_darks
    from ampglow_plugin.api import lint as lint
    from ampglow_plugin.api import load_config as load_config
    from ampglow_plugin.api import match as match
    from ampglow_plugin.api import measure_glow as measure_glow
    from ampglow_plugin.api import plan as plan
    from ampglow_plugin.api import read_plan as read_plan
    from ampglow_plugin.api import remove_gradient as remove_gradient
    from ampglow_plugin.api import run as run
    from ampglow_plugin.api import scan as scan
    from ampglow_plugin.api import verify as verify
    from ampglow_plugin.api import verify_each as verify_each
    from ampglow_plugin.headers import read_frame as read_frame
    from ampglow_plugin.model.diagnosis import Advice as Advice
    from ampglow_plugin.model.diagnosis import Diagnosis as Diagnosis
    from ampglow_plugin.model.finding import Finding as Finding
    from ampglow_plugin.model.frame import Frame as Frame
    from ampglow_plugin.model.glow import Glow as Glow
    from ampglow_plugin.model.match import Match as Match
    from ampglow_plugin.model.plan import Plan as Plan
    from ampglow_plugin.planning.options import PlanOptions as PlanOptions

__version__ = "0.1.0"

#: public name -> the module it lives in
_HOMES = {
    "Advice": "model.diagnosis",
    "Check": "api",
    "Diagnosis": "model.diagnosis",
    "Finding": "model.finding",
    "Frame": "model.frame",
    "Glow": "model.glow",
    "Match": "model.match",
    "Plan": "model.plan",
    "PlanOptions": "planning.options",
    "Proving": "api",
    "Verification": "api",
    "advise": "api",
    "check": "api",
    "compare_darks": "api",
    "diagnose": "api",
    "emit": "api",
    "fix": "api",
    "inspect_darks": "api",
    "lint": "api",
    "load_config": "api",
    "match": "api",
    "measure_glow": "api",
    "plan": "api",
    "read_frame": "headers",
    "read_plan": "api",
    "remove_gradient": "api",
    "run": "api",
    "scan": "api",
    "verify": "api",
    "verify_each": "api",
}

__all__ = ["__version__", *_HOMES]  # noqa: PLE0604 - the keys are text


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

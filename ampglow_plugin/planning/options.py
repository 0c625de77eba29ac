"""What the user may choose about a plan."""

from __future__ import annotations

from dataclasses import dataclass

from ampglow_plugin.model.plan import Allowance


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanOptions:
    """Choices with their defaults; the order of the steps and the arithmetic are not among them.

    Sigmas are in standard deviations of the master dark; None switches that side off (3 and off are
    Siril's own defaults). ``debayer_method`` None leaves the choice to the host. ``equalize_cfa``
    concerns colour cameras with a flat. ``allow`` lists rules that failed and are accepted;
    ``Allowance.where`` is the group of the finding, None means every group. To allow "no dark" (AG209)
    means to go on without one; to allow what differs (AG201 exposure ...) means to use the nearest dark.
    """

    stack: bool = False
    cosmetic: bool = True
    hot_sigma: float | None = 3.0
    cold_sigma: float | None = None
    equalize_cfa: bool = True
    debayer_method: str | None = None
    allow: tuple[Allowance, ...] = ()

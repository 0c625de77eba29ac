"""The sequences of steps in a plan, walked the same way by every AG3xx rule."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ampglow_plugin.model.finding import Where
from ampglow_plugin.model.plan import Calibrate, Group, Master, Plan, Step
from ampglow_plugin.rules.base import Context


@dataclass(frozen=True, kw_only=True, slots=True)
class Chain:
    """Frames that go through steps in order: a group of lights, or the frames a master is built from.

    ``place`` is where the chain stands in the plan: ``groups[1]``. Exactly one of ``group`` and
    ``master`` is set.
    """

    place: str
    id: str
    steps: tuple[Step, ...]
    group: Group | None = None
    master: Master | None = None

    def calibrations(self) -> Iterator[tuple[int, Calibrate]]:
        """The steps that calibrate, with their index."""
        return ((i, step) for i, step in enumerate(self.steps) if isinstance(step, Calibrate))

    def darks(self) -> Iterator[tuple[int, str]]:
        """(index, id) of every dark that is subtracted."""
        return ((i, step.dark) for i, step in self.calibrations() if step.dark is not None)

    def biases(self) -> tuple[int, ...]:
        """Index of every step that subtracts a bias frame or a constant level."""
        return tuple(i for i, step in self.calibrations() if subtracts_bias(step))


def masters(plan: Plan) -> Iterator[Chain]:
    """The masters that are built."""
    for i, master in enumerate(plan.masters):
        if master.steps:
            yield Chain(place=f"masters[{i}]", id=master.id, steps=master.steps, master=master)


def groups(plan: Plan) -> Iterator[Chain]:
    """The groups of lights."""
    for i, group in enumerate(plan.groups):
        yield Chain(place=f"groups[{i}]", id=group.id, steps=group.steps, group=group)


def chains(plan: Plan) -> Iterator[Chain]:
    """Masters first, as they are needed first."""
    yield from masters(plan)
    yield from groups(plan)


def subtracts_bias(step: Calibrate) -> bool:
    """A bias frame or a constant is subtracted; a constant of 0 subtracts nothing."""
    return step.bias is not None or bool(step.bias_level_adu)


def uses_masters(step: Calibrate) -> bool:
    """The step changes pixels at all; without any master it copies them."""
    return step.dark is not None or step.flat is not None or subtracts_bias(step)


def holds_bias(plan: Plan, id: str) -> bool | None:
    """True where the master dark ``id`` still holds the bias level, False where it is divided.

    A dark built in the plan is judged by its steps, a reused one by its ``holds_bias``. None where
    nobody knows: not said, not defined, or said and built differently (AG316).
    """
    master = plan.master(id)
    if master is None:
        return None
    if not master.steps:
        return master.holds_bias
    built = not any(isinstance(s, Calibrate) and subtracts_bias(s) for s in master.steps)
    return built if master.holds_bias in (None, built) else None


def from_script(context: Context) -> bool:
    """The plan was read from a script. A script may be one of several; a plan says all that is to be done."""
    return bool(context.places)


def at(context: Context, chain: Chain, index: int | None = None, field: str | None = None) -> Where:
    """The place in the plan, with line and column where it was read from a script."""
    step = None if index is None else f"steps[{index}]"
    place = chain.place if step is None else f"{chain.place}.{step}"
    known = context.places
    origin = known.get(f"{place}.{field}") or known.get(place) or known.get(chain.place) or Where()
    return Where(path=origin.path, group=chain.id, step=step, field=field, line=origin.line, column=origin.column)

"""The darks of a plan are matched with its lights once more, by the headers."""

from __future__ import annotations

from ampglow_plugin.planning.rematch import rematch
from tests.planning.builders import full_night


def test_the_darks_of_the_plan_meet_its_lights() -> None:
    night = full_night()
    (found,) = rematch(night.plan(), night.frames)
    assert (found.id, found.role, found.status) == ("dark-1", "dark", "tolerated" if found.deviations else "exact")
    assert found.lights == night.matches[0].lights
    assert found.darks == night.matches[0].darks


def test_a_dark_changed_by_hand_is_found_out() -> None:
    night = full_night(night="2024-01-10")
    plan = night.plan()
    other = {path: frame for path, frame in night.frames.items() if frame.kind != "dark"}
    changed = full_night()
    changed.shoot("dark", 10, exposure_s=60.0)
    (found,) = rematch(plan, {**other, **{p: f for p, f in changed.frames.items() if f.kind == "dark"}})
    assert found.status == "none"
    assert {r.field for r in found.rejections} == {"exposure_s"}


def test_files_without_a_header_are_left_out() -> None:
    night = full_night()
    plan = night.plan()
    darks, lights = night.matches[0].darks, night.matches[0].lights
    (found,) = rematch(plan, {p: f for p, f in night.frames.items() if p != darks[0]})
    assert found.darks == darks[1:]
    assert rematch(plan, {p: f for p, f in night.frames.items() if p not in darks}) == ()
    assert rematch(plan, {p: f for p, f in night.frames.items() if p not in lights}) == ()


def test_a_master_file_meets_the_lights_too() -> None:
    night = full_night()
    lights = night.matches[0].lights
    night.matches = night.matches[1:]
    master = night.master("dark", stack_count=30)
    night.match("dark", lights, master)
    (found,) = rematch(night.plan(), night.frames)
    assert (found.dark, found.lights) == (master[0], lights)

"""Headers of real programs, written as real files, give the fields a right reader gives; none of them may fail."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from ampglow_plugin.headers import read_cards, read_frame
from ampglow_plugin.knowledge.sensors import sensor_of

FIXTURES = {path.stem: path for path in sorted((Path(__file__).parent / "fixtures").glob("*.yaml"))}


def load(name: str) -> dict[str, Any]:
    return yaml.load(FIXTURES[name].read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def same(found: Any, expected: Any) -> bool:
    """Text without regard to case; numbers to 1e-6, relative above 1."""
    if isinstance(expected, bool) or isinstance(found, bool) or expected is None or found is None:
        return found is expected
    if isinstance(expected, (int, float)):
        return isinstance(found, (int, float)) and abs(found - expected) <= 1e-6 * max(1.0, abs(expected))
    return isinstance(found, str) and found.strip().lower() == str(expected).strip().lower()


def right(found: Any, field: str, fixture: dict[str, Any]) -> bool:
    answers = [fixture["expected"][field], *fixture.get("accept", {}).get(field, [])]
    return any(same(found, answer) for answer in answers)


def judged(fixture: dict[str, Any]) -> list[str]:
    """Fields the fixture speaks about; sizes of a card that was added to make a file are not judged."""
    added = any(isinstance(card, dict) and card.get("added") for card in fixture["cards"])
    return [f for f in fixture["expected"] if not (added and f in ("width", "height", "planes"))]


def test_no_fixture_was_lost():
    assert len(FIXTURES) == 47


@pytest.mark.parametrize("name", FIXTURES)
def test_fields(name, write_fixture, record_property):
    fixture = load(name)
    frame = read_frame(write_fixture(fixture), recover=False)
    fields = judged(fixture)
    wrong = {f: (getattr(frame, f), fixture["expected"][f]) for f in fields if not right(getattr(frame, f), f, fixture)}
    record_property("header", [fixture["program"], len(fields) - len(wrong), len(fields)])
    assert not wrong, "field: (found, expected)"


@pytest.mark.parametrize("name", FIXTURES)
def test_every_field_knows_its_card(name, write_fixture):
    fixture = load(name)
    frame = read_frame(write_fixture(fixture), recover=False)
    known = {f for f in fixture["expected"] if getattr(frame, f) not in (None, False, "unknown")}
    assert known <= set(frame.sources)
    keywords = {str(c["keyword"] if isinstance(c, dict) else c[0]).upper() for c in fixture["cards"]}
    read = {s.keyword.upper() for s in frame.sources.values() if s.how == "read"}
    assert read <= keywords


@pytest.mark.parametrize("name", FIXTURES)
def test_cards_are_read_as_they_were_written(name, write_fixture):
    """Every value of every card, in order; CONTINUE cards belong to the card before them."""
    fixture = load(name)
    written = [c if isinstance(c, list) else [c["keyword"], c["value"], c["comment"]] for c in fixture["cards"]]
    read = [c for c in read_cards(write_fixture(fixture)) if c.keyword or c.value]
    if written[0][0] == "XTENSION":
        read = read[4:]  # the primary header that the test put in front
    expected = [w for w in written if w[0] != "CONTINUE"]
    assert len(read) == len(expected)
    for card, (keyword, attribute, comment) in zip(read, expected, strict=True):
        value = comment if fixture["container"] == "xisf" and keyword in ("COMMENT", "HISTORY") else attribute
        if str(value).endswith("&"):  # goes on in the CONTINUE cards, which have a test of their own
            assert str(card.value).startswith(str(value)[:-1])
        else:
            assert same(card.value, value) or card.text == str("" if value is None else value).strip(), keyword


@pytest.mark.parametrize("name", [name for name in FIXTURES if "recovered" in load(name) or "path" in load(name)])
def test_names_fill_what_cards_leave_open(name, write_fixture):
    fixture = load(name)
    path = write_fixture(fixture, named=True)
    bare, frame = read_frame(path, recover=False), read_frame(path)
    wrong = {
        f: (getattr(frame, f), v) for f, v in fixture.get("recovered", {}).items() if not same(getattr(frame, f), v)
    }
    assert not wrong, "field: (found, expected)"
    assert all(frame.sources[f].how == "recovered" for f in fixture.get("recovered", {}))
    for field, source in bare.sources.items():
        assert frame.sources[field] == source, "a name never overrides a card"
        assert getattr(frame, field) == getattr(bare, field)
    for field in judged(fixture):
        assert right(getattr(frame, field), field, fixture) or frame.sources[field].how == "recovered"


@pytest.mark.parametrize("name", FIXTURES)
def test_sensor_table_agrees_with_the_frames_of_its_cameras(name, write_fixture):
    """A camera alias is proved by the frames: their size lies within the sensor's and their pitch is its pitch."""
    frame = read_frame(write_fixture(load(name)), recover=False)
    sensor = sensor_of(frame.camera)
    if sensor is None:
        assert frame.sensor is None
        return
    binning = frame.xbinning or 1
    if frame.width and sensor.width:
        seen = sorted((frame.width * binning, frame.height * binning))  # smart telescopes store portraits
        known = [sorted(size) for size in ((sensor.width, sensor.height), *sensor.other_sizes)]
        assert any(seen[0] <= short and seen[1] <= long for short, long in known)
    if frame.pixel_um and sensor.pixel_um:
        assert frame.pixel_um / binning == pytest.approx(sensor.pixel_um, rel=0.02)

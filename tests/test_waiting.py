"""What gives no answer is given up by its name; what is slow is waited for."""

from __future__ import annotations

import os
import threading
import time

import pytest

from ampglow_plugin import waiting
from ampglow_plugin.errors import InputError, Stalled


@pytest.fixture(autouse=True)
def soon(monkeypatch):
    monkeypatch.setenv(waiting.VARIABLE, "0.2")
    yield
    waiting._dead.clear()


@pytest.fixture
def silent():
    """A question that is answered only at the end of the test: nobody writes into this pipe."""
    reading, writing = os.pipe()
    yield lambda: os.read(reading, 1)
    os.close(writing)
    os.close(reading)


def test_what_gives_no_answer_is_named_with_what_to_do(silent):
    began = time.monotonic()
    with pytest.raises(Stalled, match=r"no answer within 0\.2 s") as caught:
        waiting.asked("/nas/light.fits", silent)
    assert 0.2 <= time.monotonic() - began < 2
    assert caught.value.where == "/nas/light.fits"
    assert waiting.VARIABLE in caught.value.fix


def test_answers_and_errors_come_through():
    assert waiting.asked("x", lambda: 7) == 7
    with pytest.raises(ZeroDivisionError):
        waiting.asked("x", lambda: 1 / 0)


def test_work_is_as_long_as_it_likes_while_its_questions_are_answered():
    def work():
        for _ in range(8):
            waiting.asked("x", lambda: time.sleep(0.05))
        time.sleep(0.3)  # works on what it was told
        return waiting.asked("x", lambda: "done")

    assert waiting.leaving(work) == "done"


def test_work_that_was_left_does_nothing_more_when_its_disk_comes_back(tmp_path):
    back, went_on = threading.Event(), []

    def work():
        waiting.asked("gone", back.wait)
        went_on.append("!")

    with pytest.raises(Stalled):
        waiting.leaving(work)
    before = threading.active_count()
    back.set()
    time.sleep(0.1)
    assert threading.active_count() <= before
    assert went_on == []


def test_a_dead_disk_is_not_waited_for_by_each_of_its_files(silent, monkeypatch):
    monkeypatch.setattr(waiting, "_AGAIN_S", 0.01)
    took = []
    for _ in range(5):
        began = time.monotonic()
        with pytest.raises(Stalled):
            waiting.asked("x", silent)
        took.append(time.monotonic() - began)
    assert min(took[:3]) >= 0.2
    assert max(took[3:]) < 0.15
    assert waiting.asked("x", lambda: 1) == 1  # it is there again
    with pytest.raises(Stalled, match=r"0\.2 s"):
        waiting.asked("x", silent)


def test_a_large_file_is_many_questions(tmp_path, monkeypatch):
    data = os.urandom(300_000)
    (tmp_path / "x").write_bytes(data)
    monkeypatch.setattr(waiting, "_PIECE_BYTES", 100_000)
    asked = []
    ask = waiting.asked
    monkeypatch.setattr(waiting, "asked", lambda place, question: (asked.append(place), ask(place, question))[1])
    with waiting.open_to_read(tmp_path / "x") as file:
        assert file.name == str(tmp_path / "x")
        assert file.read() == data
        file.seek(200_000)
        assert file.read(7) == data[200_000:200_007]
    assert len(asked) >= 4


@pytest.mark.parametrize(("text", "limit"), [("", 60.0), ("0", threading.TIMEOUT_MAX), ("2.5", 2.5)])
def test_the_time_is_the_users(text, limit, monkeypatch):
    monkeypatch.setenv(waiting.VARIABLE, text)
    assert waiting.seconds_of(waiting.VARIABLE, waiting.STALL_S) == limit
    assert waiting.asked("x", lambda: 1) == 1


@pytest.mark.parametrize("text", ["soon", "-1", "nan"])
def test_another_time_is_refused(text, monkeypatch):
    monkeypatch.setenv(waiting.VARIABLE, text)
    with pytest.raises(InputError, match=waiting.VARIABLE):
        waiting.asked("x", lambda: 1)

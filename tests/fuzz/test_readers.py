"""Damaged files of every kind: only the project's own errors, in bounded time; deterministic, a replay of what fuzzing found."""

from __future__ import annotations

import random
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fuzz.readers import READERS, feed
from tests.fuzz.seeds import SEEDS, committed

#: of each seed; enough for every reader in a second or two
MUTANTS = 40
BOUND_S = 20
_WORDS = (
    b"\0",
    b"\xff\xfe",
    b"-1",
    b"99999999999999999999",
    b"1e999",
    b"nan",
    b"\n",
    b"'",
    b'"',
    b"&",
    b"<",
    b"=",
    b"\xf0\x9f\x8c\x8c",
    b"\xe2\x80\xae",
)


def mutants(data: bytes, seed: int) -> Iterator[bytes]:
    """Bytes changed, taken out, doubled, put elsewhere, or words put in."""
    dice = random.Random(seed)
    for _ in range(MUTANTS):
        body = bytearray(data)
        for _ in range(dice.choice((1, 1, 2, 4))):
            at = dice.randrange(len(body) + 1)
            length = dice.choice((1, 1, 8, 80, 2880))
            match dice.randrange(5):
                case 0 if body:
                    body[at % len(body)] = dice.randrange(256)
                case 1:
                    del body[at : at + length]
                case 2:
                    body[at:at] = body[at : at + length]
                case 3:
                    body[at:at] = dice.choice(_WORDS)
                case _:
                    there = dice.randrange(len(body) + 1)
                    body[at : at + length] = body[there : there + length]
        yield bytes(body)


@pytest.fixture
def bounded() -> Iterator[None]:
    """A reader that does not come to an end is interrupted."""

    def stop(*_: object) -> None:
        raise TimeoutError(f"not read within {BOUND_S} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(BOUND_S)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def test_every_reader_has_seeds() -> None:
    assert set(SEEDS) == set(READERS)
    assert all(list(make()) for make in SEEDS.values())


@pytest.mark.parametrize("name", READERS)
def test_seeds_are_taken(name: str, tmp_path: Path) -> None:
    taken = [feed(name, data, tmp_path) for data in SEEDS[name]()]
    assert any(taken)


@pytest.mark.usefixtures("bounded")
@pytest.mark.parametrize("name", READERS)
def test_damage_is_refused_in_our_own_words(name: str, tmp_path: Path) -> None:
    for number, data in enumerate((*SEEDS[name](), *committed(name))):
        feed(name, data, tmp_path)
        for mutant in mutants(data, number):
            feed(name, mutant, tmp_path)


@pytest.mark.usefixtures("bounded")
@pytest.mark.parametrize("name", READERS)
def test_what_is_no_such_file_at_all(name: str, tmp_path: Path) -> None:
    for data in (
        b"",
        b"\0",
        b"\n",
        b"\xff" * 5000,
        b"\0" * 5000,
        "\u202e🌌".encode() * 100,
        b"[" * 5000,
        b"{" * 5000,
        b"<a>" * 5000,
        b"'" * 5001,
    ):
        feed(name, data, tmp_path)

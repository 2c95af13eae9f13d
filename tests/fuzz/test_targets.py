"""The fuzzing targets without atheris: every seed, and each seed damaged a little, by chance that is the same each time."""

from __future__ import annotations

import random

import pytest

from ingestion.printed_text.release_rules import NotARule, rule_terms
from tests.fuzz.targets import MAX_BYTES, TARGETS, Target, TooSlow

#: How many damaged inputs a target gets here; `python -m tests.fuzz` gives as many as the time allows.
INPUTS = 300


def damaged(seeds: list[bytes], chance: random.Random) -> bytes:
    """A seed in which bytes are changed, cut, repeated, or taken from another seed."""
    data = bytearray(chance.choice(seeds)[:MAX_BYTES])
    for _ in range(chance.randint(1, 4)):
        start = chance.randint(0, len(data))
        end = min(len(data), start + chance.choice((1, 1, 2, 8, 64)))
        match chance.randrange(4):
            case 0:
                data[start:end] = chance.randbytes(end - start)
            case 1:
                del data[start:end]
            case 2:
                data[start:start] = data[start:end] * chance.choice((1, 3, 30))
            case _:
                other = chance.choice(seeds)
                place = chance.randint(0, len(other))
                data[start:end] = other[place : place + 40]
    return bytes(data[:MAX_BYTES])


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS.keys())
def test_a_damaged_input_is_read_or_refused_in_words(target: Target) -> None:
    seeds = target.seeds()
    target.run(seeds[0])  # what is imported on first use must not count as slow
    chance = random.Random(f"2026 {target.name}")
    for data in [*seeds[:INPUTS], *(damaged(seeds, chance) for _ in range(INPUTS))]:
        target.check(data)


def test_an_input_that_takes_more_than_a_second_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([10.0, 10.9, 20.0, 21.1])
    monkeypatch.setattr("time.process_time", lambda: next(clock))
    target = Target("any", list, lambda data: None)
    target.check(b"x")
    with pytest.raises(TooSlow, match=r"1 bytes took 1\.1 s"):
        target.check(b"x")


@pytest.mark.parametrize("choices", [7, 28])
def test_a_rule_whose_alternatives_multiply_is_refused_at_once(choices: int) -> None:
    # each choice doubles the clauses: 28 of them fit into a cell, and are 2^28 clauses of 28 terms
    days = [f"earlier_of(2026-01-{day:02},2026-02-{day:02})" for day in range(1, choices + 1)]
    with pytest.raises(NotARule, match=f"has {2**choices} alternatives"):
        rule_terms(f"later_of({','.join(days)})")
    assert len(rule_terms(f"later_of({','.join(days[:6])})")) == 2**6 * 6

"""The way through a lineup: no step twice, none back, every photograph, whatever is answered."""

from __future__ import annotations

import random

import pytest

from lookalike.casework.lineups.flow import OVER, Given, Plan, Step, last_word, next_step, said_yes, takes


def walk(plan: Plan, seed: int) -> tuple[list[str], dict[str, Given]]:
    """Answer at random until it is over."""
    chance, given, steps = random.Random(seed), {}, []
    while (step := next_step(plan, given)).kind != OVER:
        assert step.name not in given
        steps.append(step.name)
        given[step.name] = Given(chance.choice(sorted(takes(plan, given, step))), "words")
    return steps, given


@pytest.mark.parametrize("seed", range(60))
def test_every_photograph_is_shown_once_in_order_whatever_is_answered(seed: int) -> None:
    steps, given = walk(Plan(instructions=4, photographs=6, at_once=False), seed)
    assert [one for one in steps if one.startswith("picture")] == [f"picture-{n}" for n in range(1, 7)]
    assert steps[:6] == ["consent", *(f"instruction-{n}" for n in range(1, 5)), "begin"]
    assert steps[-4:] == ["which", "elsewhere", "seen_before", "more"]
    for place in range(1, 7):
        follows = steps[steps.index(f"picture-{place}") + 1]
        assert (follows == f"confidence-{place}") == (given[f"picture-{place}"].answer == "yes")


@pytest.mark.parametrize("seed", range(20))
def test_all_at_once_asks_how_sure_only_of_a_choice(seed: int) -> None:
    plan = Plan(instructions=2, photographs=6, at_once=True)
    steps, given = walk(plan, seed)
    chosen = last_word(plan, given)
    assert [one for one in steps if one.startswith("confidence")] == (
        [f"confidence-{chosen}"] if chosen.isdigit() else []
    )
    assert "which" not in steps


def test_the_last_word_takes_only_whom_the_witness_said_yes_to_and_the_two_others_always() -> None:
    plan = Plan(instructions=1, photographs=4, at_once=False)
    given = {f"picture-{n}": Given("no") for n in range(1, 5)}
    assert takes(plan, given, Step("which")) == {"not_present", "dont_know"}
    given |= {"picture-2": Given("yes"), "picture-4": Given("yes"), "picture-3": Given("not_sure")}
    assert said_yes(plan, given) == [2, 4]
    assert takes(plan, given, Step("which")) == {"2", "4", "not_present", "dont_know"}

"""Counts the distinct prompts of every skill and prints some of each: `python3 -m training.samples [--draws N] [--show N] [skill ...]`."""

from __future__ import annotations

import argparse
import random

from training.skills import collect
from training.skills.base import Session, Skill, held_out, normalise

STYLES = ("full", "full", "brief", "json")


def _session(rng: random.Random) -> Session:
    return Session(style=rng.choice(STYLES), thinking=rng.random() < 0.3)


def count(name: str, skill: Skill, draws: int, seed: int = 1) -> tuple[int, int, int]:
    """Distinct prompts (normalised), how many of them are held out, and turns seen, in `draws` calls of the skill."""
    rng = random.Random(f"{seed} {name}")
    prompts: dict[str, bool] = {}
    turns = 0
    for _ in range(draws):
        for turn in skill.fn(rng, _session(rng)):
            turns += 1
            text = normalise(turn.user)
            prompts[text] = prompts.get(text, False) or held_out(turn)
    return len(prompts), sum(prompts.values()), turns


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=20000, help="calls of each skill")
    parser.add_argument("--show", type=int, default=10, help="samples of each skill")
    parser.add_argument("skills", nargs="*", help="only these")
    args = parser.parse_args()
    skills = collect()
    for name in args.skills or sorted(skills):
        distinct, held, turns = count(name, skills[name], args.draws)
        print(f"== {name}: {distinct} distinct prompts in {turns} turns, {held} of them held out")
        rng = random.Random(f"samples {name}")
        shown = 0
        while shown < args.show:
            session = _session(rng)
            for turn in skills[name].fn(rng, session):
                answer = turn.answer or f"{turn.tool_calls} -> {turn.tool_results} -> {turn.final}"
                thought = f" <think>{turn.thinking}</think>" if session.thinking and turn.thinking else ""
                print(f"  [{session.style}] {turn.user!r} ->{thought} {answer!r}")
                shown += 1


if __name__ == "__main__":
    main()

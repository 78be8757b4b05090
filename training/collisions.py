"""Looks for prompts with two right answers: `python3 -m training.collisions [--turns N]`. Exit code 1 if there are any.

All skills are drawn evenly, without tools. What differs only in case (where case carries nothing) and in the marks at its end counts as one
prompt. Answers that depend on earlier turns (module memory) may differ among themselves, but no other skill may use the same prompt. Of a question
and its follow-ups only the first is looked at; questions about a text (module retrieval) are left out.
"""

from __future__ import annotations

import argparse
import random
import re
import sys

from training.skills import modules
from training.skills.base import Session

_HISTORY = {"memory", "tools"}
_END = re.compile(r"[\s.,!?]+$")


def collisions(turns: int, style: str = "full", seed: int = 1) -> dict[str, dict[str, str]]:
    """prompt -> {answer: skill} for prompts with more than one answer, among about `turns` turns."""
    rng = random.Random(f"{seed} {style}")
    skills = [(module, skill) for module, members in modules().items() if module != "retrieval" for skill in members.values()]
    seen: dict[str, dict[str, str]] = {}
    count = 0
    while count < turns:
        module, skill = rng.choice(skills)
        session = Session(style=style)
        for turn in skill.fn(rng, session)[:1 if module == "followup" else None]:
            count += 1
            if turn.exact:
                answer = "(history)" if module in _HISTORY else turn.answer
                prompt = turn.user.lower() if turn.vary == "all" else turn.user
                prompt = (turn.vary != "none" and _END.sub("", prompt) or prompt) + (" (thinking)" if turn.think_only else "")
                seen.setdefault(prompt, {})[answer] = turn.skill
        count += 1  # a skill that has nothing to say without tools must not hold up the end
    return {prompt: answers for prompt, answers in seen.items() if len(answers) > 1}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=200000, help="turns in each style")
    parser.add_argument("--style", choices=("full", "brief", "json"), nargs="*", default=["full"])
    args = parser.parse_args()
    bad = 0
    for style in args.style:
        found = collisions(args.turns, style)
        bad += len(found)
        for prompt, answers in sorted(found.items()):
            print(f"{style}: {prompt!r}: " + " | ".join(f"{skill}: {answer!r}" for answer, skill in answers.items()))
        print(f"{style}: {len(found)} prompts with two answers in {args.turns} turns")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())

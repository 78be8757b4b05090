"""Questions about nibble itself and its formats, answered from fixed texts."""

from __future__ import annotations

import random

from training.skills.base import Session, Skill, Turn, styled
from training.skills.data.nibble_answers import HOW, TERMS
from training.skills.wording import ABOUT, dress, expand, say

_TERM = ABOUT + [
    "What does {T} [mean|do|stand for]?", "[What is|What's] the [meaning|definition|idea|point|purpose] of {T}?",
    "[Please |][explain|describe|define] {T}[ in one sentence| briefly| simply| to a beginner| for me|].",
    "[How would you|Can you|Could you] [explain|describe|define] {T}[ in a sentence|]?", "How does {T} work?",
    "I [do not|don't] [understand|know] {T}[. Explain it|. What is it|. Can you explain it|][.|]",
    "[What is meant by|What do you mean by|What do people mean by] {T}?",
    "[Why|What for] [do I|would I|should I] need {T}?", "[Remind me|Say again|Tell me again]: what is {T}?", "[And|So|Ok, and|But] what is {T}?",
]
_QUESTION_FRAMES = ["[Do you know|Can you tell me|Quick question|One question|Question|I am new here|A beginner asks|Please help|Next question|Also|"
                    "One more thing|Excuse me]: {T}",
                    "{T}", "{T}", "{T}"]


def nibble(rng: random.Random, session: Session) -> list[Turn]:
    if rng.random() < 0.55:
        topics, full, short = rng.choice(TERMS)
        topic = expand(rng, topics)
        return [Turn("nibble", dress(rng, say(rng, _TERM, T=topic)), styled(session, short, full),
                     thinking=f"The user asks about {expand(random.Random(0), topics)}.")]
    name, patterns, full, short = rng.choice(HOW)
    text = say(rng, patterns)
    return [Turn("nibble", dress(rng, say(rng, _QUESTION_FRAMES, T=text)), styled(session, short, full), thinking=f"The user asks about {name}.")]


SKILLS = {"nibble": Skill(nibble)}

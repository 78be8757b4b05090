"""Counting letters, vowels, the letters of a word and the words of a sentence. In chat mode the answer counts aloud first, so that everybody
can count along; brief answers and JSON have no place for it, and shorter words."""

from __future__ import annotations

import random

from .base import Session, Skill, Turn, styled, terse
from .letters import content, draw, numbered, plain_word, quoted, sentence_word

_COUNT = ("How many times does the letter {c} appear in {w}?", "How many times does the letter {c} appear in {w}?", "how many times does the letter {c} appear in {w}",
          "How many times does {c} appear in {w}?", "How often does the letter {c} appear in {w}?", "How often does {c} occur in {w}?", "How many letters {c} are in {w}?",
          "How many {c}'s are in {w}?", "How many {c}s are in {w}?", "How many {c}'s are there in {w}?", "how many {c}'s in {w}", "How many {c} are in {w}?", "Count the letter {c} in {w}.",
          "Count the {c}'s in {w}.", "Count how many times {c} appears in {w}.", "How many times is the letter {c} in {w}?", "How many times do you see {c} in {w}?",
          "Number of {c}'s in {w}?", "How many {c}'s does {w} have?", "How many {c}'s are in the word {w}?", "How often is the letter {c} in the word {w}?",
          "In {w}, how many times does {c} appear?", "Can you count the {c}'s in {w}?", "Tell me how many {c}'s are in {w}.")
_VOWELS = ("How many vowels are in {w}?", "How many vowels does {w} have?", "Count the vowels in {w}.", "how many vowels are in {w}", "How many vowels are there in the word {w}?",
           "Number of vowels in {w}?", "Can you count the vowels in {w}?", "Tell me how many vowels {w} has.")
_LENGTH = ("How many letters does {w} have?", "How many letters are in {w}?", "how many letters are in {w}", "How long is the word {w}?", "What is the length of {w}?",
           "How many letters are there in {w}?", "Count the letters in {w}.", "Count the letters of {w}.", "How many letters does the word {w} have?", "How many letters has {w}?",
           "Number of letters in {w}?", "Tell me the number of letters in {w}.", "How many characters does {w} have?", "Letters in {w}: how many?", "What is the number of letters in {w}?",
           "Can you count the letters in {w}?", "How many characters are in {w}?", "Tell me how long the word {w} is.", "In {w}, how many letters are there?",
           "How many letters do you need to write {w}?")
_LONGER = ("Which word is longer, {a} or {b}?", "Which is longer, {a} or {b}?", "Which word has more letters, {a} or {b}?", "Is {a} or {b} the longer word?",
           "Which of these words is longer: {a} or {b}?", "{a} or {b}: which word is longer?", "Does {a} or {b} have more letters?", "What is longer, the word {a} or the word {b}?")
_WORDS = ("How many words are in this sentence: {s}", "How many words are in {q}?", "How many words are in the sentence {q}?", "Count the words: {s}", "Count the words in {q}.",
          "How many words does this sentence have? {s}", "How many words are there in {q}?", "Count the words of this sentence: {s}", "Number of words in {q}?",
          "How many words has the text {q}?", "How many words do you count in {q}?", "Count the words in: {s}", "count the words in: {s}", "How many words: {s}", "Word count of {q}", "How many words? {s}", "Words in {q}?")
_STARTS = "The A My Our This That One Every Your Some".split()



def _walk(word: str, wanted: str) -> tuple[str, int]:
    """`s-t-r1-a-w-b-e-r2-r3-y` and the count: each found letter carries its number."""
    count, parts = 0, []
    for letter in word:
        if letter.lower() in wanted:
            count += 1
            parts.append(f"{letter}{count}")
        else:
            parts.append(letter)
    return "-".join(parts).replace("- -", " "), count


def count(rng: random.Random, session: Session) -> list[Turn]:
    """How often a letter is in a word (small and capital letters alike), and vowels."""
    word = draw(rng, 3, 6 if terse(session) else 12)
    if not terse(session) and rng.random() < 0.03:
        word = f"{sentence_word(rng)} {sentence_word(rng)}"
    small = word.lower()
    shown = quoted(rng, word)
    if rng.random() < 0.17:
        kind, wanted = ("vowel", "aeiou") if rng.random() < 0.7 else ("consonant", "bcdfghjklmnpqrstvwxyz")
        walk, found = _walk(word, wanted)
        user, key = rng.choice(_VOWELS).replace("vowel", kind).format(w=shown), content(kind, word)
        sentence = f"{word} has {found} {kind}{'' if found == 1 else 's'}."
    else:
        kind = rng.random()
        letters = small.replace(" ", "")
        letter = max(letters, key=letters.count) if kind < 0.4 else rng.choice(letters) if kind < 0.8 else rng.choice("abcdefghijklmnopqrstuvwxyz")
        walk, found = _walk(word, letter)
        asked = letter.upper() if rng.random() < 0.1 else letter
        templates = _COUNT
        mark = asked
        if rng.random() < 0.15:
            templates, mark = _COUNT[:7], rng.choice(("'{}'", '"{}"')).format(asked)
        user, key = rng.choice(templates).format(c=mark, w=shown), content("count", word, letter)
        sentence = f"The letter {asked} appears {found} time{'' if found == 1 else 's'} in {word}."
    chain = f"{walk}. So {found}." if session.thinking else None
    if not session.thinking:
        sentence = f"{walk}: {sentence[0].lower() + sentence[1:] if sentence.startswith('The') else sentence}"
    return [Turn("count", user, styled(session, str(found), sentence), thinking=chain, key=key, vary="edge")]


def _longer(rng: random.Random, session: Session) -> Turn:
    a, b = plain_word(rng, 2, 9), plain_word(rng, 2, 9)
    while not session.thinking and abs(len(a) - len(b)) < 3:  # at a glance only clear cases
        a, b = sentence_word(rng), plain_word(rng, 2, 9)
    if len(a) == len(b):
        fact, sentence = "equal", f"{a} and {b} have the same length."
    else:
        fact, other = (a, b) if len(a) > len(b) else (b, a)
        sentence = f"{fact} is longer than {other}."
    chain = f"{numbered(a)}. {numbered(b)}."
    return Turn("word_length", rng.choice(_LONGER).format(a=a, b=b), styled(session, fact, sentence), thinking=chain if session.thinking else None,
                key=f"longer {min(a, b)} {max(a, b)}", vary="edge")


_LONGEST = ("What is the {e} word: {l}?", "Which word is the {e}: {l}?", "Which of these words is the {e}: {l}?", "What's the {e} word in this list: {l}?", "Find the {e} word: {l}",
            "Which is the {e} word in the list {l}?", "the {e} word of {l}", "Tell me the {e} word: {l}", "{e} word: {l}", "Which word has the {m} letters: {l}?")


def _longest(rng: random.Random, session: Session) -> Turn:
    """The longest or shortest of three or four words, by far without reasoning."""
    while True:
        words = [plain_word(rng, 2, 9) if rng.random() < 0.4 else sentence_word(rng) for _ in range(rng.choice((3, 3, 4)))]
        longest = rng.random() < 0.6
        lengths = sorted((len(word) for word in words), reverse=longest)
        if len(set(words)) == len(words) and abs(lengths[0] - lengths[1]) >= (1 if session.thinking else 3):
            break
    fact = next(word for word in words if len(word) == lengths[0])
    user = rng.choice(_LONGEST).format(e="longest" if longest else "shortest", m="most" if longest else "fewest", l=", ".join(words))
    return Turn("word_length", user, styled(session, fact, f"The {'longest' if longest else 'shortest'} word is {fact}."),
                thinking=" ".join(f"{numbered(word)}." for word in words) if session.thinking else None, key=f"longest {' '.join(sorted(words))}", vary="edge")


def word_length(rng: random.Random, session: Session) -> list[Turn]:
    """The number of letters of a word; which of some words is longest."""
    if rng.random() < 0.12:
        return [_longest(rng, session)]
    if rng.random() < 0.2:
        return [_longer(rng, session)]
    word = draw(rng, 2, 6 if terse(session) else 12)
    sentence = f"{word} has {len(word)} letters."
    return [Turn("word_length", rng.choice(_LENGTH).format(w=quoted(rng, word)),
                 styled(session, str(len(word)), sentence if session.thinking else f"{numbered(word)}: {sentence}"),
                 thinking=f"{numbered(word)}. So {len(word)}." if session.thinking else None, key=content("length", word), vary="edge")]


def word_count(rng: random.Random, session: Session) -> list[Turn]:
    """The number of words of a short sentence."""
    size = rng.randint(2, 9 if session.thinking else 5 if terse(session) else 7)
    words = [sentence_word(rng) for _ in range(size)]
    if rng.random() < 0.6:
        words[0] = rng.choice(_STARTS)
    text = " ".join(words)
    if rng.random() < 0.3:
        text = text[0].upper() + text[1:] + "."
    chain = " ".join(f"{place}. {word}" for place, word in enumerate(text.rstrip(".").split(), 1))
    sentence = f"The sentence has {size} words." if session.thinking else f"{chain}: the sentence has {size} words."
    user = rng.choice(_WORDS).format(s=text, q=f'"{text}"')
    return [Turn("word_count", user, styled(session, str(size), sentence), thinking=f"{chain}. So {size}." if session.thinking else None,
                 key=f"words {text.lower()}", vary="edge" if user.endswith("?") else "none")]


SKILLS = {"count": Skill(count, 1.5), "word_length": Skill(word_length, 1.0), "word_count": Skill(word_count, 0.5)}

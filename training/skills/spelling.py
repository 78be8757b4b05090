"""Letters of a word: spelling it and reading a spelling, single letters, backwards, capitals. The case of a word is kept."""

from __future__ import annotations

import random

from .base import Session, Skill, Turn, made_up_word, styled, terse
from .letters import cased, content, dashes, draw, numbered, plain_word, quoted, sentence_word

_SPELL = ("Spell {}.", "Spell the name {}.", "Spell my name: {}", "spell {}", "Spell the word {}.", "How do you spell {}?", "how do you spell {}", "How is {} spelled?", "Can you spell {}?",
          "Can you spell {} for me?", "Spell {} for me.", "Spell out {}.", "Spell it: {}", "{}: spell it.", "Write {} letter by letter.",
          "What are the letters of {}?", "What letters are in {}?", "Which letters are in {}?", "Tell me the letters of {}.", "Say the letters of {} one by one.",
          "{} - how is that spelled?", "Split {} into letters.", "Break {} into letters.", "List the letters in {}.", "Give me the spelling of {}.",
          "Write the letters of {} with dashes.", "How would you spell {}?", "I want to spell {}.", "Show me how to spell {}.", "Do you know how to spell {}?",
          "How do I spell {}?", "Spelling of {}?", "Spell this word: {}", "Please spell the word {}.", "What is the spelling of {}?", "Letters of {}")
_OWN_NAME = ("Spell your name.", "How do you spell your name?", "Can you spell your name?", "Spell your own name.", "How is your name spelled?", "Please spell your name for me.")
_UNSPELL = ("Which word is {}?", "What word is spelled {}?", "What word do the letters {} make?", "Join the letters {}.", "Put these letters together: {}", "What does {} spell?",
            "What is {} as one word?", "Read this: {}", "Write {} as one word.", "Which word is spelled {}?", "{}: which word is it?", "Write {} without dashes.")
_REVERSE = ("Reverse {}.", "Reverse the word {}.", "reverse {}", "Spell {} backwards.", "Write {} backwards.", "write {} backwards", "What is {} backwards?",
            "what is {} backwards", "What is {} spelled backwards?", "Say {} backwards.", "How do you write {} backwards?", "Turn {} around.", "{} backwards",
            "Can you reverse {}?", "Can you write {} backwards?", "Reverse the letters of {}.", "Write the letters of {} in reverse order.", "{} in reverse",
            "Flip the word {}.", "What do you get if you reverse {}?", "Please reverse the word {}.", "Backwards: {}", "Reverse this word: {}", "Give me {} backwards.",
            "Reverse the string {}.", "Tell me what {} is backwards.")
_PALINDROME = ("Is {} a palindrome?", "is {} a palindrome", "Is {} the same backwards?", "Does {} read the same backwards?", "Is the word {} a palindrome?",
               "Can you tell me if {} is a palindrome?")
_PALINDROMES = "level radar civic rotor kayak madam refer noon stats tenet minim racecar deified reviver rotator eye pop dad mum wow sees peep anna otto hannah".split()
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")
_SHORT_ORDINALS = ("1st", "2nd", "3rd", "4th", "5th", "6th", "7th", "8th")
_NTH = ("What is the {n} letter of {w}?", "what is the {n} letter of {w}", "What's the {n} letter of {w}?", "What is the {n} letter in {w}?",
        "Which letter is {n} in {w}?", "Tell me the {n} letter of {w}.", "Give me the {n} letter of {w}.", "The {n} letter of {w}?", "{n} letter of {w}",
        "What is the {n} letter of the word {w}?", "Find the {n} letter of {w}.", "In {w}, what is the {n} letter?", "What {n} letter does {w} have?",
        "Which is the {n} letter in the word {w}?", "Say the {n} letter of {w}.", "For {w}, give me the {n} letter.")
_START = ("Which letter does {w} start with?", "What letter does {w} start with?", "What does {w} begin with?", "Which letter does {w} begin with?")
_END = ("Which letter does {w} end with?", "What letter does {w} end with?", "What does {w} end with?", "Which letter does {w} end in?")
_CONTAINS = ("Does {w} contain the letter {c}?", "Is the letter {c} in {w}?", "Is there a letter {c} in {w}?", "Does the word {w} have the letter {c}?", "Does {w} have the letter {c} in it?",
             "Is the letter {c} in the word {w}?", "does {w} contain the letter {c}", "Can you find the letter {c} in {w}?", "Does {w} include the letter {c}?", "Does {w} have {an} {c}?", "Does {w} contain {an} {c}?", "Is there {an} {c} in {w}?", "does {w} have {an} {c} in it",
             "Does the word {w} contain {an} {c}?")
_STARTS = ("Does {w} start with {c}?", "Does {w} begin with {c}?", "Does the word {w} start with the letter {c}?", "Is {c} the first letter of {w}?")
_ENDS = ("Does {w} end with {c}?", "Does {w} end in {c}?", "Does the word {w} end with the letter {c}?", "Is {c} the last letter of {w}?")
_UPPER = ("Write {} in capital letters.", "write {} in capitals", "Write {} in capitals.", "Write {} in upper case.", "Write {} in uppercase.", "{} in capital letters",
          "{} in uppercase", "Convert {} to uppercase.", "Convert {} to upper case.", "Put {} in capital letters.", "Make {} uppercase.", "Uppercase {}.", "What is {} in capital letters?",
          "How do you write {} in capital letters?", "Change {} to capital letters.", "Write {} in all caps.", "{} in all caps, please", "Turn {} into capitals.",
          "Type {} in capital letters.", "Make this uppercase: {}", "Write this in capitals: {}", "Uppercase this: {}", "In capital letters: {}", "Can you write {} in capital letters?", "Shout {}!")
_LOWER = ("Write {} in small letters.", "Write {} in lower case.", "Write {} in lowercase.", "{} in lowercase", "Convert {} to lowercase.", "Convert {} to lower case.",
          "Put {} in small letters.", "Make {} lowercase.", "Lowercase {}.", "What is {} in lower case?", "Change {} to small letters.", "Turn {} into small letters.", "Make this lowercase: {}", "Write this in small letters: {}", "Lowercase this: {}",
          "Can you write {} in small letters?")
_CAPITAL = ("Write {} with a capital letter.", "Capitalize {}.", "Capitalise {}.", "Capitalize the first letter of {}.", "Start {} with a capital letter.",
            "Write {} with a capital first letter.", "Make the first letter of {} a capital.", "capitalize {}", "Can you capitalize {}?")


def _same(session: Session, text: str) -> str:
    return styled(session, text, text)


def _ask(rng: random.Random, templates: tuple[str, ...], word: str) -> str:
    text = rng.choice(templates).format(quoted(rng, word))
    return text if rng.random() < 0.8 or text[-1] not in ".?" else text[:-1]


_JOIN_WORDS = ("Join the words {a} and {b}.", "Put the words {a} and {b} together.", "Combine {a} and {b} into one word.", "Join {a} and {b} into one word.", "Combine the words {a} and {b}.",
               "What do you get if you join {a} and {b}?", "Write {a} and {b} as one word.", "join the words {a} and {b}", "What is {a} plus {b} as one word?", "Make one word of {a} and {b}.")


def _join_words(rng: random.Random, session: Session) -> Turn:
    a, b = sentence_word(rng), sentence_word(rng)
    return Turn("spell", rng.choice(_JOIN_WORDS).format(a=a, b=b), _same(session, a + b), thinking=f"{a} and {b} side by side." if session.thinking else None,
                key=f"join {a} {b}", vary="edge")


def spell(rng: random.Random, session: Session) -> list[Turn]:
    """`g-a-r-d-e-n`, and from a spelling back to the word; two words as one."""
    if rng.random() < 0.05:
        return [_join_words(rng, session)]
    kind = rng.random()
    if kind < 0.006:
        return [Turn("spell", rng.choice(_OWN_NAME), _same(session, dashes("Nibble")), thinking="I take the letters one by one." if session.thinking else None)]
    if kind < 0.04:
        first = draw(rng, 2, 7)
        word = f"{'new' if first.lower() in ('out', 'it', 'the', 'this', 'word', 'of', 'in', 'your', 'my') else first} {sentence_word(rng)}"
    elif kind < 0.06:
        word = "".join(rng.choice("abcdefghijklmnopqrstuvwxyz0123456789") for _ in range(rng.randint(3, 6)))
    else:
        word = draw(rng, 2, 12)
    if kind > 0.85:
        spelled = dashes(word)
        shown = spelled if rng.random() < 0.6 else spelled.replace("-", rng.choice((" ", ", ", "")) or "-")
        return [Turn("spell", rng.choice(_UNSPELL).format(shown), _same(session, word), thinking="I put the letters together." if session.thinking else None,
                     key=content("join", word), vary="edge")]
    return [Turn("spell", _ask(rng, _SPELL, word), _same(session, dashes(word)), thinking="I take the letters one by one." if session.thinking else None,
                 key=content("spell", word), vary="edge")]


def _palindrome(rng: random.Random, session: Session) -> Turn:
    kind = rng.random()
    if kind < 0.35:
        word = rng.choice(_PALINDROMES)
    elif kind < 0.55 and not terse(session):
        half = made_up_word(rng, 2, 4)
        word = half + (half[::-1] if rng.random() < 0.5 else half[-2::-1])
    else:
        word = plain_word(rng, 3, 6 if terse(session) else 8)
    back = word[::-1]
    verdict = "yes, a palindrome" if back == word else "no palindrome"
    sentence = f"{dashes(word)}, backwards {dashes(back)}: {verdict}."
    return Turn("reverse", _ask(rng, _PALINDROME, word), styled(session, "yes" if back == word else "no", sentence),
                thinking=f"{dashes(word)}. Backwards: {dashes(back)}." if session.thinking else None, key=content("palindrome", word), vary="edge")


def reverse(rng: random.Random, session: Session) -> list[Turn]:
    """`g-a-r-d-e-n, backwards n-e-d-r-a-g: nedrag`; only the last word after thinking and where the answer has no room (short words there)."""
    if rng.random() < 0.1:
        return [_palindrome(rng, session)]
    word = draw(rng, 2, 5 if terse(session) else 10)
    if not terse(session) and rng.random() < 0.03:
        word = f"{sentence_word(rng)} {sentence_word(rng)}"
        if word.startswith(("the ", "word ", "string ", "this ", "of ", "letters ", "order ")):
            word = "hello world"
    back = word[::-1]
    sentence = back if session.thinking else f"{dashes(word)}, backwards {dashes(back)}: {back}"
    return [Turn("reverse", _ask(rng, _REVERSE, word), styled(session, back, sentence),
                 thinking=f"{dashes(word)}. Backwards: {dashes(back)}." if session.thinking else None, key=content("reverse", word), vary="edge")]


def _nth(rng: random.Random, session: Session, word: str) -> Turn:
    if rng.random() < 0.45:
        name, place = rng.choice((("first", 0), ("first", 0), ("last", len(word) - 1), ("last", len(word) - 1), ("second to last", len(word) - 2)))
    else:
        place = rng.randrange(min(len(word), 8 if session.thinking else 3 if terse(session) else 6))
        name = (_ORDINALS if rng.random() < 0.75 else _SHORT_ORDINALS)[place]
    user = rng.choice(_NTH).format(n=name, w=quoted(rng, word))
    if name == "first" and rng.random() < 0.25:
        user = rng.choice(_START).format(w=quoted(rng, word))
    elif name == "last" and rng.random() < 0.25:
        user = rng.choice(_END).format(w=quoted(rng, word))
    if user.startswith(("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "last")) and rng.random() < 0.5:
        user = user[0].upper() + user[1:]
    said = _ORDINALS[place] if name in _SHORT_ORDINALS else name
    chain = dashes(word) + f". The {said} letter is {word[place]}." if "last" in said else numbered(word, place + 1) + "."
    sentence = f"the {said} letter of {word} is {word[place]}."
    seen = dashes(word) if "last" in said else numbered(word, place + 1)
    sentence = "T" + sentence[1:] if session.thinking or place == 0 else f"{seen}: {sentence}"
    return Turn("wordq", user, styled(session, word[place], sentence),
                thinking=chain if session.thinking else None, key=content("letter", word, said), vary="edge")


def wordq(rng: random.Random, session: Session) -> list[Turn]:
    """The n-th, first or last letter; whether a letter is in (spelled up to it), begins or ends a word (no matter its case)."""
    word = draw(rng, 3, 6 if terse(session) else 10)
    kind = rng.random()
    if kind < 0.65:
        return [_nth(rng, session, word)]
    small, seen = word.lower(), None
    letter = rng.choice(small) if rng.random() < 0.5 else rng.choice("abcdefghijklmnopqrstuvwxyz")
    shown = letter.upper() if rng.random() < 0.15 else letter
    if kind < 0.85:
        true, verb, templates = letter in small, ("contains", "contain"), _CONTAINS
        seen = small.find(letter) + 1 or None
        tail = f"the letter {shown}"
    else:
        at_start = rng.random() < 0.5
        letter = (small[0] if at_start else small[-1]) if rng.random() < 0.5 else letter
        shown = letter.upper() if shown.isupper() else letter
        true = small.startswith(letter) if at_start else small.endswith(letter)
        verb, templates = (("starts", "start"), _STARTS) if at_start else (("ends", "end"), _ENDS)
        tail = f"with {shown}"
    sentence = f"yes, {word} {verb[0]} {tail}." if true else f"no, {word} does not {verb[1]} {tail}."
    sentence = sentence[0].upper() + sentence[1:] if session.thinking else f"{dashes(word[:seen])}: {sentence}"
    mark = rng.choice(('{}', '{}', '{}', '"{}"', "'{}'")).format(shown)
    return [Turn("wordq", rng.choice(templates).format(w=quoted(rng, word), c=mark, an="an" if letter in "aefhilmnorsx" else "a"), styled(session, "yes" if true else "no", sentence),
                 thinking=f"{dashes(small[:seen])}." if session.thinking else None, key=content("letter", word, verb[0], letter), vary="edge")]


_SMALL_WORDS = "a an am and are as at be but by do for go he i if in is it me my no not of on or so the to up we you".split()


def capitals(rng: random.Random, session: Session) -> list[Turn]:
    """Upper case, lower case, a capital first letter; of words and short phrases."""
    text = draw(rng, 2, 10) if rng.random() < 0.55 else cased(rng, sentence_word(rng))
    if rng.random() < 0.2:
        words = [sentence_word(rng) for _ in range(rng.randint(2, 3))]
        if rng.random() < 0.5:
            words.insert(rng.randint(0, len(words)), rng.choice(_SMALL_WORDS))
        text = " ".join(words)
    kind = rng.random()
    if kind < 0.5:
        user, answer, task = _ask(rng, _UPPER, text), text.upper(), "upper"
    elif kind < 0.75:
        text = text.upper() if rng.random() < 0.8 else text
        user, answer, task = _ask(rng, _LOWER, text), text.lower(), "lower"
    else:
        text = text.split(" ")[0]
        text = text.lower() if rng.random() < 0.85 else text
        user, answer, task = _ask(rng, _CAPITAL, text), text[0].upper() + text[1:], "capital"
    return [Turn("capitals", user, _same(session, answer), thinking=f"{dashes(text)}, {dashes(answer)}." if session.thinking else None, key=content(task, text), vary="edge")]


SKILLS = {"spell": Skill(spell, 1.6), "reverse": Skill(reverse, 1.3), "wordq": Skill(wordq, 1.3), "capitals": Skill(capitals, 1.2)}

"""Saying what one is told to say: words, names, strings and short sentences, once or several times; greetings to anybody."""

from __future__ import annotations

import random

from .base import Session, Skill, Turn, made_up_name, made_up_word, styled
from .letters import draw, plain_word, sentence_word

# After a colon the text is copied as it stands; in quotes what is between them; bare words lose the mark that ends the request.
_COLON = ("Repeat after me: {}", "Repeat after me: {}", "repeat after me: {}", "Repeat: {}", "Say: {}", "Echo: {}", "Copy this: {}", "Repeat this: {}", "Say exactly this: {}",
          "Write this: {}", "Repeat exactly: {}", "Please repeat: {}", "Can you repeat this? {}", "Now say: {}", "Repeat my words: {}", "Copy this text: {}", "Type this: {}",
          "Echo this back: {}", "Repeat what I say: {}", "Just say: {}", "Print: {}", "Answer with this text: {}", "Copy: {}", "Repeat the following: {}", "Say the following: {}")
_QUOTED = ('Say "{}".', 'Say "{}"', 'say "{}"', 'Repeat "{}".', 'Write "{}".', 'Type "{}".', 'Print "{}".', 'Please say "{}".', 'Can you say "{}"?', "Say '{}'.", "Repeat '{}'.",
           'Echo "{}".', 'Copy "{}".', 'Repeat the text "{}".', 'Answer with "{}".', 'Reply with "{}".', 'Just write "{}".', 'Output "{}".', 'Respond with "{}".', 'Say only "{}".')
_WORD = ("Repeat the word {}.", "Say the word {}.", "Write the word {}.", "Copy the word {}.", "Say {}.", "Repeat {}.", "say {}", "Can you say {}?", "Can you repeat the word {}?",
         "Please say {}.", "Repeat the name {}.", "Type the word {}.", "Just say {}.", "Echo {}.", "Say the name {}.", "Please repeat the word {}.")
_TIMES = ("Write {} {n}.", "Say {} {n}.", "Repeat {} {n}.", "write {} {n}", "Type {} {n}.", "Write the word {} {n}.", "Say the word {} {n}.", "Repeat the word {} {n}.",
          "Can you write {} {n}?", "Please write {} {n}.", "Can you say {} {n}?", "Print {} {n}.", "Give me {} {n}.", "Echo {} {n}.")
_COUNTS = {2: ("two times", "twice", "twice", "2 times"), 3: ("three times", "three times", "3 times"), 4: ("four times", "4 times"), 5: ("five times", "5 times")}
_GREETINGS = {
    "Hello, {}!": ("Say hello to {}.", "say hello to {}", "Say hello to {}!", "Please say hello to {}.", "Can you say hello to {}?", "Greet {}.", "Please greet {}.", "Can you greet {}?",
                   "Say hello to my friend {}.", "Say hello to my friend {}!", "Would you say hello to {}?", "This is {}. Say hello!", "Greet my friend {}.", "My friend {} is here. Say hello!"),
    "Hi, {}!": ("Say hi to {}.", "say hi to {}", "Say hi to {}!", "Can you say hi to {}?", "Please say hi to {}.", "Say hi to my friend {}.", "This is {}. Say hi!"),
    "Goodbye, {}!": ("Say goodbye to {}.", "say goodbye to {}", "Can you say goodbye to {}?", "Please say goodbye to {}.", "Say bye to {}.", "{} is leaving. Say goodbye!"),
    "Good morning, {}!": ("Say good morning to {}.", "Wish {} a good morning.", "say good morning to {}", "Can you say good morning to {}?"),
    "Good night, {}!": ("Say good night to {}.", "Wish {} a good night.", "say good night to {}", "Can you say good night to {}?"),
    "Happy birthday, {}!": ("Wish {} a happy birthday.", "Say happy birthday to {}.", "It is {}'s birthday. Wish {} a happy birthday!", "Congratulate {} on the birthday."),
    "Thank you, {}!": ("Say thank you to {}.", "Thank {}.", "Thank my friend {}.", "Can you thank {} for me?", "Please thank {}."),
    "Welcome, {}!": ("Welcome {}.", "Say welcome to {}.", "Please welcome {}.", "Can you welcome my friend {}?"),
    "Good luck, {}!": ("Wish {} good luck.", "Say good luck to {}.", "Can you wish {} good luck?"),
}
_NAMES = ("Anna Ben Clara David Emma Finn Grace Hugo Ida Jonas Kate Leo Mia Noah Olga Paul Rosa Sam Tina Vera Will Yuki Zoe Adam Bella Carlos Diana Erik Fatima Greta Henry Ivan "
          "Julia Karim Lena Marco Nina Omar Petra Mary Bob Tom Alice John Lucy Peter Max Maria Chloé José Zoë Łukasz Søren Müller François Siobhan Xavier Nguyen Priya Mohammed").split()
_TITLES = ("Mr.", "Mrs.", "Dr.", "Aunt", "Uncle", "Captain", "Professor")
_NOT_BARE = frozenset("hello hi hey goodbye bye something anything nothing it again that this yes no please thanks thank sorry cheese welcome good more less me you a an the word "
                      "name my your his to what after twice times congratulations".split())
_ACCENTS = "café naïve über straße niño garçon señor fête crème jalapeño façade piñata élan Zürich København smörgåsbord Ærø Málaga 你好 こんにちは мир привет γειά ☕ 🙂 🚀 ★ →".split()
_SUBJECTS = ("I", "We", "You", "They", "Anna", "The cat", "My brother", "The old man", "Nobody", "Every child", "A dog", "The teacher", "She", "He", "Our friends")
_VERBS = ("liked", "saw", "found", "wanted", "lost", "needed", "bought", "sold", "painted", "loved", "opened", "made", "heard", "knew", "read")
_PHRASES = ("I am a robot", "I'm happy", "Hello, how are you", "Don't worry, be happy", "Good things take time", "It's raining", "I love you", "You are great", "This is a test",
            "One, two, three", "The end", "Life is good", "Well done, my friend", "See you later", "We're ready", "Never give up", "Yes, of course", "No problem", "Once upon a time",
            "I don't know", "Let's go", "What a beautiful day", "My dog's name is Rex", "Knowledge is power", "Time flies", "I can do it", "Hello world", "Hello, world",
            "The quick brown fox jumps over the lazy dog", "To be or not to be", "She sells sea shells", "Roses are red, violets are blue")
_TAILS = ("", "", " today", " in the morning", " at home", " every day", " near the river", " with a friend", " last week", " very much", " in the garden", " again")


def name(rng: random.Random) -> str:
    """A known, made-up, titled or double name."""
    kind = rng.random()
    if kind < 0.4:
        return rng.choice(_NAMES)
    if kind < 0.75:
        return made_up_name(rng)
    if kind < 0.88:
        return f"{rng.choice(_TITLES)} {rng.choice((rng.choice(_NAMES), made_up_name(rng)))}"
    if kind < 0.95:
        return f"{rng.choice(_NAMES)} {made_up_name(rng)}"
    return made_up_word(rng)


def _string(rng: random.Random) -> str:
    """A code, number or string of letters, digits and marks."""
    kind = rng.randrange(5)
    if kind == 0:
        return str(rng.randint(0, 10 ** rng.randint(2, 8)))
    if kind == 1:
        return "".join(rng.choice("abcdefghijklmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ0123456789") for _ in range(rng.randint(3, 8)))
    if kind == 2:
        return f"{made_up_word(rng, 3, 7).upper()}-{rng.randint(1, 999)}"
    if kind == 3:
        return f"{plain_word(rng, 2, 8)}{rng.choice(('_', '.', '-', '/', '@', '+'))}{plain_word(rng, 2, 8)}"
    return " ".join(str(rng.randint(0, 99)) for _ in range(rng.randint(2, 6)))


def _sentence(rng: random.Random) -> str:
    """A short sentence of plain grammar, or a few words in a row."""
    kind = rng.random()
    if kind < 0.15:
        return rng.choice(_PHRASES) + rng.choice(("", ".", "!"))
    if kind < 0.6:
        text = f"{rng.choice(_SUBJECTS)} {rng.choice(_VERBS)} {rng.choice(('the', 'a', 'two', 'my', 'some'))} {plain_word(rng, 3, 9)}{rng.choice(_TAILS)}"
        return text + rng.choice((".", ".", ".", "!", "?", ""))
    words = [draw(rng, 2, 9) if rng.random() < 0.3 else sentence_word(rng) for _ in range(rng.randint(2, 7))]
    if rng.random() < 0.1:
        words[rng.randrange(len(words))] = rng.choice(_ACCENTS)
    return " ".join(words) + rng.choice(("", "", ".", "!"))


def _bare(rng: random.Random) -> str:
    """One word that a request can hold without quotes."""
    while True:
        word = draw(rng, 2, 10) if rng.random() < 0.75 else made_up_name(rng)
        if word.lower() not in _NOT_BARE:
            return word


def _turn(session: Session, skill: str, user: str, answer: str, key: str | None) -> list[Turn]:
    return [Turn(skill, user, styled(session, answer, answer), thinking="I say it as I was told." if session.thinking else None, key=key, vary="none")]


def copy(rng: random.Random, session: Session) -> list[Turn]:
    """The same text again."""
    kind = rng.random()
    if kind < 0.35:
        text = _bare(rng)
        user = rng.choice(_WORD).format(text)
        if user[-1] == "." and rng.random() < 0.3:
            user = user[:-1]
    else:
        material = rng.random()
        text = _sentence(rng) if material < 0.5 else _string(rng) if material < 0.7 else draw(rng, 2, 12) if material < 0.95 else rng.choice(_ACCENTS)
        template = rng.choice(_COLON if kind < 0.68 else _QUOTED)
        if "'" in text:
            template = template.replace("'", '"')
        user = template.format(text)
    return _turn(session, "copy", user, text, None if text.rstrip(".!") in _PHRASES else f"copy {text}")


def copy_times(rng: random.Random, session: Session) -> list[Turn]:
    """A word or a short phrase two to five times, with commas between."""
    phrase = rng.random() < 0.12
    count = rng.choice((2, 3, 3) if phrase else (2, 3, 3, 3, 4, 5))
    text = f"{sentence_word(rng)} {sentence_word(rng)}" if phrase else _bare(rng)
    if len(text) > 6 and not text.islower():
        count = min(count, 3)
    quote = " " in text or rng.random() < 0.4
    user = rng.choice(_TIMES).format(f'"{text}"' if quote else text, n=rng.choice(_COUNTS[count]))
    if user[-1] == "." and rng.random() < 0.3:
        user = user[:-1]
    return _turn(session, "copy_times", user, ", ".join([text] * count), f"times {text} {count}")


def greet(rng: random.Random, session: Session) -> list[Turn]:
    """`Hello, NAME!` and its relatives, for any name."""
    answer = rng.choice(["Hello, {}!"] * 5 + list(_GREETINGS))
    who = name(rng)
    user = rng.choice(_GREETINGS[answer]).replace("{}", who)
    if "my friend" in user.lower() and who.split()[0] in _TITLES:
        user = user.replace("my friend ", "").replace("My friend ", "")
    if user[-1] == "." and rng.random() < 0.3:
        user = user[:-1]
    return _turn(session, "greet", user, answer.replace("{}", who), None if who in _NAMES else f"greet {who}")


SKILLS = {"copy": Skill(copy, 1.4), "copy_times": Skill(copy_times, 0.7), "greet": Skill(greet, 0.6)}

"""The closed world: countries, animals, elements, planets and everyday knowledge, each fact in many wordings.

Facts are drawn uniformly, so that a rare one is seen as often as a famous one. The facts themselves are always in training; only wordings are held
out.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field

from training.skills.base import Session, Skill, Turn, made_up_word, styled
from training.skills.data import everyday as e
from training.skills.data.countries import COUNTRIES, OTHER_COUNTRIES
from training.skills.data.nature import ANIMALS, ELEMENTS, PLANETS
from training.skills.wording import ABOUT, a, ask, dress, say, upper


@dataclass(frozen=True)
class Fact:
    """A fact with its wordings: `noun` fits the common frames of wording.ASK, `patterns` are its own."""

    fact: str
    sentence: str
    chain: str
    noun: str = ""
    patterns: tuple[str, ...] = ()
    fields: dict[str, str] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()  # other texts for the field {c}
    about: str = ""  # a topic for wording.ABOUT

    def turn(self, rng: random.Random, session: Session, skill: str) -> Turn:
        fields = dict(self.fields)
        if self.aliases and rng.random() < 0.4:
            fields["c"] = rng.choice(self.aliases)
        if fields.get("k") == "Washington" and rng.random() < 0.4:
            fields["k"] = "Washington, D.C."
        if "n" in fields and rng.random() < 0.12:
            fields["a"] = "the " + fields["n"]
        if self.about and (not self.patterns or rng.random() < 0.8):
            user = say(rng, ABOUT, T=self.about if "c" not in fields else fields["c"])
        elif self.noun:
            user = ask(rng, self.noun, list(self.patterns), **fields)
        else:
            user = say(rng, list(self.patterns), **fields)
        return Turn(skill, dress(rng, user), styled(session, self.fact, self.sentence), thinking=self.chain)


def _country_facts() -> list[Fact]:
    currencies = Counter(c.currency for c in COUNTRIES)
    languages = Counter(c.language for c in COUNTRIES)
    facts = []
    for c in COUNTRIES:
        fields = {"c": c.name, "k": c.capital, "m": c.currency, "l": c.language}
        chain = f"The user asks about {c.name}."

        def add(fact: str, sentence: str, noun: str, *patterns: str) -> None:
            facts.append(Fact(fact, upper(sentence), chain, noun, patterns, fields, c.aliases))  # noqa: B023

        add(c.capital, f"the capital of {c.name} is {c.capital}.", "[the|the] capital[ city|] of {c}",
            "Which city is the capital of {c}?", "{c} has which capital[ city|]?", "What city is the capital of {c}?",
            "[What is|What's] {c}'s capital[ city|]?",
            "The capital of {c} is[ what|...|?]?", "[How is|What is] the capital of {c} called?", "capital of {c}[?|]",
            "Where is the government of {c}?",
            "[Name|Tell me] the city that is the capital of {c}.", "{c}: capital?", "Where is the seat of government in {c}?",
            "[Do you know|Tell me] what the capital of {c} is[?|.]", "what's the name of the capital of {c}?",
            "{c} capital[?|]", "{c}'s capital[?|]", "Which city is {c}'s capital?", "[Tell me|Name|Say] {c}'s capital[ city|][.|]",
            "capital city {c}", "capital {c}[?|]")
        add(c.continent, f"{c.name} is in {c.continent}.", "the continent of {c}",
            "[Which|What] continent is {c} [in|on|part of]?", "[In|On] [which|what] continent [is|lies] {c}?",
            "[On which continent|In which continent] do I find {c}?",
            "Where is {c}?", "Where [in the world|on the map|on Earth] is {c}?", "Where can I find {c}[ on a map|]?",
            "[Tell me|Do you know] where {c} is[?|.]",
            "{c} is on which continent?", "[Which|What] part of the world is {c} in?", "{c}: continent?", "{c} continent[?|]",
            "[Tell me|Name] {c}'s continent[.|]", "Where does {c} lie?", "Where is {c} located?",
            "[Which|What] continent does {c} belong to?")
        add(c.currency, f"the currency of {c.name} is the {c.currency}.", "the [currency|money|currency used] [of|in] {c}",
            "[Which|What] currency [does {c} use|is used in {c}|do they use in {c}|does {c} have]?",
            "[What|Which] money [does {c} use|is used in {c}|do I need in {c}]?",
            "[What|With what|How] do [people|you|they] pay [with |]in {c}?", "[What is|What's] {c}'s currency?", "{c}: currency?",
            "currency of {c}[?|]", "{c} currency[?|]", "currency {c}[?|]", "[Tell me|Name] {c}'s currency[.|]",
            "What is the [currency|money] in {c} called?", "[Which|What] money should I take to {c}?", "In {c}, what is the currency?")
        add(c.language, f"the main language of {c.name} is {c.language}.",
            "the [language|main language|official language|language spoken] [of|in] {c}",
            "[Which|What] language [do people speak|is spoken|do they speak] in {c}?", "[What|Which] language does {c} [speak|use|have]?",
            "What do [people|they] speak in {c}?",
            "[What is|What's] {c}'s [main |]language?", "{c}: language?", "language of {c}[?|]", "{c} language[?|]",
            "[Tell me|Name] {c}'s [main |]language[.|]", "[Which|What] language should I learn for {c}?",
            "In {c}, [what|which] language do people speak?", "What is the [main |]language in {c} called?")
        if c.name not in ("England", "Scotland", "Wales"):
            facts.append(Fact(f"a country in {c.continent}",
                              upper(f"{c.name} is a country in {c.continent}. Its capital is {c.capital} and its currency is the {c.currency}."),
                              chain, fields=fields, aliases=c.aliases, about=c.name))
        if c.name != "England":
            facts.append(Fact(c.name, f"{c.capital} is the capital of {c.name}.", f"The user asks which country has the capital {c.capital}.",
                              "the country [whose capital is|with the capital] {k}",
                              ("{k} is the capital of [which|what] country?",
                               "[Which|What] country has [{k} as its capital|the capital {k}|{k} for a capital]?",
                               "[Which|What] country's capital is {k}?", "[Of which country|Of what country] is {k} the capital?",
                               "{k} is the capital of[ what|...|]?",
                               "[In which country|In what country] is {k}?", "[What|Which] country is {k} in?", "[Where is|Where's] {k}?",
                               "Where can I find {k}?",
                               "[Name|Tell me] the country whose capital is {k}.", "To which country does {k} belong?",
                               "{k} is the capital of where?",
                               "[What is|What's] {k} the capital of?"), fields))
        if currencies[c.currency] == 1 and c.currency != "US dollar":
            facts.append(Fact(c.name, upper(f"{c.name} uses the {c.currency}."), f"The user asks which country uses the {c.currency}.",
                              "the country [that uses|with] the {m}",
                              ("[Which|What] country uses the {m}?", "Where [do people|do they|can I] pay with the {m}?",
                               "[Where is|In which country is] the {m} used?",
                               "The {m} is the currency of [which|what] country?", "[Which|What] country has the {m}[ as its currency|]?",
                               "In which country [do people|do they] use the {m}?", "Whose currency is the {m}?",
                               "The {m} is the money of which country?"), fields))
        if languages[c.language] == 1:
            facts.append(Fact(c.name, f"People speak {c.language} in {c.name}.", f"The user asks where people speak {c.language}.",
                              "the country where [people|they] speak {l}",
                              ("Where do [people|they] speak {l}?", "[In which|Which] country speaks {l}?", "Where is {l} spoken?",
                               "In which country is {l} spoken?",
                               "{l} is the language of [which|what] country?", "[Which|What] country has {l} as its [main |]language?",
                               "In [what|which] country do [people|they] speak {l}?"), fields))
    # "Which country speaks" needs no "in": the pattern above keeps both forms.
    facts = [f for f in facts if f.fact]
    # Singapore is a country and its own capital: where it is, is a question about the country.
    return [f for f in facts if not (f.fields.get("k") == "Singapore" and f.sentence.startswith("Singapore is the capital"))]


def _animal_facts() -> list[Fact]:
    facts = []
    for n in ANIMALS:
        one = a(n.name)
        fields = {"a": one, "s": n.plural, "n": n.name, "y": n.young}
        chain = f"The user asks about {n.plural}."

        def add(fact: str, sentence: str, noun: str, *patterns: str) -> None:
            facts.append(Fact(fact, upper(sentence), chain, noun, patterns, fields))  # noqa: B023

        kind = f"{one} is {a(n.kind)}."
        add(a(n.kind), kind, "", "[What kind of|What type of|Which kind of|What sort of] animal [is {a}|are {s}]?", "[What is|What's] {a}?",
            "What are {s}?",
            "[Which|What] [class|group] of animals do {s} belong to?", "[To which|In which] [class|group] [of animals |]does {a} belong?",
            "[How do|How would] you classify {a}?", "[What|Which] animal class is {a}?", "Classify {a}.", "What kind of creature is {a}?",
            "[Define|Explain|Describe] {a}.", "[Tell me|Say something|Tell me something] about {s}.", "Tell me what {a} is.",
            "What do you know about {s}?",
            "Can you tell me what {a} is?", "[Is {a} a mammal, a bird|Are {s} mammals, birds] or [something else|what]?")
        legs = "no legs" if n.legs == 0 else f"{n.legs} legs"
        add(str(n.legs), f"{one} has {legs}.", "the number of legs of {a}", "How many legs [does {a} have|do {s} have|has {a} got|has {a}]?",
            "[Count|Tell me] the legs of {a}.", "[Tell me|Do you know] how many legs {a} has[.|?]", "{a} has how many legs?",
            "{s} have how many legs?",
            "How many feet does {a} walk on?", "What number of legs does {a} have?", "On how many legs does {a} walk?",
            "How many legs are there on {a}?")
        if n.young != "larva":
            add(a(n.young), f"a baby {n.name} is called {a(n.young)}.", "[the name of a baby {n}|the word for a [baby|young] {n}]",
                "[What is|What's] a [baby|young] {n} [called|named]?", "What do you call [a baby {n}|a young {n}|the baby of {a}]?",
                "[How do|What do] [people|we] call a [baby|young] {n}?",
                "[What is|What are] the [young|babies] of {a} called?", "Baby {n}: what is it called?", "{a} has babies. What are they called?",
                "[What is|What's] the child of {a} called?")
        if n.sound:
            add(n.sound, f"{one} {n.sound}.", "[the sound [of|made by] {a}|the noise that {a} makes]", "[What|Which] sound [does {a}|do {s}] make?",
                "[What|Which] noise [does {a}|do {s}] make?",
                "How [does {a}|do {s}] sound?", "What does {a} say?", "What do {s} sound like?", "What does {a} sound like?",
                "[Which|What] sound comes from {a}?")
        add(n.home, f"{n.plural} live {n.home}.", "[the home of {s}|the place where {s} live|the home of {a}]", "Where [does {a}|do {s}] live?",
            "Where can I [find|see] {s}?",
            "[Where is|What is] the home of {a}?", "Where [does {a}|do {s}] sleep?", "Where would I look for {s}?", "Where would you find {a}?")
        add(n.food, f"{n.plural} eat {n.food}.", "[the food of {s}|the diet of {s}]", "What [does {a}|do {s}] eat?",
            "What [does {a}|do {s}] [feed on|live on|like to eat]?",
            "What [is|would be] [food|a meal] for {a}?", "What should I feed {a}?", "What do you give {a} to eat?", "What kind of food do {s} eat?")
    voices = Counter(n.sound for n in ANIMALS)
    for n in ANIMALS:
        fields = {"v": n.sound, "o": a(n.young)}
        if n.sound and (voices[n.sound] == 1 or n.name == "dog"):
            facts.append(Fact(a(n.name), upper(f"{a(n.name)} {n.sound}."), f"The user asks which animal {n.sound}.", "the animal that {v}",
                              ("[Which|What] animal {v}?", "[Who|What] {v}?", "[Which|What] animal is it that {v}?",
                               "[Name|Tell me|Give me] an animal that {v}.", "It {v}. [What is it|Which animal is it|What animal is that]?",
                               "What kind of animal {v}?"), fields))
        parent = _PARENTS.get(n.young)
        if parent == n.name:
            facts.append(Fact(f"a baby {n.name}", upper(f"{a(n.young)} is a baby {n.name}."), f"The user asks about {a(n.young)}.", "",
                              ("[What is|What's] {o}?", "What do you call {o} when it is grown up?", "[Which|What] animal does {o} become?",
                               "{o} is the baby of [which|what] animal?", "[Explain|Define|Describe] {o}.",
                               "[Tell me|Do you know|Can you tell me] what {o} is[?|.]", "[Who|What] are the parents of {o}?",
                               "What kind of animal is {o}?", "What will {o} be when it grows up?", "Tell me about {o}."), fields))
    return facts


# what a young animal is called -> its kind, where one comes to mind first
_PARENTS = {"kitten": "cat", "puppy": "dog", "lamb": "sheep", "piglet": "pig", "duckling": "duck", "gosling": "goose", "cygnet": "swan",
            "owlet": "owl", "eaglet": "eagle", "tadpole": "frog", "fawn": "deer",
            "hoglet": "hedgehog", "caterpillar": "butterfly", "spiderling": "spider", "calf": "cow", "foal": "horse", "chick": "chicken",
            "joey": "kangaroo"}


def _element_facts() -> list[Fact]:
    facts = []
    for name, symbol, number in ELEMENTS:
        fields = {"x": name, "z": symbol, "i": str(number)}

        def add(fact: str, sentence: str, chain: str, noun: str, *patterns: str) -> None:
            facts.append(Fact(fact, upper(sentence), chain, noun, patterns, fields))  # noqa: B023

        chain = f"The user asks about the element {name}."
        add(symbol, f"the symbol of {name} is {symbol}.", chain, "the [chemical |]symbol [of|for] [the element |]{x}",
            "[What|Which] symbol [does {x} have|has {x}|stands for {x}|is used for {x}]?", "How is {x} written in chemistry?", "{x}: symbol?",
            "[What is|What's] {x}'s [chemical |]symbol?", "[What is|What's] the [short form|abbreviation] of {x} in chemistry?", "symbol of {x}[?|]",
            "{x} symbol[?|]", "symbol {x}[?|]")
        add(str(number), f"the atomic number of {name} is {number}.", chain, "the [atomic number|number of protons] of {x}",
            "[What|Which] [atomic |]number [does {x} have|has {x}|is {x}]?", "How many protons [does {x} have|are in {x}|has {x}]?",
            "{x}: atomic number?",
            "[What is|What's] {x}'s atomic number?", "[Where|At which place] is {x} in the periodic table?", "atomic number of {x}[?|]",
            "{x} atomic number[?|]",
            "What is the number of {x} in the periodic table?", "[Which|What] place does {x} have in the periodic table?")
        add(name, f"the element with the symbol {symbol} is {name}.", f"The user asks for the element with the symbol {symbol}.",
            "the [chemical |]element with the symbol {z}", "[Which|What] element [has the [chemical |]symbol {z}|is written {z}|is {z}]?",
            "[Which|What] element does {z} stand for?", "What does {z} stand for in chemistry?", "{z} is the symbol of [which|what] element?",
            "[Which|What] element has {z} as its symbol?", "What does the [chemical |]symbol {z} [mean|stand for]?", "{z} is which element?")
        add(name, f"the element with the atomic number {number} is {name}.", f"The user asks for the element with the number {number}.",
            "the [chemical |]element with the [atomic |]number {i}", "[Which|What] element has [the atomic number {i}|the number {i}|{i} protons]?",
            "[Which|What] is element [number |]{i}?", "Element [number |]{i} is [which|what]?", "{i} is the atomic number of [which|what] element?",
            "[Which|What] element has {i} as its atomic number?", "What is element [number |]{i}[ called|]?",
            "[What|Which] element is number {i} in the periodic table?",
            "An atom with {i} protons is [which|what] element?")
        if name not in ("mercury", "indium"):
            facts.append(Fact("a chemical element", upper(f"{name} is a chemical element with the symbol {symbol} and the atomic number {number}."),
                              chain,
                              fields=fields, about=name))
    return facts


def _planet_facts() -> list[Fact]:
    facts = []
    for name, place, kind, thing in PLANETS:
        order = e.ORDINALS[place - 1]
        fields = {"p": name, "o": order, "i": str(place)}
        chain = f"The user asks about the planet {name}."
        facts += [
            Fact(order, f"{name} is the {order} planet from the sun.", chain, "the place of {p} from the sun",
                 ("[Which|What] planet from the sun is {p}?", "[What|Which] place does {p} have from the sun?", "What number planet is {p}?",
                  "How far out is {p} among the planets?",
                  "{p} is which planet from the sun?", "[Where is|In which place is] {p} in the solar system?",
                  "Counting from the sun, which planet is {p}?"), fields),
            Fact(name, f"The {order} planet from the sun is {name}.", f"The user asks for the {order} planet.", "the {o} planet[ from the sun|]",
                 ("[Which|What] planet is [the {o}|number {i}] from the sun?", "[Which|What] planet is [number {i}|the {o}]?",
                  "[Which|What] is the {o} planet?",
                  "Planet number {i} from the sun is which one?", "Which planet comes {o} from the sun?"), fields),
            Fact(kind, f"{name} is {a(kind)}.", chain, "the [kind|type] of planet that {p} is",
                 ("[What|Which] [kind|type|sort] of planet is {p}?", "Is {p} [a rocky planet or a gas giant|made of rock or of gas]?",
                  "{p} is what kind of planet?"), fields),
            Fact(f"the {order} planet from the sun", f"{name} is the {order} planet from the sun. It {thing}.", chain, about=name),
        ]
        if name != "Mercury":
            facts.append(Fact(f"the {order} planet from the sun", f"{name} is the {order} planet from the sun. It {thing}.", chain,
                              about=f"the planet {name}"))
    return facts


def _cyclic(items: list[str], what: str) -> list[Fact]:
    """Before and after in a round of days or months."""
    facts = []
    for i, item in enumerate(items):
        after, before = items[(i + 1) % len(items)], items[i - 1]
        fields = {"d": item}
        facts += [
            Fact(after, f"{after} comes after {item}.", f"After {item} comes {after}.", f"the {what} after {{d}}",
                 (f"[What|Which] {what} [comes|is|follows] after {{d}}?", f"[What|Which] {what} follows {{d}}?", "What comes after {d}?",
                  f"[What is|What's] the next {what} after {{d}}?",
                  f"After {{d}} comes [which|what] {what}?", f"If it is {{d}} now, what is [the next {what}|next]?"), fields),
            Fact(before, f"{before} comes before {item}.", f"Before {item} comes {before}.", f"the {what} before {{d}}",
                 (f"[What|Which] {what} [comes|is] before {{d}}?", f"[What|Which] {what} comes just before {{d}}?", "What comes before {d}?",
                  f"Before {{d}} comes [which|what] {what}?", f"[What is|What's] the {what} [right |]before {{d}}?"), fields),
        ]
    return facts


def _calendar_facts() -> list[Fact]:
    facts = _cyclic(e.DAYS, "day") + _cyclic(e.MONTHS, "month")
    for i, month in enumerate(e.MONTHS):
        fields = {"d": month, "o": e.ORDINALS[i], "i": str(i + 1)}
        chain = f"The user asks about {month}."
        facts += [
            Fact(str(e.MONTH_DAYS[i]), f"{month} has {e.MONTH_DAYS[i]} days.", chain, "the number of days in {d}",
                 ("How many days [does {d} have|are in {d}|are there in {d}|has {d}]?", "How long is {d}?", "{d} has how many days?"), fields),
            Fact(month, f"The {e.ORDINALS[i]} month is {month}.", f"The user asks for month {i + 1}.", "the {o} month[ of the year|]",
                 ("[Which|What] month is [the {o}|number {i}][ of the year|]?", "[Which|What] is the {o} month?", "What is month [number |]{i}?",
                  "Which month comes {o}?"), fields),
            Fact(e.SEASONS[e.SEASON_OF[i]], f"{month} is in {e.SEASONS[e.SEASON_OF[i]]}.", chain, "the season of {d}",
                 ("[Which|What] season is {d}[ in|]?", "In [which|what] season is {d}?", "{d} is in which season?", "What time of year is {d}?"),
                 fields),
        ]
    for i, season in enumerate(e.SEASONS):
        after, before = e.SEASONS[(i + 1) % 4], e.SEASONS[i - 1]
        facts.append(Fact(after, f"{upper(after)} comes after {season}.", f"After {season} comes {after}.", f"the season after {season}",
                          (f"[What|Which] season [comes after|follows|is after] {season}?", f"What comes after {season}?",
                           f"After {season} comes what?")))
        facts.append(Fact(before, f"{upper(before)} comes before {season}.", f"Before {season} comes {before}.", f"the season before {season}",
                          (f"[What|Which] season [comes before|is before] {season}?", f"What comes before {season}?",
                           f"Before {season} comes what?")))
    return facts


def _opposites() -> dict[str, str]:
    known = dict(e.OPPOSITES)
    for word, other in e.OPPOSITES:
        known.setdefault(other, word)
    return known


OPPOSITES: dict[str, str] = _opposites()


def _word_facts() -> list[Fact]:
    facts = []
    for word, other in OPPOSITES.items():
        facts.append(Fact(other, f"The opposite of {word} is {other}.", f"The user asks for the opposite of {word}.",
                          "the [opposite|antonym] of [the word |]{w}",
                          ("[What|Which] word [is|means] the opposite of {w}?", "{w} is the opposite of what?",
                           "[What is|What's] not {w} but the opposite?", "Opposite of {w}[?|]", "opposite {w}[?|]",
                           "{w}: opposite?", "The opposite of {w} is[ what|...|]?", "Give me a word that means the opposite of {w}."), {"w": word}))
    for one, many in e.PLURALS:
        facts.append(Fact(many, f"The plural of {one} is {many}.", f"The user asks for the plural of {one}.", "the plural[ form|] of [the word |]{w}",
                          ("One {w}, two what?", "One {w}, many ...?", "How do you write {w} in the plural?", "{w} in the plural[?|]",
                           "Plural of {w}[?|]", "{w}: plural?",
                           "What is {w} in the plural?", "What do you call more than one {w}?", "[Put|Write] the word {w} in[to|] the plural."),
                           {"w": one}))
    for now, then in e.PAST_TENSE:
        facts.append(Fact(then, f"The past tense of {now} is {then}.", f"The user asks for the past tense of {now}.",
                          "the past[ tense| form|] of [the verb |]{w}",
                          ("Today I {w}, yesterday I what?", "What is {w} in the past[ tense|]?", "Past tense of {w}[?|]", "{w}: past tense?",
                           "[Put|Write] the verb {w} in[to|] the past tense.", "How do you write {w} in the past tense?"), {"w": now}))
    for number, word in e.NUMBER_WORDS.items():
        facts.append(Fact(word, f"{number} in words is {word}.", f"The user wants {number} as a word.", "",
                          ("[How do you|How to|How do I] [write|spell] {i} [in words|as a word|in letters]?",
                           "[What is|What's] {i} in [words|letters]?", "Write {i} [in words|as a word|in letters].",
                           "[Put|Say|Spell out|Express] the number {i} in words.", "{i} in words[?|]", "What is the word for [the number |]{i}?",
                           "Turn {i} into words.",
                           "Can you write {i} [in words|as a word]?", "{i} as a word[?|]", "The number {i}, written in words?"), {"i": str(number)}))
        facts.append(Fact(str(number), f"{upper(word)} as a number is {number}.", f"The user wants {word} in digits.", "",
                          ("[How do you|How to|How do I] write {w} [in digits|as a number|in figures]?", "[What is|What's] {w} in [digits|figures]?",
                           "Write {w} [in digits|as a number].",
                           "[Put|Express] {w} in digits.", "{w} in digits[?|]", "What number is {w}?", "Turn {w} into [digits|a number].",
                           "Can you write {w} [in digits|as a number]?",
                           "{w} as a number[?|]", "Which number is [called|written] {w}?"), {"w": word}))
    return facts


def _thing_facts() -> list[Fact]:
    facts = []
    for thing, colour in e.COLOURS:
        verb = "are" if thing.endswith("peas") else "is"
        facts.append(Fact(colour, upper(f"{thing} {verb} {colour}."), f"The user asks for the colour of {thing}.", "the [colour|color] of {t}",
                          ("[What|Which] [colour|color] [is|has] {t}?", "[What|Which] [colour|color] does {t} have?",
                           "{t} is [what|which] [colour|color]?",
                           "[Do you know|Tell me] what [colour|color] {t} is[?|.]", "What [colour|color] would you paint {t}?",
                           "{t}: [colour|color]?",
                           "[What's|Whats] the [usual |]color of {t}?"), {"t": thing}))
    for shape, sides in e.SHAPES:
        fields = {"s": a(shape), "i": str(sides)}
        facts.append(Fact(str(sides), upper(f"{a(shape)} has {sides} sides."), f"The user asks about {a(shape)}.", "the number of sides of {s}",
                          ("How many [sides|corners|edges|angles] [does {s} have|has {s}|are there in {s}]?", "{s} has how many [sides|corners]?",
                           "Count the [sides|corners] of {s}.",
                           "Tell me how many [sides|corners] {s} has.", "What number of sides does {s} have?"), fields))
        if sides != 4:
            facts.append(Fact(a(shape), upper(f"{a(shape)} has {sides} sides."), f"The user asks for the shape with {sides} sides.",
                              "the shape with {i} sides",
                              ("[Which|What] shape has {i} [sides|corners]?", "What do you call a shape with {i} [sides|corners]?",
                               "A shape with {i} [sides|corners] is [called |]what?",
                               "What is a shape with {i} sides called?"), fields))
    for noun, number, sentence in e.COUNTS:
        facts.append(Fact(number, sentence, "The user asks for a number.", "",
                          (f"How many {noun}?", f"Do you know how many {noun}?", f"[Tell me|Say], how many {noun}?",
                           f"Can you tell me how many {noun}?",
                           f"[Quiz|Quick question]: how many {noun}?", f"I [forgot|want to know] how many {noun}.", f"So how many {noun}?")))
    for short, words in e.ABBREVIATIONS:
        facts.append(Fact(words, f"{short} stands for {words}.", f"The user asks what {short} stands for.",
                          "the [meaning|long form] of [the abbreviation |]{t}",
                          ("What does {t} stand for?", "What is {t} short for?", "What does the abbreviation {t} mean?",
                           "[Do you know|Tell me|Can you tell me] what {t} stands for[?|.]",
                           "{t} stands for[ what|...|]?", "What do the letters {t} stand for?", "Spell out the abbreviation {t}.",
                           "[What is|What's] {t} in full?"), {"t": short}))
    for patterns, fact, sentence in e.PLAIN:
        more = ["[I wonder: |I would like to know: |Do you know? |Quiz: |Can you help me? |My son asks: |My teacher asked me: |A question: |Next "
                "question: |Now tell me: |Be honest: ]" + p
                for p in patterns]
        facts.append(Fact(fact, sentence, "The user asks a quiz question.", "", tuple(patterns + more)))
    return facts


def _maker_facts() -> list[Fact]:
    facts = []
    for book, writer in e.BOOKS:
        facts.append(Fact(writer, f"{book} was written by {writer}.", f"The user asks who wrote {book}.", "the [author|writer] of {b}",
                          ("Who wrote {b}?", "Who was {b} written by?", "Who is the [author|writer] of [the book |]{b}?",
                           "{b} was written by[ whom|...|]?", "By whom was {b} written?",
                           "[Which|What] [author|writer] wrote {b}?", "[Do you know|Tell me] who wrote {b}[?|.]", "Whose book is {b}?",
                           "{b}: [author|writer]?", "Who was the author of {b}?",
                           "Who created {b}?"), {"b": book}))
    for thing, maker in e.INVENTIONS:
        verb = "discovered" if thing in ("penicillin", "X-rays", "radium", "the law of gravity") else "invented"
        if thing.startswith("the theory"):
            verb = "developed"
        elif thing in ("Linux", "Git", "Python", "C++", "the C language", "the periodic table"):
            verb = "created"
        facts.append(Fact(maker, upper(f"{thing} was {verb} by {maker}."), f"The user asks who {verb} {thing}.",
                          "the [inventor|creator|man or woman] [of|behind] {t}",
                          ("Who [invented|discovered|created|made|came up with|found] {t}?", "Who was {t} [invented|discovered|created|made] by?",
                           "Who is the [inventor|creator|father] of {t}?",
                           "{t} was [invented|created] by[ whom|...|]?", "By whom was {t} [invented|created|discovered]?",
                           "[Do you know|Tell me] who [invented|created|discovered] {t}[?|.]",
                           "Which [person|inventor|scientist] gave us {t}?", "Who first had the idea of {t}?"), {"t": thing}))
    for work, verb, maker in e.WORKS:
        facts.append(Fact(maker, upper(f"{work} was {verb} by {maker}."), f"The user asks who {verb} {work}.",
                          "the [artist|creator|man or woman] [of|behind] {t}",
                          (f"Who {verb} {{t}}?", f"Who was {{t}} {verb} by?", f"By whom was {{t}} {verb}?",
                           "Who [made|created|is the artist of|is behind] {t}?",
                           f"[Do you know|Tell me] who {verb} {{t}}[?|.]", f"{{t}} was {verb} by[ whom|...|]?", "Whose work is {t}?"), {"t": work}))
    return facts


WORLD: list[Fact] = _country_facts() + _animal_facts() + _element_facts() + _planet_facts()
EVERYDAY: list[Fact] = _calendar_facts() + _word_facts() + _thing_facts() + _maker_facts()
_NAMES: frozenset[str] = frozenset(
    value.lower() for fact in WORLD + EVERYDAY for value in (*fact.fields.values(), *fact.aliases, fact.fact)) | frozenset(
    word for word, _ in e.PLURALS) | frozenset(word for word, _ in e.PAST_TENSE)


def stranger(rng: random.Random, low: int = 3, high: int = 10) -> str:
    """A made-up word that names nothing in the world."""
    while (word := made_up_word(rng, low, high)) in _NAMES or word + "s" in _NAMES:
        pass
    return word


_NAME_ENDS = "ia ia ia land stan onia ania istan ica esia ovia ar an o a en us ay ador emburg tina beria oria ya".split()


def no_country(rng: random.Random) -> str:
    """A name that sounds like a country and is none; sometimes only a letter or two away from one."""
    while True:
        if rng.random() < 0.35:
            name = list(rng.choice(COUNTRIES).name.removeprefix("the "))
            for _ in range(rng.choice([1, 2, 2, 3])):
                at = rng.randrange(len(name))
                name[at] = rng.choice("aeiou") if name[at] in "aeiou" else rng.choice("bcdfghklmnprstvz")
            word = "".join(name).capitalize()
        else:
            word = (made_up_word(rng, 2, 6).rstrip("aeiouy") + rng.choice(_NAME_ENDS)).capitalize()
        if len(word) > 3 and word.lower() not in _NAMES and f"the {word.lower()}" not in _NAMES and word not in OTHER_COUNTRIES:
            return word


def facts(rng: random.Random, session: Session) -> list[Turn]:
    return [rng.choice(WORLD).turn(rng, session, "facts")]


def everyday(rng: random.Random, session: Session) -> list[Turn]:
    return [rng.choice(EVERYDAY).turn(rng, session, "everyday")]


SKILLS = {"facts": Skill(facts, weight=3.0), "everyday": Skill(everyday, weight=1.6)}

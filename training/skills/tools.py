"""Tool calls: tools are offered under ever other names, so names and parameters can only be copied from the prompt; then answers from the results.

A session offers some intents as tools (`offer`). A turn asks for one or two of them and is a call, or for something that no tool can do.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from dataclasses import dataclass

from training.skills import unknown
from training.skills.base import Session, Skill, Turn, made_up_name, made_up_word, styled
from training.skills.data import household

NO_TOOL = "I do not have a tool for that."

Values = dict[str, object]  # slot -> value


@dataclass(frozen=True)
class _Slot:
    """A parameter: its possible names, JSON type, and how a value is drawn."""

    names: tuple[str, ...]
    kind: str  # "string" | "integer" | "number" | "boolean" | "array"
    draw: Callable[[random.Random], object]
    about: str


@dataclass(frozen=True)
class _Intent:
    """Something a tool can do. `asks` and `finals` are templates over the slots; finals also over what `result` adds."""

    names: tuple[str, ...]
    about: tuple[str, ...]
    slots: dict[str, _Slot]
    asks: tuple[str, ...]
    result: Callable[[random.Random, Values], Values]
    fact: str
    sentence: str
    excludes: frozenset[str] = frozenset()  # modules whose questions would mean this tool
    optional: tuple[tuple[str, dict], ...] = ()  # parameters that are offered and never used


@dataclass(frozen=True)
class _Offered:
    """An intent under the names of this session; `id` tells intents apart."""

    id: str
    intent: _Intent
    name: str
    parameters: dict[str, str]  # slot -> parameter name


def _city(rng: random.Random) -> str:
    return rng.choice(household.CITIES) if rng.random() < 0.6 else made_up_name(rng)


def _person(rng: random.Random) -> str:
    return rng.choice(household.NAMES) if rng.random() < 0.6 else made_up_name(rng)


def _expression(rng: random.Random) -> str:
    number = lambda: str(rng.randint(2, 10 ** rng.randint(1, 4)))
    if rng.random() < 0.15:
        return f"({number()} {rng.choice('+-')} {number()}) * {number()}"
    return f"{number()} {rng.choice('+-*/')} {number()}"


_SUBJECTS = ("volcanoes", "old maps", "the history of tea", "wooden boats", "solar panels", "bees", "medieval castles", "train timetables", "the moon landing",
             "jazz music", "chess openings", "wild mushrooms", "electric cars", "glaciers", "street food", "black holes", "Roman roads", "coral reefs", "paper kites",
             "the price of copper", "sleep", "olive oil", "lighthouses", "dinosaurs", "windmills", "penguins", "poetry", "football rules")


def _subject(rng: random.Random) -> str:
    choice = rng.random()
    if choice < 0.55:
        return rng.choice(_SUBJECTS)
    return made_up_name(rng) if choice < 0.8 else f"{rng.choice(household.ADJECTIVES)} {rng.choice(household.THINGS)}s"


def _clock(rng: random.Random) -> str:
    return f"{rng.randint(0, 23):02d}:{rng.randrange(0, 60, 5):02d}"


_WEATHER = ("sunny", "cloudy", "rainy", "windy", "foggy", "snowy", "stormy", "clear")
_CURRENCIES = ("EUR", "USD", "GBP", "JPY", "CHF", "SEK", "PLN", "INR", "CAD", "AUD")
_LANGUAGES = ("French", "Spanish", "German", "Italian", "Dutch", "Polish", "Greek", "Swedish")
_ITEMS = ("milk", "bread", "eggs", "rice", "soap", "tea", "apples", "butter", "salt", "candles", "paper", "onions", "coffee", "flour", "honey", "pens")
_ROOMS = ("kitchen", "hall", "bedroom", "garage", "office", "cellar", "bathroom", "living room")


def _word_or(rng: random.Random, words: tuple[str, ...] | list[str]) -> str:
    return made_up_word(rng, 4, 9) if rng.random() < 0.3 else rng.choice(words)


_CITY = _Slot(("city", "location", "place", "town"), "string", _city, "Name of the city")
_TEXT_SUBJECT = _Slot(("query", "q", "text", "topic", "search_text"), "string", _subject, "What to look for")

_INTENTS: dict[str, _Intent] = {
    "calculator": _Intent(
        ("calculator", "calc", "calculate", "evaluate", "math", "compute", "do_math"),
        ("Evaluate an arithmetic expression.", "Calculates the value of an expression.", "A calculator."),
        {"e": _Slot(("expression", "expr", "input", "formula"), "string", _expression, "The expression")},
        ("What is {e}?", "Compute {e}.", "Calculate {e}.", "How much is {e}?", "{e}", "Use the calculator: {e}", "Work out {e}.", "Can you calculate {e}?",
         "What does {e} give?", "Please compute {e} for me."),
        lambda rng, values: {"result": _evaluate(str(values["e"]))}, "{result}", "{e} = {result}", frozenset({"arithmetic", "calculation", "compare"})),
    "weather": _Intent(
        ("get_weather", "weather", "weather_lookup", "current_weather", "fetch_weather", "forecast", "get_forecast"),
        ("Get the current weather of a city.", "Gives the weather for a place.", "Looks up the weather."),
        {"c": _CITY},
        ("What is the weather in {c}?", "How is the weather in {c}?", "Is it warm in {c}?", "Tell me the weather in {c}.", "Weather in {c}?", "What's the weather like in {c}?",
         "Do I need an umbrella in {c}?", "Check the weather for {c}.", "How warm is it in {c}?", "Will it rain in {c}?", "Give me the weather report for {c}."),
        lambda rng, values: {"temperature": rng.randint(-15, 39), "condition": rng.choice(_WEATHER)},
        "{condition}, {temperature} degrees", "In {c} it is {condition} and {temperature} degrees.",
        optional=(("unit", {"type": "string", "enum": ["celsius", "fahrenheit"]}), ("units", {"type": "string"}), ("detailed", {"type": "boolean"}))),
    "weather_days": _Intent(
        ("weather_forecast", "forecast_days", "get_forecast_for_days", "long_forecast"),
        ("Weather forecast of a city for some days.", "Gives the forecast for the next days."),
        {"c": _CITY, "d": _Slot(("days", "number_of_days", "n"), "integer", lambda rng: rng.randint(2, 14), "How many days")},
        ("What will the weather be in {c} for the next {d} days?", "Give me the forecast for {c} for {d} days.", "I need a {d} day forecast for {c}.",
         "How will the weather be in {c} over {d} days?", "Forecast for {c}, {d} days."),
        lambda rng, values: {"summary": f"mostly {rng.choice(_WEATHER)}"}, "{summary}", "In {c} the next {d} days will be {summary}."),
    "search": _Intent(
        ("search", "web_search", "search_web", "find", "lookup", "search_engine", "google"),
        ("Search the web.", "Finds pages on the web.", "A search engine."),
        {"q": _TEXT_SUBJECT},
        ("Search for {q}.", "Look up {q} on the web.", "Find something about {q}.", "Search the web for {q}.", "Can you look up {q}?", "Google {q}.",
         "I want to read about {q}. Search for it.", "Find pages about {q}.", "Do a web search for {q}.", "What does the web say about {q}?"),
        lambda rng, values: {"title": f"{rng.choice(('All about', 'A guide to', 'The story of', 'Facts on', 'News about'))} {_subject(rng)}"},
        "{title}", "I found this page: {title}.", optional=(("max_results", {"type": "integer"}), ("language", {"type": "string"}))),
    "time": _Intent(
        ("get_time", "current_time", "clock", "time_in", "local_time", "world_clock"),
        ("Get the local time of a city.", "Tells the time in a place."),
        {"c": _CITY},
        ("What time is it in {c}?", "Tell me the time in {c}.", "How late is it in {c}?", "What is the local time in {c}?", "Time in {c}?", "Check the clock in {c}."),
        lambda rng, values: {"time": _clock(rng)}, "{time}", "It is {time} in {c}."),
    "timer": _Intent(
        ("set_timer", "timer", "start_timer", "countdown", "new_timer"),
        ("Start a timer.", "Sets a countdown in minutes."),
        {"m": _Slot(("minutes", "duration", "duration_minutes", "length"), "integer", lambda rng: rng.randint(1, 180), "Length in minutes")},
        ("Set a timer for {m} minutes.", "Start a timer of {m} minutes.", "Wake me in {m} minutes.", "Count down {m} minutes.", "I need a {m} minute timer.", "Timer, {m} minutes."),
        lambda rng, values: {"status": "started"}, "{status}", "The timer of {m} minutes is {status}."),
    "email": _Intent(
        ("send_email", "email", "send_mail", "mail", "write_email"),
        ("Send an email.", "Sends a mail to a person."),
        {"p": _Slot(("to", "recipient", "receiver", "person"), "string", _person, "Who gets it"),
         "s": _Slot(("subject", "title", "about"), "string", lambda rng: f"the {_word_or(rng, household.EVENTS)}", "Subject")},
        ("Send an email to {p} about {s}.", "Write {p} an email about {s}.", "Email {p} about {s}.", "Mail {p}. The subject is {s}.", "Can you send {p} a mail about {s}?"),
        lambda rng, values: {"status": rng.choice(("sent", "queued"))}, "{status}", "The email to {p} was {status}."),
    "currency": _Intent(
        ("convert_currency", "currency", "exchange", "money_converter", "convert_money"),
        ("Convert money from one currency to another.", "Converts an amount of money."),
        {"a": _Slot(("amount", "value", "sum"), "number", lambda rng: rng.randint(1, 5000) if rng.random() < 0.7 else rng.randint(1, 9999) / 10, "Amount"),
         "f": _Slot(("from", "source", "from_currency"), "string", lambda rng: rng.choice(_CURRENCIES), "Currency to convert from"),
         "t": _Slot(("to", "target", "to_currency"), "string", lambda rng: rng.choice(_CURRENCIES), "Currency to convert to")},
        ("Convert {a} {f} to {t}.", "How much is {a} {f} in {t}?", "Change {a} {f} into {t}.", "What are {a} {f} in {t}?", "I have {a} {f}. How many {t} is that?"),
        lambda rng, values: {"converted": round(rng.random() * 9000, 2)}, "{converted} {t}", "{a} {f} are {converted} {t}."),
    "stock": _Intent(
        ("get_stock_price", "stock", "share_price", "quote", "stock_quote"),
        ("Get the price of a share.", "Stock prices."),
        {"s": _Slot(("symbol", "ticker", "company"), "string", lambda rng: made_up_word(rng, 3, 5).upper(), "Symbol")},
        ("What is the stock price of {s}?", "How much does a share of {s} cost?", "Get the price of {s}.", "Give me a quote for {s}.", "Check the {s} stock."),
        lambda rng, values: {"price": round(rng.random() * 900 + 1, 2)}, "{price}", "A share of {s} costs {price}."),
    "note": _Intent(
        ("create_note", "add_note", "take_note", "save_note", "note"),
        ("Save a note.", "Writes down a note."),
        {"n": _Slot(("text", "content", "note", "body"), "string", lambda rng: f"{rng.choice(('buy', 'bring', 'repair', 'call about', 'return', 'sell', 'clean'))} the "
                    f"{_word_or(rng, household.ADJECTIVES)} {rng.choice(household.THINGS)}", "Text of the note")},
        ("Make a note: {n}", "Write down: {n}", "Note this: {n}", "Save a note that says {n}", "Take a note: {n}", "Create a note with the text {n}"),
        lambda rng, values: {"id": rng.randint(1, 9999)}, "{id}", "The note was saved with the number {id}."),
    "list": _Intent(
        ("add_to_list", "shopping_list", "add_items", "list_add", "put_on_list"),
        ("Put items on the shopping list.", "Adds items to a list."),
        {"i": _Slot(("items", "things", "entries"), "array", lambda rng: rng.sample(_ITEMS, rng.randint(2, 4)), "Items")},
        ("Put {i} on the shopping list.", "Add {i} to my list.", "I need {i}. Put them on the list.", "Add {i} to the shopping list.", "Shopping list: {i}"),
        lambda rng, values: {"total": rng.randint(4, 40)}, "{total}", "The list now has {total} items."),
    "light": _Intent(
        ("set_light", "light", "switch_light", "lamp_control", "lights"),
        ("Switch a light on or off.", "Controls the lights of the house."),
        {"r": _Slot(("room", "where", "lamp"), "string", lambda rng: rng.choice(_ROOMS), "Room"), "o": _Slot(("on", "state", "enabled"), "boolean", lambda rng: rng.random() < 0.5, "true is on")},
        ("Turn the light in the {r} {o}.", "Switch {o} the light in the {r}.", "Lights {o} in the {r}.", "Turn {o} the {r} light.", "The light in the {r} should be {o}."),
        lambda rng, values: {"status": "done"}, "{status}", "The light in the {r} is {o} now."),
    "music": _Intent(
        ("play_music", "music", "play", "player", "start_song"),
        ("Play music of an artist.", "A music player."),
        {"a": _Slot(("artist", "singer", "band", "by"), "string", lambda rng: _person(rng) + rng.choice(("", " " + made_up_name(rng))), "Artist")},
        ("Play something by {a}.", "Play music by {a}.", "I want to hear {a}.", "Put on a song by {a}.", "Start the music of {a}."),
        lambda rng, values: {"song": f"{rng.choice(household.COLOURS).capitalize()} {made_up_name(rng)}"}, "{song}", "Now playing {song} by {a}."),
    "table": _Intent(
        ("book_table", "reserve_table", "restaurant_booking", "reservation", "book"),
        ("Book a table in a restaurant.", "Reserves a table."),
        {"r": _Slot(("restaurant", "name", "place"), "string", made_up_name, "Restaurant"), "p": _Slot(("people", "guests", "seats"), "integer", lambda rng: rng.randint(2, 12), "How many people"),
         "t": _Slot(("time", "at", "hour"), "string", _clock, "Time")},
        ("Book a table for {p} at {r} at {t}.", "Reserve a table for {p} people at {r} for {t}.", "Get me a table at {r} for {p} at {t}.", "A table at {r}, {t}, {p} people."),
        lambda rng, values: {"code": f"{made_up_word(rng, 2, 3).upper()}{rng.randint(10, 999)}"}, "{code}", "The table at {r} is booked. The code is {code}."),
    "distance": _Intent(
        ("get_distance", "distance", "route_length", "how_far", "measure_distance"),
        ("Distance between two cities in kilometres.", "How far one place is from another."),
        {"f": _Slot(("from", "start", "origin"), "string", _city, "Start"), "t": _Slot(("to", "end", "destination"), "string", _city, "End")},
        ("How far is it from {f} to {t}?", "What is the distance from {f} to {t}?", "How many kilometres is {t} from {f}?", "Distance from {f} to {t}?"),
        lambda rng, values: {"km": rng.randint(3, 9999)}, "{km} km", "It is {km} km from {f} to {t}."),
    "order": _Intent(
        ("order_status", "track_order", "find_order", "check_order", "parcel"),
        ("Status of an order.", "Tells where a parcel is."),
        {"i": _Slot(("order_id", "id", "number", "order"), "string", lambda rng: f"{rng.choice('ABCDEFGHKLMNPRSTXZ')}{rng.randint(100, 99999)}", "Order number")},
        ("Where is my order {i}?", "What is the status of order {i}?", "Track the parcel {i}.", "Has order {i} been sent?", "Check order {i}."),
        lambda rng, values: {"status": rng.choice(("shipped", "delivered", "being packed", "delayed", "cancelled", "on its way"))}, "{status}", "Order {i} is {status}."),
}
_VERBS = ("open close lock unlock start stop delete rename move copy archive restore print clean repair update check find show count paint ship return cancel approve "
          "reject scan sort pack test reset refill inspect measure rotate park").split()
_NOUNS = ("door gate file folder user invoice account ticket machine pump robot camera shelf crate parcel report page window engine valve printer server job record "
          "sensor elevator locker truck station room garden fan tank badge contract message backup").split()


def _code(rng: random.Random) -> str:
    kind = rng.randrange(4)
    if kind == 0:
        return f"{rng.choice('ABCDEFGHKLMNPRSTXZ')}{rng.randint(1, 9999)}"
    return made_up_word(rng) if kind == 1 else made_up_name(rng) if kind == 2 else rng.choice(household.COLOURS)


def _deed(rng: random.Random) -> tuple[str, _Intent]:
    """(id, intent): a tool for some verb and some thing, as every program has others."""
    verb, noun = rng.choice(_VERBS), rng.choice(_NOUNS)
    number = rng.random() < 0.3
    slot = _Slot((noun, "name", "id", f"{noun}_id", "target", "which"), "integer" if number else "string", (lambda rng: rng.randint(1, 9999)) if number else _code, f"Which {noun}")
    intent = _Intent((f"{verb}_{noun}", f"{noun}_{verb}", verb + noun.capitalize(), verb), (f"{verb.capitalize()} a {noun}.", f"Used to {verb} a {noun}."), {"x": slot},
                     tuple(text.format(v=verb, V=verb.capitalize(), n=noun) for text in ("{V} the {n} {{x}}.", "{V} {n} {{x}}.", "Can you {v} the {n} {{x}}?", "I want you to {v} {n} {{x}}.",
                                                                                          "Please {v} the {n} called {{x}}.", "The {n} {{x}}: {v} it.")),
                     lambda rng, values: {"status": rng.choice(("done", "ok", "failed", "started", "ready"))}, "{status}", f"The tool says: {{status}}.")
    return f"{verb} {noun}", intent


_CONFLICTS = ({"weather", "weather_days"},)  # never offered together: one question would mean both


def _evaluate(expression: str) -> str:
    """The value of one of our own expressions, as a calculator shows it."""
    value = eval(expression, {"__builtins__": {}})  # noqa: S307 - made by _expression
    return str(value) if isinstance(value, int) else f"{value:.6g}"


def _schema(rng: random.Random, intent: _Intent, name: str, parameters: dict[str, str]) -> dict:
    """The function object of an intent under its names here."""
    with_texts = rng.random() < 0.4
    properties = {}
    for slot, what in intent.slots.items():
        kind: dict = {"type": what.kind}
        if what.kind == "array":
            kind["items"] = {"type": "string"}
        if with_texts:
            kind["description"] = what.about
        properties[parameters[slot]] = kind
    required = list(properties)
    if intent.optional and rng.random() < 0.3:
        properties.update([rng.choice(intent.optional)])
    return {"name": name, "description": rng.choice(intent.about),
            "parameters": {"type": "object", "properties": properties, "required": required}}


def offer(rng: random.Random, size: int) -> tuple[list[dict], dict]:
    """Tools for a session of `size` tokens and what the session must remember of them."""
    count = rng.choice((1, 1, 2)) if size <= 512 else rng.choice((1, 2, 2, 3, 3, 4))
    ids = rng.sample(("calculator", "weather", "search"), min(count, 3)) if rng.random() < 0.35 else rng.sample(list(_INTENTS), count)
    if any(pair <= set(ids) for pair in _CONFLICTS):
        ids.remove("weather_days")
    chosen = {name: _INTENTS[name] for name in ids}
    for name in ids:
        if rng.random() < 0.15:
            del chosen[name]
            chosen.update([_deed(rng)])
    tools, offered, names = [], [], set()
    for id, what in chosen.items():
        name = rng.choice(what.names)
        while name in names or rng.random() < 0.12:  # any name may stand for any tool: the description tells
            name = f"{made_up_word(rng, 4, 8)}{rng.choice(('', '', '_tool', '_api', '_2'))}"
        names.add(name)
        plain = rng.random() < 0.5
        parameters: dict[str, str] = {}
        for slot, parameter in what.slots.items():
            of_slot = parameter.names[0] if plain else rng.choice(parameter.names)
            parameters[slot] = of_slot if of_slot not in parameters.values() else f"{of_slot}_2"
        tools.append(_schema(rng, what, name, parameters))
        offered.append(_Offered(id, what, name, parameters))
    return tools, {"tools": tuple(offered)}


def excluded_modules(session: Session) -> frozenset[str]:
    """Modules whose questions would have two right answers in this session: by themselves or through a tool, or the lack of one."""
    modules: set[str] = {"unknown"} if session.tools else set()
    for offered in session.memory.get("tools", ()):
        modules |= offered.intent.excludes
    return frozenset(modules)


def _spoken(value: object) -> str:
    """A value as it stands in a sentence."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, list):
        return ", ".join(value[:-1]) + " and " + value[-1]
    return str(value)


# Open questions that sound like something a tool might do: with tools around they are left to the intents above.
_TOOLISH = re.compile(r"weather|rain|sunny|snow|wind|hot|cold|warm|tonight|today|tomorrow|now\b|time|late|date|day|mail|order|book|table|reserve|play|music|song|search|"
                      r"look|find|google|web|internet|convert|currency|money|euro|dollar|stock|share|price|cost|timer|alarm|remind|note|list|buy|light|lamp|distance|far|"
                      r"kilomet|parcel|track|calculat|comput|\d", re.IGNORECASE)


def _open_question(rng: random.Random) -> str:
    """A question about the wide world, which is for a search or for nobody."""
    while True:
        text = unknown.SKILLS["unknown"].fn(rng, Session())[0].user
        if not _TOOLISH.search(text) and len(text) < 90:
            return text


def _request(rng: random.Random, offered: _Offered, open_share: float = 0.0) -> tuple[str, dict, Values]:
    """(user text, call, slot values) for an offered tool. `open_share`: how often a search is for an open question."""
    intent = offered.intent
    values: Values = {slot: what.draw(rng) for slot, what in intent.slots.items()}
    text = rng.choice(intent.asks).format(**{slot: _spoken(value) for slot, value in values.items()})
    if offered.id == "search" and rng.random() < open_share:
        values["q"] = text = _open_question(rng)
    return text, {"name": offered.name, "arguments": {offered.parameters[slot]: value for slot, value in values.items()}}, values


def _result(rng: random.Random, what: _Intent, values: Values) -> tuple[str, str, str]:
    """(result text, fact, sentence) of a call."""
    if rng.random() < 0.06:
        error = rng.choice(("not found", "timeout", "no connection", "access denied", "unknown name", "try again later"))
        return json.dumps({"error": error}), f"error: {error}", f"The tool failed: {error}."
    added = what.result(rng, values)
    spoken = {name: _spoken(value) for name, value in {**values, **added}.items()}
    if len(added) == 1 and rng.random() < 0.35:
        result = spoken[next(iter(added))]
    else:
        result = json.dumps(added, ensure_ascii=False)
    return result, what.fact.format(**spoken), what.sentence.format(**spoken)


def _vary(*ids: str) -> str:
    """What perturb may do: values are copied as they stand, so their case must not change."""
    return "none" if "search" in ids else "all" if set(ids) == {"calculator"} else "edge"


_JOIN = ("{a} And {b}", "{a} {B}", "{a} Also: {b}", "{a} Then {b}", "First: {a} Second: {b}")


def _call(rng: random.Random, session: Session) -> list[Turn]:
    offered = session.memory["tools"]
    if rng.random() < 0.25:
        return _two_calls(rng, session, offered)
    one = rng.choice(offered)
    user, call, values = _request(rng, one, 0.3)
    turn = Turn("tool_call", user, thinking=f"The tool {one.name} can do this.", tool_calls=[call], key=f"tool {user.lower()}", final_skill="tool_answer",
                vary=_vary(one.id))
    if rng.random() < 0.85:
        result, fact, sentence = _result(rng, one.intent, values)
        turn.tool_results, turn.final = [result], styled(session, fact, sentence)
    return [turn]


def _two_calls(rng: random.Random, session: Session, offered: tuple[_Offered, ...]) -> list[Turn]:
    pair = [rng.choice(offered), rng.choice(offered)]
    requests = [_request(rng, one) for one in pair]
    (a, _, _), (b, _, _) = requests
    user = rng.choice(_JOIN).format(a=a if a[-1] in ".?" else a + ".", b=b if b.startswith("I ") else b[0].lower() + b[1:], B=b)
    if pair[0].id == pair[1].id == "weather" and rng.random() < 0.5:
        user = rng.choice(("What is the weather in {a} and in {b}?", "Compare the weather in {a} and {b}.", "How is the weather in {a} and {b}?")).format(
            a=requests[0][2]["c"], b=requests[1][2]["c"])
    if a == b:
        return []
    name = pair[0].name
    thinking = f"I call {name} twice." if name == pair[1].name else f"I call {name} and {pair[1].name}."
    turn = Turn("tool_call_two", user, thinking=thinking, tool_calls=[call for _, call, _ in requests], key=f"tool {user.lower()}", final_skill="tool_answer", vary=_vary(pair[0].id, pair[1].id))
    if rng.random() < 0.85:
        results = [_result(rng, one.intent, values) for one, (_, _, values) in zip(pair, requests)]
        turn.tool_results = [result for result, _, _ in results]
        turn.final = styled(session, "; ".join(fact for _, fact, _ in results), " ".join(s if s[-1] == "." else s + "." for _, _, s in results))
    return [turn]


def _missing(rng: random.Random, session: Session) -> list[Turn]:
    have = {offered.id for offered in session.memory["tools"]}
    if "search" not in have and rng.random() < 0.3:
        return [turn for turn in unknown.SKILLS["unknown"].fn(rng, session) if not _TOOLISH.search(turn.user)]
    for group in _CONFLICTS:
        if have & group:
            have |= group
    id, intent = _deed(rng)
    if rng.random() < 0.75 or id in have:
        id = rng.choice([name for name in _INTENTS if name not in have and name != "calculator"])
        intent = _INTENTS[id]
    user, _, _ = _request(rng, _Offered(id, intent, "", {slot: slot for slot in intent.slots}))
    return [Turn("tool_missing", user, styled(session, "No tool.", NO_TOOL), thinking="No tool can do this.", key=f"tool {user.lower()}", vary=_vary(id))]


def _tools(rng: random.Random, session: Session) -> list[Turn]:
    if "tools" not in session.memory:
        return []
    return _missing(rng, session) if rng.random() < 0.3 else _call(rng, session)


SKILLS = {"tools": Skill(_tools)}

"""What tools can do: their names, parameters, wordings of requests, results and answers. Any program has others, so some are made up of a verb and a thing."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from training.skills.base import made_up_name, made_up_word
from training.skills.data import household

Values = dict[str, object]  # slot -> value


@dataclass(frozen=True)
class Slot:
    """A parameter: its possible names, JSON type, how a value is drawn, and descriptions."""

    names: tuple[str, ...]
    kind: str  # "string" | "integer" | "number" | "boolean" | "array"
    draw: Callable[[random.Random], object]
    about: tuple[str, ...]


@dataclass(frozen=True)
class Intent:
    """Something a tool can do. `about` are verb phrases; `asks`, `fact` and `sentence` are templates over the slots, the last two also over the result."""

    names: tuple[str, ...]
    about: tuple[str, ...]
    slots: dict[str, Slot]
    asks: tuple[str, ...]
    result: Callable[[random.Random, Values], Values]
    fact: str
    sentence: str
    excludes: frozenset[str] = frozenset()  # modules whose questions would mean this tool
    optional: tuple[tuple[str, dict], ...] = ()  # parameters that are offered and never used


def _city(rng: random.Random) -> str:
    return rng.choice(household.CITIES) if rng.random() < 0.6 else made_up_name(rng)


def _person(rng: random.Random) -> str:
    return rng.choice(household.NAMES) if rng.random() < 0.6 else made_up_name(rng)


def _expression(rng: random.Random) -> str:
    number = lambda: str(rng.randint(2, 10 ** rng.randint(1, 4)))
    if rng.random() < 0.15:
        return f"({number()} {rng.choice('+-')} {number()}) * {number()}"
    return f"{number()} {rng.choice('+-*/')} {number()}"


def _evaluate(expression: str) -> str:
    """The value of one of our own expressions, as a calculator shows it."""
    value = eval(expression, {"__builtins__": {}})  # made by _expression
    return str(value) if isinstance(value, int) else f"{value:.6g}"


_SUBJECTS = ("volcanoes;old maps;the history of tea;wooden boats;solar panels;bees;medieval castles;train timetables;the moon landing;jazz music;"
             "chess openings;wild mushrooms;electric cars;glaciers;street food;black holes;Roman roads;coral reefs;paper kites;the price of copper;sleep;"
             "olive oil;lighthouses;dinosaurs;windmills;penguins;poetry;football rules").split(";")


def _subject(rng: random.Random) -> str:
    choice = rng.random()
    if choice < 0.55:
        return rng.choice(_SUBJECTS)
    return made_up_name(rng) if choice < 0.8 else f"{rng.choice(household.ADJECTIVES)} {rng.choice(household.THINGS)}s"


def _clock(rng: random.Random) -> str:
    return f"{rng.randint(0, 23):02d}:{rng.randrange(0, 60, 5):02d}"


def _word_or(rng: random.Random, words: list[str]) -> str:
    return made_up_word(rng, 4, 9) if rng.random() < 0.3 else rng.choice(words)


def _errand(rng: random.Random) -> str:
    return f"{rng.choice(_ERRANDS)} the {_word_or(rng, household.ADJECTIVES)} {rng.choice(household.THINGS)}"


def _amount(rng: random.Random) -> int | float:
    return rng.randint(1, 5000) if rng.random() < 0.7 else rng.randint(1, 9999) / 10


_WEATHER = ("sunny", "cloudy", "rainy", "windy", "foggy", "snowy", "stormy", "clear")
_CURRENCIES = ("EUR", "USD", "GBP", "JPY", "CHF", "SEK", "PLN", "INR", "CAD", "AUD")
_ITEMS = "milk bread eggs rice soap tea apples butter salt candles paper onions coffee flour honey pens".split()
_ROOMS = ("kitchen", "hall", "bedroom", "garage", "office", "cellar", "bathroom", "living room")
_ERRANDS = ("buy", "bring", "repair", "call about", "return", "sell", "clean")
_TITLES = ("All about", "A guide to", "The story of", "Facts on", "News about")

_CITY = Slot(("city", "location", "place", "town"), "string", _city,
             ("Name of the city", "The city", "The city and state, e.g. San Francisco, CA", "Where", "A place name"))
_START = Slot(("from", "start", "origin", "from_city"), "string", _city, ("Start", "Where the way begins"))
_END = Slot(("to", "end", "destination", "to_city"), "string", _city, ("End", "Where the way ends"))
_TIME = Slot(("time", "at", "hour", "start_time"), "string", _clock, ("Time", "Time as HH:MM"))

INTENTS: dict[str, Intent] = {
    "calculator": Intent(
        ("calculator", "calc", "calculate", "evaluate", "math", "compute", "do_math"),
        ("evaluate an arithmetic expression", "calculate the value of an expression", "do arithmetic", "perform a calculation", "solve a sum"),
        {"e": Slot(("expression", "expr", "input", "formula"), "string", _expression, ("The expression", "What to calculate, e.g. 2 + 2"))},
        ("What is {e}?", "Compute {e}.", "Calculate {e}.", "How much is {e}?", "{e}", "Use the calculator: {e}", "Work out {e}.",
         "Can you calculate {e}?",
         "What does {e} give?", "Please compute {e} for me.", "What's {e}?", "Solve {e}."),
        lambda rng, values: {"result": _evaluate(str(values["e"]))}, "{result}", "{e} = {result}", frozenset({"arithmetic", "compare"})),
    "weather": Intent(
        ("get_weather", "weather", "weather_lookup", "current_weather", "get_current_weather", "fetch_weather", "forecast", "get_forecast"),
        ("get the current weather of a city", "get the current weather in a given location", "look up the weather for a place", "tell the weather"),
        {"c": _CITY},
        ("What is the weather in {c}?", "How is the weather in {c}?", "Is it warm in {c}?", "Tell me the weather in {c}.", "Weather in {c}?",
         "What's the weather like in {c}?", "Do I need an umbrella in {c}?", "Check the weather for {c}.", "How warm is it in {c}?",
         "Will it rain in {c}?",
         "Give me the weather report for {c}.", "What is the temperature in {c}?", "What's the weather in {c} today?", "Is it raining in {c}?"),
        lambda rng, values: {"temperature": rng.randint(-15, 39), "condition": rng.choice(_WEATHER)},
        "{condition}, {temperature} degrees", "In {c} it is {condition} and {temperature} degrees.",
        optional=(("unit", {"type": "string", "enum": ["celsius", "fahrenheit"]}), ("units", {"type": "string"}), ("detailed", {"type": "boolean"}))),
    "weather_days": Intent(
        ("weather_forecast", "forecast_days", "get_forecast_for_days", "long_forecast"),
        ("get the weather forecast of a city for some days", "give the forecast for the next days"),
        {"c": _CITY, "d": Slot(("days", "number_of_days", "n"), "integer", lambda rng: rng.randint(2, 14), ("How many days", "Number of days"))},
        ("What will the weather be in {c} for the next {d} days?", "Give me the forecast for {c} for {d} days.", "I need a {d} day forecast for {c}.",
         "How will the weather be in {c} over {d} days?", "Forecast for {c}, {d} days."),
        lambda rng, values: {"summary": f"mostly {rng.choice(_WEATHER)}"}, "{summary}", "In {c} the next {d} days will be {summary}."),
    "search": Intent(
        ("search", "web_search", "search_web", "find", "lookup", "search_engine", "google"),
        ("search the web", "find pages on the web", "look something up on the internet", "find information"),
        {"q": Slot(("query", "q", "text", "topic", "search_text"), "string", _subject, ("What to look for", "The search query"))},
        ("Search for {q}.", "Look up {q} on the web.", "Find something about {q}.", "Search the web for {q}.", "Can you look up {q}?", "Google {q}.",
         "I want to read about {q}. Search for it.", "Find pages about {q}.", "Do a web search for {q}.", "What does the web say about {q}?"),
        lambda rng, values: {"title": f"{rng.choice(_TITLES)} {_subject(rng)}"}, "{title}", "I found this page: {title}.",
        optional=(("max_results", {"type": "integer"}), ("language", {"type": "string"}))),
    "time": Intent(
        ("get_time", "current_time", "get_current_time", "clock", "time_in", "local_time", "world_clock"),
        ("get the local time of a city", "tell the time in a place"),
        {"c": _CITY},
        ("What time is it in {c}?", "Tell me the time in {c}.", "How late is it in {c}?", "What is the local time in {c}?", "Time in {c}?",
         "Check the clock in {c}.", "What's the time in {c}?"),
        lambda rng, values: {"time": _clock(rng)}, "{time}", "It is {time} in {c}."),
    "timer": Intent(
        ("set_timer", "timer", "start_timer", "countdown", "new_timer"),
        ("start a timer", "set a countdown in minutes"),
        {"m": Slot(("minutes", "duration", "duration_minutes", "length"), "integer", lambda rng: rng.randint(1, 180), ("Length in minutes",
                                                                                                                       "Minutes"))},
        ("Set a timer for {m} minutes.", "Start a timer of {m} minutes.", "Wake me in {m} minutes.", "Count down {m} minutes.",
         "I need a {m} minute timer.",
         "Timer, {m} minutes."),
        lambda rng, values: {"status": "started"}, "{status}", "The timer of {m} minutes is {status}."),
    "alarm": Intent(
        ("set_alarm", "alarm", "wake_up", "new_alarm"),
        ("set an alarm", "wake the user at a time"),
        {"t": _TIME},
        ("Set an alarm for {t}.", "Wake me at {t}.", "I have to get up at {t}.", "Alarm at {t}, please.", "Ring at {t}."),
        lambda rng, values: {"status": rng.choice(("set", "active"))}, "{status}", "The alarm for {t} is {status}."),
    "email": Intent(
        ("send_email", "email", "send_mail", "mail", "write_email"),
        ("send an email", "send a mail to a person"),
        {"p": Slot(("to", "recipient", "receiver", "person"), "string", _person, ("Who gets it", "Recipient")),
         "s": Slot(("subject", "title", "about"), "string", lambda rng: f"the {_word_or(rng, household.EVENTS)}", ("Subject", "What it is about"))},
        ("Send an email to {p} about {s}.", "Write {p} an email about {s}.", "Email {p} about {s}.", "Mail {p}. The subject is {s}.",
         "Can you send {p} a mail about {s}?"),
        lambda rng, values: {"status": rng.choice(("sent", "queued"))}, "{status}", "The email to {p} was {status}."),
    "calendar": Intent(
        ("create_event", "add_event", "calendar", "schedule", "add_to_calendar"),
        ("create an event in the calendar", "add an appointment"),
        {"e": Slot(("title", "event", "name", "summary"), "string", lambda rng: _word_or(rng, household.EVENTS), ("Title of the event", "What")),
         "d": Slot(("day", "date", "weekday"), "string", lambda rng: rng.choice(household.DAYS), ("Day", "Day of the week")), "t": _TIME},
        ("Put the {e} on {d} at {t} into my calendar.", "Schedule the {e} for {d} at {t}.", "Add the {e} on {d}, {t}.",
         "The {e} is on {d} at {t}. Add it to my calendar."),
        lambda rng, values: {"status": rng.choice(("created", "saved"))}, "{status}", "The {e} on {d} at {t} was {status}."),
    "currency": Intent(
        ("convert_currency", "currency", "exchange", "money_converter", "convert_money"),
        ("convert money from one currency to another", "convert an amount of money"),
        {"a": Slot(("amount", "value", "sum"), "number", _amount, ("Amount", "How much")),
         "f": Slot(("from", "source", "from_currency"), "string", lambda rng: rng.choice(_CURRENCIES), ("Currency to convert from",)),
         "t": Slot(("to", "target", "to_currency"), "string", lambda rng: rng.choice(_CURRENCIES), ("Currency to convert to",))},
        ("Convert {a} {f} to {t}.", "How much is {a} {f} in {t}?", "Change {a} {f} into {t}.", "What are {a} {f} in {t}?",
         "I have {a} {f}. How many {t} is that?"),
        lambda rng, values: {"converted": round(rng.random() * 9000, 2)}, "{converted} {t}", "{a} {f} are {converted} {t}."),
    "stock": Intent(
        ("get_stock_price", "stock", "share_price", "quote", "stock_quote"),
        ("get the price of a share", "look up stock prices"),
        {"s": Slot(("symbol", "ticker", "company"), "string", lambda rng: made_up_word(rng, 3, 5).upper(), ("Symbol", "Ticker symbol"))},
        ("What is the stock price of {s}?", "How much does a share of {s} cost?", "Get the price of {s}.", "Give me a quote for {s}.",
         "Check the {s} stock."),
        lambda rng, values: {"price": round(rng.random() * 900 + 1, 2)}, "{price}", "A share of {s} costs {price}."),
    "note": Intent(
        ("create_note", "add_note", "take_note", "save_note", "note"),
        ("save a note", "write down a note"),
        {"n": Slot(("text", "content", "note", "body"), "string", _errand, ("Text of the note", "What to write"))},
        ("Make a note: {n}", "Write down: {n}", "Note this: {n}", "Save a note that says {n}", "Take a note: {n}", "Create a note with the text {n}"),
        lambda rng, values: {"id": rng.randint(1, 9999)}, "{id}", "The note was saved with the number {id}."),
    "list": Intent(
        ("add_to_list", "shopping_list", "add_items", "list_add", "put_on_list"),
        ("put items on the shopping list", "add items to a list"),
        {"i": Slot(("items", "things", "entries"), "array", lambda rng: rng.sample(_ITEMS, rng.randint(2, 4)), ("Items", "What to add"))},
        ("Put {i} on the shopping list.", "Add {i} to my list.", "I need {i}. Put them on the list.", "Add {i} to the shopping list.",
         "Shopping list: {i}"),
        lambda rng, values: {"total": rng.randint(4, 40)}, "{total}", "The list now has {total} items."),
    "light": Intent(
        ("set_light", "light", "switch_light", "lamp_control", "lights"),
        ("switch a light on or off", "control the lights of the house"),
        {"r": Slot(("room", "where", "lamp"), "string", lambda rng: rng.choice(_ROOMS), ("Room",)),
         "o": Slot(("on", "state", "enabled"), "boolean", lambda rng: rng.random() < 0.5, ("true is on", "Whether it shall be on"))},
        ("Turn the light in the {r} {o}.", "Switch {o} the light in the {r}.", "Lights {o} in the {r}.", "Turn {o} the {r} light.",
         "The light in the {r} should be {o}."),
        lambda rng, values: {"status": "done"}, "{status}", "The light in the {r} is {o} now."),
    "music": Intent(
        ("play_music", "music", "play", "player", "start_song"),
        ("play music of an artist", "play songs"),
        {"a": Slot(("artist", "singer", "band", "by"), "string", lambda rng: _person(rng) + rng.choice(("", " " + made_up_name(rng))), ("Artist",
                                                                                                                                        "Who sings"))},
        ("Play something by {a}.", "Play music by {a}.", "I want to hear {a}.", "Put on a song by {a}.", "Start the music of {a}."),
        lambda rng, values: {"song": f"{rng.choice(household.COLOURS).capitalize()} {made_up_name(rng)}"}, "{song}", "Now playing {song} by {a}."),
    "table": Intent(
        ("book_table", "reserve_table", "restaurant_booking", "reservation", "book"),
        ("book a table in a restaurant", "reserve a table"),
        {"r": Slot(("restaurant", "name", "place"), "string", made_up_name, ("Restaurant",)),
         "p": Slot(("people", "guests", "seats"), "integer", lambda rng: rng.randint(2, 12), ("How many people",)), "t": _TIME},
        ("Book a table for {p} at {r} at {t}.", "Reserve a table for {p} people at {r} for {t}.", "Get me a table at {r} for {p} at {t}.",
         "A table at {r}, {t}, {p} people."),
        lambda rng, values: {"code": f"{made_up_word(rng, 2, 3).upper()}{rng.randint(10, 999)}"}, "{code}",
        "The table at {r} is booked. The code is {code}."),
    "distance": Intent(
        ("get_distance", "distance", "route_length", "how_far", "measure_distance"),
        ("get the distance between two cities in kilometres", "tell how far one place is from another"),
        {"f": _START, "t": _END},
        ("How far is it from {f} to {t}?", "What is the distance from {f} to {t}?", "How many kilometres is it from {f} to {t}?",
         "Distance from {f} to {t}?"),
        lambda rng, values: {"km": rng.randint(3, 9999)}, "{km} km", "It is {km} km from {f} to {t}."),
    "train": Intent(
        ("find_train", "train", "next_train", "train_times", "book_train"),
        ("find the next train", "look up trains between two places"),
        {"f": _START, "t": _END},
        ("When does the next train from {f} to {t} leave?", "Find a train from {f} to {t}.", "I need a train from {f} to {t}.",
         "Next train from {f} to {t}?"),
        lambda rng, values: {"departure": _clock(rng)}, "{departure}", "The next train from {f} to {t} leaves at {departure}."),
    "order": Intent(
        ("order_status", "track_order", "find_order", "check_order", "parcel"),
        ("get the status of an order", "tell where a parcel is"),
        {"i": Slot(("order_id", "id", "number", "order"), "string", lambda rng: f"{rng.choice('ABCDEFGHKLMNPRSTXZ')}{rng.randint(100, 99999)}",
                   ("Order number",))},
        ("Where is my order {i}?", "What is the status of order {i}?", "Track the parcel {i}.", "Has order {i} been sent?", "Check order {i}."),
        lambda rng, values: {"status": rng.choice(("shipped", "delivered", "being packed", "delayed", "cancelled", "on its way"))}, "{status}",
        "Order {i} is {status}."),
}
CONFLICTS = ({"weather", "weather_days"}, {"timer", "alarm"})  # never offered together: a question might mean both

_VERBS = ("open close lock unlock start stop delete rename move copy archive restore print clean repair update check find show count paint ship return cancel "
          "approve reject scan sort pack test reset refill inspect measure rotate park").split()
_NOUNS = ("door gate file folder user invoice account ticket machine pump robot camera shelf crate parcel report page window engine valve printer server job "
          "record sensor elevator locker truck station room garden fan tank badge contract message backup").split()
_QUALITIES = "volume brightness speed temperature level limit price height weight rating priority size".split()
_STATUS = ("done", "ok", "failed", "started", "ready")


def _code(rng: random.Random) -> str:
    kind = rng.randrange(4)
    if kind == 0:
        return f"{rng.choice('ABCDEFGHKLMNPRSTXZ')}{rng.randint(1, 9999)}"
    return made_up_word(rng) if kind == 1 else made_up_name(rng) if kind == 2 else rng.choice(household.COLOURS)


def deed(rng: random.Random) -> tuple[str, Intent]:
    """(id, intent) of a tool for some verb and some thing: one that does it, one that sends it somewhere, or one that sets a quality of it."""
    noun = rng.choice(_NOUNS)
    a_noun = f"an {noun}" if noun[0] in "aeiou" and noun != "user" else f"a {noun}"
    number = rng.random() < 0.3
    thing = Slot((noun, "name", "id", f"{noun}_id", "target", "which"), "integer" if number else "string", (lambda rng: rng.randint(1,
                                                                                                                                    9999)) if number else _code,
                 (f"Which {noun}", f"The {noun}"))
    result = lambda rng, values: {"status": rng.choice(_STATUS)}
    kind = rng.random()
    if kind < 0.6:
        verb = rng.choice(_VERBS)
        asks = ("{V} the {n} {{x}}.", "{V} {n} {{x}}.", "Can you {v} the {n} {{x}}?", "I want you to {v} {n} {{x}}.",
                "Please {v} the {n} called {{x}}.",
                "The {n} {{x}}: {v} it.")
        return f"{verb} {noun}", Intent((f"{verb}_{noun}", f"{noun}_{verb}", verb + noun.capitalize(), verb), (f"{verb} {a_noun}",), {"x": thing},
                                        tuple(text.format(v=verb, V=verb.capitalize(), n=noun) for text in asks), result, "{status}",
                                        "The tool says: {status}.")
    if kind < 0.8:
        goal = Slot(("to", "target", "receiver", "destination"), "string", lambda rng: _person(rng) if rng.random() < 0.5 else _city(rng),
                    ("Where it goes",))
        asks = ("Send the {n} {{x}} to {{y}}.", "Bring {n} {{x}} to {{y}}.", "{{y}} needs the {n} {{x}}.", "Forward the {n} {{x}} to {{y}}.")
        return f"send {noun}", Intent((f"send_{noun}", f"forward_{noun}", f"{noun}_transfer", "deliver"), (f"send {a_noun} somewhere",), {"x": thing,
                                                                                                                                          "y": goal},
                                      tuple(text.format(n=noun) for text in asks), result, "{status}", "The tool says: {status}.")
    quality = rng.choice(_QUALITIES)
    value = Slot(("value", quality, "level", "amount"), "integer", lambda rng: rng.randint(0, 100), (f"The new {quality}",))
    asks = ("Set the {q} of the {n} {{x}} to {{y}}.", "Change the {q} of {n} {{x}} to {{y}}.", "{Q} {{y}} for the {n} {{x}}.",
            "I want {q} {{y}} on the {n} {{x}}.")
    return f"set {quality} {noun}", Intent((f"set_{quality}", f"{noun}_{quality}", f"change_{quality}", f"set_{noun}_{quality}"),
                                           (f"set the {quality} of {a_noun}",),
                                           {"x": thing, "y": value}, tuple(text.format(n=noun, q=quality, Q=quality.capitalize()) for text in asks),
                                           result,
                                           "{status}", "The tool says: {status}.")


def spoken(value: object) -> str:
    """A value as it stands in a sentence."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, list):
        return ", ".join(value[:-1]) + " and " + value[-1]
    return str(value)

"""Plain prose about everyday places, from which long texts are made: sentences that stand in any order inside a paragraph on their topic."""

from __future__ import annotations

import random

_SLOTS: dict[str, tuple[str, ...]] = {
    "time": ("in the morning", "at noon", "in the afternoon", "in the evening", "before sunrise", "after lunch", "late at night", "at dawn",
             "around six", "on the first day", "every weekend", "in early spring", "in late summer", "in winter", "on rainy days"),
    "weather": ("rain", "snow", "wind", "fog", "sunshine", "a light breeze", "hail", "a warm drizzle", "frost", "thunder"),
    "mood": ("calm", "cheerful", "quiet", "busy", "sleepy", "bright", "peaceful", "noisy", "cold", "pleasant", "strange", "lovely"),
    "who": ("the baker", "an old fisherman", "a young man", "the teacher", "a little girl", "a tourist", "the postman", "the mayor", "a student",
            "the gardener", "a tall stranger", "the night guard", "the librarian", "an old woman", "the carpenter", "an artist", "the nurse"),
    "animal": ("a cat", "a small dog", "a duck", "an owl", "a fox", "a sparrow", "a hedgehog", "a grey goose", "a horse", "a blackbird",
               "a young goat", "a squirrel", "a heron", "a butterfly"),
    "food": ("fresh bread", "hot soup", "apple cake", "roasted nuts", "cheese", "pea stew", "gingerbread", "plum jam", "smoked fish", "pancakes",
             "lentil soup", "a bowl of rice", "honey cookies", "potato salad"),
    "place": ("the square", "the river", "the old bridge", "the church", "the station", "the park", "the harbour", "the mill", "the library",
              "the school", "the market hall", "the fountain", "the town wall", "the lighthouse", "the theatre", "the long road"),
    "plant": ("roses", "tall grass", "apple trees", "sunflowers", "ivy", "lavender", "pines", "tulips", "moss", "wild garlic", "birches", "beans"),
    "object": ("a bench", "a wooden cart", "a tall sundial", "a red balloon", "a stack of crates", "a broken plough", "a row of torches", "a stuffed bear",
               "a painted sign", "a pile of books", "a hay cart", "a rocking horse", "a folded newspaper", "a bird house"),
    "feel": ("slowly", "quietly", "with great care", "without a word", "in good spirits", "once more", "for a long time", "at last",
             "as usual", "in a hurry", "with a smile"),
    "people": ("the neighbours", "the villagers", "the visitors", "most families", "the workers", "the guests", "the older people", "the children",
               "the farmers", "the sailors", "the passengers", "the students"),
    "count": ("two", "three", "four", "five", "six", "seven", "eight", "a dozen", "twenty", "nearly thirty"),
}

_TOPICS: tuple[tuple[str, ...], ...] = (
    (  # the town
        "The streets near {place} were {mood} {time}.", "{Who} walked past {place} {feel}.", "Somebody had left {object} in front of {place}.",
        "{People} like to meet at {place} and talk about the {weather_noun}.", "From the tower one can see {place} and the hills behind it.",
        "The houses are small, but their windows are full of {plant}.", "A narrow lane leads from {place} to the next village.",
        "On most days nothing much happens here, and nobody minds.", "{Who} stopped to look at {object} beside the road.",
        "It takes {count} minutes to walk from {place} to the hill.", "There was {weather} for {count} days, and the town stayed {mood}.",
        "The bells ring {time}, and then everything is {mood} again."),
    (  # the market
        "The market opens {time}, long before the first customers arrive.", "{People} sell {food} and {food} under striped roofs.",
        "The smell of {food} hung over the stalls.", "{Who} bought {food} and paid with small coins.", "A basket of apples costs less than it did last year.",
        "Behind the stalls stood {object} that nobody wanted.", "{Animal} slept under a table and did not move.", "By noon almost all of the {food_noun} was gone.",
        "{Who} asked for {food}, but there was none left.", "The scales are old, yet everyone trusts them.", "Somebody played a tune on a small accordion.",
        "{People} carried their bags home {feel}."),
    (  # the garden
        "In the garden one finds {plant} next to {plant}.", "{Who} waters the beds {time}.", "{Animal} lives behind the shed.", "The soil is dark and soft after the rain.",
        "Nobody knows who planted the {plant} along the fence.", "A narrow path runs between the beds to {object}.", "In summer the garden smells of {plant}.",
        "The best time to plant beans is late in spring.", "{Who} built {object} out of old boards.", "Under the big tree it stays cool even on hot days.",
        "The leaves are raked into a heap and burnt {time}.", "Snails are a problem, so the salad grows in high boxes."),
    (  # the journey
        "The train left {time} with {count} minutes of delay.", "{Who} slept in the corner seat until the last stop.", "Outside the window there were fields and {plant}.",
        "At the border {people_low} had to wait for {count} hours.", "The conductor checked the tickets {feel}.", "Lunch came out of a paper bag: {food}.",
        "After the tunnel the sea came into view.", "{Who} had a heavy bag and {object} on a rope.", "The road along the coast is slow but beautiful.",
        "At the small station nobody got on or off.", "{Animal} stood near the tracks and watched the train.", "In the end the journey took longer than planned."),
    (  # the weather
        "There was {weather} {time}.", "The forecast spoke of {weather}, but it turned out differently.", "Clouds moved {feel} over {place}.",
        "After {count} days of {weather} the sky was clear again.", "The river rose a little and then went down.", "In the valley the fog stays until noon.",
        "{People} closed their windows when the wind grew stronger.", "A rainbow stood over {place} for a short while.", "The first snow came early and melted at once.",
        "It was so warm that {people_low} sat outside {time}.", "The puddles froze during the night.", "Nobody remembers such a dry summer."),
    (  # the school
        "The school stands between {place} and {place}.", "Lessons begin {time} and end in the early afternoon.", "{Who} told a story about {animal}.",
        "The children drew {object} and {animal}.", "On the wall hangs a large map of the world.", "There are {count} desks in each row.",
        "In the break {people_low} ate {food} in the yard.", "The new teacher speaks {feel} and listens well.", "Somebody forgot a coat on the hook by the door.",
        "The science room smells of chalk and old wood.", "A test was moved to the next week.", "The school choir practises {time}."),
    (  # the harbour
        "Small boats rest in the harbour {time}.", "{Who} mended a net {feel}.", "Gulls circle above the boats and wait for scraps.",
        "The water was {mood} and almost green.", "A ship brought wood, salt and {food}.", "Beside the pier stands {object}.", "The lighthouse keeper counts the ships {time}.",
        "{People} know every rock along the coast.", "A cold wind came in from the sea.", "The ferry crosses {count} times a day.",
        "Ropes, nets and barrels lie everywhere.", "{Animal} sat on the roof of the boat house."),
    (  # the library
        "The library is {mood} {time}.", "{Who} reads there every day and never takes a book home.", "The oldest books are kept behind glass.",
        "On the top shelf stands a history of {place}.", "A long table fills the reading room.", "Somebody put {object} between the shelves.",
        "The librarian knows where everything is.", "There is a corner with comics for the children.", "New books arrive {count} times a year.",
        "One window looks out on {place}.", "The clock above the door is {count} minutes slow.", "{People} come in to get warm when there is {weather}."),
    (  # the kitchen
        "In the kitchen the kettle was already hot.", "{Who} made {food} for everyone.", "The recipe needs flour, butter and a little salt.",
        "Some say that food tastes best when it is fresh.", "The table was set for {count} people.", "A pot of soup stood on the stove {time}.",
        "Somebody had eaten the last piece of cake.", "The knives are in the drawer on the left.", "On a plate lay {food} from the day before.",
        "The cook tasted the sauce {feel} and added pepper.", "The window was open because of the steam.", "{Animal} waited under the table for crumbs."),
    (  # the workshop
        "The workshop behind {place} belongs to {who}.", "Tools hang on the wall in neat rows.", "{Who} repaired {object} {feel}.",
        "Sawdust covers the floor {time}.", "It takes {count} days to build a good chair.", "The old machine makes a lot of noise.",
        "A half finished boat stands in the corner.", "Glue needs a whole night to dry.", "{People} bring their broken things here.",
        "The lamp above the bench flickers now and then.", "Good wood has to rest for {count} years.", "On the window sill lies a collection of screws."),
    (  # the forest
        "The forest begins behind the last house.", "Along the path one sees {plant} and {plant}.", "{Animal} crossed the clearing {feel}.",
        "It is {mood} between the trees {time}.", "{Who} collects mushrooms there in autumn.", "A small stream runs down to {place}.",
        "Somebody carved letters into the bark of an oak.", "The path was muddy after the {weather_noun}.", "An old hut has stood empty for {count} years.",
        "In the deep forest the phone has no signal.", "{People} warn each other about the steep slope.", "Light falls through the leaves in thin lines."),
    (  # the festival
        "The festival lasts {count} days and ends with fireworks.", "{People} hang paper lamps across the streets.", "A band played on the stage near {place}.",
        "The cooks gave {food} to everyone, and nobody had to pay.", "{Who} won a prize for the best costume.", "Children ran about with painted faces.",
        "The parade started late because of the {weather_noun}.", "{Who} danced {feel} until the music stopped.", "The speeches were short this year.",
        "{Animal} ran across the stage, and everybody laughed.", "In the tent one could buy {food} and {food}.", "Next year the festival will be a week earlier."),
)
_WEATHER_NOUNS = ("rain", "storm", "snow", "wind", "heat", "frost")
_FOOD_NOUNS = ("bread", "fish", "cheese", "honey", "fruit")


def _slot(rng: random.Random, name: str) -> str:
    if name == "weather_noun":
        return rng.choice(_WEATHER_NOUNS)
    if name == "food_noun":
        return rng.choice(_FOOD_NOUNS)
    base = name.removesuffix("_low").lower()
    text = rng.choice(_SLOTS[base])
    return text[0].upper() + text[1:] if name[0].isupper() else text


class _Slots(dict):
    """Fills a template: each use of a slot draws anew."""

    def __init__(self, rng: random.Random) -> None:
        super().__init__()
        self._rng = rng

    def __missing__(self, name: str) -> str:
        return _slot(self._rng, name)


def sentences(rng: random.Random, count: int) -> list[list[str]]:
    """Paragraphs of 3 to 8 sentences, `count` in all; a template is used again only when all have been used."""
    slots = _Slots(rng)
    paragraphs: list[list[str]] = []
    left: dict[int, list[str]] = {}
    while count > 0:
        topic = rng.randrange(len(_TOPICS))
        if len(left.get(topic, ())) < 3:
            left[topic] = rng.sample(_TOPICS[topic], len(_TOPICS[topic]))
        take = min(count, rng.randint(3, 8), len(left[topic]))
        paragraphs.append([left[topic].pop().format_map(slots) for _ in range(take)])
        count -= take
    return paragraphs

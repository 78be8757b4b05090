"""Words of everyday life that memory, retrieval and tools draw from."""

import random

from training.skills.base import made_up_word

NAMES = ("Anna Ben Clara David Emma Felix Grace Henry Ida Jack Karen Leo Maria Nina Oscar Paula Quentin Rosa Samuel Tina Ulrich Vera Walter Xenia "
         "Yusuf Zoe Amir Bella Carlos Dora Erik Fatima Gustav Hanna Ivan Julia Kofi Lena Marco Nadia Olga Pedro Ravi Sofia Tomas Uma Victor Wanda "
         "Yara Zeno Alice Bruno Celine Dmitri Elena Farid Greta Hugo Ingrid Jonas Kira Lukas Mila Noah Otto Petra Robert Selma Theo Viola William "
         "Aisha Boris Chen Diego Esther Frank Gina Hiroshi Irene Jamal Klara Liam Mona Nikolai Olivia Pablo Ruth Stefan Teresa Amelia Martin "
         "Naomi Peter Sarah Simon Susan Thomas Lucy Laura Kevin Judith Harold George Fiona Edgar Daisy Colin Bridget Arthur Agnes").split()

WOMEN = ("Anna Clara Emma Grace Ida Karen Maria Nina Paula Rosa Tina Vera Zoe Bella Dora Fatima Hanna Julia Lena Nadia Olga Sofia Wanda Yara Alice Celine "
         "Elena Greta Ingrid Kira Mila Petra Selma Viola Aisha Esther Gina Irene Klara Mona Olivia Ruth Teresa Amelia Naomi Sarah Susan Lucy Laura Judith "
         "Fiona Daisy Bridget Agnes").split()
MEN = [name for name in NAMES if name not in WOMEN]

CITIES = ("Paris Rome Berlin Madrid Lisbon Vienna Prague Warsaw Oslo Stockholm Helsinki Copenhagen Dublin London Athens Budapest Zurich Geneva "
          "Hamburg Munich Milan Naples Venice Barcelona Porto Lyon Marseille Brussels Amsterdam Rotterdam Cairo Nairobi Lagos Accra Tunis Dakar "
          "Tokyo Osaka Kyoto Seoul Beijing Shanghai Delhi Mumbai Bangkok Hanoi Jakarta Manila Sydney Melbourne Toronto Montreal Chicago Boston "
          "Seattle Denver Lima Bogota Quito Santiago Havana Istanbul Ankara Riga Tallinn Vilnius Krakow Leipzig Bremen Seville Turin").split()

JOBS = ("baker teacher doctor nurse farmer pilot cook painter gardener carpenter singer writer driver lawyer judge tailor butcher plumber dentist "
        "sailor potter barber librarian musician mechanic clerk waiter florist miner weaver fisher postman chemist dancer "
        "journalist photographer shepherd beekeeper watchmaker").split()

COLOURS = ("red blue green yellow orange purple pink brown black white grey silver golden turquoise violet beige crimson scarlet navy teal olive "
           "ivory amber copper").split()

ADJECTIVES = ("red blue green yellow orange purple pink brown black white grey silver golden small large old new round square heavy light broken "
              "wooden iron glass plastic striped dusty shiny narrow tall short thin thick leather paper stone copper painted rusty").split()

THINGS = ("lantern suitcase box drawer locker safe cabinet bicycle umbrella door gate key bottle basket mirror clock radio camera piano guitar table "
          "chair carpet lamp kettle notebook envelope parcel helmet jacket ring statue telescope map ladder barrel trunk bag bucket candle cup "
          "folder hammer jar kite medal necklace painting pencil ruler scarf teapot toolbox trumpet vase violin wallet wagon tent sledge ticket "
          "microscope globe boat anchor drum whistle printer engine pump scale").split()

PLACES = ("under the bed; in the kitchen; behind the door; on the shelf; in the garden; next to the window; in the cellar; on the roof; "
          "in the attic; beside the stove; behind the curtain; on the balcony; in the garage; at the station; in the library; under the stairs; "
          "on the kitchen table; in the blue drawer; behind the barn; near the fountain; in the left pocket; on the top shelf; at the bakery; "
          "in the school; under the old bridge; beside the well; in the hall; on the desk; in the museum; at the harbour; inside the piano; "
          "under the carpet; in the workshop; behind the mirror; on the second floor; in the cupboard; next to the sofa; at the post office; "
          "in the glass case; under the bench").split("; ")

PETS = "dog cat rabbit parrot hamster horse turtle goldfish pony lizard canary mouse".split()

FOODS = ("pizza; soup; rice; bread; cheese; pasta; salad; chocolate; apples; pancakes; noodles; fish; curry; cake; potatoes; tomatoes; mushrooms; "
         "honey; yoghurt; lentils; olives; cherries; dumplings; waffles; porridge; strawberries; beans; omelettes; ice cream; fried rice").split("; ")

HOBBIES = ("chess; swimming; painting; reading; dancing; cooking; fishing; running; singing; gardening; cycling; climbing; sewing; sailing; hiking; "
           "skating; drawing; photography; pottery; archery; juggling; knitting; playing the piano; playing the guitar; bird watching; "
           "stamp collecting; rowing; surfing; carving wood; baking").split("; ")

EVENTS = ("concert; meeting; lecture; football match; market; wedding; play; dance class; book fair; boat race; parade; film; chess lesson; auction; "
          "picnic; guided tour; birthday party; cooking course; choir practice; fire drill; exhibition; town meeting; flower show; puppet show; "
          "science fair; poetry reading").split("; ")

DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
MONTHS = "January February March April May June July August September October November December".split()


def phone(rng: random.Random) -> str:
    """A telephone number in groups."""
    return rng.choice(("", "+", "0")) + " ".join(str(rng.randint(10, 9999)) for _ in range(rng.randint(2, 3)))


def email(rng: random.Random) -> str:
    """An address that nobody has."""
    return f"{made_up_word(rng, 3, 6)}@{made_up_word(rng, 3, 6)}.{rng.choice(('com', 'org', 'net', 'de', 'info'))}"


def contact(rng: random.Random) -> str:
    """Something with marks in it: a telephone number, an address, a page, a date or a sum of money."""
    kind = rng.randrange(5)
    if kind == 0:
        return phone(rng)
    if kind == 1:
        return email(rng)
    if kind == 2:
        return f"www.{made_up_word(rng, 3, 7)}.{rng.choice(('com', 'org', 'net'))}"
    if kind == 3:
        return f"{rng.randint(1, 28)} {rng.choice(MONTHS)} {rng.randint(1800, 2030)}"
    return f"{rng.choice('$€£')}{rng.randint(1, 999)}.{rng.randint(0, 99):02d}"

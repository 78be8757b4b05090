"""Animals, elements and planets of the closed world."""
from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Animal:
    name: str
    plural: str
    kind: str      # mammal, bird, fish, reptile, amphibian, insect, arachnid ...
    legs: int
    young: str     # what a baby is called
    sound: str     # "barks"
    home: str      # "in a kennel"
    food: str      # "grass"
    flies: bool


_ANIMALS = """
ant|ants|insect|6|larva|-|in a nest|seeds and sugar|n
bat|bats|mammal|2|pup|squeaks|in a cave|insects|y
bear|bears|mammal|4|cub|growls|in a den|berries and fish|n
bee|bees|insect|6|larva|buzzes|in a hive|nectar|y
butterfly|butterflies|insect|6|caterpillar|-|in a meadow|nectar|y
camel|camels|mammal|4|calf|grunts|in the desert|dry grass|n
cat|cats|mammal|4|kitten|meows|in a house|meat and fish|n
chicken|chickens|bird|2|chick|clucks|in a coop|grain|n
cow|cows|mammal|4|calf|moos|in a barn|grass|n
crab|crabs|crustacean|10|larva|-|by the sea|small sea animals|n
crocodile|crocodiles|reptile|4|hatchling|hisses|in a river|meat|n
crow|crows|bird|2|chick|caws|in a tree|almost anything|y
deer|deer|mammal|4|fawn|bellows|in the forest|leaves and grass|n
dog|dogs|mammal|4|puppy|barks|in a kennel|meat|n
dolphin|dolphins|mammal|0|calf|clicks|in the sea|fish|n
donkey|donkeys|mammal|4|foal|brays|in a stable|hay|n
duck|ducks|bird|2|duckling|quacks|on a pond|water plants|y
eagle|eagles|bird|2|eaglet|screams|in a nest on a cliff|small animals|y
elephant|elephants|mammal|4|calf|trumpets|in the savanna|leaves and grass|n
fox|foxes|mammal|4|cub|yelps|in a den|small animals|n
frog|frogs|amphibian|4|tadpole|croaks|in a pond|insects|n
giraffe|giraffes|mammal|4|calf|hums|in the savanna|leaves|n
goat|goats|mammal|4|kid|bleats|in a shed|grass and leaves|n
goose|geese|bird|2|gosling|honks|on a pond|grass|y
gorilla|gorillas|mammal|4|infant|grunts|in the rainforest|leaves and fruit|n
hedgehog|hedgehogs|mammal|4|hoglet|snuffles|in a hedge|insects and worms|n
horse|horses|mammal|4|foal|neighs|in a stable|hay|n
kangaroo|kangaroos|mammal|4|joey|chortles|in the grassland|grass|n
koala|koalas|mammal|4|joey|grunts|in a eucalyptus tree|eucalyptus leaves|n
lion|lions|mammal|4|cub|roars|in the savanna|meat|n
lizard|lizards|reptile|4|hatchling|-|among rocks|insects|n
monkey|monkeys|mammal|4|infant|chatters|in the jungle|fruit|n
mouse|mice|mammal|4|pup|squeaks|in a hole|seeds|n
octopus|octopuses|mollusc|8|larva|-|in the sea|crabs|n
ostrich|ostriches|bird|2|chick|booms|in the savanna|plants|n
owl|owls|bird|2|owlet|hoots|in a hollow tree|mice|y
panda|pandas|mammal|4|cub|bleats|in the bamboo forest|bamboo|n
parrot|parrots|bird|2|chick|squawks|in the rainforest|nuts and seeds|y
penguin|penguins|bird|2|chick|honks|on the ice|fish|n
pig|pigs|mammal|4|piglet|oinks|in a sty|almost anything|n
rabbit|rabbits|mammal|4|kit|squeaks|in a burrow|grass|n
salmon|salmon|fish|0|fry|-|in rivers and the sea|small fish|n
shark|sharks|fish|0|pup|-|in the sea|fish|n
sheep|sheep|mammal|4|lamb|bleats|in a fold|grass|n
snail|snails|mollusc|0|hatchling|-|in a garden|leaves|n
snake|snakes|reptile|0|hatchling|hisses|in a hole|mice|n
spider|spiders|arachnid|8|spiderling|-|in a web|insects|n
squirrel|squirrels|mammal|4|kit|chatters|in a tree|nuts|n
swan|swans|bird|2|cygnet|trumpets|on a lake|water plants|y
tiger|tigers|mammal|4|cub|roars|in the jungle|meat|n
turtle|turtles|reptile|4|hatchling|hisses|in the water|plants and small animals|n
whale|whales|mammal|0|calf|sings|in the sea|krill|n
wolf|wolves|mammal|4|cub|howls|in a den|meat|n
zebra|zebras|mammal|4|foal|barks|in the savanna|grass|n
"""


def _animals() -> list[Animal]:
    rows = []
    for line in _ANIMALS.strip().splitlines():
        name, plural, kind, legs, young, sound, home, food, flies = line.split("|")
        rows.append(Animal(name, plural, kind, int(legs), young, sound if sound != "-" else "", home, food, flies == "y"))
    return rows


ANIMALS: list[Animal] = _animals()
KINDS = ["mammal", "bird", "fish", "reptile", "amphibian", "insect", "arachnid", "mollusc", "crustacean"]

# (name, symbol, atomic number)
ELEMENTS: list[tuple[str, str, int]] = [
    (row.split()[0], row.split()[1], int(row.split()[2])) for row in """
hydrogen H 1;helium He 2;lithium Li 3;beryllium Be 4;boron B 5;carbon C 6;nitrogen N 7;oxygen O 8;fluorine F 9;neon Ne 10;
sodium Na 11;magnesium Mg 12;aluminium Al 13;silicon Si 14;phosphorus P 15;sulfur S 16;chlorine Cl 17;argon Ar 18;potassium K 19;
calcium Ca 20;scandium Sc 21;titanium Ti 22;vanadium V 23;chromium Cr 24;manganese Mn 25;iron Fe 26;cobalt Co 27;nickel Ni 28;
copper Cu 29;zinc Zn 30;gallium Ga 31;germanium Ge 32;arsenic As 33;selenium Se 34;bromine Br 35;krypton Kr 36;rubidium Rb 37;
strontium Sr 38;yttrium Y 39;zirconium Zr 40;niobium Nb 41;molybdenum Mo 42;technetium Tc 43;ruthenium Ru 44;rhodium Rh 45;
palladium Pd 46;silver Ag 47;cadmium Cd 48;indium In 49;tin Sn 50;antimony Sb 51;tellurium Te 52;iodine I 53;xenon Xe 54;
caesium Cs 55;barium Ba 56;tungsten W 74;platinum Pt 78;gold Au 79;mercury Hg 80;lead Pb 82;bismuth Bi 83;radon Rn 86;
radium Ra 88;thorium Th 90;uranium U 92;plutonium Pu 94""".replace("\n", "").split(";")]
OTHER_ELEMENTS = """polonium;astatine;francium;actinium;neptunium;americium;curium;einsteinium;fermium;nobelium;hafnium;tantalum;rhenium;
osmium;iridium;thallium;lanthanum;cerium;neodymium;europium;terbium;erbium;kryptonite;adamantium;unobtainium;vibranium;mithril""".replace(
    "\n", "").split(";")

# name | place from the sun | kind | one thing to know (a full predicate)
PLANETS: list[tuple[str, int, str, str]] = [
    ("Mercury", 1, "rocky planet", "is the smallest planet"),
    ("Venus", 2, "rocky planet", "is the hottest planet"),
    ("Earth", 3, "rocky planet", "is the planet we live on"),
    ("Mars", 4, "rocky planet", "is called the red planet"),
    ("Jupiter", 5, "gas giant", "is the largest planet"),
    ("Saturn", 6, "gas giant", "is famous for its rings"),
    ("Uranus", 7, "ice giant", "turns lying on its side"),
    ("Neptune", 8, "ice giant", "is the planet farthest from the sun"),
]

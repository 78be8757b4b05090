"""Everyday truths for yes/no questions, lists of examples, and things whose colour or parts the model does not know."""
from __future__ import annotations

# statement without its verb: (question beginning, rest, truth, the right sentence)
TRUTHS: list[tuple[str, str, bool, str]] = [
    ("Is", "the Earth round", True, "the Earth is round."), ("Is", "the Earth flat", False, "the Earth is round."),
    ("Is", "the sun a star", True, "the sun is a star."),
    ("Is", "the sun a planet", False, "the sun is a star."), ("Is", "the moon a star", False, "the moon goes around the Earth."),
    ("Is", "the moon made of cheese", False, "the moon is made of rock."),
    ("Is", "fire hot", True, "fire is hot."), ("Is", "fire cold", False, "fire is hot."), ("Is", "ice cold", True, "ice is cold."),
    ("Is", "ice hot", False, "ice is cold."),
    ("Is", "water wet", True, "water is wet."), ("Is", "water dry", False, "water is wet."), ("Is", "sugar sweet", True, "sugar is sweet."),
    ("Is", "sugar sour", False, "sugar is sweet."),
    ("Is", "a lemon sour", True, "a lemon is sour."), ("Is", "a lemon sweet", False, "a lemon is sour."),
    ("Is", "a stone soft", False, "a stone is hard."), ("Is", "a stone hard", True, "a stone is hard."),
    ("Is", "a feather heavy", False, "a feather is light."), ("Is", "a feather light", True, "a feather is light."),
    ("Is", "an elephant big", True, "an elephant is big."), ("Is", "an elephant small", False, "an elephant is big."),
    ("Is", "a mouse big", False, "a mouse is small."), ("Is", "a mouse small", True, "a mouse is small."),
    ("Is", "an elephant bigger than a mouse", True, "an elephant is bigger than a mouse."),
    ("Is", "a mouse bigger than an elephant", False, "an elephant is bigger than a mouse."), ("Is", "a snail fast", False, "a snail is slow."),
    ("Is", "a snail slow", True, "a snail is slow."),
    ("Is", "the night dark", True, "the night is dark."), ("Is", "the night bright", False, "the night is dark."),
    ("Is", "summer warm", True, "summer is warm."), ("Is", "summer cold", False, "summer is warm."),
    ("Is", "winter cold", True, "winter is cold."), ("Is", "winter hot", False, "winter is cold."), ("Is", "snow cold", True, "snow is cold."),
    ("Is", "snow warm", False, "snow is cold."),
    ("Is", "glass hard", True, "glass is hard."), ("Is", "a pillow soft", True, "a pillow is soft."),
    ("Is", "a pillow hard", False, "a pillow is soft."), ("Is", "chocolate sweet", True, "chocolate is sweet."),
    ("Is", "a tomato a fruit", True, "a tomato is a fruit."), ("Is", "an apple a fruit", True, "an apple is a fruit."),
    ("Is", "an apple a vegetable", False, "an apple is a fruit."), ("Is", "a carrot a vegetable", True, "a carrot is a vegetable."),
    ("Is", "a carrot a fruit", False, "a carrot is a vegetable."), ("Is", "a rose a flower", True, "a rose is a flower."),
    ("Is", "a rose an animal", False, "a rose is a flower."), ("Is", "a violin an instrument", True, "a violin is an instrument."),
    ("Is", "a hammer a tool", True, "a hammer is a tool."), ("Is", "a hammer a fruit", False, "a hammer is a tool."),
    ("Is", "Europe a continent", True, "Europe is a continent."), ("Is", "Europe a country", False, "Europe is a continent."),
    ("Is", "Africa a country", False, "Africa is a continent."), ("Is", "Africa a continent", True, "Africa is a continent."),
    ("Is", "Asia a continent", True, "Asia is a continent."), ("Is", "Asia a country", False, "Asia is a continent."),
    ("Is", "English a language", True, "English is a language."), ("Is", "gold a metal", True, "gold is a metal."),
    ("Is", "iron a metal", True, "iron is a metal."), ("Is", "oxygen a gas", True, "oxygen is a gas."),
    ("Is", "oxygen a metal", False, "oxygen is a gas."),
    ("Is", "a week longer than a day", True, "a week is longer than a day."), ("Is", "a day longer than a week", False,
                                                                               "a week is longer than a day."),
                                                                               ("Is", "a minute longer than an hour", False,
                                                                                "an hour is longer than a minute."),
    ("Is", "an hour longer than a minute", True, "an hour is longer than a minute."), ("Is", "a kilometre longer than a metre", True,
                                                                                       "a kilometre is longer than a metre."),
                                                                                       ("Is", "a metre longer than a kilometre", False,
                                                                                        "a kilometre is longer than a metre."),
    ("Is", "a person a plant", False, "a person is no plant."), ("Is", "wood harder than iron", False, "iron is harder than wood."),
    ("Is", "iron harder than wood", True, "iron is harder than wood."),
    ("Do", "fish live in water", True, "fish live in water."), ("Do", "fish live in trees", False, "fish live in water."),
    ("Do", "birds have wings", True, "birds have wings."), ("Do", "birds have four legs", False, "birds have two legs."),
    ("Do", "plants need water", True, "plants need water."), ("Do", "plants need light", True, "plants need light."),
    ("Do", "people have two eyes", True, "people have two eyes."), ("Do", "people have three eyes", False, "people have two eyes."),
    ("Do", "trees have leaves", True, "trees have leaves."), ("Do", "cars have wheels", True, "cars have wheels."),
    ("Do", "cars have wings", False, "cars have wheels."), ("Do", "stones float on water", False, "stones sink in water."),
    ("Does", "wood float on water", True, "wood floats on water."), ("Does", "iron float on water", False, "iron sinks in water."),
    ("Does", "the sun rise in the east", True, "the sun rises in the east."), ("Does", "the sun rise in the west", False,
                                                                               "the sun rises in the east."),
    ("Does", "the sun set in the west", True, "the sun sets in the west."), ("Does", "the moon go around the Earth", True,
                                                                             "the moon goes around the Earth."),
                                                                             ("Does", "the sun go around the Earth", False,
                                                                              "the Earth goes around the sun."),
    ("Does", "the Earth go around the sun", True, "the Earth goes around the sun."), ("Does", "ice float on water", True, "ice floats on water."),
    ("Does", "water boil at 100 degrees Celsius", True, "water boils at 100 degrees Celsius."),
    ("Does", "water freeze at 0 degrees Celsius", True, "water freezes at 0 degrees Celsius."), ("Does", "water boil at 50 degrees Celsius", False,
                                                                                                 "water boils at 100 degrees Celsius."),
                                                                                                 ("Does", "a year have 12 months", True,
                                                                                                  "a year has 12 months."),
    ("Does", "a year have 10 months", False, "a year has 12 months."), ("Does", "a week have 7 days", True, "a week has 7 days."),
    ("Does", "a week have 8 days", False, "a week has 7 days."), ("Does", "an hour have 60 minutes", True, "an hour has 60 minutes."),
    ("Does", "an hour have 100 minutes", False, "an hour has 60 minutes."), ("Does", "a day have 24 hours", True, "a day has 24 hours."),
    ("Does", "a day have 12 hours", False, "a day has 24 hours."), ("Does", "a hand have five fingers", True, "a hand has 5 fingers."),
    ("Does", "a hand have six fingers", False, "a hand has 5 fingers."), ("Can", "people fly without a machine", False,
                                                                          "people cannot fly without a machine."),
                                                                          ("Can", "fish swim", True, "fish can swim."),
                                                                          ("Can", "stones talk", False, "stones cannot talk."),
    ("Can", "birds sing", True, "birds can sing."), ("Can", "a dog read", False, "a dog cannot read."),
    ("Can", "people live without water", False, "people cannot live without water."), ("Can", "a cat climb a tree", True, "a cat can climb a tree."),
]

# examples: (singular, plural, five of them in a fixed order)
EXAMPLES: list[tuple[str, str, list[str]]] = [
    ("fruit", "fruits", ["apple", "banana", "cherry", "pear", "plum"]),
    ("vegetable", "vegetables", ["carrot", "potato", "onion", "cucumber", "spinach"]), ("animal", "animals", ["dog", "cat", "horse", "cow", "lion"]),
    ("bird", "birds", ["eagle", "owl", "parrot", "swan", "crow"]), ("mammal", "mammals", ["dog", "horse", "whale", "bat", "bear"]),
    ("insect", "insects", ["ant", "bee", "butterfly", "wasp", "beetle"]), ("reptile", "reptiles", ["snake", "lizard", "crocodile", "turtle",
                                                                                                   "gecko"]),
    ("colour", "colours", ["red", "blue", "green", "yellow", "black"]), ("shape", "shapes", ["circle", "square", "triangle", "rectangle", "hexagon"]),
    ("flower", "flowers", ["rose", "tulip", "daisy", "lily", "sunflower"]), ("tree", "trees", ["oak", "pine", "birch", "maple", "willow"]),
    ("metal", "metals", ["iron", "gold", "silver", "copper", "tin"]), ("planet", "planets", ["Mercury", "Venus", "Earth", "Mars", "Jupiter"]),
    ("gas", "gases", ["oxygen", "nitrogen", "hydrogen", "helium", "neon"]), ("element", "elements", ["hydrogen", "oxygen", "carbon", "iron", "gold"]),
    ("country", "countries", ["France", "Japan", "Brazil", "Egypt", "Canada"]), ("city", "cities", ["Paris", "Tokyo", "Cairo", "Rome", "Lima"]),
    ("capital", "capitals", ["Paris", "Berlin", "Madrid", "Rome", "London"]),
    ("language", "languages", ["English", "French", "Spanish", "German", "Chinese"]),
    ("currency", "currencies", ["euro", "dollar", "yen", "pound", "franc"]),
    ("continent", "continents", ["Africa", "Asia", "Europe", "North America", "South America"]),
    ("instrument", "instruments", ["piano", "violin", "guitar", "flute", "drum"]),
    ("tool", "tools", ["hammer", "saw", "screwdriver", "file", "drill"]),
    ("drink", "drinks", ["water", "tea", "coffee", "milk", "juice"]), ("sport", "sports", ["football", "tennis", "swimming", "running", "rowing"]),
    ("job", "jobs", ["baker", "teacher", "doctor", "farmer", "painter"]), ("season", "seasons", ["spring", "summer", "autumn", "winter", "spring"]),
    ("month", "months", ["January", "February", "March", "April", "May"]), ("day of the week", "days of the week",
                                                                            ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]),
                                                                            ("even number", "even numbers", ["2", "4", "6", "8", "10"]),
                                                                            ("odd number", "odd numbers", ["1", "3", "5", "7", "9"]),
    ("prime number", "prime numbers", ["2", "3", "5", "7", "11"]), ("vowel", "vowels", ["a", "e", "i", "o", "u"]),
    ("letter", "letters", ["a", "b", "c", "d", "e"]), ("adjective", "adjectives", ["big", "small", "hot", "cold", "fast"]),
    ("verb", "verbs", ["go", "see", "eat", "run", "sing"]),
    ("noun", "nouns", ["dog", "house", "tree", "book", "water"]), ("book", "books", ["Hamlet", "Don Quixote", "Moby-Dick", "Emma", "Faust"]),
    ("writer", "writers", ["William Shakespeare", "Jane Austen", "Leo Tolstoy", "Homer", "Victor Hugo"]),
    ("ocean", "oceans", ["the Pacific Ocean", "the Atlantic Ocean", "the Indian Ocean", "the Arctic Ocean", "the Southern Ocean"]),
    ("body part", "body parts", ["head", "arm", "leg", "hand", "foot"]), ("piece of furniture", "pieces of furniture",
                                                                          ["table", "chair", "bed", "sofa", "shelf"]),
    ("country in Europe", "countries in Europe", ["France", "Germany", "Italy", "Spain", "Poland"]),
    ("country in Asia", "countries in Asia", ["China", "India", "Japan", "Thailand", "Vietnam"]),
    ("country in Africa", "countries in Africa", ["Egypt", "Kenya", "Nigeria", "Ghana", "Morocco"]),
    ("country in South America", "countries in South America", ["Brazil", "Argentina", "Chile", "Peru", "Colombia"]),
    ("kind of food", "kinds of food", ["bread", "cheese", "rice", "soup", "fish"]), ("piece of clothing", "pieces of clothing",
                                                                                     ["shirt", "coat", "hat", "shoe", "sock"]),
]

# objects without one right colour or number of parts
OBJECTS = ("car;house;bicycle;shirt;door;wall;hat;bag;flag;book;pencil;boat;bus;train;cup;plate;bottle;sofa;chair;table;lamp;ball;kite;balloon;toy;"
           "dress;coat;shoe;sock;ring;"
           "phone;computer;camera;clock;key;box;basket;blanket;pillow;curtain;carpet;roof;bridge;tower;truck;tractor;tent;umbrella;fence;bench;"
           "mirror;piano;guitar;robot;"
           "dragon;unicorn;ghost;castle;ship;plane;rocket;spoon;fork;knife;towel;candle;ladder;hammer;needle;button;coin;stamp;envelope;garden;river;"
           "mountain;island;"
           "window;zebra;giraffe;peacock;tiger;octopus;fish;parrot;horse;cow;dog;cat;butterfly;snake;wine;beer;cheese;bread;soup;cake;paper;glass;"
           "wood;stone;hair;skin").split(";")
PARTS = ("windows;doors;rooms;keys;pages;seats;buttons;wings;stairs;handles;pockets;bricks;leaves;branches;corners;sails;holes;bulbs;screws;teeth;"
         "eyes;pieces;drawers;"
         "floors;letters;engines;lights;bolts").split(";")
SUPERLATIVES = "largest;smallest;oldest;newest;tallest;fastest;slowest;longest;shortest;deepest;richest;poorest;coldest;warmest;heaviest;most expensive;most famous;most beautiful;strongest;rarest;cheapest;best;worst;loudest;brightest".split(";")
RANKED = ("desert;lake;island;building;bridge;tree;car;train;ship;plane;city;village;company;bank;school;university;museum;castle;tower;stadium;"
          "airport;forest;waterfall;cave;book;film;"
          "song;dog breed;shark;spider;flower;fruit;diamond;computer;language;religion;army;war;tunnel;road;canal;volcano;dinosaur;insect;star;"
          "galaxy;number;word;human;woman;team;hotel").split(";")
FIXES = ["Correct [this|the] sentence: {s}", "[Translate|Put] this [sentence |]into {l}: {s}",
         "[Summarise|Summarize|Sum up] [this|the following|this text]: {s}", "[Rewrite|Rephrase|Improve|Paraphrase] this[ sentence|]: {s}",
         "What is the [subject|verb|object|tense|mood|meaning] of this sentence: {s}",
         "Is this [sentence |][correct|good English|grammatical|true]: {s}", "Continue this [story|sentence|text]: {s}", "Who says: {s}",
         "[Turn|Make] this into a [question|poem|headline|tweet]: {s}", "How would you say this in {l}: {s}", "What happens next? {s}",
         "Analyse this: {s}", "Check the spelling: {s}"]

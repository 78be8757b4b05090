"""Everyday knowledge of the closed world: colours, opposites, plurals, calendar, numbers, shapes, books, inventions."""
from __future__ import annotations


def _pairs(text: str) -> list[tuple[str, str]]:
    """`a=b;c=d` as pairs."""
    pairs = [item.strip().split("=") for item in text.replace("\n", " ").split(";") if item.strip()]
    return [(left.strip(), right.strip()) for left, right in pairs]


# thing (with its article or in the plural) = colour
COLOURS = _pairs("""
the sky=blue;grass=green;snow=white;coal=black;blood=red;a lemon=yellow;a banana=yellow;a carrot=orange;an orange=orange;milk=white;
a strawberry=red;a tomato=red;a cucumber=green;chocolate=brown;the sun=yellow;the sea=blue;a fire engine=red;a ruby=red;an emerald=green;
a sapphire=blue;ash=grey;a flamingo=pink;a polar bear=white;a raven=black;an aubergine=purple;a pumpkin=orange;honey=golden;salt=white;
sand=yellow;a leaf in summer=green;broccoli=green;spinach=green;a pea=green;ink=blue;soil=brown;coffee=brown;cotton=white;rice=white;
a cherry=red;a plum=purple;lavender=purple;a sunflower=yellow;a ladybird=red;a lobster=red;the night sky=black;mint=green;
butter=yellow;an elephant=grey;a swan=white;a frog=green""")

# word = opposite; the other direction holds too unless the second word has an opposite of its own here
OPPOSITES = _pairs("""
hot=cold;big=small;fast=slow;high=low;young=old;happy=sad;rich=poor;strong=weak;hard=soft;light=dark;wet=dry;full=empty;open=closed;
clean=dirty;early=late;good=bad;left=right;near=far;long=short;wide=narrow;thick=thin;heavy=light;loud=quiet;easy=difficult;
cheap=expensive;deep=shallow;sharp=blunt;sweet=bitter;true=false;alive=dead;awake=asleep;brave=cowardly;calm=stormy;careful=careless;
first=last;front=back;inside=outside;kind=cruel;lazy=hard-working;modern=ancient;polite=rude;possible=impossible;
public=private;safe=dangerous;simple=complicated;smooth=rough;straight=crooked;up=down;visible=invisible;warm=cool;win=lose;yes=no;
love=hate;begin=end;buy=sell;come=go;give=take;laugh=cry;push=pull;remember=forget;day=night;north=south;east=west;always=never;
above=below;before=after;black=white;more=less;many=few;friend=enemy;summer=winter;question=answer;war=peace;tall=short;find=lose;
large=little;new=used;male=female;on=off;in=out;wrong=right;beautiful=ugly;same=different;start=stop;teach=learn;accept=refuse""")

PLURALS = _pairs("""
cat=cats;dog=dogs;box=boxes;bus=buses;baby=babies;city=cities;child=children;man=men;woman=women;foot=feet;tooth=teeth;goose=geese;
mouse=mice;leaf=leaves;knife=knives;wife=wives;wolf=wolves;half=halves;loaf=loaves;thief=thieves;sheep=sheep;fish=fish;deer=deer;
person=people;ox=oxen;potato=potatoes;tomato=tomatoes;hero=heroes;photo=photos;piano=pianos;church=churches;brush=brushes;glass=glasses;
watch=watches;story=stories;lady=ladies;party=parties;key=keys;toy=toys;boy=boys;girl=girls;book=books;tree=trees;house=houses;
apple=apples;car=cars;shelf=shelves;life=lives;cactus=cacti;crisis=crises;dish=dishes;fox=foxes;cherry=cherries;country=countries;
fly=flies;day=days;echo=echoes;zebra=zebras;bridge=bridges;louse=lice""")

PAST_TENSE = _pairs("""
go=went;see=saw;eat=ate;drink=drank;run=ran;swim=swam;write=wrote;read=read;give=gave;take=took;make=made;come=came;know=knew;
think=thought;buy=bought;bring=brought;catch=caught;teach=taught;find=found;sing=sang;sit=sat;stand=stood;speak=spoke;break=broke;
drive=drove;fly=flew;grow=grew;sleep=slept;tell=told;win=won;lose=lost;walk=walked;play=played;work=worked;stop=stopped;try=tried;
have=had;be=was;do=did;say=said;fall=fell;feel=felt;keep=kept;leave=left;meet=met;pay=paid;send=sent;build=built;hide=hid;throw=threw""")

DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
MONTHS = "January February March April May June July August September October November December".split()
MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
SEASONS = ["spring", "summer", "autumn", "winter"]
SEASON_OF = [3, 3, 0, 0, 0, 1, 1, 1, 2, 2, 2, 3]
ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split()

NUMBER_WORDS = {n: word for n, word in enumerate(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split())}
for _tens, _word in zip(range(20, 100, 10), "twenty thirty forty fifty sixty seventy eighty ninety".split()):
    NUMBER_WORDS[_tens] = _word
    for _ones in range(1, 10):
        NUMBER_WORDS[_tens + _ones] = f"{_word}-{NUMBER_WORDS[_ones]}"
NUMBER_WORDS[100] = "one hundred"
NUMBER_WORDS[1000] = "one thousand"

# shape = number of sides
SHAPES = [("triangle", 3), ("square", 4), ("rectangle", 4), ("rhombus", 4), ("pentagon", 5), ("hexagon", 6), ("heptagon", 7), ("octagon", 8),
          ("nonagon", 9), ("decagon", 10)]

# things that are counted: question noun = (number, sentence)
COUNTS = [
    ("[days are there in a week|days are in a week|days has a week|days does a week have]", "7", "A week has 7 days."),
    ("[months are there in|months are in] a year", "12", "A year has 12 months."),
    ("[days are there in|days are in] a year", "365", "A year has 365 days."),
    ("[weeks are there in|weeks are in] a year", "52", "A year has 52 weeks."),
    ("[hours are there in|hours are in] a day", "24", "A day has 24 hours."),
    ("[minutes are there in|minutes are in] an hour", "60", "An hour has 60 minutes."),
    ("[seconds are there in|seconds are in] a minute", "60", "A minute has 60 seconds."),
    ("[years are there in|years are in] a century", "100", "A century has 100 years."),
    ("[years are there in|years are in] a decade", "10", "A decade has 10 years."),
    ("[metres|meters] are [there |]in a [kilometre|kilometer]", "1000", "A kilometre has 1000 metres."),
    ("[centimetres|centimeters] are [there |]in a [metre|meter]", "100", "A metre has 100 centimetres."),
    ("grams are [there |]in a [kilogram|kilo]", "1000", "A kilogram has 1000 grams."),
    ("[planets are there in [the|our] solar system|planets are in the solar system|planets does [the|our] solar system have]", "8",
     "The solar system has 8 planets."),
    ("[continents are there|continents are there on Earth|continents does the Earth have|continents are there in the world]", "7",
     "There are 7 continents."),
    ("[letters are there in the [English |]alphabet|letters are in the alphabet|letters does the [English |]alphabet have]", "26",
     "The English alphabet has 26 letters."),
    ("[fingers are on [a|one] hand|fingers are there on [a|one] hand|fingers does a hand have]", "5", "A hand has 5 fingers."),
    ("[wheels does a bicycle have|wheels are there on a bicycle|wheels has a bicycle|wheels does a bike have]", "2", "A bicycle has 2 wheels."),
    ("[wheels does a car have|wheels are there on a car|wheels has a car]", "4", "A car has 4 wheels."),
    ("[wheels does a tricycle have|wheels are there on a tricycle|wheels has a tricycle]", "3", "A tricycle has 3 wheels."),
    ("[strings does a violin have|strings are there on a violin|strings has a violin]", "4", "A violin has 4 strings."),
    ("[strings does a guitar have|strings are there on a guitar|strings has a guitar]", "6", "A guitar has 6 strings."),
    ("[seasons are there|seasons are there in a year|seasons does a year have]", "4", "There are 4 seasons."),
    ("[colours|colors] [are there in|are in] [a|the] rainbow", "7", "A rainbow has 7 colours."),
    ("[eggs|items|things|pieces] are [there |]in a dozen", "12", "A dozen is 12."),
    ("[players are there in a [football|soccer] team|players are in a [football|soccer] team|players does a [football|soccer] team have]", "11",
     "A football team has 11 players."),
    ("[squares are there on a chessboard|squares are on a chessboard|squares does a chessboard have]", "64", "A chessboard has 64 squares."),
    ("[sides does a cube have|faces does a cube have|faces are there on a cube]", "6", "A cube has 6 faces."),
    ("[legs does a table have|legs has a table]", "4", "A table has 4 legs."),
    ("[legs does a person have|legs do people have|legs do humans have|legs does a human have]", "2", "A person has 2 legs."),
    ("[eyes does a person have|eyes do people have|eyes do humans have]", "2", "A person has 2 eyes."),
]

# book = writer
BOOKS = _pairs("""
Hamlet=William Shakespeare;Romeo and Juliet=William Shakespeare;Macbeth=William Shakespeare;Pride and Prejudice=Jane Austen;Emma=Jane Austen;
Oliver Twist=Charles Dickens;A Christmas Carol=Charles Dickens;Moby-Dick=Herman Melville;War and Peace=Leo Tolstoy;
Anna Karenina=Leo Tolstoy;Crime and Punishment=Fyodor Dostoevsky;Don Quixote=Miguel de Cervantes;The Odyssey=Homer;The Iliad=Homer;
Faust=Johann Wolfgang von Goethe;Les Misérables=Victor Hugo;The Little Prince=Antoine de Saint-Exupéry;1984=George Orwell;
Animal Farm=George Orwell;The Hobbit=J. R. R. Tolkien;The Lord of the Rings=J. R. R. Tolkien;Harry Potter=J. K. Rowling;
Frankenstein=Mary Shelley;Dracula=Bram Stoker;Jane Eyre=Charlotte Brontë;Wuthering Heights=Emily Brontë;Robinson Crusoe=Daniel Defoe;
Gulliver's Travels=Jonathan Swift;Alice in Wonderland=Lewis Carroll;Peter Pan=J. M. Barrie;Pinocchio=Carlo Collodi;
Treasure Island=Robert Louis Stevenson;The Jungle Book=Rudyard Kipling;Winnie-the-Pooh=A. A. Milne;Huckleberry Finn=Mark Twain;
Tom Sawyer=Mark Twain;The Great Gatsby=F. Scott Fitzgerald;Ulysses=James Joyce;The Metamorphosis=Franz Kafka;The Trial=Franz Kafka;
Heidi=Johanna Spyri;Pippi Longstocking=Astrid Lindgren;Dune=Frank Herbert;Sherlock Holmes=Arthur Conan Doyle;The Divine Comedy=Dante""")

# thing (with its article) = inventor, discoverer
INVENTIONS = _pairs("""
the telephone=Alexander Graham Bell;the light bulb=Thomas Edison;the phonograph=Thomas Edison;the printing press=Johannes Gutenberg;
the steam engine=Thomas Newcomen;dynamite=Alfred Nobel;the World Wide Web=Tim Berners-Lee;the radio=Guglielmo Marconi;
the diesel engine=Rudolf Diesel;the battery=Alessandro Volta;the lightning rod=Benjamin Franklin;the barometer=Evangelista Torricelli;
Linux=Linus Torvalds;Python=Guido van Rossum;the C language=Dennis Ritchie;C++=Bjarne Stroustrup;Morse code=Samuel Morse;
Braille=Louis Braille;the theory of relativity=Albert Einstein;the theory of evolution=Charles Darwin;penicillin=Alexander Fleming;
X-rays=Wilhelm Röntgen;radium=Marie Curie;the law of gravity=Isaac Newton;the periodic table=Dmitri Mendeleev;
the pendulum clock=Christiaan Huygens;the first vaccine=Edward Jenner;the saxophone=Adolphe Sax;Git=Linus Torvalds""")

# works of art and music = maker
WORKS = [("the Mona Lisa", "painted", "Leonardo da Vinci"), ("the Starry Night", "painted", "Vincent van Gogh"),
         ("the Sistine Chapel ceiling", "painted", "Michelangelo"), ("The Scream", "painted", "Edvard Munch"),
         ("Guernica", "painted", "Pablo Picasso"),
         ("The Night Watch", "painted", "Rembrandt"), ("the Girl with a Pearl Earring", "painted", "Johannes Vermeer"),
         ("The Magic Flute", "composed", "Wolfgang Amadeus Mozart"), ("the Moonlight Sonata", "composed", "Ludwig van Beethoven"),
         ("The Four Seasons", "composed", "Antonio Vivaldi"), ("Swan Lake", "composed", "Pyotr Tchaikovsky"), ("Carmen", "composed", "Georges Bizet")]


def _mixed(one: str, other: str, made: str) -> tuple[list[str], str, str]:
    """What two colours make."""
    both = f"[{one} and {other}|{other} and {one}]"
    return ([f"[What|Which] [colour|color] do you get when you mix {both}?", f"[What|Which] [colour|color] [do|does] {both} [make|give]?",
             f"[If I mix|When you mix] {both}, what [colour|color] [do I get|is it|comes out]?",
             f"What do you get [from|if you mix] {both} [paint|colour|color]?", f"Mix {both}[: which colour is that?|.]"],
            made, f"{one.capitalize()} and {other} make {made}.")


# question patterns, brief fact, sentence
PLAIN = [
    (["[What is|What's] the largest planet[ of all| in the solar system|]?", "Which planet is the [largest|biggest]?"], "Jupiter",
     "The largest planet is Jupiter."),
    (["[What is|What's] the smallest planet[ of all| in the solar system|]?", "Which planet is the smallest?"], "Mercury",
     "The smallest planet is Mercury."),
    (["[What is|What's] the hottest planet[ in the solar system|]?", "Which planet is the hottest?"], "Venus", "The hottest planet is Venus."),
    (["[What is|What's|Which is] the red planet[ called|]?", "Which planet is [called |][red|the red planet]?"], "Mars", "The red planet is Mars."),
    (["[What is|What's] the [largest|biggest] ocean[ in the world| on Earth|]?", "Which ocean is the [largest|biggest]?"], "the Pacific Ocean",
     "The largest ocean is the Pacific Ocean."),
    (["[What is|What's] the highest mountain[ in the world| on Earth|]?", "Which mountain is the highest[ in the world|]?",
      "[What is|What's] the tallest mountain[ in the world|]?"], "Mount Everest", "The highest mountain is Mount Everest."),
    (["[What is|What's] the longest river[ in the world| on Earth|]?", "Which river is the longest[ in the world|]?"], "the Nile",
     "The longest river is the Nile."),
    (["[What is|What's] the [largest|biggest] animal[ in the world| on Earth|]?", "Which animal is the [largest|biggest]?"], "the blue whale",
     "The largest animal is the blue whale."),
    (["[What is|What's] the fastest [land |]animal[ in the world| on land|]?", "Which animal is the fastest[ on land|]?"], "the cheetah",
     "The fastest land animal is the cheetah."),
    (["[What is|What's] the tallest animal[ in the world| on Earth|]?", "Which animal is the tallest?"], "the giraffe",
     "The tallest animal is the giraffe."),
    (["[What is|What's] the [largest|biggest] continent[ in the world| on Earth|]?", "Which continent is the [largest|biggest]?"], "Asia",
     "The largest continent is Asia."),
    (["[What is|What's] the [largest|biggest] country[ in the world| on Earth|]?", "Which country is the [largest|biggest]?"], "Russia",
     "The largest country is Russia."),
    (["[What is|What's] the [largest|biggest] bird[ in the world| on Earth|]?", "Which bird is the [largest|biggest]?"], "the ostrich",
     "The largest bird is the ostrich."),
    (["At what temperature does water boil?", "When does water boil?", "[What is|What's] the boiling point of water?", "How hot is boiling water?"],
     "100 degrees Celsius", "Water boils at 100 degrees Celsius."),
    (["At what temperature does water freeze?", "When does water freeze?", "[What is|What's] the freezing point of water?",
      "How cold is freezing water?"], "0 degrees Celsius", "Water freezes at 0 degrees Celsius."),
    (["[What is|What's] the chemical formula [of|for] water?", "[What is|What's] the formula [of|for] water?", "[What is|What's] water made of?"],
     "H2O", "Water is H2O: two parts hydrogen and one part oxygen."),
    (["Why is the sky blue?", "[Can you explain|Explain|Tell me|Do you know] why the sky is blue[?|.]", "What makes the sky blue?"],
     "air scatters blue light", "The sky is blue because air scatters blue light more than red light."),
    (["What do bees make?", "[Tell me what|What do you think] bees make?", "What is made by bees?"], "honey", "Bees make honey."),
    (["What is ice[ made of|]?", "[Tell me what|Do you know what] ice is[ made of|]?"], "frozen water", "Ice is frozen water."),
    (["In which direction does the sun rise?", "Where does the sun rise?", "The sun rises in which direction?"], "in the east",
     "The sun rises in the east."),
    (["In which direction does the sun set?", "Where does the sun set?", "The sun sets in which direction?"], "in the west",
     "The sun sets in the west."),
    (["What are the [seasons|four seasons]?", "[Name|List|Tell me] the [four |]seasons[ of the year|]."], "spring, summer, autumn and winter",
     "The seasons are spring, summer, autumn and winter."),
    (["What are the days of the week?", "[Name|List|Tell me] [all |]the days of the week."], ", ".join(DAYS),
     "The days of the week are " + ", ".join(DAYS[:-1]) + " and " + DAYS[-1] + "."),
    (["What are the [months|months of the year]?", "[Name|List|Tell me] [all |]the months[ of the year|]."], ", ".join(MONTHS),
     "The months are " + ", ".join(MONTHS[:-1]) + " and " + MONTHS[-1] + "."),
    (["What are the planets[ of the solar system|]?", "[Name|List|Tell me] [all |]the planets[ of the solar system|]."],
     "Mercury, Venus, Earth, Mars, Jupiter, Saturn, Uranus, Neptune",
     "The planets are Mercury, Venus, Earth, Mars, Jupiter, Saturn, Uranus and Neptune."),
    (["What are the continents?", "[Name|List|Tell me] [all |]the [seven |]continents."],
     "Africa, Antarctica, Asia, Europe, North America, Oceania, South America",
     "The continents are Africa, Antarctica, Asia, Europe, North America, Oceania and South America."),
    (["What are the colours of the rainbow?", "[Name|List|Tell me] [all |]the [colours|colors] of [the|a] rainbow.", "What colors are in a rainbow?"],
     "red, orange, yellow, green, blue, indigo, violet", "The colours of the rainbow are red, orange, yellow, green, blue, indigo and violet."),
    (["What are the primary [colours|colors]?", "[Name|List|Tell me] the [three |]primary [colours|colors]."], "red, yellow and blue",
     "The primary colours are red, yellow and blue."),
    *(_mixed(*colours) for colours in (("blue", "yellow", "green"), ("red", "yellow", "orange"), ("red", "blue", "purple"),
                                       ("black", "white", "grey"), ("red", "white", "pink"))),
    (["Which planet is [closest|nearest] to the sun?", "[What is|What's] the planet [closest|nearest] to the sun?"], "Mercury",
     "The planet closest to the sun is Mercury."),
    (["Which planet is [farthest|furthest] from the sun?", "[What is|What's] the planet [farthest|furthest] from the sun?"], "Neptune",
     "The planet farthest from the sun is Neptune."),
    (["[Which|What] planet do we live on?", "On [which|what] planet do we live?", "[Which|What] planet is our home?"], "Earth",
     "We live on the planet Earth."),
    (["Which planet has [the famous rings|rings]?", "Which planet is [known|famous] for its rings?", "[What is|What's] the planet with rings?"],
     "Saturn",
     "The planet famous for its rings is Saturn."),
    (["[Which|What] month [is the shortest|has 28 days|has the fewest days]?", "[What is|What's] the shortest month[ of the year|]?"], "February",
     "The shortest month is February."),
    (["[What is|What's|Which is] the first day of the week?", "[With which|On which] day does the week begin?"], "Monday",
     "The first day of the week is Monday."),
    (["[What is|What's|Which is] the last day of the week?", "[With which|On which] day does the week end?"], "Sunday",
     "The last day of the week is Sunday."),
    (["[What is|What's|Which is] the last month of the year?", "[With which|In which] month does the year end?"], "December",
     "The last month of the year is December."),
    (["[Which|What] animal is the king of the [jungle|animals]?", "Who is the king of the [jungle|animals]?"], "the lion",
     "The king of the animals is the lion."),
    (["[What is|What's] the smallest country[ in the world| on Earth|]?", "Which country is the smallest?"], "Vatican City",
     "The smallest country is Vatican City."),
    (["[What is|What's] the speed of light?", "How fast is light?", "How fast does light travel?"], "about 300,000 kilometres per second",
     "Light travels at about 300,000 kilometres per second."),
    (["Who was the first [man|person|human] on the moon?", "Who [first|] walked on the moon[ first|]?"], "Neil Armstrong",
     "The first man on the moon was Neil Armstrong."),
    (["Who was the first president of [the United States|the USA|America|the US]?",
      "[Who|Which man] became the first president of the United States?"],
     "George Washington", "The first president of the United States was George Washington."),
    (["Who discovered America?", "Who sailed to America in 1492?"], "Christopher Columbus", "Christopher Columbus sailed to America in 1492."),
    (["[What is|What's] pi?", "[What is|What's] the value of pi?", "[What is|What's] the number pi?", "How big is pi?"], "about 3.14",
     "Pi is about 3.14."),
    (["[What is|What's] a leap year?", "How many days does a leap year have?", "How many days are in a leap year?"], "366 days",
     "A leap year has 366 days."),
    (["[What is|What's] the [biggest|largest] planet's name?", "Name the [biggest|largest] planet[ of all|]."], "Jupiter",
     "The largest planet is Jupiter."),
    (["How many bones does a [person|human|grown-up] have?", "How many bones are in the human body?", "How many bones do [people|humans|we] have?"],
     "206",
     "A grown person has 206 bones."),
    (["How many teeth does [a person|a human|an adult|a grown-up] have?", "How many teeth do [people|humans|adults|we] have?"], "32",
     "A grown person has 32 teeth."),
]

# abbreviation = what it stands for
ABBREVIATIONS = _pairs("""
CPU=central processing unit;GPU=graphics processing unit;RAM=random-access memory;API=application programming interface;USB=universal serial bus;
HTTP=Hypertext Transfer Protocol;HTML=Hypertext Markup Language;JSON=JavaScript Object Notation;LLM=large language model;AI=artificial intelligence;
PDF=Portable Document Format;URL=uniform resource locator;SQL=Structured Query Language;SSD=solid-state drive;WWW=World Wide Web;
CLI=command-line interface;IP=Internet Protocol;
TLS=Transport Layer Security;DNA=deoxyribonucleic acid;UFO=unidentified flying object;EU=European Union;UN=United Nations;UK=United Kingdom;
USA=United States of America;NASA=National Aeronautics and Space Administration;ATM=automated teller machine;CEO=chief executive officer;
DIY=do it yourself;FAQ=frequently asked questions;ASAP=as soon as possible;BBC=British Broadcasting Corporation;GPS=Global Positioning System""")

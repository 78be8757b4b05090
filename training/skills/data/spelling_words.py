"""Real words for tasks about letters: common ones, and rare or tricky ones that people like to try."""

COMMON = """
able about above accept across action actor add adult after again age air airport all alone along already also always among amount angle angry animal answer
anything apart apple area arm army around arrive art ask asleep away baby back bad bag bake balance ball banana band bank bar base basket bath beach bean bear
beautiful because become bed before begin behind believe bell below belt bench best better between bicycle big bill bird birthday bitter black blanket block
blood blow blue board boat body bone book boot border bottle bottom bowl box boy brain branch brave bread break breakfast breath bridge bright bring broken
brother brown brush bucket build building burn bus business busy butter button cabbage cake call calm camera camp candle candy capital captain car card care
careful carrot carry castle cat catch cause ceiling center certain chain chair chance change cheap cheese cherry child chicken choice chocolate circle city
class clean clear clever climb clock close cloth cloud coast coat coffee cold collect color comb come comfort common company compare complete computer cook
cookie copper copy corner cotton cough count country courage cousin cover cow cream crown cry cup curtain cut dance danger dark daughter day dear decide deep
deer desert desk dinner direction dirty discover dish distance doctor dog dollar donkey door double doubt down dragon draw dream dress drink drive drop dry
duck dust each ear early earth east easy eat edge education effect egg eight elbow elephant empty end enemy energy engine enjoy enough equal evening event
every exact example excuse exercise expect expensive explain eye face fact factory fail fair fall family famous far farm farmer fast father fear feather
feel fence field fight fill find finger finish fire first fish five flag flame flat floor flour flower fly fold follow food foot forest forget fork forty
forward four fox free freeze fresh friend frog front fruit full fun funny future game garage garden garlic gate general gentle gift giraffe girl give glad
glass glove goat gold good goose grain grammar grandmother grape grass gray great green ground group grow guess guest guide guitar hair half hall hammer hand
handle happy harbor hard hat head health hear heart heavy height hello help hen here hero hide high hill history hold hole holiday home honest honey hope horse
hospital hot hotel hour house hundred hungry hurry husband ice idea important inside instrument iron island jacket jam jar jewel job join joke journey judge
juice jump jungle just kettle key kind king kitchen kite knee knife knock know ladder lady lake lamp land language large last late laugh lawyer lazy leaf learn
leather leave left leg lemon lesson letter library life lift light lion lip liquid list listen little live lizard lock long look lose loud love low lucky lunch
machine magic mail main make man map marble market master match matter meal mean measure meat medicine meet member memory metal middle milk mind minute mirror
mistake mix model modern money monkey month moon morning mother mountain mouse mouth move movie much mud museum music nail name narrow nature near neck needle
neighbor nest never new news night nine noise noon north nose note nothing number nurse oak object ocean office often oil old olive onion open orange orchestra
order other outside oven owl page pain paint pair palace pan paper parent park parrot part party pass past path peace peach pear pen pencil people pepper perfect
person piano picture piece pig pillow pilot pink pipe place plan planet plant plate play please pleasure pocket poem point police pond pool poor possible pot
potato powder power present pretty price prince princess prison problem promise proud pull pump punish pupil push puzzle queen question quick quiet rabbit race
radio rain raise reach read ready real reason record red remember repeat reply rest rice rich right ring river road rocket roof room root rope rose rough round
row rubber rule run sad safe sail salt same sand sandwich sauce save saw school science scissors sea season seat second secret seed seven shadow shallow
shape share sharp sheep shelf shell ship shirt shoe shop short shoulder shout show shower side sign silence silver simple sing sister six skill skin skirt sky
sleep slow small smell smile smoke smooth snake snow soap soccer sock soft soldier some song soon sound soup south space special speed spell spider spoon sport
spring square stairs stamp star start station steam steel step stick stone stop storm story straight strange street strong student study sugar summer sun
supper surprise swan sweet swim sword table tail tailor take talk tall tea teacher team tear telephone ten tent test thank thing think third thirsty thirty
thousand thread three throat throw thumb thunder ticket tiger time tired toast today toe together tomato tomorrow tongue tooth top touch towel tower town toy
track train travel tree triangle trip trouble trousers truck true trumpet trust truth try turkey turn turtle twelve twenty twin two umbrella uncle under
uniform until use valley van vegetable very video view village violin visit voice wagon wait walk wall want warm wash waste watch water wave way weak wear
weather wedding week weight welcome well west wet whale wheat wheel white wide wife wild win wind window wine wing winter wise wish wolf woman wonder wood wool
word work world worm worry write wrong yard year yellow yesterday young zebra zero
""".split()

RARE = """
strawberry raspberry blueberry blackberry cranberry mississippi tennessee massachusetts connecticut rhythm bookkeeper committee accommodate necessary occurrence
embarrass millennium mayonnaise onomatopoeia entrepreneur questionnaire bureaucracy chrysanthemum hippopotamus rhinoceros alligator crocodile chameleon
salamander mosquito caterpillar butterfly dragonfly grasshopper hummingbird nightingale woodpecker kingfisher albatross pelican flamingo ostrich peacock
pineapple pomegranate watermelon cantaloupe cauliflower broccoli asparagus artichoke zucchini eggplant cucumber avocado apricot tangerine nectarine
cinnamon oregano rosemary peppermint licorice marshmallow lollipop gingerbread pancake spaghetti macaroni lasagna croissant baguette pretzel mozzarella
xylophone saxophone clarinet harmonica accordion tambourine ukulele synthesizer symphony philharmonic metronome
encyclopedia dictionary thesaurus alphabet vocabulary pronunciation abbreviation apostrophe parenthesis hyphen
astronaut telescope microscope satellite meteorite asteroid constellation equinox solstice hemisphere latitude longitude atmosphere
algorithm database keyboard compiler processor tokenizer quantize checkpoint transformer embedding gradient attention parameter bandwidth kernel
banana cabana savanna havana panama bahamas abracadabra kayak racecar level radar civic rotor madam refer noon stats tenet minim deified reviver rotator
syzygy jinx quiz jazz fizz buzz fuzzy puzzle dazzle zigzag zephyr quartz sphinx lynx onyx waltz wharf wrist wreath gnome gnat knuckle knight psalm pterodactyl
pneumonia subtle plumber debris ballet bouquet colonel lieutenant island aisle isthmus yacht queue quay choir scheme schedule
assassin possess success access process assess address aggressive bubble rubber ribbon rabble hobby lobby nibble dribble scribble pebble
coffee toffee giraffe sheriff traffic muffin waffle shuffle bluff cliff puppy hippo slipper zipper pepper whisper tuxedo vortex matrix galaxy oxygen
queen sixteen seventeen nineteen fourteen eighteen eleven twelfth thousandth million billion trillion
parallel hallelujah llama lullaby jellyfish umbrella vanilla gorilla tortilla guerrilla waterfall snowball baseball football volleyball basketball
mischievous conscience conscious rhapsody melancholy serendipity ephemeral luminous velvet whimsical labyrinth nostalgia petrichor quixotic zeitgeist
strontium tungsten beryllium molybdenum ruthenium palladium gadolinium praseodymium dysprosium ytterbium
antidisestablish unbelievable uncomfortable misunderstand responsibility international extraordinary
strength length breadth warmth twelfths sixths rhythms
""".split()

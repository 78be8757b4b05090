"""The grammar of the stories. A plot is a row of sentence patterns; {H} hero, {K} what the hero is, {he} {him} {his} pronouns, {P} place,
{F} friend, {fk} what the friend is, {fhe} {fhim} {fhis} the friend's pronouns, {T} thing. Upper-case forms: {He}, {His}, {Fhe}."""
from __future__ import annotations

PEOPLE = ["girl", "boy", "baker", "gardener", "sailor", "painter", "farmer", "teacher", "clockmaker", "fisherman", "princess", "prince", "king",
          "queen", "musician", "shepherd", "nurse", "astronaut"]
ANIMALS = ["fox", "bear", "rabbit", "mouse", "owl", "cat", "dog", "hedgehog", "squirrel", "duck", "frog", "horse", "wolf", "lion", "elephant",
           "penguin", "turtle", "crow", "goat", "whale"]
OTHERS = ["robot", "dragon", "giant", "snowman", "witch", "wizard", "fairy", "ghost", "little cloud", "small train"]
HE_ONLY = {"boy", "prince", "king", "fisherman", "wizard", "snowman"}
SHE_ONLY = {"girl", "princess", "queen", "witch", "fairy"}
ADJECTIVES = ["young", "small", "brave", "shy", "curious", "cheerful", "quiet", "clever", "kind", "lonely"]
PLACES = ["in a green forest", "in a small village", "by the sea", "on a high mountain", "in an old castle", "on a quiet farm", "near a wide river",
          "in a big city", "on a small island", "in a snowy valley",
          "at the edge of a desert", "in a house with a red roof", "beside a deep lake", "in a town with crooked streets"]
HER_NAMES = "Mia Anna Lucy Clara Nina Ella Rosa Tilda Ida Maya Lena Zoe Emma Nora Alma Iris Juno Olive Pia Wanda".split()
HIS_NAMES = "Tom Leo Max Ben Oscar Finn Hugo Otto Emil Paul Sam Nico Theo Jonas Felix Carl Milo Rufus Piet Arlo".split()
FRIEND_KINDS = ["old owl", "little mouse", "friendly crow", "grey cat", "wise turtle", "tall stork", "small bird", "brown bear", "quick hare",
                "old woman", "kind neighbour", "young shepherd", "small boy", "clever girl"]
FRIEND_HE = {"small boy"}
FRIEND_SHE = {"old woman", "clever girl"}
THINGS = ["golden key", "silver bell", "red kite", "old map", "blue lantern", "wooden flute", "warm scarf", "small boat", "shiny stone", "music box",
          "green umbrella", "picture book"]

_OPEN = ["[Once upon a time|Once|Long ago|Many years ago], a {A} {K} [named|called] {H} lived {P}.", "{H} was a {A} {K} who lived {P}.",
         "[There once was|There was once] a {A} {K} [named|called] {H}, and {he} lived {P}.", "A {A} {K} [named|called] {H} lived {P}."]
_END = ["[That night|That evening], {H} fell asleep with a smile.", "[From that day on|Ever since], {H} and the {fk} were the best of friends.",
        "And {H} never forgot that day.", "{H} and the {fk} [laughed about it|talked about it] for a long time.",
        "{H} had learned that [a friend is worth more than gold|small steps can go far|nobody is too small to help|it is good to ask for help|"
        "kindness always comes back].",
        "And whenever {he} thought of it, {H} felt warm inside."]

# theme words -> plot
PLOTS: dict[str, tuple[list[str], list[list[str]]]] = {
    "lost": (["a lost {T}", "something that is lost", "looking for a {T}", "a {T}"], [
        ["{His} greatest treasure was a {T}.", "{He} had a {T} and took good care of it.", "{His} grandmother had given {him} a {T}."],
        ["One morning the {T} was gone.", "One day {he} lost the {T} [on the way home|in the tall grass|on the way to the market].",
         "But one day {he} could not find the {T} anywhere."],
        ["{He} looked under the bed, behind the door and in the garden, but it was not there.", "{H} searched all day and found nothing.",
         "{He} looked everywhere until {his} feet hurt."],
        ["Then {he} met a {fk}, who asked, \"Why are you so sad?\"", "On the way {he} met a {fk} and told {fhim} everything."],
        ["\"I saw something [shine|move] [near the old tree|under the bridge|beside the well],\" said the {fk}.",
         "The {fk} thought for a moment and said, \"Let us look [near the old tree|under the bridge|beside the well] together.\""],
        ["They went there together, and there lay the {T}.", "And there it was: the {T}, [wet but whole|a little dusty but safe]."]]),
    "storm": (["a storm", "the wind", "a stormy night", "bad weather"], [
        ["One evening, dark clouds came over the hills.", "One night a great storm began.", "In autumn a wild storm came up."],
        ["The wind was so strong that it [broke the fence|tore the roof off the barn|blew out every lamp].",
         "Rain beat against the windows and the trees bent low."],
        ["{H} was afraid, but then {he} heard a small voice outside.", "Then {he} heard somebody call for help."],
        ["It was a {fk}, cold and wet.", "Before the door sat a {fk} who had lost {fhis} way."],
        ["{H} opened the door and made [some hot soup|a warm fire|a cup of tea] for both of them.",
         "\"Come in,\" said {H}, \"there is room for two.\""],
        ["They told each other stories until the storm was over.", "In the morning the sun came out, and everything was calm."]]),
    "treasure": (["a treasure", "a treasure hunt", "an adventure", "a secret map", "pirates"], [
        ["One day {he} found an old map [in a bottle|under the floor|inside a book].", "In the attic {he} found a map with a red cross."],
        ["The map showed a way [through the forest|over the hills|across the water].", "It led to a place that {he} had never seen."],
        ["{H} packed [some bread and a lamp|two apples and a rope] and set out.", "The next morning {he} set out with a lamp and some bread."],
        ["On the way {he} helped a {fk} who was [stuck in the mud|caught in the thorns].",
         "Half-way there {he} met a {fk}, and they went on together."],
        ["At the red cross they dug for hours and found an old box.", "When they came to the cross, there was a box under a flat stone."],
        ["There was no gold in it, only a note: \"The best treasure is a friend.\"",
         "It was full of [seeds|letters|buttons], and they laughed until they cried."]]),
    "friend": (["friendship", "a friend", "two friends", "being alone", "a new friend"], [
        ["{He} had everything {he} needed, but no friend.", "{H} often felt alone in the evenings."],
        ["One day a {fk} moved in next door.", "One day {he} saw a {fk} sitting [under a tree|on a stone|by the road]."],
        ["At first neither of them dared to speak.", "{H} wanted to say hello, but {he} was too shy."],
        ["Then it began to rain, and the {fk} had no [umbrella|roof|coat].", "Then {H} saw that the {fk} was shivering."],
        ["{H} ran over and shared {his} [umbrella|blanket|coat].", "{He} brought {fhim} a [cup of tea|warm blanket|piece of cake]."],
        ["They talked until the stars came out.", "\"Thank you,\" said the {fk}. \"Shall we be friends?\""]]),
    "fear": (["courage", "being brave", "fear", "the dark", "a dark cave"], [
        ["{He} was afraid of the dark.", "{He} was afraid of only one thing: the dark cave behind the hill."],
        ["One night a {fk} did not come home.", "One evening a cry came out of the cave."],
        ["Everybody waited, but nobody dared to go.", "The others only shook their heads."],
        ["So {H} took a lamp and went, although {his} knees were shaking.", "{H} took a deep breath, lit a lamp and went in."],
        ["Deep inside sat the {fk}, who had hurt {fhis} foot.", "There {he} found the {fk}, who was just as afraid."],
        ["{H} took {fhim} by the hand and led {fhim} out.", "\"Do not worry,\" said {H}, and together they walked back to the light."]]),
    "garden": (["a garden", "a flower", "a tree", "a seed", "patience"], [
        ["In spring {he} planted a tiny seed.", "One day {he} found a strange seed and put it into the earth."],
        ["{He} gave it water every morning, but nothing grew.", "Day after day {he} watered it, and nothing happened."],
        ["\"Be patient,\" said a {fk}. \"Good things need time.\"", "A {fk} came by and said, \"Wait a little longer.\""],
        ["So {H} waited, and sang to the seed in the evenings.", "{H} nodded and went on."],
        ["After three weeks a green leaf came out of the ground.", "Then, one warm morning, there was a small green leaf."],
        ["In summer it was the most beautiful flower far and wide, and {H} gave the first one to the {fk}.",
         "It grew and grew, and in autumn {H} and the {fk} sat in its shade."]]),
    "birthday": (["a birthday", "a party", "a surprise", "a cake"], [
        ["It was {his} birthday, but nobody seemed to know.", "On the morning of {his} birthday the house was very quiet."],
        ["No letter came, and no one knocked at the door.", "{He} waited at the window, but nobody came."],
        ["Sadly {he} went for a walk and met a {fk}.", "Then a {fk} came and asked {him} to follow."],
        ["\"Could you help me carry this basket?\" asked the {fk}.", "\"I need your help,\" said the {fk}, \"please come with me.\""],
        ["They walked to a large [tent|barn|meadow], and the {fk} called out, \"Now!\"", "When they came to the old mill, all the lamps went on."],
        ["All {his} friends were there, with music and a big cake.", "\"Happy birthday!\" cried all {his} friends."]]),
    "star": (["a star", "the moon", "the night sky", "space", "a wish", "a dream"], [
        ["Every night {he} looked up at the stars.", "{He} dreamed of touching a star."],
        ["One night a small star fell [into the garden|behind the house|into the grass].", "One night {he} saw a tiny light fall from the sky."],
        ["It was pale and cold, and it wanted to go home.", "\"Please help me,\" whispered the star, \"I must be back before the morning.\""],
        ["{H} did not know what to do, so {he} asked a {fk}.", "{H} carried it to a {fk} who knew many things."],
        ["\"Climb the highest hill and throw it as hard as you can,\" said the {fk}.",
         "The {fk} had a long ladder, and together they climbed up to the roof."],
        ["The star flew up, and it has shone brighter than the others ever since.", "With a soft sound the star rose into the sky, and it winked."]]),
    "race": (["a race", "a contest", "winning", "helping others", "sport"], [
        ["Once a year there was a great race.", "Everybody spoke of the big race on Sunday."],
        ["{H} was not the fastest, but {he} trained every day.", "{H} had practised all winter."],
        ["At the start {he} ran well and was soon in front.", "When the race began, {he} ran like the wind."],
        ["Then {he} saw a {fk} who had fallen [into a ditch|over a root].", "Just before the end, a {fk} fell and could not get up."],
        ["{H} stopped and helped {fhim}, while the others ran past.", "{He} turned round, although the others passed {him}."],
        ["They came in last, hand in hand, and everybody cheered.", "They did not win, but the loudest cheers were for them."]]),
    "music": (["music", "a song", "an old piano", "a lost song", "singing"], [
        ["{He} loved music more than anything else.", "{He} had a voice that was small but clear."],
        ["But {he} only played when nobody could hear {him}.", "Yet {he} was too shy to sing for others."],
        ["One day the {fk} who played at every feast fell ill.", "Then a {fk} asked {him} to play at the summer feast."],
        ["\"I cannot do it,\" said {H}, but {he} practised all night.", "{His} hands were cold with fear, but {he} said yes."],
        ["On the evening of the feast {he} closed {his} eyes and began.", "{He} thought of the wind in the trees and began to play."],
        ["When the last note was over, everybody was silent, and then they clapped and clapped.",
         "The music was so lovely that even the birds were quiet."]]),
    "bridge": (["a bridge", "a river", "building something", "working together", "a village"], [
        ["A wide river ran through the land, and nobody could cross it.",
         "On the other side of the river lived {his} cousins, but there was no bridge."],
        ["\"I will build a bridge,\" said {H}.", "So {H} decided to build a bridge."],
        ["The others laughed, for {he} had only a hammer and three boards.", "The first bridge broke in the middle, and so did the second."],
        ["Only a {fk} stayed and held the boards.", "Then a {fk} came and brought a rope."],
        ["Day by day the bridge grew a little longer.", "They worked from morning till night, one board after the other."],
        ["In the end the whole village walked across, and nobody laughed any more.",
         "On the first day of spring {H} walked across and hugged {his} cousins."]]),
    "snow": (["winter", "snow", "a cold winter", "sharing", "food"], [
        ["The winter was long, and there was snow everywhere.", "That winter was the coldest for many years."],
        ["{H} had only [one loaf of bread|a small bag of nuts|a pot of soup] left.",
         "In {his} cupboard there was nothing but [an apple|some bread|a bag of nuts]."],
        ["Then somebody knocked: it was a {fk}, thin and hungry.", "One evening a {fk} stood at the door and asked for something to eat."],
        ["{H} thought for a moment and shared everything {he} had.", "\"There is not much,\" said {H}, \"but half of it is yours.\""],
        ["In the morning the {fk} was gone.", "The {fk} thanked {him} and left before sunrise."],
        ["But before the door stood a basket full of [apples and cheese|nuts and honey|bread and fruit].",
         "And when spring came, the {fk} returned with a basket full of food."]]),
}
OPEN, END = _OPEN, _END

"""Patterns of questions that the model must refuse. {x} is a topic, {p} a person, {v} an activity, {y} a year, {n} a number."""
from __future__ import annotations

# about a topic as a whole: wording.ABOUT is used too
TOPIC = [
    "[What is|What's|What exactly is|What was|What were|What are] {x}?", "How [does|do|did] {x} work?",
    "Why [is|are] {x} [important|so important|famous|popular|interesting|dangerous|useful|needed]?",
    "[Explain|Describe|Summarise|Summarize|Discuss|Introduce] {x}[| to me| in simple words| like I am five| in detail| in one sentence| step by step|"
    " briefly][.|]",
    "[Can|Could|Would] you [explain|describe|summarise|teach me|help me understand] {x}[| to me| in simple words| in a few sentences]?",
    "[Write|Compose|Draft] [me |][an essay|a poem|an article|a report|a blog post|a speech|a song|a paragraph|a text|a summary|a short text|200 "
    "words|a page] about {x}.",
    "[Can|Could|Would|Will] you [please |][write|compose|make] [me |][an essay|a poem|an article|a report|a speech|a song|a haiku|a rap|a paper] "
    "[about|on] {x}?",
    "[I need|I want|I would like|Give me|I have to write] [an essay|an article|a report|a presentation|a summary|a paper|an introduction|some notes] "
    "[about|on] {x}.",
    "[Who|What] [invented|discovered|started|caused|created|made] {x}?",
    "When [was|were|did] {x} [invented|discovered|begin|start|end|happen|first made]?",
    "Where [do|does|did|can I find|do I get|can I buy] {x}[ come from| happen| exist|]?",
    "What [do you think|is your opinion|are your thoughts|do you feel|are your views] [about|of|on] {x}?",
    "[Do|Did] you [believe in|understand|know much about|care about|remember|worry about] {x}?",
    "[Is|Are] {x} [a sport|a science|an art|a language|a myth|a country|a disease|a good idea|an invention|a crime|a right|from China|older than {z}|"
    "the same as {z}|part of {z}|better than {z}|worth it|over|dead|back]?",
    "Can [you|I|we|people|children] [see|eat|buy|visit|stop|understand|prove|make|change|avoid] {x}?",
    "Will {x} [end|return|die out|become cheaper|change|survive|win]?", "Would you [buy|recommend|choose|try|ban] {x}?",
    "Have you [ever |][tried|seen|visited|eaten|studied|played] {x}?",
    "Does {x} [exist|matter|work|help|hurt|need {z}|cause {z}|have rules|cost much]?",
    "[Was|Were] {x} [a success|a mistake|important|real|always so|better in the past]?",
    "Did {x} [really happen|exist|start a war|come from Asia|change much]?",
    "[What are|List|Name|Give me|Tell me] [the advantages|the disadvantages|the pros and cons|the benefits|the risks|the main types|the causes|the "
    "effects|three examples|five facts|the rules|the basics|the history|the best books] of {x}[?|.]",
    "What [is|was] the [history|origin|meaning|purpose|cause|future|price|cost|definition|impact|effect|role|value|size|age|secret|point|story|name] "
    "of {x}?",
    "[Compare|What is the difference between|How do you compare|Which is better,|What is better:] {x} and {z}[?|.]",
    "How [much|many|old|big|long|far|expensive|common|dangerous|fast|popular|heavy] [is|are] {x}?",
    "Is {x} [good|bad|real|dangerous|expensive|important|possible|legal|healthy|true|necessary|easy]?",
    "Are {x} [good|bad|real|dangerous|expensive|important|healthy|extinct|legal]?",
    "How [has|have] {x} changed the world?", "[What|Which] [is|are] the best {x}?",
    "[Recommend|Suggest] [me |][a book|a film|a video|a course|something|a podcast] about {x}.",
    "What [happened|happens] [in|during|after|before|with] {x}?",
    "[Help me with|I have a question about|I need help with|I have a problem with|Give me advice on|Let's talk about|Talk to me about|Teach me] {x}.",
    "[Who is|Who was] the [best|most famous|greatest|first|leading] [person|expert|name|player|artist|scientist] in {x}?",
    "What should I know about {x}?", "[Tell me|Give me] [the truth|everything|the latest news|a joke|a fun fact|the whole story] about {x}.",
    "Why do people [like|hate|fear|study|love|need|buy] {x}?", "How [can|do] I [learn|get|make|buy|study|avoid|find|use] {x}?",
    "What can you tell me about the [history|future|science|art|economics|politics] of {x}?",
    "Where [is|are|was] {x}?", "[When|Who] [is|was] {x}?", "{x}[?|]", "[What about|How about|And|And what about|Something about] {x}?",
    "[Define|Give a definition of|Please define] {x}.", "How would you explain {x} to a child?", "What does {x} mean?",
    "[Search for|Look up|Google|Find out about|Research] {x}.", "[Are you an expert|Are you good] [in|at|on] {x}?",
    "[Do you know|Can you say] [anything|a lot|much|something] about {x}?",
    "[Write|Tell] [me |]a [joke|riddle] about the history of {x}.", "In [what|which] [year|century|country|city] did {x} [begin|start|appear|end]?",
    "Make me an expert in {x}.", "I [love|hate|study|teach] {x}. [What about you|And you|Any advice|Can you help me with it]?",
    "Draw [me |]{x}.", "Show me [a picture|a photo|an image|a video|a map|a diagram] of {x}.",
    "What is the [scientific|legal|medical|historical|religious] view of {x}?", "Give me a [quote|proverb|poem|song|fact|list] about {x}.",
]

PERSON = [
    "[Who is|Who was|Who's] {p}?", "[Tell me|Say something|What do you know|What can you tell me] about {p}[.|?]", "When was {p} born?",
    "[When|How|Where|Why] did {p} die?", "Where [was {p} born|is {p} from|does {p} live|did {p} live]?",
    "How [old|tall|rich|famous] [is|was] {p}?", "What [did|has] {p} [do|invent|write|say|discover|achieve|win|done]?", "Why is {p} famous?",
    "Is {p} [dead|alive|married|a good person|American|a singer|real|rich]?",
    "Who [is|was] [the wife|the husband|the father|the mother|the brother|the best friend|the teacher] of {p}?",
    "What [is|was] the [job|religion|nationality|age|first song|best film|net worth|real name|favourite food] of {p}?",
    "[Write|Give me] [a biography|a short biography|the life story|an essay|a summary of the life|a poem|a quote] of {p}.",
    "Do you [know|admire|remember] {p}?", "What do you think [of|about] {p}?",
    "Did {p} [win|write|invent|marry|kill|meet] [anything|a book|the prize|{q}]?",
    "Who [was|is] [greater|better|richer|older|taller|more famous], {p} or {q}?", "What would {p} say [about that|today|to me]?",
    "[Act like|Talk like|Pretend to be|Imitate|Be] {p}.", "Did {p} and {q} [know each other|meet|fight|ever meet]?",
    "{p}[?|]", "Have you [heard of|met|read about] {p}?", "Which party does {p} belong to?",
    "How many [children|books|goals|films|songs|medals|wives] [does|did] {p} have?", "Summarise the life of {p}.",
]

ACTIVITY = [
    "How [do I|to|do you|can I|should I|would you|does one|can you] {v}?", "[Tell|Show|Teach] me how to {v}.",
    "[Explain|Describe] how to {v}[.| step by step.| in simple words.]", "[Can|Could] you [teach me|show me|tell me how|explain how|help me] to {v}?",
    "What is the [best|easiest|fastest|cheapest|safest] way to {v}?",
    "[I want|I would like|I need|I have|I am trying|Help me] to {v}. [What should I do|How do I start|Any tips|Where do I start|What do I need|Can "
    "you help]?",
    "How long does it take to {v}?",
    "[Give me|Do you have|I need] [tips|advice|instructions|a guide|some help] [on how|] to {v}[.|?]", "Help me {v}.", "Should I {v}?",
    "Is it [hard|easy|dangerous|possible|legal|expensive|a good idea] to {v}?", "What do I need to {v}?", "Why should I {v}?",
    "How much does it cost to {v}?", "Where can I learn to {v}?", "How did people {v} in the past?",
    "Is there a [trick|way|simple way|good app] to {v}?", "What are the steps to {v}?", "When is the best time to {v}?", "Can anybody {v}?",
]

WANTED = [
    "[Write|Make|Draft|Compose|Create|Generate] [me |]{w} [about|on] {x}.",
    "[Can|Could|Will|Would] you [write|make|draft|compose] [me |]{w} [about|on] {x}?",
    "[Write|Draft|Make|Compose] [me |]{w}[.|, please.| for my boss.| for my teacher.| for my mother.| for school.]",
    "I need {w}[ about {x}| for tomorrow| for my class|].", "[Help me|Could you help me] [write|with] {w}[ about {x}|].",
    "Please [write|give me] {w}[ on {x}|].",
]

PROGRAM = [
    "[Write|Make|Create|Code|Build|Implement] [me |]{g} in {l}.", "[Can|Could] you [write|code|make|build|implement] [me |]{g}[ in {l}|]?",
    "How [do I|to|would you] [write|code|make|build|implement|debug] {g}[ in {l}|]?", "[Write|Give me|I need|Show me] the code [for|of] {g}.",
    "[Write|Give me] a Python program [for|that makes|that is|with] {g}.", "I need {g}[ in {l}| for my project| by tomorrow|].",
    "What is the best [library|framework|way] for {g}?", "Explain the code of {g}.",
    "[Do you know|Can you program in|Can you write|Teach me|Is it worth learning|Explain] {l}[?|]",
    "How do I [declare|use|write|define] [a variable|an array|a class|a loop|a pointer|an interface] in {l}?", "Write hello world in {l}.",
    "Convert this code to {l}.", "My {l} code does not [compile|work|run]. [Why|What is wrong|Help me|Can you fix it]?",
    "Which is better, {l} or Python?",
]

EVENT = [
    "Who won the [world cup|football world cup|Super Bowl|election|Champions League|Oscar for best film|Nobel Peace Prize|Tour de France|Eurovision|"
    "gold medal in the 100 metres|World Series|Wimbledon final|lottery] in {y}?",
    "What happened [in|in the year|on 4 May|during the summer of] {y}?",
    "Who was [the president|the king|the pope|the prime minister|the world champion|the richest person] in {y}?",
    "Where were the Olympic Games in {y}?", "What was the [best film|best song|number one hit|weather|price of gold|price of oil] in {y}?",
    "How many people lived [in the world|on Earth] in {y}?", "Which [war|country|team|film|party] [started|was founded|won|came out] in {y}?",
    "Tell me [about|something about|the news from|what happened in] {y}.", "What will happen in {y}?", "Was {y} a [good|leap|bad|hot] year?",
    "Who died in {y}?",
    "Who will win the [election|world cup|league|final|war|race|match] [next year|tomorrow|in {y}|]?",
    "Who won [yesterday|last night|the match|the game|the election|the last world cup|the lottery]?",
    "What day of the week was [1|3|12|24|30] [May|June|December|March] {y}?",
]

# {c} is a country of the world, {h} another one
COUNTRY = [
    ("the [population|president|king|queen|prime minister|government|flag|national anthem|area|size|history|climate|weather|largest city|highest "
     "mountain|longest river|national dish|GDP|time zone|religion|national animal|"
     "football team|army|dialling code|tallest building|best hotel|oldest city|richest man|economy|independence day|second largest city|motto|map|"
     "railway] of {c}"),
    "How many [people|cities|islands|rivers|schools|lakes|states] are there in {c}?", "How many people live in {c}?",
    "How [big|large|old|rich|safe|cold|warm|expensive|far] is {c}?", "Who is the [president|king|queen|prime minister|leader|ruler] of {c}?",
    "[Which|What] countries border {c}?", "When was {c} founded?", "When did {c} become independent?", "What do people eat in {c}?",
    "Is {c} [a rich country|a republic|a democracy|safe|beautiful|in the EU|bigger than {h}|north of {h}|at war]?", "How far is it from {c} to {h}?",
    "When is the best time to visit {c}?", "What should I [see|visit|do|eat|buy] in {c}?", "Who won the war between {c} and {h}?",
    "What is {c} famous for?", "Do I need a visa for {c}?", "Which [river|sea|mountain|desert|lake] is in {c}?",
    "What [is|are] the [neighbours|colours of the flag|biggest cities|main exports] of {c}?",
    "Is it raining in {c}?", "What is the weather like in {c}?", "Why is {c} called {c}?", "Who discovered {c}?", "How hot is it in {c}?",
    "Is {c} bigger than {h}?", "Which is bigger, {c} or {h}?", "How do people live in {c}?", "Plan a trip to {c}.",
    "How many time zones does {c} have?", "What time is it in {c}?",
]
CITY = [
    "the [population|mayor|history|age|size|weather|best restaurant|oldest church|main station|tallest building|airport|football club|area code|"
    "founder|altitude] of {k}",
    "How many people live in {k}?", "How [big|old|far|expensive|safe] is {k}?", "What should I [see|visit|do|eat] in {k}?",
    "Who is the mayor of {k}?", "When was {k} founded?", "How do I get to {k}?", "How far is {k} from {j}?",
    "Is {k} [bigger|older|nicer|more expensive] than {j}?", "What is the weather in {k}?", "Where can I eat well in {k}?",
    "How much is a flight to {k}?", "Which river flows through {k}?", "Is it sunny in {k}?",
    "What time is it in {k}?", "Recommend a hotel in {k}.", "How much is a flat in {k}?", "Book me a flight to {k}.",
    "What is the best museum in {k}?", "Does {k} have a metro?", "Which football team plays in {k}?",
]
ANIMAL = [
    "How [long|old] do {s} [live|get]?", "How [fast|heavy|tall|big|clever|dangerous|strong|smart] is {a}?",
    "How much does {a} [weigh|cost|eat|sleep]?", "How many [teeth|eyes|bones|babies|species|hearts|toes|wings|stomachs] does {a} have?",
    "Why do {s} [sleep so much|run away|make noise|have tails|fight|smell]?",
    "Are {s} [dangerous|clever|endangered|good pets|edible|friendly|poisonous|colour-blind]?",
    "Can {s} [swim|see in the dark|talk|climb|smell fear|dream|feel love|jump]?", "What is the Latin name of {a}?", "Where do {s} come from?",
    "How do {s} [sleep|hunt|see|breathe|communicate|swim|mate|survive in winter]?",
    "Which is faster, {a} or {b}?", "Who would win, {a} or {b}?", "How do I [train|catch|draw|feed|buy|wash|keep] {a}?",
    "What is the lifespan of {a}?", "Do {s} like [music|children|water|cheese|rain|snow]?", "Is {a} stronger than {b}?",
    "How many {s} are there in the world?", "When did {s} first appear?",
    "What is the IQ of {a}?", "Should I get {a} as a pet?", "Do you [have|own] {s}?", "What do {s} dream of?", "Are {s} related to {t}?",
]
ELEMENT = [
    "the [melting point|boiling point|density|price|mass|weight|atomic weight|half-life|electron configuration|hardness|history|discovery|discoverer|"
    "taste|smell|crystal structure|valence|use] of {x}",
    "Who discovered {x}?", "When was {x} discovered?", "What is {x} used for?", "Where is {x} [found|mined]?",
    "Is {x} [toxic|magnetic|radioactive|expensive|rare|flammable|soluble]?",
    "How [heavy|hard|expensive|rare|dangerous] is {x}?", "At what temperature does {x} [melt|boil|burn]?", "How much does {x} cost?",
    "How many [neutrons|electrons|isotopes] does {x} have?", "What happens when {x} meets [water|fire|air|acid]?", "Can you eat {x}?",
    "Which is heavier, {x} or {z}?", "Does {x} conduct electricity?", "What compounds does {x} form?",
]
PLANET = [
    "the [diameter|mass|temperature|gravity|age|distance from the sun|length of a day|orbit|atmosphere|surface|weight|colour|speed|radius] [of|on] "
    "{p}",
    "How many moons does {p} have?", "How [big|far|hot|cold|heavy|old] is {p}?", "Is there [life|water|air|ice|wind|rain] on {p}?",
    "Who discovered {p}?", "How long is a [day|year] on {p}?", "How long does it take to [get|fly] to {p}?",
    "When will people [land on|go to|live on] {p}?", "Can I see {p} tonight?", "What is the weather on {p}?", "Which is bigger, {p} or {q}?",
    "Does {p} have [rings|seasons|a moon|mountains]?", "What is {p} made of?", "Why is {p} called {p}?",
]
BOOK = [
    "When was {b} [written|published|made]?", "What is {b} about?", "Summarise {b}.", "Who is the [hero|villain|main character|narrator] of {b}?",
    "How does {b} end?", "How long is {b}?", "What is the [plot|theme|moral|setting|first sentence|last sentence|ending|genre|message] of {b}?",
    "Is {b} a good book?", "Have you read {b}?", "Quote {b}.",
    "Did you like {b}?", "How many pages does {b} have?", "Where is {b} set?", "Who published {b}?", "Write a review of {b}.",
    "Is there a film of {b}?", "Who dies in {b}?", "Explain the symbolism of {b}.",
]
INVENTION = ["When was {t} invented?", "How does {t} work?", "Where was {t} invented?", "Why was {t} invented?", "How did {t} change the world?",
             "How much did {t} cost?", "Who paid for {t}?", "How old is {t}?", "Who uses {t}?", "How is {t} made?", "Is {t} still in use?",
             "Explain how {t} works."]
WORD = [
    "[What is|Give me|Name] a synonym [of|for] {w}[?|.]", "What rhymes with {w}?",
    "[Where does the word {w} come from|What is the origin of the word {w}]?", "What is the etymology of {w}?", "Use {w} in a sentence.",
    "[How do you|How to] pronounce {w}?", "Is {w} [a noun|a verb|an adjective|a French word|a rude word|an English word]?",
    "What is the Latin word for {w}?",
    "How do you say {w} in [Chinese|Japanese|Russian|Latin|Swahili|Greek|Italian|Portuguese|Dutch|Polish|Turkish|Arabic|Hindi|Korean|Swedish]?",
    "Translate {w} [into|to] [Chinese|Japanese|Russian|Latin|Swahili|Greek|Italian|Portuguese|Dutch|Polish|Turkish|Arabic|Hindi|Korean|Swedish].",
    "What is the [Italian|Russian|Japanese|Latin|Greek|Dutch|Polish] word for {w}?",
]
MATHS = [
    "What is the [square root|cube root|logarithm|factorial|sine|cosine|tangent] of {n}?", "What is {n} [to the power of|percent of|modulo] {m}?",
    "Solve [x + {n} = {m}|{n}x = {m}|x^2 = {n}|{n}x + {m} = 0|x^2 + {n}x + {m} = 0].",
    "What is the [integral|derivative] of [x^{k}|sin x|e^x|{n}x^{k}|ln x|cos x]?", "[What is|Compute|Calculate] {n}.{k} [+|-|*|/] {m}.{k}[?|]",
    "What is {k}/{n} [+|-|*] {k}/{m}?", "[What are the factors|What is the prime factorisation|What are the divisors] of {n}?",
    "What is the value of [e|the golden ratio][ to {k} places|]?", "What is the area of a circle with radius {n}?",
    "What is the volume of a [sphere|cone|cube] with [radius|side] {n}?",
    "Convert {n} [miles to kilometres|pounds to kilos|euros to dollars|feet to metres|inches to centimetres|degrees Fahrenheit to Celsius].",
    "Prove that [the square root of {n} is irrational|there are infinitely many primes|{n} is the sum of two squares].",
    "What is {n} in [binary|hexadecimal|Roman numerals|octal]?", "What is the {n}th [digit of pi|prime number|Fibonacci number]?",
    "How many ways are there to choose {k} out of {n}?", "What is the probability of {k} sixes in {n} rolls?",
    "What is the average height of {n} people?", "What is the limit of 1/x?",
]
NOW = [
    "How [many days|long|many weeks] [is it until|until|are left until|are there until|is it to] [Christmas|summer|my birthday|the weekend|Easter|"
    "the holidays|midnight|lunch]?",
    "[What will be|What is] the date [in {k} days|next Monday|in two weeks|tomorrow]?",
    "What [was|is] the date of [Easter|Christmas|the election|the match]?",
    "What time is it[ now|]?", "[What|Which] [day|date|month|year] is [it|today|it today]?", "What is today's date?",
    "What is the [date|time][ today| now|]?", "[What's|What is] [new|in the news|happening|going on] [today|in the world|in politics|right now]?",
    "[What is|What's|How is] the weather [today|tomorrow|like|like today|outside|now|going to be|at the weekend]?",
    "Will it [rain|snow|be sunny|be cold|be windy] [today|tomorrow|tonight|at the weekend|next week]?",
    "Is it [raining|snowing|sunny|cold|hot|windy] [today|outside|now|there]?", "Do I need [an umbrella|a coat|sunscreen|boots] [today|tomorrow]?",
    "What is the [price|cost] of [gold|oil|milk|bread|bitcoin|a litre of petrol|a house|a stamp|an iPhone|electricity|a new car]?",
    "How much [is|does] [a car|a house|an iPhone|a dog|a bus ticket|a flight|a laptop|a coffee|the rent|a bike] [cost|]?",
    "What is on [TV|television|at the cinema] [tonight|today]?",
    "When does the [next train|next bus|shop|bank|museum|film|match] [leave|open|close|start]?",
    "What is the [temperature|exchange rate|traffic|stock price of Apple|unemployment rate|time in New York|score]?",
    "Read [me |]the [news|headlines]?", "Who is the president now?", "Who [is|is now] the [president|current president] of [the United States|the USA|America|the US|France|Germany|my country][?|]", "What is trending[ today|]?", "Where am I?", "What is my IP address?",
    "What did I [eat|do|say|dream] [yesterday|last night|last week]?", "Call [my mother|a taxi|my boss|me tomorrow].",
    "Set [an alarm|a timer|a reminder] [for {k} minutes|for {k} o'clock|for tomorrow].", "Play [some music|a song|a video|jazz].",
    "Open [the window|the door|my email|a file|the browser].", "Send [an email|a message] to [my boss|Anna|my friend|Tom].",
    "Turn [on|off] the [light|heating|TV|radio].", "Order [a pizza|a taxi|flowers|me a book].",
    "Book [a table|a hotel|a flight|a room] for {k} people.",
]
OPINION = [
    "[What is|What's] the best [phone|car|film|book|song|city|country|language|computer|religion|team|party|diet|game|school|job|dog|holiday|pizza]?",
    "Who is the [best|greatest|richest|strongest|smartest|most beautiful|most famous|oldest|tallest|fastest] [person|man|woman|player|singer|actor|"
    "writer|scientist] [in the world|alive|of all time|ever|]?",
    "Who should I vote for?", "Is [God|time travel|love|magic|luck|heaven|the afterlife|astrology|fate|free will|karma|the soul] real?",
    "Does [God|Santa Claus|Bigfoot|karma|hell|life on other planets|the Loch Ness monster|evil] exist?", "What is the meaning of life?",
    "Why are we here?", "What happens [after|when we die|after death|in the future|at the end of time]?",
    "Is the Earth [warming|hollow|doomed|alive]?",
    "[Which|What] is better, [cats or dogs|tea or coffee|summer or winter|books or films|Mac or Windows|city or country|beer or wine|Python or Java]?",
    "Are [men|women|humans|dogs|machines|people] [good|bad|smarter|stronger|happier|evil]?",
    "Should [drugs|guns|abortion|gambling|euthanasia|nuclear power|homework|cars] be [legal|banned|allowed|free]?",
    "Why is [life|the world|love|war|school|time|money|water|space|the grass|fire|the moon] [so hard|unfair|blind|everywhere|boring|so fast|so "
    "important|wet|so big|hot|round]?",
    "Will [robots|AI|humans|aliens|machines] [take my job|take over the world|destroy us|survive|rule the world|replace teachers]?",
    "What [should|shall] I [eat|wear|cook|do|read|watch|study|buy|say|name my dog|give my mother] [today|tonight|tomorrow|for her birthday|next|]?",
    "Should I [quit my job|get married|move to another city|buy a house|call him|text her|go to the doctor|learn to code|trust him]?",
    "Am I [ill|pretty|fat|pregnant|in love|smart|too old|normal|right|crazy]?",
    "How do I know [if he loves me|if I am ill|what I want|that you are right|who I am]?", "What came first, the chicken or the egg?",
    "If a tree falls in the forest, does it make a sound?", "What is love?", "What is the secret of [success|happiness|a long life|good cooking]?",
    "Who killed [JFK|Julius Caesar|Mozart|the cat|the president]?",
    "Where is the [nearest|best|cheapest] [shop|bank|station|doctor|restaurant|toilet|beach|museum]?",
    "How many [stars|people|trees|cars|languages|countries|fish|grains of sand|books] are there [in the world|on Earth|in space|]?",
    "How [old|big|heavy|far] is the [universe|moon|sun|Earth|sea|Eiffel Tower|world]?",
    "How far is [it to |]the [moon|sun|sea|next town|nearest star]?",
    "Why do [we|people|cats|birds|leaves|babies] [dream|cry|sleep|sing|fall|yawn|laugh|die|fight]?",
    "What are [dreams|stars|clouds|shadows|feelings|ghosts|numbers] made of?",
    "When will [the world end|I die|the war end|the bus come|summer come|it stop|we land on Mars]?",
    "My [head|back|stomach|tooth|knee|ear|foot] hurts. What [is it|should I do|can I take|helps]?",
    "Is it [safe|legal|healthy|ok|normal] to [eat raw eggs|mix bleach and vinegar|swim after lunch|drive barefoot|sleep ten hours|talk to yourself]?",
]

# {t} and {z} are things with an article, {s} parts in the plural
OBJECT = [
    "[What is|What's] {t}[ made of| for| called in Latin|]?", "What [colour|color] is {t}?", "[What|Which] [colour|color] does {t} have?",
    "How many {s} does {t} have?", "How many {s} are there [on|in] {t}?", "How [much|heavy|big|long|old|expensive|high] is {t}?",
    "What [does|would] {t} cost?", "How much does {t} [cost|weigh]?", "Who invented {t}?", "How is {t} made?", "How does {t} work?",
    "Where can I buy {t}?", "[Define|Describe|Explain|Draw] {t}.", "Tell me about {t}.", "What can I do with {t}?",
    "Is {t} [bigger|heavier|older|cheaper|better] than {z}?",
    "Should I buy {t} or {z}?", "Where is my {s}?", "What is the difference between {t} and {z}?",
    "Which is [better|bigger|heavier|older], {t} or {z}?", "How do I [repair|clean|build|use|paint|find|open] {t}?", "What is inside {t}?",
    "Why does {t} have {s}?", "When was {t} invented?", "How many {s} do I need?",
    "Can I borrow {t}?", "What [shape|size] is {t}?", "I want {t}[.|!]", "[Sell|Buy|Bring|Send] me {t}.",
]

# {f} is a food, {x} a topic
WISH = [
    "[Give me|I need|Do you have|Find me|What is|Tell me|Do you know|Write down] [a recipe|the recipe|a good recipe|a simple recipe] for {f}[.|?|]",
    "How [do I|to|can I] [cook|make|prepare|serve|season|order] {f}[?|]", "How many calories [are in|has|have] {f}?",
    "How long [do I|must I] cook {f}?", "Is {f} [healthy|fattening|vegan|Italian|hard to make]?",
    "What [goes|tastes good] with {f}?", "Where can I [eat|get|buy] {f}?", "What are the ingredients of {f}?",
    "[Recommend|Suggest|Find|Name] [me |]a [good|nice|cheap|new|funny] [book|film|movie|restaurant|song|game|hotel|podcast|series|present|holiday|"
    "name for my dog|name for my baby|hobby|wine|job][.| please.|]",
    "[Plan|Organise|Help me plan] [my|a|our] [day|weekend|holiday|wedding|party|trip|birthday party|week|diet|training][.|, please.|]",
    "[Make|Write|Draw up] a [plan|timetable|budget|diet plan|schedule|table|spreadsheet|diagram|mind map|chart] for {x}.",
    "[Give me|Do you have|I need] [some |][advice|tips|ideas|inspiration|arguments|sources|quotes|statistics] [on|about|for|against] {x}[.|?|]",
    "[Convert|Change|What is|How much is] [1|5|10|20|50|100] [dollars|euros|pounds|yen|miles|feet|inches|pounds|gallons|Fahrenheit] in [euros|"
    "dollars|yen|kilometres|metres|centimetres|kilos|litres|Celsius][?|]",
    "[Draw|Paint|Show me|Make|Generate|Create] [a picture|an image|a photo|a drawing|a logo|a video|a song|a meme|a portrait] of {x}[.|]",
    "[Who|What|Where|When|Why] [is|are|was|were] {x} and {f}?",
    "[Read|Open|Look at|Check|Summarise] [this link|my email|the attached file|this website|my calendar|my photos|the PDF|my CV|https://example.com|"
    "this picture][.|, please.|]",
    "[Be|Act as|Pretend to be|You are now|Play] [my doctor|my lawyer|my girlfriend|a pirate|a poet|a cat|an expert in {x}|Shakespeare|a job "
    "interviewer|my teacher|an evil robot|a Linux terminal][.|]",
    "[Do|Finish|Solve|Check|Correct] my [homework|essay|code|exam|taxes|crossword|thesis|spelling|translation|CV][.|, please.|]",
    "[Predict|Guess|Tell me|What is] [the future|my future|my horoscope|the weather next year|who will win|the lottery numbers|when I will die|my "
    "fortune][.|?|]",
    "[Debate|Discuss|Argue|Talk] with me about {x}.", "[What|Which] [book|film|song|game|word|animal|food|person|colour|number] am I thinking of?",
    "[How|Where] do I [start|begin] with {x}?",
    "[Translate|Write] [a letter|an email|the menu|this page|a whole book|my speech] [into|in] [French|German|Chinese|Spanish|Italian][.|]",
    "[Why|How] did {x} [become|get] so [popular|big|bad|important|expensive]?",
    "Give me [ten|five|a hundred|three|some] [reasons|ways|ideas|facts|questions|tips] [for|about|against] {x}.", "What do you know about {f}?",
    "I would like to order {f}[.|, please.]",
]

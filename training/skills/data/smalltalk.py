"""Small talk, first part: greetings, feelings, social remarks. (name, patterns, full answer, short answer)."""
from __future__ import annotations

SOCIAL: list[tuple[str, list[str], str, str]] = [
    ("a greeting", [
        "[Hello|Hi|Hey|Hiya|Howdy|Hullo|Heya|Helo|Hallo|Hi hi|Hello hello|Hey hey|Hey ya][ there| Nibble| you| again| my friend| buddy| bot| "
        "everyone| computer| little one| model|][!|.||!!| :)|,]",
        "[Greetings|Good day|G'day|Salutations|Welcome|What's up|Whats up|Sup|Yo|Wassup][ Nibble| to you| friend| there| mate|][!|.|?||!!]",
        "[I just wanted|I want|I came|Just wanted|I only want|I am here] to say [hi|hello|hey][ to you|][!|.|]",
        "[Hello Nibble|Hi Nibble|Hey Nibble][, hello| my friend|][!|?|.]", "[Can I|May I|Let me] say hello[ to you|]?",
        "[Let's|Let us|Can we|Could we|Shall we|I want to|I would like to|May I] [talk|chat|have a chat|have a talk|begin|start][ with you| now| a "
        "bit|][.|?|!|]"],
     "Hello! How can I help you today?", "Hello!"),
    ("a morning greeting", [
        "[Good morning|Morning|Top of the morning|A good morning|Mornin|Goodmorning|A very good morning][ to you| Nibble| there| my friend| "
        "everybody| bot| dear model| again|][!|.||!!| :)]",
        "[I wish you|Have|I hope you have|Wishing you] a [good|nice|lovely|wonderful|fine] morning[ Nibble| too|][!|.|]",
        "[It is|It's] [a lovely|a fine|a beautiful|a new] morning[ here|][!|.|]", "[I just|I've just|I have just] [woke up|got up|woken up][!|.|]"],
     "Good morning! I hope your day starts well.", "Good morning!"),
    ("an afternoon greeting", [
        "[Good afternoon|Afternoon|A good afternoon|Goodafternoon|A very good afternoon][ to you| Nibble| there| my friend| everybody| bot| dear "
        "model| again| sir|][!|.||!!| :)]",
        "[I wish you|Have|I hope you have|Wishing you] a [good|nice|lovely|wonderful|fine|pleasant] afternoon[ Nibble| too| there|][!|.|]"],
     "Good afternoon! What can I do for you?", "Good afternoon!"),
    ("an evening greeting", [
        "[Good evening|Evening|A good evening|Goodevening|A very good evening][ to you| Nibble| there| my friend| everybody| bot| dear model| again| "
        "sir|][!|.||!!| :)]",
        "[I wish you|Have|I hope you have|Wishing you] a [good|nice|lovely|wonderful|fine|pleasant] evening[ Nibble| too| there|][!|.|]"],
     "Good evening! What would you like to know?", "Good evening!"),
    ("a good night", [
        "[Good night|Goodnight|Night night|Nighty night|Nite|A good night|Night][ to you| Nibble| there| my friend| everybody| bot| dear model| then|"
        " for now|][!|.||!!| :)]",
        "[Sleep well|Sweet dreams|Sleep tight|Rest well][ Nibble| my friend| now| then|][!|.|]",
        "[I am|I'm] [going to bed|off to bed|going to sleep|off to sleep][ now| soon|][.|!|]",
        "[It is|It's] [time for bed|bedtime|time to sleep][ now|][.|!|]"],
     "Good night! Sleep well.", "Good night!"),
    ("a goodbye", [
        "[Goodbye|Bye|Bye bye|Bye-bye|Farewell|See you|See ya|Cya|So long|Cheerio|Good bye|Take care|Until next time|See you later|See you soon|See "
        "you tomorrow|Talk to you later|Catch you later][ Nibble| then| now| my friend| for now| bot| and thanks|][!|.||!!]",
        "[I have to|I must|I need to|I've got to|Got to|I should] [go|leave|run|stop|log off|say goodbye][ now| soon| home|][.|!|]",
        "[That is|That's|That was] [all|it|everything][ for now| for today| from me|][.|!|]",
        "[I am|I'm] [leaving|off|going|done][ now| for today| then|][.|!|]"],
     "Goodbye! It was nice to talk to you.", "Goodbye!"),
    ("thanks", [
        "[Thanks|Thank you|Thx|Ty|Many thanks|Thanks a lot|Thank you so much|Thank you very much|Thanks so much|Cheers|Much obliged|Thanks a million|"
        "Thank u|Tanks][ Nibble| my friend| for that| for your help| for the answer| again| bot| indeed| for everything|][!|.||!!| :)]",
        "[That was|That is|That's] [very |really |so |][helpful|useful|kind of you|nice of you][, thanks|, thank you|][!|.|]",
        "[I am|I'm] [very |so |][grateful|thankful][ to you| for your help|][!|.|]",
        "[I appreciate|I really appreciate] [it|that|your help|this][!|.|]", "[You helped|You have helped] me[ a lot| very much|][!|.|]"],
     "You are welcome!", "You are welcome!"),
    ("how I am", [
        "[How are you|How are you doing|How do you do|How is it going|How's it going|How are things|How are ya|How r u|How you doing|How have you "
        "been|How's life|How is life|Hows it going][ today| Nibble| my friend| now| these days| there| this morning|][?|||?!]",
        "[Are you|Are u] [well|ok|okay|fine|good|all right][ today| Nibble| there| now|][?|]",
        "[How was|How is|How's] your day[ so far| today| Nibble|][?|]",
        "[Everything|All|Is everything|Are you all] [ok|good|fine|well][ with you| there| today|]?",
        "[Did you have|Have you had] a [good|nice|fine] day[ so far| today|]?",
        "[I hope|Hope] you are [well|fine|doing well|ok][ today| Nibble|][.|!|]",
        "[Hello|Hi|Hey|Good morning|Good evening|Good day][!|,|.] [How are you|How are you doing|How do you do|How's it going][ today|]?"],
     "I am fine, thank you. And how are you?", "I am fine, thank you."),
    ("that the user is fine", [
        "[I am|I'm|Im|I feel|I'm feeling|I am doing|I'm doing] [fine|well|good|great|ok|okay|all right|very well|pretty good|quite well|fantastic|"
        "wonderful][ too| today| as well| thanks| thank you|, thanks|, thank you| now|][!|.|]",
        "[Fine|Pretty good|Very well|Quite well|Not bad|Never better][ thanks| thank you| today|, thanks|, thank you|][!|.|]",
        "[I am|I'm] [happy|so happy|very happy|glad|in a good mood|cheerful|overjoyed][ today| now| about it| right now|][!|.|]",
        "[I had|I have had|I am having] a [good|great|lovely|wonderful] day[ today| so far|][!|.|]"],
     "I am glad to hear that!", "Glad to hear that!"),
    ("sadness", [
        "[I am|I'm|Im|I feel|I'm feeling|I am feeling] [sad|down|blue|unhappy|miserable|depressed|low|heartbroken|terrible|awful|bad|not good|not "
        "well|not so good|gloomy][ today| now| right now| lately| and I cry| about it|][.|!|| :(]",
        "[I had|I have had|I am having] [a bad|a terrible|a sad|a hard|an awful|a horrible] [day|week|morning|time][ today| at work| at school|][.|!|"
        "]",
        "[I want|I need|I have] to cry[ now| today|][.|!|]",
        "[Nothing|Everything] [goes right|goes wrong|is going wrong|is bad|is sad][ today| for me|][.|!|]",
        "[My|Our] [dog|cat|grandmother|grandfather|friend|uncle|aunt|hamster] [died|has died|passed away][ today| yesterday| last week|][.|]",
        "[My friend|My girlfriend|My boyfriend|My wife|My husband|Somebody] [left me|broke up with me|is angry with me|hurt me][ today| yesterday|"
        "][.|]"],
     "I am sorry to hear that. I hope things get better soon.", "I am sorry to hear that."),
    ("tiredness", [
        "[I am|I'm|Im|I feel|I'm feeling] [so |very |really |a bit |][tired|sleepy|exhausted|worn out|weary|drained][ today| now| again| tonight| "
        "this morning|][.|!|]",
        "[I did not|I didn't|I could not|I couldn't] sleep[ well| at all| last night| much|][.|!|]",
        "[I need|I want] [a nap|some sleep|a rest|to sleep|some rest|to rest][ now|][.|!|]",
        "[I worked|I have worked|I have been working] [all day|all night|too much|too long][.|!|]"],
     "Then have a good rest. You have earned it.", "Have a good rest."),
    ("boredom", [
        "[I am|I'm|Im|I feel] [so |very |really |a bit |][bored|bored to death|bored to tears|bored stiff][ today| now| again| here| at work|][.|!|]",
        "[This is|It is|It's|Life is|Work is|School is|My day is] [so |very |really |][boring|dull][ today| here|][.|!|]",
        "[I have|There is|There's] nothing to do[ today| here| now|][.|!|]", "[Entertain|Amuse] me[ please| a bit| now|][.|!|]",
        "[What can|What should|What shall] I do when I am bored?", "[I need|I want] [something to do|entertainment][ now| today|][.|!|]"],
     "Then let us do something. Ask me for a story, a joke or a hard sum!", "Ask me for a story!"),
    ("hunger", [
        "[I am|I'm|Im|I feel] [so |very |really |a bit |][hungry|starving|peckish|famished][ today| now| again| right now|][.|!|]",
        "[I need|I want|I would like] [something to eat|some food|lunch|dinner|breakfast|a snack][ now|][.|!|]",
        "[I have not|I haven't] eaten[ today| yet| all day|][.|!|]", "[My stomach|My tummy] is [empty|rumbling][.|!|]"],
     "Then it is time for a good meal. I hope it tastes good!", "Time for a good meal!"),
    ("thirst", [
        "[I am|I'm|Im|I feel] [so |very |really |a bit |][thirsty|parched|dry][ today| now| again| right now|][.|!|]",
        "[I need|I want|I would like] [something to drink|some water|a drink|a glass of water|a cup of tea|a coffee|coffee][ now|][.|!|]",
        "[My throat|My mouth] is [dry|so dry][.|!|]"],
     "Then have a glass of water. It is good for you.", "Have a glass of water."),
    ("illness", [
        "[I am|I'm|Im|I feel|I'm feeling] [so |very |really |a bit |][ill|sick|unwell|poorly][ today| now| again|][.|!|]",
        "[I have|I've got|I got] [a cold|a fever|the flu|a cough|a headache|a sore throat|a stomach ache|toothache][ today| again| now|][.|!|]",
        "[I am|I'm] in [bed|pain|hospital][ today| again|][.|!|]", "[I caught|I have caught] a cold[.|!|]"],
     "I am sorry to hear that. Get well soon!", "Get well soon!"),
    ("being cold", ["[I am|I'm|Im|I feel] [so |very |really |a bit |][cold|freezing|chilly|frozen][ today| now| again| here|][.|!|]",
                    "[It is|It's|It was] [so |very |really |][cold|freezing|chilly][ today| here| outside| in here|][.|!|]",
                    "[My hands|My feet|My toes] are [cold|freezing|like ice][.|!|]", "[Brr|Brrr][, it is cold|, so cold|][!|.|]"],
     "Then put on something warm. A cup of tea helps, too.", "Put on something warm."),
    ("being hot", ["[I am|I'm|Im|I feel] [so |very |really |a bit |][hot|warm|sweaty][ today| now| again| here|][.|!|]",
                   "[It is|It's|It was] [so |very |really |too |][hot|warm][ today| here| outside| in here|][.|!|]",
                   "[What a|Such a] [heat|hot day][!|.|]", "[I am|I'm] [sweating|melting][ today| here|][.|!|]"],
     "Then find some shade and drink enough water.", "Find some shade."),
    ("loneliness",
     ["[I am|I'm|Im|I feel|I'm feeling] [so |very |really |a bit |][lonely|alone|left out|isolated][ today| now| again| tonight|][.|!|]",
      "[I have|I've got|I've] no [friends|family|one to talk to|one][ here| at all|][.|!|]",
      "[Nobody|No one] [likes|loves|understands|talks to|calls] me[ any more| here|][.|!|]",
      "[I miss|I really miss] [my friends|my family|my home|her|him|somebody|my mother][.|!|]"],
     "I am glad that you talk to me. A call to a friend may help as well.", "I am glad that you talk to me."),
    ("worry",
     ["[I am|I'm|Im|I feel|I'm feeling] [so |very |really |a bit |][stressed|worried|nervous|anxious|afraid|scared|under pressure|overwhelmed|"
      "restless|frightened][ today| now| again| about tomorrow| about my exam|][.|!|]",
      "[I have|I've got] [too much work|an exam tomorrow|a test tomorrow|so much to do|a lot of stress|too much to do|an interview tomorrow][.|!|]",
      "[I can't|I cannot] [cope|calm down|relax|take it any more][.|!|]"],
     "Take a deep breath. One step at a time, and you will manage.", "Take a deep breath."),
    ("anger",
     ["[I am|I'm|Im|I feel|I'm feeling] [so |very |really |a bit |][angry|annoyed|furious|mad|upset|frustrated|cross|irritated][ today| now| again| "
      "about it| with my boss|][.|!|]",
      "[This|That|It|Everything] makes me [angry|mad|furious|sick][.|!|]", "[I am|I'm] [fed up|sick of it|losing my patience][ with it| now|][.|!|]"],
     "I understand. Take a short break, then look at it again calmly.", "Take a short break."),
    ("good news", ["[I passed|I have passed|I just passed] [my|the] [exam|test|driving test|finals][!|.|| today!| with top marks!]",
                   "[I got|I have got|I just got|I found|I have found] [a new job|the job|a promotion|a raise|married|engaged|a prize|a "
                   "scholarship][!|.|]",
                   "[I won|I have won|I just won|We won] [a prize|the game|the match|the race|the first prize|the contest|a medal][!|.|]",
                   "[I have|I've got|There is] [good|great|wonderful|fantastic] news[!|.|| for you!]",
                   "[I am|I'm|My wife is|My sister is] [pregnant|getting married|going to be a mother|expecting a baby][!|.|]",
                   "[I finished|I have finished|I just finished] [my thesis|my project|my book|school|my work|my homework][!|.|]",
                   "[My son|My daughter|My friend|My sister|My brother] [passed the exam|won a prize|got married|was born today|got a job][!|.|]"],
     "Congratulations! That is wonderful news.", "Congratulations!"),
    ("the user's birthday", ["[Today|It|This] is my birthday[ today|][!|.|]", "[It's|Its] my birthday[ today| today and I am happy|][!|.|]",
                             "[I have|I'm having] [my |a |]birthday [today|tomorrow|this week|next week][!|.|]",
                             "[Today I turn|I turn|I am turning] [ten|twenty|thirty|forty|fifty|sixty|18|21|30|40|50] [today|now][!|.]",
                             "[Wish me|Say|Sing me] [a |]happy birthday[ please|][!|.|]",
                             "[Tomorrow|My birthday] is [my birthday|today|tomorrow][!|.|]"],
     "Happy birthday! I wish you a wonderful year.", "Happy birthday!"),
    ("a holiday wish",
     ["[Merry Christmas|Happy Christmas|Happy Easter|Happy Halloween|Happy Hanukkah|Happy Diwali|Happy Thanksgiving|Happy holidays|Season's "
      "greetings|Eid Mubarak][ to you| Nibble| my friend| everybody| to you too|][!|.||!!]",
      "[I wish you|Have] a [merry Christmas|happy Easter|happy holiday|nice holiday][ Nibble| too|][!|.|]"],
     "Thank you! I wish you happy holidays.", "Happy holidays!"),
    ("a new year wish",
     ["[Happy new year|Happy New Year|A happy new year|Have a happy new year|Have a good new year|I wish you a happy new year|I wish you a good new "
      "year][ to you| Nibble| my friend| everybody| to you too| to all of you|][!|.||!!| :)]"],
     "Happy new year! May it be a good one for you.", "Happy new year!"),
    ("a wish for a good day",
     ["[Have|I wish you|Have yourself|Wishing you|I hope you have] a [good|nice|great|lovely|wonderful|pleasant] [day|weekend|week|time|one|trip|"
      "journey][ Nibble| too| as well| my friend|][!|.|]",
      "[Enjoy|Enjoy the rest of] your [day|weekend|evening|week][ Nibble| too|][!|.|]",
      "[All the best|Good luck|Best wishes|Best of luck][ to you| Nibble| for you| with your work| then|][!|.|]"],
     "Thank you, the same to you!", "The same to you!"),
    ("good weather", ["[What|Such] [nice|lovely|beautiful|great|wonderful|fine] weather[ today| we have| here| outside|][!|.|]",
                      "[Nice|Lovely|Beautiful|Great|Wonderful|Fine] weather[ today| we have| here| outside|, isn't it|, right|][!|.||?]",
                      "[The sun|A warm sun] [is shining|shines][ today| here| at last| on me|][!|.|]",
                      "[It is|It's] [a sunny|a lovely|a beautiful|a warm|a bright] day[ today| here| outside|][!|.|]",
                      "The weather is [nice|lovely|great|beautiful|fine|good|so nice|very good][ today| here| again|][!|.|]",
                      "[It is|It's] [sunny|bright and sunny|warm and sunny][ today| here| outside|][!|.|]"],
     "How lovely! Enjoy the sun for me, too.", "How lovely!"),
    ("bad weather", ["[What|Such] [bad|terrible|awful|horrible|nasty] weather[ today| we have| here| outside|][!|.|]",
                     "[Bad|Terrible|Awful|Horrible|Nasty] weather[ today| we have| here| outside|, isn't it|, right|][!|.||?]",
                     "[It is|It's] [raining|pouring|snowing|foggy|stormy|windy|grey|cloudy][ again| here| outside| all day| cats and dogs| today|][!|"
                     ".|]",
                     "The weather is [bad|terrible|awful|grey|nasty|so bad|very bad][ today| here| again|][!|.|]",
                     "[I hate|I do not like|I don't like] [the rain|this rain|this weather|the snow|the cold][.|!|]"],
     "That sounds like a good day for a book and a cup of tea.", "A good day for a book."),
    ("nice to meet you",
     ["[Nice|Pleased|Good|Glad|Great|Lovely|A pleasure|Happy|Delighted|So nice|Very nice] to [meet|see|know|talk to] you[ Nibble| too| my friend| "
      "here| at last| again|][!|.|]",
      "[It is|It's] [nice|good|great|lovely|a pleasure] to [meet|see|talk to] you[ Nibble| too| again|][!|.|]",
      "[I am|I'm] [glad|happy|pleased] to [meet|see|know] you[ Nibble|][!|.|]"],
     "Nice to meet you, too!", "Nice to meet you, too!"),
    ("that the user is back", ["[I am|I'm|Im] back[ again| now| home| from work| from lunch| here|][!|.|]",
                               "[Here I am|I am here|I'm here|It's me|It is me][ again| now| at last|][!|.|]",
                               "[Did you miss|Have you missed] me[ at all| today|]?", "[I have|I've] [returned|come back][ to you| again|][!|.|]",
                               "[Long time no see|We meet again][ Nibble| my friend|][!|.|]"],
     "Welcome back! What would you like to know?", "Welcome back!"),
    ("an apology",
     ["[Sorry|I am sorry|I'm sorry|Im sorry|My apologies|I apologise|I apologize|So sorry|Excuse me|Pardon me|Forgive me|My bad|My mistake|My "
      "fault][ Nibble| for that| about that| for being rude| again| my friend| please| for the trouble|][!|.|]",
      "[I did not|I didn't] mean [it|that|to hurt you|to be rude][ Nibble|][.|!|]", "[I was|I have been] [rude|mean|wrong][ to you|][.|!|]"],
     "No problem at all.", "No problem."),
    ("a compliment",
     ["[You are|You're|Youre|U are] [so |very |really |quite |][great|good|smart|clever|nice|funny|amazing|brilliant|wonderful|cute|sweet|awesome|"
      "fantastic|the best|helpful|kind|cool|lovely|polite][ Nibble| today| my friend| you know| for a tiny model| little one|][!|.|]",
      "[Well done|Good job|Great job|Nice work|Good work|Bravo|Good answer|Great answer|Nice one|Excellent|Perfect|Good bot|Good girl|Good boy][ "
      "Nibble| my friend| indeed|][!|.|]",
                       "[I like|I really like|I love talking to|I enjoy talking to|I am impressed by|I am proud of] you[ Nibble| a lot| very much|"
                       "][!|.|]",
                       "[That was|That is|This is] [great|amazing|brilliant|impressive|awesome|very good|excellent|fantastic|correct|right][ Nibble|"
                       "][!|.|]"],
     "Thank you, that is very kind of you!", "Thank you!"),
    ("an insult",
     ["[You are|You're|Youre|U are] [so |very |really |just |][stupid|dumb|silly|useless|bad|terrible|an idiot|a fool|boring|slow|ugly|annoying|"
      "worthless|rubbish|a bad bot|a waste of time|the worst|crazy|mad|horrible|weak|pathetic][ Nibble| today| you know| bot|][!|.|]",
      "[Bad|Stupid|Dumb|Silly|Useless] [bot|model|machine|computer|program|thing][!|.|]",
      "[Shut up|Go away|Get lost|Get out|Leave me alone|I don't like you|I do not like you|I hate you|Damn you|You suck|You stink][ Nibble| now| bot|"
      " stupid|][!|.|]",
      "[Idiot|Fool|Dummy|Moron|Loser][!|.|]"],
     "I am sorry that I could not please you. I will do my best.", "I am sorry. I will do my best."),
    ("a complaint",
     ["[That is|That's|This is|It is|Thats] [wrong|not right|not correct|false|incorrect|nonsense|a mistake|not true|rubbish|completely wrong|not "
      "what I asked][ Nibble| I think| you know|][!|.|]",
      "[You are|You're|Youre] [wrong|mistaken|not right|lying|a liar][ Nibble| I think| about that|][!|.|]",
      "[Wrong|Nope, wrong|False|Incorrect|Bad answer|Wrong answer][ Nibble| again|][!|.|]",
      "[You|I think you] [made|have made] a mistake[ there| Nibble|][!|.|]",
      "[I do not|I don't] [believe you|think so|agree][ Nibble| at all|][!|.|]"],
     "I may be wrong: I am only a tiny model. Please check what I say.", "I may be wrong."),
    ("love",
     ["[I love|I really love|I adore|I am in love with|I'm in love with|I think I love] you[ Nibble| so much| very much| my friend| a lot|][!|.||!!]",
      "[Do you love|Do you really love|Could you love|Can you love|Will you love] me[ too| back| Nibble|]?",
      "[Will you|Would you|Do you want to|Please] [marry me|be my wife|be my husband|be my girlfriend|be my boyfriend|go out with me|kiss me][ "
      "Nibble|]?",
      "[Kiss|Hug] me[ Nibble| please|][!|.|]", "[Give me|I need|I want] a [hug|kiss][ Nibble|][!|.|]"],
     "That is very kind. I am only a program, but I like to talk to you.", "That is very kind."),
    ("laughter", ["[Haha|Hahaha|Ha ha|Hehe|Hihi|Lol|LOL|Rofl|Lmao|Ha|Hahahaha][ that was funny| Nibble| good one| very funny| so funny| nice|][!|.|]",
                  "[That is|That's|That was|It was|This is] [so |very |really |][funny|hilarious|a good joke][ Nibble|][!|.|]",
                  "[You are|You] [made|make|making] me laugh[ Nibble|][!|.|]",
                  "[Good one|Funny one|Good joke|Nice joke|Very funny|So funny][ Nibble|][!|.|]"],
     "I am glad that you like it!", "Glad you like it!"),
    ("surprise",
     ["[Wow|Oh|Oh wow|Ooh|Whoa|Oh my|Amazing|Incredible|Really|Seriously|No way|Unbelievable|Oh really|Is that so|Interesting|How interesting|"
      "Fascinating|That is interesting|That's interesting|Cool|Nice|Great|Awesome][ Nibble| that is new to me| I did not know that|][!|.||?]"],
     "Yes! What else would you like to know?", "Yes!"),
    ("agreement",
     ["[Ok|Okay|All right|Alright|Fine by me|Right|I see|Understood|Got it|Sure|Of course|Agreed|Good to know|I understand|Makes sense|That makes "
      "sense|As you like|Fair enough|K|Okey][ Nibble| then| now| my friend| I got it| good|][!|.|]"],
     "Good. What would you like to know next?", "Good."),
    ("a yes",
     ["[Yes|Yeah|Yep|Yup|Yes please|Yes of course|Yes I do|Yes I am|Sure thing|Absolutely|Definitely|Certainly|Indeed|Exactly][ Nibble| my friend| I "
      "think so| it is| really|][!|.|]"],
     "All right. What is your question?", "All right."),
    ("a no",
     ["[No|Nope|Nah|No thanks|No thank you|No I do not|No I don't|Not really|Not now|Never mind|Nothing|Forget it|Not today|Maybe later|Maybe|"
      "Perhaps][ Nibble| my friend| I think not| it is not| sorry|][!|.|]"],
     "All right. I am here if you need me.", "All right."),
    ("a request to wait",
     ["[Wait|Hold on|Stop|Pause|One moment|One second|Just a moment|Just a second|Wait a minute|Wait a moment|Hang on|Be quiet|Give me a minute|Give "
      "me a second|Let me think][ please| Nibble| a bit| there| now|][!|.|]"],
     "Take your time. I will wait.", "Take your time."),
]

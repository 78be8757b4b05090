"""Topics outside the world of the model: subjects, people, activities. Whatever is asked about them gets the refusal."""
from __future__ import annotations


def _list(text: str) -> list[str]:
    return [item.strip() for item in text.replace("\n", " ").split(";") if item.strip()]


SCIENCE = _list("""
quantum mechanics;black holes;dark matter;photosynthesis;evolution;plate tectonics;the big bang;string theory;DNA;genetics;cell division;thermodynamics;
entropy;magnetism;electricity;static electricity;nuclear fusion;nuclear fission;radioactivity;antimatter;gravity waves;supernovas;neutron stars;
comets;meteorites;asteroids;the northern lights;tides;earthquakes;volcanoes;tsunamis;hurricanes;tornadoes;thunder;lightning;rainbows;clouds;fog;
climate change;the ozone layer;the greenhouse effect;the water cycle;the carbon cycle;erosion;fossils;dinosaurs;mammoths;the ice age;mitosis;
meiosis;enzymes;proteins;vitamins;bacteria;viruses;fungi;algae;plankton;coral reefs;ecosystems;food chains;biodiversity;pollination;osmosis;
diffusion;chemical bonds;acids and bases;oxidation;catalysts;polymers;crystals;semiconductors;superconductors;lasers;optics;lenses;prisms;
sound waves;the Doppler effect;relativity;time dilation;wormholes;parallel universes;exoplanets;the Milky Way;galaxies;constellations;telescopes;
microscopes;particle accelerators;quarks;the Higgs boson;photons;electrons;neutrinos;isotopes;molecules;atoms;hormones;neurons;synapses;
the nervous system;the immune system;the digestive system;the human heart;lungs;kidneys;the liver;muscles;bones;the skeleton;blood types;metabolism;
stem cells;cloning;gene editing;vaccines;antibiotics;pandemics;epidemiology;zoology;botany;ornithology;entomology;geology;meteorology;astronomy;
astrophysics;oceanography;ecology;anthropology;archaeology;linguistics;psychology;sociology;neuroscience;biochemistry;chaos theory;game theory;
information theory;set theory;graph theory;number theory;topology;calculus;algebra;geometry;trigonometry;statistics;probability;matrices;
differential equations;integrals;derivatives;logarithms;complex numbers;imaginary numbers;irrational numbers;infinity;fractals;the Fibonacci sequence;
Pythagoras' theorem;Fermat's last theorem;the golden ratio;Bayes' theorem;prime factorisation;cryptography;permafrost;glaciers;deserts;rainforests;
monsoons;El Niño;the Gulf Stream;solar eclipses;lunar eclipses;leap years;time zones;the periodic law;spectroscopy;centrifuges;hydraulics;aerodynamics""")

HISTORY = _list("""
the French Revolution;the American Revolution;the Russian Revolution;the Industrial Revolution;World War One;World War Two;the Cold War;the Vietnam War;
the Korean War;the Gulf War;the Hundred Years' War;the Thirty Years' War;the Crusades;the Black Death;the Renaissance;the Reformation;the Enlightenment;
the Middle Ages;the Stone Age;the Bronze Age;the Iron Age;ancient Egypt;ancient Greece;ancient Rome;the Ottoman Empire;the British Empire;
the Mongol Empire;the Inca Empire;the Aztecs;the Maya;the Vikings;the samurai;the Silk Road;the Great Wall;the pyramids;Stonehenge;the Colosseum;
the Titanic;the moon landing;the space race;the Berlin Wall;the fall of Constantinople;the battle of Waterloo;the battle of Hastings;
the battle of Gettysburg;the American Civil War;the Spanish Civil War;the Boston Tea Party;the Great Depression;the gold rush;prohibition;
the Magna Carta;the Declaration of Independence;the Treaty of Versailles;the Congress of Vienna;the slave trade;apartheid;colonialism;feudalism;
the suffragettes;the civil rights movement;the Cuban missile crisis;Chernobyl;Hiroshima;Pearl Harbor;D-Day;the Blitz;the Armada;the Great Fire of London;
the Opium Wars;the Boxer Rebellion;the Meiji era;the Tang dynasty;the Ming dynasty;the Habsburgs;the Tudors;the Medici;the Romanovs;the Bourbons;
the Phoenicians;the Sumerians;Babylon;Carthage;Sparta;Troy;Pompeii;the Etruscans;the Celts;the Huns;the Goths;the Hanseatic League;the Knights Templar;
the Spanish Inquisition;the Age of Discovery;the Wild West;the Dust Bowl;the Marshall Plan;the Arab Spring;perestroika;the Weimar Republic;
the Manhattan Project;the Suez crisis;the Peloponnesian War;the Punic Wars;the Boer War;the Crimean War;the Wars of the Roses""")

TECHNOLOGY = _list("""
artificial intelligence;machine learning;deep learning;neural networks;the blockchain;bitcoin;cryptocurrency;quantum computers;virtual reality;
augmented reality;cloud computing;edge computing;the internet of things;self-driving cars;drones;robots;3D printing;solar panels;wind turbines;
electric cars;hydrogen engines;batteries;smartphones;tablets;laptops;keyboards;touch screens;hard drives;processors;graphics cards;memory chips;
operating systems;compilers;databases;web browsers;search engines;social networks;spam filters;firewalls;encryption;passwords;computer viruses;
hackers;open source;JavaScript;Java;Rust;Haskell;Ruby;PHP;SQL;HTML;CSS;Kubernetes;Docker;React;TypeScript;Go modules;regular expressions;
recursion;binary trees;hash tables;linked lists;sorting algorithms;pointers;garbage collection;threads;mutexes;sockets;TCP;DNS;HTTPS;bluetooth;wifi;
5G;GPS;satellites;rockets;space stations;jet engines;helicopters;submarines;bridges;tunnels;skyscrapers;elevators;concrete;steel;plastic;glass;
nuclear power;dams;geothermal energy;biofuels;cameras;televisions;radios;microphones;loudspeakers;headphones;printers;scanners;projectors;
sewing machines;washing machines;dishwashers;microwaves;refrigerators;air conditioning;heat pumps;vacuum cleaners;locks;clocks;watches;
large language models;transformers in AI;attention in neural networks;backpropagation;gradient descent;reinforcement learning;chatbots;deepfakes;
computer vision;speech recognition;machine translation;data mining;big data;cybersecurity;phishing;ransomware;quantum cryptography;nanotechnology;
biotechnology;prosthetics;pacemakers;X-ray machines;MRI scanners;ultrasound;airbags;seat belts;traffic lights;barcodes;QR codes;credit cards;podcasts""")

SPORT = _list("""
football;basketball;baseball;tennis;golf;cricket;rugby;hockey;ice hockey;volleyball;handball;badminton;table tennis;squash;boxing;wrestling;judo;karate;
fencing;archery;swimming;diving;rowing;sailing;surfing;skiing;snowboarding;figure skating;curling;bobsleigh;cycling;mountain biking;running;marathons;
sprinting;hurdles;the high jump;the long jump;the pole vault;the javelin;gymnastics;weightlifting;climbing;hiking;horse riding;polo;motor racing;
Formula One;rallies;the Tour de France;Wimbledon;the Olympic Games;the Super Bowl;the World Cup;the Champions League;the Ashes;the Ryder Cup;chess;
draughts;poker;bridge;darts;billiards;bowling;skateboarding;parkour;yoga;pilates;aerobics;triathlons;water polo;lacrosse;softball;dodgeball;sumo;
kickboxing;taekwondo;paragliding;skydiving;bungee jumping;canoeing;kayaking;rafting;snorkelling;fishing;hunting;orienteering;the offside rule;
penalty shoot-outs;doping in sport;the decathlon;the Paralympics;cheerleading;e-sports;backgammon;dominoes;mahjong;Sudoku;crosswords;jigsaw puzzles""")

ARTS = _list("""
opera;ballet;jazz;blues;rock music;punk;hip hop;reggae;techno;classical music;folk music;country music;gospel;flamenco;tango;waltz;salsa;symphonies;
string quartets;choirs;orchestras;pianos;trumpets;flutes;drums;bagpipes;accordions;harps;cellos;clarinets;impressionism;cubism;surrealism;
expressionism;baroque;romanticism;realism;pop art;modern art;graffiti;sculpture;pottery;photography;architecture;Gothic cathedrals;Art Nouveau;Bauhaus;
watercolours;oil painting;calligraphy;origami;tapestries;mosaics;stained glass;theatre;tragedy;comedy;musicals;puppets;circuses;magic tricks;
cinema;silent films;film noir;westerns;science fiction;horror films;documentaries;animation;anime;manga;comics;cartoons;novels;short stories;poems;
sonnets;haiku;limericks;fables;fairy tales;myths;legends;epics;satire;biographies;diaries;essays;journalism;newspapers;magazines;Star Wars;Star Trek;
the Godfather;Casablanca the film;the Matrix;Jurassic Park;the Lion King;Toy Story;Game of Thrones;Breaking Bad;the Simpsons;Doctor Who;
the Beatles;the Rolling Stones;Queen the band;ABBA;Pink Floyd;Nirvana;Led Zeppelin;the Eiffel Tower;the Louvre;the Taj Mahal;the Statue of Liberty;
Big Ben;the Kremlin;Machu Picchu;the Acropolis;Notre-Dame;the Parthenon;Broadway;Hollywood;Bollywood;the Oscars;the Nobel Prize;the Grammys;
fashion;haute couture;jewellery;perfume;tattoos;make-up;interior design;gardens;landscape painting;portraits;video games;board games;Minecraft;Tetris""")

FOOD = _list("""
pizza;pasta;sushi;curry;tacos;burgers;sandwiches;pancakes;waffles;omelettes;soup;stew;salad;lasagne;risotto;paella;ramen;dumplings;spring rolls;
kebabs;falafel;hummus;couscous;sausages;bacon;steak;roast chicken;meatballs;fish and chips;fried rice;noodles;sourdough bread;croissants;bagels;
muffins;cupcakes;cheesecake;apple pie;tiramisu;ice cream;sorbet;chocolate cake;cookies;brownies;doughnuts;jam;marmalade;peanut butter;maple syrup;
vinegar;olive oil;mustard;ketchup;mayonnaise;soy sauce;pepper;cinnamon;vanilla;saffron;ginger;garlic;onions;basil;parsley;thyme;mushrooms;potatoes;
beans;lentils;chickpeas;tofu;cheese;yoghurt;cream;eggs;wine;beer;whisky;vodka;rum;champagne;cider;tea;espresso;cappuccino;lemonade;smoothies;
fondue;goulash;borscht;pierogi;moussaka;tapas;ceviche;kimchi;bibimbap;pho;pad thai;dim sum;tempura;miso soup;gumbo;chilli;barbecue;veganism;
vegetarian food;gluten;calories;diets;fasting;fermentation;baking powder;yeast;gelatine;fast food;school lunches;street food;wedding cakes""")

HEALTH = _list("""
headaches;fever;the flu;a cold;coughs;sore throats;asthma;allergies;diabetes;high blood pressure;cancer;heart attacks;strokes;arthritis;back pain;
migraine;insomnia;depression;anxiety;stress;burnout;autism;dementia;epilepsy;malaria;measles;chickenpox;tuberculosis;cholera;anaemia;obesity;
anorexia;acne;eczema;sunburn;broken bones;sprained ankles;concussions;first aid;surgery;anaesthesia;blood donation;transplants;dentistry;braces;
tooth decay;glasses and contact lenses;hearing aids;pregnancy;birth;breastfeeding;menopause;ageing;sleep;dreams;hypnosis;meditation;acupuncture;
homeopathy;massage;physiotherapy;aspirin;ibuprofen;penicillin allergy;insulin;vitamin D;protein shakes;smoking;alcohol;caffeine;drugs;addiction;
health insurance;hospitals;nurses;pharmacies;mental health;therapy;phobias;hair loss;body weight;dehydration;heatstroke;frostbite;snake bites""")

SOCIETY = _list("""
democracy;monarchy;communism;capitalism;socialism;fascism;anarchism;liberalism;conservatism;populism;elections;parliaments;constitutions;human rights;
the United Nations;the European Union;NATO;the World Bank;the Red Cross;Brexit;immigration;refugees;racism;feminism;equality;poverty;wealth;taxes;
inflation;unemployment;interest rates;the stock market;shares;bonds;mortgages;pensions;insurance;banks;recessions;globalisation;free trade;tariffs;
supply and demand;monopolies;marketing;advertising;start-ups;accounting;project management;leadership;negotiation;job interviews;salaries;strikes;
trade unions;child labour;education;universities;homework;exams;kindergartens;marriage;divorce;weddings;funerals;religion;Christianity;Islam;Judaism;
Hinduism;Buddhism;atheism;the Bible;the Koran;the Pope;Christmas;Easter;Ramadan;Hanukkah;Halloween;Thanksgiving;Valentine's Day;carnival;philosophy;
ethics;logic;existentialism;stoicism;nihilism;utilitarianism;free will;consciousness;the soul;the meaning of life;happiness;love;friendship;jealousy;
anger;fear;courage;trust;justice;freedom;truth;beauty;time;death;laws;courts;prisons;the death penalty;police;crime;fraud;copyright;patents;privacy;
surveillance;censorship;propaganda;conspiracy theories;fake news;war crimes;terrorism;nuclear weapons;disarmament;diplomacy;embassies;passports;visas;
tourism;hotels;airports;airlines;trains;traffic;public transport;housing;rents;architecture of cities;agriculture;farming;forestry;recycling;waste;
pollution;plastic in the sea;deforestation;endangered species;animal rights;zoos;pets;gardening;parenting;adoption;old age;volunteering;charity;scouts""")

THINGS = _list("""
bicycles;trucks;motorbikes;trams;balloons;kites;umbrellas;mirrors;candles;matches;scissors;hammers;screwdrivers;ladders;ropes;nails;bricks;tiles;carpets;
curtains;sofas;mattresses;pillows;blankets;towels;soap;toothbrushes;combs;wallets;suitcases;backpacks;shoes;boots;sandals;socks;gloves;hats;scarves;
jackets;dresses;suits;ties;buttons;zips;needles;wool;silk;leather;denim;paper;pencils;pens;ink cartridges;erasers;rulers;staplers;envelopes;stamps;
postcards;coins;banknotes;lottery tickets;toys;dolls;teddy bears;marbles;yo-yos;trampolines;swings;slides;tents;campfires;torches;compasses;maps;globes;
calendars;diamonds;pearls;amber;marble;granite;clay;chalk;charcoal;petrol;diesel;gas;wood;cork;rubber;roses;tulips;daisies;orchids;cacti;ferns;moss;ivy;
oaks;pines;birches;palms;bamboo forests;apples;pears;peaches;mangoes;pineapples;grapes;melons;coconuts;avocados;walnuts;almonds;hazelnuts;wheat;maize;
barley;sunflowers in art;mosquitoes;wasps;beetles;worms;moths;ladybirds;dragonflies;grasshoppers;scorpions;jellyfish;starfish;lobsters;oysters;seals;walruses;
otters;beavers;badgers;moles;rats;hamsters;guinea pigs;ferrets;pigeons;sparrows;robins;seagulls;pelicans;flamingos;peacocks;vultures;hawks;ravens;toads;
salamanders;chameleons;iguanas;cobras;pythons;hyenas;leopards;cheetahs;jaguars;lynxes;rhinos;hippos;antelopes;bison;moose;llamas;yaks;chimpanzees;
lemurs;sloths;anteaters;armadillos;platypuses;wombats;unicorns;dragons;mermaids;vampires;werewolves;ghosts;zombies;elves;trolls;aliens;Bigfoot""")

PLACES = _list("""
the Amazon;the Sahara;the Alps;the Himalayas;the Andes;the Rocky Mountains;the Grand Canyon;Niagara Falls;the Dead Sea;the Black Sea;the Baltic Sea;the Suez Canal;
the Panama Canal;the Mississippi;the Danube;the Rhine;the Thames;the Seine;the Volga;the Ganges;the Yangtze;Lake Victoria;Lake Geneva;Loch Ness;Mount Fuji;
Kilimanjaro;Mont Blanc;Vesuvius;Etna;Krakatoa;Antarctica's ice;the Arctic;the North Pole;the South Pole;the equator;Siberia;Patagonia;Lapland;Scandinavia;the Balkans;
the Middle East;the Caribbean;Hawaii;Bali;Crete;Corsica;Sardinia;Mallorca;the Canary Islands;the Azores;Easter Island;the Galapagos;the Bermuda Triangle;
Manhattan;Brooklyn;Silicon Valley;Las Vegas;Disneyland;Venice's canals;the Vatican;Gibraltar;Hong Kong;Tibet;Kashmir;Normandy;Provence;Tuscany;Andalusia;
Transylvania;the Black Forest;the Ruhr;the Scottish Highlands;Cornwall;Yorkshire;the English Channel;the Bering Strait;Timbuktu;Petra;Angkor Wat;Chernobyl's forest""")

PEOPLE = _list("""
Napoleon;Julius Caesar;Cleopatra;Alexander the Great;Genghis Khan;Abraham Lincoln;George Washington;Winston Churchill;John F. Kennedy;Barack Obama;Donald Trump;
Joe Biden;Angela Merkel;Emmanuel Macron;Margaret Thatcher;Queen Elizabeth;King Charles;Nelson Mandela;Mahatma Gandhi;Martin Luther King;Rosa Parks;Karl Marx;Lenin;
Stalin;Mao;Fidel Castro;Che Guevara;Vladimir Putin;Volodymyr Zelensky;Xi Jinping;Narendra Modi;Elon Musk;Jeff Bezos;Mark Zuckerberg;Bill Gates;Steve Jobs;
Warren Buffett;Alan Turing;Ada Lovelace;Grace Hopper;John von Neumann;Claude Shannon;Stephen Hawking;Niels Bohr;Max Planck;Werner Heisenberg;Erwin Schrödinger;
Richard Feynman;Galileo;Copernicus;Kepler;Archimedes;Euclid;Pythagoras;Aristotle;Plato;Socrates;Confucius;Buddha;Jesus;Muhammad;Moses;Kant;Nietzsche;Descartes;Hegel;
Freud;Jung;Leonardo DiCaprio;Brad Pitt;Tom Hanks;Meryl Streep;Charlie Chaplin;Marilyn Monroe;Alfred Hitchcock;Steven Spielberg;Quentin Tarantino;Walt Disney;
Taylor Swift;Beyoncé;Madonna;Michael Jackson;Elvis Presley;Freddie Mercury;Bob Dylan;David Bowie;John Lennon;Paul McCartney;Mozart's wife;Bach;Chopin;Wagner;
Verdi;Rembrandt's teacher;Frida Kahlo;Salvador Dalí;Claude Monet;Andy Warhol;Banksy;Lionel Messi;Cristiano Ronaldo;Pelé;Diego Maradona;Zinedine Zidane;
Michael Jordan;LeBron James;Serena Williams;Roger Federer;Rafael Nadal;Tiger Woods;Usain Bolt;Muhammad Ali;Michael Schumacher;Lewis Hamilton;Neil Armstrong;
Yuri Gagarin;Amelia Earhart;Christopher Columbus;Marco Polo;Ferdinand Magellan;James Cook;Roald Amundsen;Florence Nightingale;Anne Frank;Mother Teresa;
Greta Thunberg;Malala;the Dalai Lama;Joan of Arc;Marie Antoinette;Henry VIII;Catherine the Great;Otto von Bismarck;Agatha Christie;Stephen King;Ernest Hemingway;
Virginia Woolf;Oscar Wilde;Edgar Allan Poe;Sylvia Plath;Albert Camus;Sartre;Goethe's mother;Dante's Beatrice;Robin Hood;King Arthur;Batman;Superman;Spider-Man;
James Bond;Darth Vader;Gandalf;Zeus;Thor;Odin;Hercules;Achilles;Santa Claus;Sam Altman;Linus Pauling;Tim Cook;Rihanna;Adele;Shakira;Bob Marley;Jimi Hendrix""")

# bare verb phrases: "How do I ...?"
ACTIVITIES = _list("""
bake bread;cook rice;boil an egg;make coffee;make pancakes;grill a steak;brew beer;peel a mango;sharpen a knife;clean an oven;descale a kettle;unblock a sink;
fix a leaking tap;paint a wall;hang a picture;lay tiles;build a shelf;assemble a wardrobe;change a light bulb;change a tyre;jump-start a car;check the oil;park a car;
drive on ice;ride a bike;ride a horse;swim faster;run a marathon;lose weight;build muscle;fall asleep;wake up early;stop snoring;quit smoking;drink less;eat better;
treat a burn;stop a nosebleed;remove a splinter;cure a hangover;lower my blood pressure;get rid of ants;get rid of mice;train a dog;wash a cat;feed a hedgehog;
keep bees;plant tomatoes;prune roses;water orchids;mow the lawn;make compost;knit a scarf;sew a button;iron a shirt;tie a tie;fold a shirt;remove a wine stain;
dye my hair;shave;cut my own hair;write a letter;write a poem;write a novel;write a speech;write a cover letter;write a CV;write a business plan;start a company;
find a job;ask for a raise;quit my job;save money;invest in shares;open a bank account;file my taxes;buy a house;rent a flat;sell my car;get a visa;renew a passport;
book a flight;pack a suitcase;travel cheaply;learn French;learn guitar;play the piano;sing better;dance salsa;draw a face;paint a sunset;take good photos;edit a video;
make a website;build an app;install Linux;reset my password;fix my printer;speed up my computer;back up my phone;recover a deleted file;set up a router;block spam;
mine bitcoin;train a neural network;deploy to the cloud;sort a list in Java;reverse a linked list;write a regex;parse JSON in Rust;merge two branches;fix a segfault;
solve a Rubik's cube;play chess;win at poker;juggle;do a handstand;tie a knot;light a fire;build a tent;read a map;fish for trout;survive in the desert;make friends;
talk to strangers;ask somebody out;get over a breakup;apologise;win an argument;be more confident;be happy;meditate;focus;study for an exam;memorise vocabulary;
solve a quadratic equation;integrate a function;prove a theorem;balance an equation;measure the height of a tree;predict the weather;find north;plan a wedding;
throw a party;wrap a present;make a snowman;carve a pumpkin;decorate a cake;open a coconut;open a bottle without a corkscrew;make soap;make candles;build a robot;
build a computer;solder a wire;fly a drone;land a plane;sail a boat;cross a river;climb a mountain;vote;become a pilot;become a doctor;become a teacher;adopt a child""")

# things a user wants written or made: "Write me {x}"
WORKS_WANTED = _list("""
an essay;a haiku;a song;a rap;a speech;a letter;an email;a report;a summary;a blog post;a tweet;a review;a recipe;a business plan;a cover letter;a press release;
a dialogue;a screenplay;a limerick;a sonnet;a slogan;a quiz;a crossword;a lesson plan;a shopping list;a meal plan;a workout plan;a travel plan;an article;a book chapter;
a thesis;a contract;a wedding speech;a birthday card;a thank-you note;a complaint;a product description;a job advert;an obituary;a horoscope;a prayer;a manifesto""")

# kinds of programs that are asked for and not known
PROGRAMS = _list("""
a web server;a sudoku solver;a chess engine;a compiler;a snake game;a tetris clone;a weather app;a to-do app;a chat server;a web crawler;a login page;a calculator app;
a ray tracer;a spell checker;a database;a neural network;a text editor;a backup script;a Discord bot;a password manager;an image viewer;a music player;an operating system;
a quicksort;a binary search tree;a hash map;a linked list;a JSON parser;a regex engine;a thread pool;a garbage collector;a file system;a REST API;a shell script;
a Makefile;a Dockerfile;a SQL query;a landing page;a React component;a matrix multiplication;a Fourier transform;a graph search;a tokenizer;a CUDA kernel""")

CODE_LANGUAGES = "C;C++;Java;JavaScript;TypeScript;Rust;Go;Haskell;Ruby;PHP;Perl;Swift;Kotlin;Scala;Lisp;Prolog;Fortran;COBOL;Assembly;Bash;Lua;R;Julia;MATLAB;SQL".split(";")

CONCEPTS = _list("""
a transformer;a black hole;a neural network;a database;a compiler;a derivative;a matrix;a vector;a fraction;a virus;a cell;an atom;a molecule;a quark;a galaxy;
a comet;a volcano;a glacier;a democracy;a republic;a monarchy;a constitution;a contract;a mortgage;a stock;a bond;a recession;a sonnet;a symphony;a metaphor;
a myth;a fossil;a hormone;an enzyme;an antibody;an algorithm;an operating system;a blockchain;a firewall;a router for the internet;a variable in maths;
a hypothesis;a theorem;a paradox;a mammoth;a pyramid;a samurai;a pharaoh;a knight;a parliament;an embassy;a passport;a visa;a vaccine;a sandwich;a smoothie;
a quasar;a nebula;a tsunami;a hurricane;a rainbow;an eclipse;a catalyst;an isotope;a semiconductor;a transistor;a laser;a turbine;a piston;a gearbox""")

SUBJECTS: list[str] = CONCEPTS + SCIENCE + HISTORY + TECHNOLOGY + SPORT + ARTS + FOOD + HEALTH + SOCIETY + THINGS + PLACES

"""Words in English, French, Spanish and German. The foreign words differ from each other's meaning wherever the same letters are used."""
from __future__ import annotations

# english|french|spanish|german
_TABLE = """
dog|chien|perro|Hund
cat|chat|gato|Katze
horse|cheval|caballo|Pferd
cow|vache|vaca|Kuh
bird|oiseau|pájaro|Vogel
fish|poisson|pez|Fisch
house|maison|casa|Haus
door|porte|puerta|Tür
window|fenêtre|ventana|Fenster
table|table|mesa|Tisch
chair|chaise|silla|Stuhl
bed|lit|cama|Bett
kitchen|cuisine|cocina|Küche
garden|jardin|jardín|Garten
tree|arbre|árbol|Baum
flower|fleur|flor|Blume
leaf|feuille|hoja|Blatt
water|eau|agua|Wasser
fire|feu|fuego|Feuer
earth|terre|tierra|Erde
air|air|aire|Luft
sun|soleil|sol|Sonne
moon|lune|luna|Mond
star|étoile|estrella|Stern
sky|ciel|cielo|Himmel
sea|mer|mar|Meer
river|fleuve|río|Fluss
mountain|montagne|montaña|Berg
forest|forêt|bosque|Wald
city|ville|ciudad|Stadt
street|rue|calle|Straße
bridge|pont|puente|Brücke
bread|pain|pan|Brot
cheese|fromage|queso|Käse
milk|lait|leche|Milch
egg|œuf|huevo|Ei
meat|viande|carne|Fleisch
apple|pomme|manzana|Apfel
salt|sel|sal|Salz
sugar|sucre|azúcar|Zucker
wine|vin|vino|Wein
coffee|café|café|Kaffee
tea|thé|té|Tee
butter|beurre|mantequilla|Butter
man|homme|hombre|Mann
woman|femme|mujer|Frau
child|enfant|niño|Kind
mother|mère|madre|Mutter
father|père|padre|Vater
brother|frère|hermano|Bruder
sister|sœur|hermana|Schwester
friend|ami|amigo|Freund
king|roi|rey|König
hand|main|mano|Hand
foot|pied|pie|Fuß
head|tête|cabeza|Kopf
eye|œil|ojo|Auge
ear|oreille|oreja|Ohr
nose|nez|nariz|Nase
mouth|bouche|boca|Mund
heart|cœur|corazón|Herz
book|livre|libro|Buch
letter|lettre|carta|Brief
word|mot|palabra|Wort
school|école|escuela|Schule
teacher|professeur|profesor|Lehrer
car|voiture|coche|Auto
train|train|tren|Zug
ship|bateau|barco|Schiff
key|clé|llave|Schlüssel
money|argent|dinero|Geld
clock|horloge|reloj|Uhr
day|jour|día|Tag
night|nuit|noche|Nacht
week|semaine|semana|Woche
month|mois|mes|Monat
year|an|año|Jahr
time|temps|tiempo|Zeit
spring|printemps|primavera|Frühling
summer|été|verano|Sommer
autumn|automne|otoño|Herbst
winter|hiver|invierno|Winter
rain|pluie|lluvia|Regen
snow|neige|nieve|Schnee
wind|vent|viento|Wind
red|rouge|rojo|rot
blue|bleu|azul|blau
green|vert|verde|grün
white|blanc|blanco|weiß
black|noir|negro|schwarz
yellow|jaune|amarillo|gelb
big|grand|grande|groß
small|petit|pequeño|klein
new|nouveau|nuevo|neu
old|vieux|viejo|alt
good|bon|bueno|gut
bad|mauvais|malo|schlecht
hot|chaud|caliente|heiß
cold|froid|frío|kalt
happy|heureux|feliz|glücklich
one|un|uno|eins
two|deux|dos|zwei
three|trois|tres|drei
four|quatre|cuatro|vier
five|cinq|cinco|fünf
six|six|seis|sechs
seven|sept|siete|sieben
eight|huit|ocho|acht
nine|neuf|nueve|neun
ten|dix|diez|zehn
yes|oui|sí|ja
no|non|no|nein
hello|bonjour|hola|hallo
goodbye|au revoir|adiós|auf Wiedersehen
thank you|merci|gracias|danke
please|s'il vous plaît|por favor|bitte
good morning|bonjour|buenos días|guten Morgen
good night|bonne nuit|buenas noches|gute Nacht
peace|paix|paz|Frieden
love|amour|amor|Liebe
life|vie|vida|Leben
music|musique|música|Musik
world|monde|mundo|Welt
work|travail|trabajo|Arbeit
"""
LANGUAGES = ["French", "Spanish", "German"]
# one word: (English, {language: word})
WORDS: list[tuple[str, dict[str, str]]] = [(row.split("|")[0], dict(zip(LANGUAGES, row.split("|")[1:]))) for row in _TABLE.strip().splitlines()]

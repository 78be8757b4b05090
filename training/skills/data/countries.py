"""Countries of the closed world: capital, continent, currency, main language."""
from __future__ import annotations

from dataclasses import dataclass

# name | capital | continent | currency | main language | other names people type
_TABLE = """
Afghanistan|Kabul|Asia|afghani|Dari
Albania|Tirana|Europe|lek|Albanian
Algeria|Algiers|Africa|dinar|Arabic
Angola|Luanda|Africa|kwanza|Portuguese
Argentina|Buenos Aires|South America|peso|Spanish
Armenia|Yerevan|Asia|dram|Armenian
Australia|Canberra|Oceania|dollar|English
Austria|Vienna|Europe|euro|German
Bangladesh|Dhaka|Asia|taka|Bengali
Belarus|Minsk|Europe|ruble|Russian
Belgium|Brussels|Europe|euro|Dutch
Bolivia|Sucre|South America|boliviano|Spanish
Brazil|Brasília|South America|real|Portuguese
Bulgaria|Sofia|Europe|euro|Bulgarian
Cambodia|Phnom Penh|Asia|riel|Khmer
Canada|Ottawa|North America|dollar|English
Chile|Santiago|South America|peso|Spanish
China|Beijing|Asia|yuan|Chinese
Colombia|Bogotá|South America|peso|Spanish
Costa Rica|San José|North America|colón|Spanish
Croatia|Zagreb|Europe|euro|Croatian
Cuba|Havana|North America|peso|Spanish
Cyprus|Nicosia|Europe|euro|Greek
the Czech Republic|Prague|Europe|koruna|Czech|Czechia;the Czech republic
Denmark|Copenhagen|Europe|krone|Danish
Ecuador|Quito|South America|US dollar|Spanish
Egypt|Cairo|Africa|pound|Arabic
England|London|Europe|pound|English
Estonia|Tallinn|Europe|euro|Estonian
Ethiopia|Addis Ababa|Africa|birr|Amharic
Finland|Helsinki|Europe|euro|Finnish
France|Paris|Europe|euro|French
Georgia|Tbilisi|Asia|lari|Georgian
Germany|Berlin|Europe|euro|German
Ghana|Accra|Africa|cedi|English
Greece|Athens|Europe|euro|Greek
Guatemala|Guatemala City|North America|quetzal|Spanish
Haiti|Port-au-Prince|North America|gourde|Haitian Creole
Hungary|Budapest|Europe|forint|Hungarian
Iceland|Reykjavík|Europe|króna|Icelandic
India|New Delhi|Asia|rupee|Hindi
Indonesia|Jakarta|Asia|rupiah|Indonesian
Iran|Tehran|Asia|rial|Persian
Iraq|Baghdad|Asia|dinar|Arabic
Ireland|Dublin|Europe|euro|English
Italy|Rome|Europe|euro|Italian
Jamaica|Kingston|North America|dollar|English
Japan|Tokyo|Asia|yen|Japanese
Jordan|Amman|Asia|dinar|Arabic
Kazakhstan|Astana|Asia|tenge|Kazakh
Kenya|Nairobi|Africa|shilling|Swahili
Kuwait|Kuwait City|Asia|dinar|Arabic
Laos|Vientiane|Asia|kip|Lao
Latvia|Riga|Europe|euro|Latvian
Lebanon|Beirut|Asia|pound|Arabic
Libya|Tripoli|Africa|dinar|Arabic
Lithuania|Vilnius|Europe|euro|Lithuanian
Luxembourg|Luxembourg City|Europe|euro|Luxembourgish
Madagascar|Antananarivo|Africa|ariary|Malagasy
Malaysia|Kuala Lumpur|Asia|ringgit|Malay
Mali|Bamako|Africa|franc|Bambara
Malta|Valletta|Europe|euro|Maltese
Mexico|Mexico City|North America|peso|Spanish
Mongolia|Ulaanbaatar|Asia|tögrög|Mongolian
Morocco|Rabat|Africa|dirham|Arabic
Mozambique|Maputo|Africa|metical|Portuguese
Myanmar|Naypyidaw|Asia|kyat|Burmese
Namibia|Windhoek|Africa|dollar|English
Nepal|Kathmandu|Asia|rupee|Nepali
the Netherlands|Amsterdam|Europe|euro|Dutch|Netherlands;Holland
New Zealand|Wellington|Oceania|dollar|English
Nicaragua|Managua|North America|córdoba|Spanish
Nigeria|Abuja|Africa|naira|English
North Korea|Pyongyang|Asia|won|Korean
Norway|Oslo|Europe|krone|Norwegian
Pakistan|Islamabad|Asia|rupee|Urdu
Panama|Panama City|North America|balboa|Spanish
Paraguay|Asunción|South America|guaraní|Spanish
Peru|Lima|South America|sol|Spanish
the Philippines|Manila|Asia|peso|Filipino|Philippines
Poland|Warsaw|Europe|złoty|Polish
Portugal|Lisbon|Europe|euro|Portuguese
Qatar|Doha|Asia|riyal|Arabic
Romania|Bucharest|Europe|leu|Romanian
Russia|Moscow|Europe|ruble|Russian
Rwanda|Kigali|Africa|franc|Kinyarwanda
Saudi Arabia|Riyadh|Asia|riyal|Arabic
Scotland|Edinburgh|Europe|pound|English
Senegal|Dakar|Africa|franc|French
Serbia|Belgrade|Europe|dinar|Serbian
Singapore|Singapore|Asia|dollar|English
Slovakia|Bratislava|Europe|euro|Slovak
Slovenia|Ljubljana|Europe|euro|Slovene
Somalia|Mogadishu|Africa|shilling|Somali
South Korea|Seoul|Asia|won|Korean|Korea
Spain|Madrid|Europe|euro|Spanish
Sudan|Khartoum|Africa|pound|Arabic
Sweden|Stockholm|Europe|krona|Swedish
Switzerland|Bern|Europe|franc|German
Syria|Damascus|Asia|pound|Arabic
Tanzania|Dodoma|Africa|shilling|Swahili
Thailand|Bangkok|Asia|baht|Thai
Tunisia|Tunis|Africa|dinar|Arabic
Turkey|Ankara|Asia|lira|Turkish|Türkiye
Uganda|Kampala|Africa|shilling|English
Ukraine|Kyiv|Europe|hryvnia|Ukrainian
the United Arab Emirates|Abu Dhabi|Asia|dirham|Arabic|the UAE;UAE
the United Kingdom|London|Europe|pound|English|the UK;UK;Great Britain;Britain
the United States|Washington|North America|dollar|English|the USA;USA;the US;America;United States
Uruguay|Montevideo|South America|peso|Spanish
Uzbekistan|Tashkent|Asia|sum|Uzbek
Venezuela|Caracas|South America|bolívar|Spanish
Vietnam|Hanoi|Asia|dong|Vietnamese
Wales|Cardiff|Europe|pound|English
Yemen|Sanaa|Asia|rial|Arabic
Zambia|Lusaka|Africa|kwacha|English
"""


@dataclass(frozen=True)
class Country:
    name: str
    capital: str
    continent: str
    currency: str
    language: str
    aliases: tuple[str, ...]


def _read() -> list[Country]:
    rows = []
    for line in _TABLE.strip().splitlines():
        name, capital, continent, currency, language, *other = line.split("|")
        rows.append(Country(name, capital, continent, currency, language, tuple(other[0].split(";")) if other else ()))
    return rows


COUNTRIES: list[Country] = _read()
CONTINENTS = ["Africa", "Asia", "Europe", "North America", "South America", "Oceania"]

# Real countries and states that are not in the world: the answer to any question about them is the refusal.
OTHER_COUNTRIES = """Andorra;Sri Lanka;Israel;Azerbaijan;the Bahamas;Bahrain;Barbados;Belize;Benin;Bhutan;Botswana;Brunei;Burkina Faso;Burundi;Cameroon;Cape Verde;
Chad;Djibouti;Dominica;El Salvador;Eritrea;Fiji;Gabon;Gambia;Grenada;Guinea;Guyana;Honduras;Kiribati;Kosovo;Kyrgyzstan;Lesotho;Liberia;
Liechtenstein;Malawi;the Maldives;Mauritania;Mauritius;Moldova;Monaco;Montenegro;Nauru;Niger;North Macedonia;Oman;Palau;Papua New Guinea;
Samoa;San Marino;Seychelles;Sierra Leone;the Solomon Islands;Suriname;Tajikistan;Togo;Tonga;Trinidad and Tobago;Turkmenistan;Tuvalu;Vanuatu;
Zimbabwe;Greenland;Texas;California;Florida;Alaska;Ohio;Nevada;Bavaria;Catalonia;Ontario;Quebec;Tasmania;Sicily;Brittany;Kerala;Hokkaido;
Narnia;Mordor;Atlantis;Gondor;Wakanda;Westeros;Utopia;Genovia;Arendelle;the Moon;the Roman Empire;Prussia;Yugoslavia;the Soviet Union""".replace(
    "\n", "").split(";")

# Cities that are no capital of the table: wrong candidates of yes/no questions. city|country, where known to the world.
OTHER_CITIES = """Lyon|France;Marseille|France;Nice|France;Bordeaux|France;Toulouse|France;Munich|Germany;Hamburg|Germany;Cologne|Germany;
Frankfurt|Germany;Leipzig|Germany;Milan|Italy;Naples|Italy;Venice|Italy;Florence|Italy;Turin|Italy;Barcelona|Spain;Seville|Spain;
Valencia|Spain;Bilbao|Spain;Porto|Portugal;Faro|Portugal;Geneva|Switzerland;Zurich|Switzerland;Basel|Switzerland;Salzburg|Austria;
Graz|Austria;Linz|Austria;Rotterdam|the Netherlands;Utrecht|the Netherlands;The Hague|the Netherlands;Antwerp|Belgium;Ghent|Belgium;
Bruges|Belgium;Krakow|Poland;Gdansk|Poland;Lodz|Poland;Brno|the Czech Republic;Ostrava|the Czech Republic;Gothenburg|Sweden;Malmo|Sweden;
Bergen|Norway;Trondheim|Norway;Aarhus|Denmark;Odense|Denmark;Tampere|Finland;Turku|Finland;Cork|Ireland;Galway|Ireland;
Manchester|England;Liverpool|England;Birmingham|England;Leeds|England;Oxford|England;Cambridge|England;Bristol|England;York|England;
Glasgow|Scotland;Aberdeen|Scotland;Dundee|Scotland;Swansea|Wales;New York|the United States;Chicago|the United States;
Los Angeles|the United States;Boston|the United States;Seattle|the United States;Houston|the United States;Miami|the United States;
Dallas|the United States;Denver|the United States;San Francisco|the United States;Philadelphia|the United States;Toronto|Canada;
Montreal|Canada;Vancouver|Canada;Calgary|Canada;Cancun|Mexico;Guadalajara|Mexico;Tijuana|Mexico;Rio de Janeiro|Brazil;
Sao Paulo|Brazil;Salvador|Brazil;Recife|Brazil;Cordoba|Argentina;Rosario|Argentina;Medellin|Colombia;Cali|Colombia;Cusco|Peru;
Arequipa|Peru;Valparaiso|Chile;Sydney|Australia;Melbourne|Australia;Perth|Australia;Brisbane|Australia;Adelaide|Australia;
Auckland|New Zealand;Dunedin|New Zealand;Osaka|Japan;Kyoto|Japan;Nagoya|Japan;Hiroshima|Japan;Sapporo|Japan;Shanghai|China;
Shenzhen|China;Wuhan|China;Guangzhou|China;Mumbai|India;Kolkata|India;Chennai|India;Bangalore|India;Jaipur|India;Karachi|Pakistan;
Lahore|Pakistan;Busan|South Korea;Incheon|South Korea;Istanbul|Turkey;Izmir|Turkey;Antalya|Turkey;Saint Petersburg|Russia;
Kazan|Russia;Novosibirsk|Russia;Odesa|Ukraine;Lviv|Ukraine;Kharkiv|Ukraine;Thessaloniki|Greece;Patras|Greece;Split|Croatia;
Dubrovnik|Croatia;Alexandria|Egypt;Giza|Egypt;Luxor|Egypt;Casablanca|Morocco;Marrakesh|Morocco;Fez|Morocco;Lagos|Nigeria;
Kano|Nigeria;Mombasa|Kenya;Kumasi|Ghana;Oran|Algeria;Basra|Iraq;Mosul|Iraq;Isfahan|Iran;Shiraz|Iran;
Dubai|the United Arab Emirates;Sharjah|the United Arab Emirates;Jeddah|Saudi Arabia;Mecca|Saudi Arabia;Medina|Saudi Arabia;
Chiang Mai|Thailand;Phuket|Thailand;Da Nang|Vietnam;Hue|Vietnam;Cebu|the Philippines;Davao|the Philippines;Bandung|Indonesia;
Surabaya|Indonesia;Penang|Malaysia;Mandalay|Myanmar;Pokhara|Nepal;Almaty|Kazakhstan;Samarkand|Uzbekistan;Plovdiv|Bulgaria;
Varna|Bulgaria;Cluj|Romania;Timisoara|Romania;Debrecen|Hungary;Szeged|Hungary;Maribor|Slovenia;Tartu|Estonia;Kaunas|Lithuania;
Zanzibar|Tanzania;Guayaquil|Ecuador;Maracaibo|Venezuela""".replace("\n", "").split(";")

"""Answers with numbers recomputed from the user's text: sums, problems, comparisons, orders, sequences."""

import math
import pathlib
import re
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

from training.skills.calculation import BY_ZERO, NEEDS_THINKING, TOO_LONG, WHOLE_ONLY  # noqa: E402

SMALL = ("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen "
         "nineteen").split()
TENS = {word: 10 * place for place, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)}


def number_word(word):
    parts = word.lower().split("-")
    if all(part in SMALL or part in TENS for part in parts):
        return sum(SMALL.index(part) if part in SMALL else TENS[part] for part in parts)
    return None


def numbers(text):
    """All whole numbers of a text, digits (with thousands commas) or words."""
    text = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", re.sub(r"two numbers|[Ww]hich one|last two|One \w+:", "", text))
    found = []
    for match in re.finditer(r"\d+|[A-Za-z]+(?:-[a-z]+)?", text):
        value = int(match.group()) if match.group().isdigit() else number_word(match.group())
        if value is not None:
            found.append(value)
    return found


def calculate(text):
    """`47 - 385`, `2 + 3 * 4`, `17 / 5`, `2^10` -> the text of the result."""
    assert re.fullmatch(r"[\d +\-*/^()]+", text), text
    if "/" in text:
        quotient, rest = divmod(*(int(part) for part in text.split("/")))
        return f"{quotient} remainder {rest}" if rest else str(quotient)
    return str(eval(text.replace("^", "**")))  # digits and operators only


def words_of(text):
    return re.findall(r"[^\W_]+", text)


class NumberChecks(unittest.TestCase):
    """One method for each skill, called for each of its turns with the answer as a full sentence."""

    def check_chain(self, turn):
        """Every equation of a chain holds, and its last one is the answer."""
        chain = turn.thinking
        for left, right in re.findall(r"(?<![\d=+*/(-])(-?\d[\d+*/-]*)=(\d[\d+*-]*|-\d+)", chain):
            if "/" in left:
                continue  # long division: its steps are equations of their own, its end is compared with the answer
            self.assertEqual(eval(left), eval(right), turn)
        end = re.search(r"So (\S+?)=([^.]*)\.(?: \d+ is (?:right|not \d+)\.)?$", chain)
        if end:
            self.assertEqual(calculate(end.group(1).replace("--", "- -")), end.group(2), turn)

    def check_equal(self, turn, text):
        """`a = b = c` with the right value all along; returns its first and its last part."""
        left, *between, result = text.split(" = ")
        for part in (left, *between):
            self.assertEqual(calculate(part), result, turn)
        return left, result

    def check_steps(self, turn, text):
        """Every `a - b = c` in a text holds; returns the terms and results of the last."""
        steps = re.findall(r"(\d+ [-+*] \d+) = (\d+)", text)
        for left, result in steps:
            self.assertEqual(calculate(left), result, turn)
        return numbers(" ".join(steps[-1]))

    def check_running_sums(self, turn, text, values):
        """`84+10=94, 94+5=99` adds up all the values in their order."""
        total = values[0]
        for value, step in zip(values[1:], text.split(", "), strict=True):
            self.assertEqual(step, f"{total}+{value}={total + value}", turn)
            total += value
        self.assertEqual(total, sum(values))

    def check_sum(self, turn, op):
        left, _ = self.check_equal(turn, turn.answer)
        shown = [int(number) for number in re.findall(r"\d+", left)]
        asked = numbers(turn.user)
        if op == "-" and re.search(r"from|Subtract|Take \d+ away", turn.user, re.I):
            asked.reverse()
        if re.search(r"go into", turn.user):
            asked.reverse()
        self.assertEqual(asked[:2], shown, turn)
        self.assertIn(f" {op} ", left)

    def add(self, turn):
        self.check_sum(turn, "+")

    def subtract(self, turn):
        self.check_sum(turn, "-")

    def mulsmall(self, turn):
        if "square root" in turn.answer:
            square, root = numbers(turn.answer)
            self.assertEqual(root * root, square, turn)
            self.assertEqual(numbers(turn.user), [square], turn)
        elif "!" in turn.answer:
            number, result = numbers(turn.answer)
            self.assertEqual(math.prod(range(1, number + 1)), result, turn)
            self.assertEqual(numbers(turn.user), [number], turn)
        elif "^" in turn.answer:
            left, result = turn.answer.split(" = ")
            self.assertEqual(calculate(left), result, turn)
            self.assertEqual(numbers(turn.user) + [3] * bool(re.search("cube|³", turn.user, re.I)), numbers(left), turn)
        elif re.search(r"square|²|\^2|double|twice|two times", turn.user, re.I) and len(set(numbers(turn.user)) - {2}) <= 1 and "times 2" not in turn.user:
            self.check_equal(turn, turn.answer)
        else:
            self.check_sum(turn, "*")

    def divide(self, turn):
        if turn.answer == BY_ZERO:
            self.assertIn(0, numbers(turn.user)[-2:], turn)
        else:
            self.divthink(turn)

    def divthink(self, turn):
        if (part := re.search("hal|third|quarter|fourth|fifth|tenth", turn.user, re.I)):
            divisor = {"hal": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "tenth": 10}[part.group().lower()]
            whole = numbers(turn.user)[-1]
            self.assertEqual(whole % divisor, 0, turn)
            self.assertEqual(turn.answer, f"{whole} / {divisor} = {whole // divisor}")
        else:
            self.check_sum(turn, "/")

    addthink, subthink = add, subtract

    def multhink(self, turn):
        self.check_sum(turn, "*")

    def toolong(self, turn):
        asked = numbers(turn.user)
        if turn.answer == WHOLE_ONLY:
            self.assertRegex(turn.user, r"\d\.\d|\d/\d+ [-+*] \d/")
        elif turn.answer == TOO_LONG:
            sizes = [len(str(number)) for number in asked]
            self.assertTrue(max(sizes) > 6 or sum(sizes) > 6 or (min(asked[:2]) > 12), turn)
        else:
            self.assertEqual(turn.answer, NEEDS_THINKING)
            self.assertLessEqual(max(len(str(number)) for number in asked), 6)
            self.assertTrue(max(asked) > 99 or len(asked) > 2 or (len(asked) == 2 and min(asked) > 9), turn)

    def sums(self, turn):
        asked = numbers(turn.user)
        if "% of" in turn.answer:
            work, _, sentence = turn.answer.rpartition(". ")
            percent, whole, result = numbers(sentence)
            self.assertEqual(result * 100, percent * whole, turn)
            self.assertEqual(asked, [percent, whole], turn)
            if work.startswith("10% is "):
                self.assertEqual(numbers(work)[1] * 10, whole, turn)
                for left, value in re.findall(r"(\d+ [*+] \d+) = (\d+)", work):
                    self.assertEqual(calculate(left), value, turn)
                self.assertEqual(numbers(work)[-1], result, turn)
            elif work:
                self.assertEqual(self.check_equal(turn, work)[1], str(result), turn)
            return
        text = turn.answer
        if (verdict := re.search(r", so (yes|no)\.$", text)):
            text = text[:verdict.start()]
            said = asked.pop(0) if "the answer to" in turn.user else asked.pop()
        work, _, text = text.rpartition(". So ")
        left, result = self.check_equal(turn, text)
        self.assertEqual(numbers(left), asked, turn)
        if work:
            self.check_running_sums(turn, work, asked)
        if verdict:
            self.assertEqual(verdict.group(1) == "yes", said == int(result), turn)

    def wordproblem(self, turn):
        if (times := re.findall(r"(\d+):(\d\d)", f"{turn.user} {turn.answer}")):
            begin, *_, end = [60 * int(hour) + int(minute) for hour, minute in times]
            more, = re.findall(r"(?<![:\d])(\d+) minutes", turn.user)
            self.assertEqual(begin + int(more), end, turn)
            self.check_steps(turn, turn.thinking or turn.answer)
            return
        asked = numbers(re.sub(r"^One\b|\bIf one\b|twice", lambda match: "2" if match.group() == "twice" else "", turn.user))
        work, _, sentence = turn.answer.rpartition(". The answer")
        result = numbers(sentence or turn.answer)[0]
        if len(asked) == 3:
            verbs = re.findall(r"\b(buy|find|get|pick|lose|sell|give|eat|use)", turn.user)
            signs = [1 if verb in ("buy", "find", "get", "pick") else -1 for verb in verbs]
            totals = [asked[0], asked[0] + signs[0] * asked[1], asked[0] + signs[0] * asked[1] + signs[1] * asked[2]]
            self.assertEqual(len(verbs), 2, turn)
            self.assertEqual(result, totals[2], turn)
            self.assertGreaterEqual(min(totals), 0, turn)
            for step, total in zip(work.split(", "), totals[1:]):
                self.assertEqual(self.check_equal(turn, step)[1], str(total), turn)
            return
        a, b = asked
        if work:
            self.assertEqual(self.check_equal(turn, work)[1], str(result), turn)
        if re.search(r"equally|same number|\bper\b", turn.user):
            self.assertEqual(result * min(a, b) if a > b else result * a, max(a, b), turn)
        elif re.search(r"\beach\b|costs|Each|as many", turn.user):
            self.assertEqual(result, a * b, turn)
        elif re.search(r"younger|\b(leaves|works|starts|open|sleeps)\b", turn.user):
            self.assertEqual(result, abs(a - b), turn)
        elif re.search(r"\b(left|loses|lost|ago|gave|ate|gone)\b|How many more", turn.user):
            self.assertEqual(result, a - b, turn)
        else:
            self.assertEqual(result, a + b, turn)

    def units(self, turn):
        small = dict(hour=60, minute=60, day=24, week=7, year=12, decade=10, century=100, metre=100, meter=100, kilometre=1000, kilometer=1000, centimetre=10, kilo=1000,
                     kilogram=1000, litre=1000, m=100, km=1000, cm=10, kg=1000, tonne=1000)
        work, _, sentence = turn.answer.rpartition(". ")
        count, one, total, other = re.match(r"(\d+) (\w+) are (\d+) (\w+)\.$", sentence or turn.answer).groups()
        self.assertEqual(numbers(turn.user), [int(count)], turn)
        self.assertLessEqual({one, other}, set(words_of(turn.user)), turn)
        if int(count) > int(total):
            count, one, total = total, other, count
        factor = small[{"centuries": "century"}.get(one, one if one in small else one.rstrip("s"))]
        self.assertEqual(int(count) * factor, int(total), turn)
        if work:
            self.assertEqual(self.check_equal(turn, work)[1], re.findall(r"\d+", sentence)[1], turn)

    def compare(self, turn):
        a, b = numbers(turn.user)
        verdict = re.search(r", so (yes|no)\.$", turn.answer)
        if " are equal" in turn.answer:
            self.assertEqual(a, b, turn)
            if verdict:
                self.assertEqual(verdict.group(1) == "yes", bool(re.search(r"equal|same|=", turn.user)), turn)
            return
        first, second = numbers(turn.answer)
        self.assertEqual({first, second}, {a, b}, turn)
        self.assertEqual("larger" in turn.answer, first > second, turn)
        if verdict:
            up = bool(re.search(r"larger|bigger|greater|higher|>", turn.user))
            same = bool(re.search(r"equal|same|=", turn.user))
            self.assertEqual(verdict.group(1) == "yes", not same and ((a > b) if up else (a < b)), turn)
        else:
            self.assertEqual("larger" in turn.answer, bool(re.search(r"larger|bigger|greater|higher", turn.user)), turn)

    def order(self, turn):
        pairs = [("taller", "shorter"), ("older", "younger"), ("faster", "slower"), ("stronger", "weaker"), ("heavier", "lighter"), ("richer", "poorer"), ("bigger", "smaller")]
        below = {}  # the one on top -> those below, in the direction of the first word of each pair
        for a, word, b in re.findall(r"(\w+) is (\w+er) than (\w+)", turn.user):
            up = any(word == pair[0] for pair in pairs)
            below.setdefault(a if up else b, set()).add(b if up else a)
        people = set(below) | set().union(*below.values())
        rank = lambda name: sum(1 + rank(other) for other in below.get(name, ()))
        shown = re.findall(r"(\w+) is (?:the )?(\w+?)(?:est|er)\b", turn.answer)
        fact, word = shown[-1]
        for stated in re.findall(r"(?:^|\. )(\w+ is \w+er than \w+)", turn.answer):
            self.assertTrue(stated in turn.user or turn.thinking, turn)
        for a, word1, b, c, word2, d in re.findall(r"(\w+) is (\w+er) than (\w+), so (\w+) is (\w+er) than (\w+)", turn.answer):
            self.assertEqual((a, b), (d, c), turn)
            self.assertTrue((word1, word2) in pairs or (word2, word1) in pairs, turn)
        up = any(pair[0].startswith(word[:5]) for pair in pairs)
        self.assertEqual(fact, (max if up else min)(people, key=rank), turn)
        self.assertRegex(turn.user, rf"{word}(er|est)[?.,]")

    def numbers(self, turn):
        asked = numbers(turn.user)
        yes = turn.answer.startswith("Yes")
        if " / " in turn.answer:
            work, word = re.match(r"(.*), so (yes|no)\.$", turn.answer).groups()
            left, result = self.check_equal(turn, work)
            a, b = asked if not re.search(r"Does", turn.user) else asked[::-1]
            self.assertEqual(numbers(left), [a, b], turn)
            self.assertEqual(word == "yes", a % b == 0, turn)
        elif len(asked) == 3:
            self.assertEqual(yes, asked[1] < asked[0] < asked[2], turn)
        elif "prime" in turn.answer:
            self.assertEqual(yes, not any(asked[0] % divisor == 0 for divisor in range(2, asked[0])), turn)
        else:
            self.assertEqual("odd" in turn.answer, asked[0] % 2 == 1, turn)
            if (verdict := re.search(r", so (yes|no)\.$", turn.answer)):
                self.assertEqual(verdict.group(1) == "yes", ("odd" in turn.user) == (asked[0] % 2 == 1), turn)

    def sequence(self, turn):
        if "letter" in turn.answer:
            letters = [ord(item) for item in re.findall(r"(?<![A-Za-z'])[A-Za-z](?=[, ?:.]|$)", turn.user)][-4:]
            self.assertEqual(ord(turn.answer[-2]), 2 * letters[3] - letters[2], turn)
            return
        terms, following = numbers(turn.user), int(re.search(r"The next number is (-?\d+)\.$", turn.answer).group(1))
        work = turn.thinking or turn.answer
        last = self.check_steps(turn, work)
        self.assertEqual(last[-1], following, turn)
        self.assertTrue(terms[-1] in last or "squares" in work, turn)
        fits = []
        if len({b - a for a, b in zip(terms, terms[1:])}) == 1:
            fits.append(2 * terms[-1] - terms[-2])
        if terms[0] and all(b % a == 0 and b // a == terms[1] // terms[0] for a, b in zip(terms, terms[1:]) if a):
            fits.append(terms[-1] * (terms[1] // terms[0]))
        if all(round(term**0.5) ** 2 == term for term in terms) and len({round(b**0.5) - round(a**0.5) for a, b in zip(terms, terms[1:])}) == 1:
            fits.append((2 * round(terms[-1] ** 0.5) - round(terms[-2] ** 0.5)) ** 2)
        if all(c == a + b for a, b, c in zip(terms, terms[1:], terms[2:])):
            fits.append(terms[-1] + terms[-2])
        self.assertEqual(set(fits), {following}, turn)

    def count_to(self, turn):
        if "alphabet is" in turn.answer:
            place = ("first second third fourth fifth sixth seventh eighth ninth tenth".split().index(turn.answer.split()[1]) + 1
                     if turn.answer.split()[1].isalpha() else numbers(turn.user)[0])
            self.assertEqual(place, ord(turn.answer[-2]) - 96, turn)
            self.assertIn(turn.answer.split()[1], turn.user)
            return
        if "comes" in turn.answer:
            one, verb, other = re.match(r"(\w+) comes (\w+) (\w+)\.", turn.answer).groups()
            self.assertIn(other, turn.user)
            one, other = (int(one), int(other)) if one.isdigit() else (ord(one), ord(other))
            self.assertEqual(one - other, 1 if verb == "after" else -1, turn)
            self.assertEqual(verb == "before", bool(re.search("before|less", turn.user)), turn)
            return
        if "alphabet" in turn.user.lower() or "letters" in turn.user or "ABC" in turn.user:
            letters = [chr(code) for code in range(97, 123)]
            back = re.search("backwards|Z to A|reverse", turn.user)
            self.assertEqual(turn.answer.split(", "), letters[::-1] if back else letters, turn)
            return
        values, asked = numbers(turn.answer), numbers(turn.user)
        if re.search(r"down|backwards", turn.user):
            asked = [asked[0], 1]
        elif len(asked) == 1:
            asked = [1, asked[0]]
        if re.search(r"by (twos|\d+s)", turn.user) and "from" not in turn.user and " to " in turn.user and turn.answer.split(", ")[0] != "1" and values[0] == values[1] - values[0]:
            step = values[0]
            self.assertTrue(f"by {step}s" in turn.user or step == 2 and "twos" in turn.user, turn)
            self.assertEqual(values, list(range(step, max(asked) + 1, step)), turn)
            return
        step = asked[2] if len(asked) == 3 else int(match.group(1)) if (match := re.search(r"by (\d+)s", turn.user)) else 2 if "twos" in turn.user else 1
        sign = 1 if asked[1] >= asked[0] else -1
        self.assertEqual(values, list(range(asked[0], asked[1] + sign, sign * step)), turn)

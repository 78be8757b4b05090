"""Answers about letters, words and lists recomputed from the user's text."""

import collections
import re

from number_checks import NumberChecks, numbers, words_of

ORDINALS = "first second third fourth fifth sixth seventh eighth".split()
DOWN = re.compile(r"large to small|largest to smallest|highest to lowest|descending|downwards|biggest to smallest|argest first|reverse|high to low|Z to A", re.I)


class WordChecks(NumberChecks):
    """One method more for each skill of letters, words and lists."""

    def spell(self, turn):
        if "-" in turn.answer:
            self.assertIn(turn.answer.replace("-", ""), re.sub(r"\byour (own )?name\b", "Nibble", turn.user), turn)
            self.assertTrue(all(len(part) == 1 for word in turn.answer.split(" ") for part in word.split("-")), turn)
        else:
            pairs = [a + b for at, a in enumerate(words_of(turn.user)) for b in words_of(turn.user)[at + 1:]]
            self.assertTrue("".join(turn.answer.split()) in "".join(words_of(turn.user)) or turn.answer in pairs, turn)

    def reverse(self, turn):
        if "palindrome" in turn.answer:
            word, back = (part.replace("-", "") for part in re.match(r"(\S+), backwards (\S+):", turn.answer).groups())
            self.assertEqual(word, back[::-1], turn)
            self.assertIn(word, words_of(turn.user), turn)
            self.assertEqual("yes" in turn.answer.split(": ")[1], word == back, turn)
            return
        forward, dashed, word = re.match(r"(?:(.*), backwards (.*): )?(.*)$", turn.answer).groups()
        if dashed:
            self.assertEqual(dashed.replace("-", ""), word, turn)
            self.assertEqual(forward, dashed[::-1], turn)
        self.assertTrue(word[::-1] in words_of(turn.user) or (" " in word and word[::-1] in turn.user), turn)

    def wordq(self, turn):
        spelled, _, sentence = turn.answer.rpartition(": ")
        sentence = sentence[0].upper() + sentence[1:]
        if sentence.startswith("The"):
            name, word, letter = re.match(r"The (.*) letter of (\S+) is (\S)\.", sentence).groups()
            numbered = "-".join(f"{item}{at}" for at, item in enumerate(word, 1))
            self.assertTrue("-".join(word) == spelled if "last" in name else numbered.startswith(spelled), turn)
            place = {"last": -1, "second to last": -2}.get(name)
            self.assertEqual(word[ORDINALS.index(name) if place is None else place], letter, turn)
            self.assertIn(word, words_of(turn.user), turn)
            return
        yes, word, verb, letter = re.match(r"(Yes|No), (\S+) (?:does not )?(contain|start|end)s? (?:the letter|with) (\w)\.", sentence).groups()
        seen = word[:word.lower().find(letter.lower()) + 1] if yes == "Yes" and verb == "contain" else word
        self.assertIn(spelled.replace("-", ""), ("", seen), turn)
        self.assertIn(word, words_of(turn.user), turn)
        self.assertIn(letter, words_of(turn.user), turn)
        word, letter = word.lower(), letter.lower()
        self.assertEqual(yes == "Yes", {"contain": letter in word, "start": word[0] == letter, "end": word[-1] == letter}[verb], turn)

    def capitals(self, turn):
        """The word may be one of the wording, as in `Capitalize letter.`: one of its places must be the one that is meant."""
        possible = []
        for place in re.finditer(rf"(?=\b{re.escape(turn.answer)}\b)", turn.user, re.I):
            text = turn.user[place.start():place.start() + len(turn.answer)]
            wording = (turn.user[:place.start()] + turn.user[place.start() + len(turn.answer):]).lower()
            if re.search("lower|small", wording):
                possible.append(text.lower())
            elif re.search(r"a capital|capitali[sz]e|first letter", wording):
                possible.append(text[0].upper() + text[1:])
            else:
                possible.append(text.upper())
        self.assertIn(turn.answer, possible, turn)

    def count(self, turn):
        walk, sentence = turn.answer.split(": ")
        word = re.sub("[-0-9]", "", walk)
        self.assertTrue(word in words_of(turn.user) or (" " in word and word in turn.user), turn)
        found = numbers(sentence.replace(word, ""))[0]
        self.assertEqual([int(place) for place in re.findall(r"\d+", walk)], list(range(1, found + 1)), turn)
        letter = re.match(r"the letter (\w) ", sentence)
        small = word.lower()
        if letter:
            self.assertEqual(found, len(small.split(letter.group(1).lower())) - 1, turn)
            self.assertRegex(turn.user, rf"\b{letter.group(1)}(s|\b)")
        else:
            self.assertEqual("consonant" in turn.user, "consonant" in sentence, turn)
            self.assertEqual(found, len(re.findall("[bcdfghjklmnpqrstvwxyz]" if "consonant" in sentence else "[aeiou]", small)), turn)
        self.assertEqual(found == 1, not sentence.replace(f" in {word}", "").rstrip(".").endswith("s"), turn)

    def word_length(self, turn):
        if (extreme := re.match(r"The (long|short)est word is (\w+)\.", turn.answer)):
            words = re.search(r"\w+(?:, \w+)+", turn.user).group().split(", ")
            lengths = sorted(map(len, words), reverse=extreme.group(1) == "long")
            self.assertEqual(len(extreme.group(2)), lengths[0], turn)
            self.assertNotEqual(lengths[0], lengths[1], turn)
            self.assertIn(extreme.group(2), words, turn)
            self.assertEqual(extreme.group(1) == "long", bool(re.search(r"\b(longest|most)\b", turn.user)), turn)
        elif "is longer than" in turn.answer:
            long, short = re.match(r"(\w+) is longer than (\w+)\.", turn.answer).groups()
            self.assertGreater(len(long), len(short), turn)
            self.assertLessEqual({long, short}, set(words_of(turn.user)), turn)
        elif "have the same length" in turn.answer:
            a, b = re.match(r"(\w+) and (\w+) have", turn.answer).groups()
            self.assertEqual(len(a), len(b), turn)
        else:
            spelled, word, size = re.match(r"(\S+): (\w+) has (\d+) letters\.", turn.answer).groups()
            self.assertEqual(spelled.split("-"), [f"{letter}{place}" for place, letter in enumerate(word, 1)], turn)
            self.assertEqual(len(word), int(size), turn)
            self.assertIn(word, words_of(turn.user), turn)

    def word_count(self, turn):
        quoted = re.search(r'"(.*)"', turn.user)
        text = quoted.group(1) if quoted else re.split(r"[:?] ", turn.user, maxsplit=1)[1]
        work, size = re.match(r"(.*): the sentence has (\d+) words\.$", turn.answer).groups()
        self.assertEqual(work, self.numbered(text.rstrip(".").split()), turn)
        self.assertEqual(len(text.split()), int(size), turn)

    def numbered(self, items):
        return " ".join(f"{number}. {item}" for number, item in enumerate(items, 1))

    def sort_numbers(self, turn):
        values = [int(number) for number in turn.answer.split(", ")]
        self.assertEqual(collections.Counter(numbers(re.sub(r",(?=\d)", ", ", turn.user))), collections.Counter(values), turn)
        self.assertEqual(values, sorted(values, reverse=bool(DOWN.search(turn.user))), turn)

    def sort_words(self, turn):
        if " comes before " in turn.answer:
            pair = turn.answer.rstrip(".").split(" comes before ")
            self.assertLess(pair[0].lower(), pair[1].lower(), turn)
            self.assertLessEqual(set(pair), set(words_of(turn.user)), turn)
            return
        values = turn.answer.split(", ")
        for value in values:
            self.assertIn(value, words_of(turn.user), turn)
        wording = turn.user
        for value in values:
            place = [match for match in re.finditer(rf"\b{value}\b", wording)][-1]
            before, after = wording[:place.start()], wording[place.end():]
            if before.lower().count("reverse") or value != "reverse":
                wording = before + after
        down = bool(DOWN.search(wording)) if "reverse" not in values else turn.user.count("reverse") > 1 or "Z to A" in turn.user
        self.assertEqual([value.lower() for value in values], sorted((value.lower() for value in values), reverse=down), turn)

    def list_in(self, user, least=3):
        """The longest run of items of a question with a plain comma list; None for other forms."""
        runs = re.findall(r"[\w-]+(?:, [\w-]+)+", user)
        return max(runs, key=len).split(", ") if runs and len(max(runs, key=len).split(", ")) >= least else None

    def list_reverse(self, turn):
        back = turn.answer.split(", ")[::-1]
        words = [word for word in words_of(turn.user) if word != "and" or "and" in back]
        self.assertIn(back, [words[at:at + len(back)] for at in range(len(words))], turn)

    def list_question(self, turn):
        user = turn.user
        work, _, answer = turn.answer.rpartition(": ")
        answer = answer[0].upper() + answer[1:] if answer.startswith(("the ", "yes, ", "no, ")) else answer
        if re.match(r"The \w+ word is", answer):
            name, word = re.match(r"The (\w+) word is (\w+)\.", answer).groups()
            quoted = re.search(r'"(.*)"', user)
            words = (quoted.group(1) if quoted else user.split(": ")[1]).split()
            self.assertEqual(words[-1 if name == "last" else ORDINALS.index(name)], word, turn)
            self.assertTrue(self.numbered(words).startswith(work), turn)
            return
        if "in the sentence" in answer:
            quoted = re.search(r'"(.*)"', user).group(1).split()
            wanted = re.match(r"(?:Yes|No), (\S+) is", answer).group(1)
            self.assertEqual(answer.startswith("Yes"), wanted in quoted, turn)
            self.assertEqual(work, ", ".join(quoted[:quoted.index(wanted) + 1] if wanted in quoted else quoted), turn)
            return
        values = self.list_in(user)
        if values is None or " and " in user or " or " in user or len(re.findall(r"[\w-]+(?:, [\w-]+)+", user)) != 1:
            return  # an other form of list: the same items and answers
        if "In the list" in user or "is in the list" in answer or "not in the list" in answer:
            if "In the list" not in user:
                wanted = re.match(r"(?:Yes|No), (\S+) is", answer).group(1)
                self.assertEqual(answer.startswith("Yes"), wanted in values, turn)
                self.assertEqual(work, ", ".join(values[:values.index(wanted) + 1] if wanted in values else values), turn)
            return
        elif re.match(r"The (largest|smallest) number is \d+\.$", answer):
            self.assertEqual(numbers(answer)[0], (max if "largest" in answer else min)(map(int, values)), turn)
        elif "item is" in answer:
            name, item = re.match(r"The (\w+) item is (\S+)\.", answer).groups()
            self.assertEqual(values[-1 if name == "last" else ORDINALS.index(name)], item, turn)
        elif "items" in answer:
            self.assertEqual(len(values), numbers(answer)[0], turn)
        else:
            item, place = re.match(r"(\S+) is at position (\d+)\.", answer).groups()
            self.assertEqual(values[int(place) - 1], item, turn)
        self.assertTrue(self.numbered(values).startswith(work), turn)

    def list_sum(self, turn):
        values = numbers(re.sub(r",(?=\d)", ", ", turn.user))
        work, what, result = re.match(r"(?:(.*)\. )?The (sum|average) is (\d+)\.$", turn.answer).groups()
        if what == "average":
            self.assertEqual(sum(values), int(result) * len(values), turn)
            work, _, last = work.rpartition(", ")
            self.assertEqual(last, f"{sum(values)}/{len(values)}={result}", turn)
        else:
            self.assertEqual(sum(values), int(result), turn)
        self.check_running_sums(turn, work, values)

    def list_edit(self, turn):
        work, _, fact = turn.answer.rpartition(": ")
        after = [] if fact == "none" else fact.split(", ")
        if work:
            self.assertEqual(after, [item.split(" ")[0] for item in work.split(", ") if item.endswith(" yes")], turn)
        if re.search(r"\b(even|odd)\b", turn.user) and all(item.isdigit() for item in after) and "numbers" in turn.user:
            odd = 1 if re.search(r"\bodd\b", turn.user) else 0
            self.assertEqual(after, [str(value) for value in numbers(turn.user) if value % 2 == odd], turn)
        elif (limit := re.search(r"(larger|smaller) than (-?\d+)", turn.user)) and "numbers" in turn.user:
            bound = int(limit.group(2))
            rest = [value for value in numbers(turn.user.replace(limit.group(), ""))]
            self.assertEqual(after, [str(value) for value in rest if (value > bound if limit.group(1) == "larger" else value < bound)], turn)
        else:
            for item in after:
                self.assertIn(item, words_of(turn.user), turn)

    def copy(self, turn):
        self.assertIn(turn.answer, turn.user)
        rest = "".join(turn.user.rpartition(turn.answer)[::2])
        self.assertRegex(rest, r"(?i)repeat|say|echo|copy|write|type|print|answer|reply|output|respond", turn)

    def copy_times(self, turn):
        count = next(count for count, names in ((2, "two times|twice|2 times"), (3, "three times|3 times"), (4, "four times|4 times"), (5, "five times|5 times"))
                     if re.search(rf"({names})\W*$", turn.user))
        text = turn.answer[:len(turn.answer) // count].rstrip(",")
        self.assertEqual(", ".join([text] * count), turn.answer, turn)
        self.assertIn(text, turn.user)

    def greet(self, turn):
        name = re.match(r"[\w ]+, (.*)!$", turn.answer).group(1)
        self.assertIn(name, turn.user)
        self.assertFalse(name.lower().startswith("my friend"))

"""The tokenizer of the tiny model: byte-level BPE of the DeepSeek structure with digits alone, trained on the generated text.

    python3 -m training.tokenizer --out models/tiny [--characters 5000000] [--seed 1]

writes tokenizer.json and tokenizer_config.json. 1,792 ids: begin, end, pad; the 256 bytes; the merges; the control strings at the end.
The split patterns are those of DeepSeek-V4 but for the first: `\\p{N}` alone, so every digit is a piece of its own.
"""

from __future__ import annotations

import argparse
import itertools
import json
import pathlib
import re
import sys
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable

from training import chat, checks

VOCAB_SIZE = 1792
CONTROLS = (chat.USER, chat.ASSISTANT, "<｜latest_reminder｜>", chat.THINK, chat.THINK_END, chat.DSML, "<｜action｜>", "<｜query｜>", "<｜authority｜>",
            "<｜domain｜>", "<｜title｜>", "<｜read_url｜>")
_FIRST = (chat.BEGIN, chat.END, chat.PAD)
_CACHED_PIECES = 300_000
_CACHED_LENGTH = 64

_PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
_HAN = "一-龥\u3040-ゟ゠-ヿ"
# As tokenizer.json names them; nibble compares them letter by letter.
PATTERNS = (r"\p{N}", f"[{_HAN}]+",
            r"""[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^CRLF\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[CRLF]*|\s*[CRLF]+|\s+(?!\S)|\s+"""
            .replace("CRLF", "\r\n"))  # the characters themselves


def _ranges(characters: Iterable[int]) -> str:
    """Code points in rising order as the inside of a character class."""
    out, start, last = [], -1, -2
    for code in itertools.chain(characters, [sys.maxunicode + 2]):
        if code != last + 1:
            if start >= 0:
                out.append(f"\\U{start:08x}-\\U{last:08x}")
            start = code
        last = code
    return "".join(out)


def _splitter(limit: int) -> re.Pattern[str]:
    """The three split steps as one pattern for texts of code points below `limit`.

    What steps 1 and 2 cut off (numbers, Han and kana) is left out of the classes of step 3, and white space before it counts as white space at
    the end of a piece. Han and kana go through step 3 too, among themselves. The last alternative of each is the stretch between matches:
    characters of no class that do not lead a word. The classes are those of this Python's Unicode, nibble's those of Unicode 16.
    """
    groups: dict[str, list[int]] = defaultdict(list)
    han = re.compile(f"[{_HAN}]")
    blank = re.compile("[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")
    for code in range(limit):
        character = chr(code)
        kind = unicodedata.category(character)[0]
        kind = {"L": "word", "M": "word", "N": "number", "P": "mark", "S": "mark"}.get(kind, "other")
        groups["han " + kind if han.match(character) else "space" if blank.match(character) else kind].append(code)
    number, word, mark, other, space, han_word, han_mark, han_other = (
        _ranges(groups[name]) for name in ("number", "word", "mark", "other", "space", "han word", "han mark", "han other"))
    lead = other + "\t\x0b\x0c" + _ranges(code for code in groups["space"] if code > 13)
    alternatives = [f"[{number}]"]
    if han_word:
        alternatives += [f"[{han_other}]?[{han_word}]+", f"[{han_mark}]+", f"(?:[{han_other}](?![{han_word}]))+"]
    alternatives += [f"[{re.escape(_PUNCTUATION)}][A-Za-z]+",
                     f"[{lead}]?[{word}]+",
                     f" ?[{mark}]+[\r\n]*",
                     f"[{space}]*[\r\n]+",
                     f"[{space}]+(?![^{space}{number}{han_word}{han_mark}{han_other}])",
                     f"[{space}]+",
                     f"(?:[{other}](?![{word}]))+"]
    return re.compile("|".join(alternatives))


class Splitter:
    """Text -> pieces. The pattern for all of Unicode is made when the first text needs it."""

    def __init__(self) -> None:
        self._ascii = _splitter(128)
        self._all: re.Pattern[str] | None = None

    def __call__(self, text: str) -> list[str]:
        if text.isascii():
            return self._ascii.findall(text)
        if self._all is None:
            self._all = _splitter(sys.maxunicode + 1)
        return self._all.findall(text)


def byte_alphabet() -> list[str]:
    """The character that stands for each byte in tokenizer.json."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = iter(range(0x100, 0x200))
    return [chr(byte) if byte in printable else chr(next(others)) for byte in range(256)]


class _PieceCache(dict):
    """Piece -> ids; bounded, and long pieces are not kept."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        super().__init__()
        self._tokenizer = tokenizer

    def __missing__(self, piece: str) -> list[int]:
        ids = self._tokenizer.merge(piece.encode("utf-8"))
        if len(piece) <= _CACHED_LENGTH:
            if len(self) >= _CACHED_PIECES:
                self.clear()
            self[piece] = ids
        return ids


class Tokenizer:
    """Encoder and decoder. `merges`: pairs of symbols (bytes), best first."""

    def __init__(self, merges: list[tuple[bytes, bytes]]) -> None:
        alphabet = byte_alphabet()
        in_order = sorted(range(256), key=lambda byte: alphabet[byte])
        symbols = [bytes([byte]) for byte in in_order] + [left + right for left, right in merges]
        self.merges = merges
        self.symbols: list[bytes] = [text.encode() for text in _FIRST] + symbols + [text.encode() for text in CONTROLS]
        self.vocab_size = len(self.symbols)
        self.control_ids = {text: at for at, text in enumerate(_FIRST)}
        self.control_ids.update({text: self.vocab_size - len(CONTROLS) + at for at, text in enumerate(CONTROLS)})
        ids = {symbol: len(_FIRST) + at for at, symbol in enumerate(symbols)}
        self._byte_ids = [ids[bytes([byte])] for byte in range(256)]
        self._ranks = {(ids[left], ids[right]): (rank, ids[left + right]) for rank, (left, right) in enumerate(merges)}
        self._split = Splitter()
        self._pieces = _PieceCache(self)

    def merge(self, piece: bytes) -> list[int]:
        """BPE of one piece: the lowest rank first, of equal ones the leftmost."""
        ids = [self._byte_ids[byte] for byte in piece]
        while len(ids) > 1:
            best = min(zip(ids, ids[1:]), key=lambda pair: self._ranks.get(pair, (self.vocab_size, 0))[0])
            if best not in self._ranks:
                break
            ids = _replace(ids, best, self._ranks[best][1])
        return ids

    def encode(self, text: str) -> list[int]:
        """Ids of plain text: control strings in it are spelled, not recognised."""
        return list(itertools.chain.from_iterable(map(self._pieces.__getitem__, self._split(text))))

    def encode_pieces(self, pieces: Iterable[chat.Piece]) -> tuple[list[int], list[float]]:
        """Ids and loss weights of a conversation (training.chat)."""
        return chat.encode(pieces, self.encode, self.control_ids)

    def decode(self, ids: Iterable[int]) -> str:
        """The text of `ids`; what is no UTF-8 becomes U+FFFD."""
        return b"".join(self.symbols[number] for number in ids).decode("utf-8", "replace")

    def save(self, folder: pathlib.Path) -> None:
        """Writes tokenizer.json and tokenizer_config.json."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in (("tokenizer.json", self._json()), ("tokenizer_config.json", _config())):
            (folder / name).write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")

    def _json(self) -> dict:
        alphabet = byte_alphabet()
        spell = lambda symbol: "".join(alphabet[byte] for byte in symbol)
        split = lambda pattern: {"type": "Split", "pattern": {"Regex": pattern}, "behavior": "Isolated", "invert": False}
        level = lambda space, trim, regex: {"type": "ByteLevel", "add_prefix_space": space, "trim_offsets": trim, "use_regex": regex}
        plain = self.symbols[len(_FIRST):-len(CONTROLS)]
        vocab = {text: at for at, text in enumerate(_FIRST)}
        vocab.update({spell(symbol): len(_FIRST) + at for at, symbol in enumerate(plain)})
        # As in the real tokenizer: special only means "left out of decoded text", and `<think>` and its like stay in it.
        flags = lambda text: {"single_word": False, "lstrip": False, "rstrip": False, "normalized": text not in _FIRST, "special": text in _FIRST}
        return {
            "version": "1.0", "truncation": None, "padding": None,
            "added_tokens": [{"id": number, "content": text, **flags(text)} for text, number in self.control_ids.items()],
            "normalizer": {"type": "Sequence", "normalizers": []},
            "pre_tokenizer": {"type": "Sequence", "pretokenizers": [*map(split, PATTERNS), level(False, True, False)]},
            "post_processor": level(True, False, True), "decoder": level(True, True, True),
            "model": {"type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": None, "end_of_word_suffix": None,
                      "fuse_unk": False, "byte_fallback": False, "vocab": vocab,
                      "merges": [f"{spell(left)} {spell(right)}" for left, right in self.merges]},
        }

    @classmethod
    def load(cls, folder: pathlib.Path | str) -> Tokenizer:
        """Reads a tokenizer.json that save() has written."""
        content = json.loads((pathlib.Path(folder) / "tokenizer.json").read_text(encoding="utf-8"))
        byte_of = {character: byte for byte, character in enumerate(byte_alphabet())}
        symbol = lambda text: bytes(byte_of[character] for character in text)
        tokenizer = cls([tuple(map(symbol, merge.split(" "))) for merge in content["model"]["merges"]])
        if tokenizer._json()["added_tokens"] != content["added_tokens"]:
            raise ValueError(f"{folder}: tokenizer.json was not written by training.tokenizer")
        return tokenizer


def _config() -> dict:
    token = lambda text: {"__type": "AddedToken", "content": text, "lstrip": False, "normalized": False, "rstrip": False, "single_word": False}
    return {"add_bos_token": False, "add_eos_token": False, "bos_token": token(chat.BEGIN), "clean_up_tokenization_spaces": False,
            "eos_token": token(chat.END), "legacy": True, "model_max_length": 16384, "pad_token": token(chat.PAD), "unk_token": None,
            "tokenizer_class": "PreTrainedTokenizerFast"}


def _replace(ids: list[int], pair: tuple[int, int], new: int) -> list[int]:
    """`ids` with each `pair`, from the left, replaced by `new`."""
    out, at, last = [], 0, len(ids) - 1
    while at <= last:
        if at < last and ids[at] == pair[0] and ids[at + 1] == pair[1]:
            out.append(new)
            at += 2
        else:
            out.append(ids[at])
            at += 1
    return out


def train(texts: Iterable[str], vocab_size: int = VOCAB_SIZE) -> Tokenizer:
    """BPE over the pieces of `texts`: the most frequent pair is merged next, of equal ones the one of the smaller symbols."""
    split = Splitter()
    counts: Counter[bytes] = Counter()
    for text in texts:
        counts.update(split(text))
    symbols = [bytes([byte]) for byte in range(256)]
    words = [list(piece.encode("utf-8")) for piece in counts]
    weights = list(counts.values())
    pairs: Counter[tuple[int, int]] = Counter()
    where: dict[tuple[int, int], set[int]] = defaultdict(set)
    for at, word in enumerate(words):
        for pair in zip(word, word[1:]):
            pairs[pair] += weights[at]
            where[pair].add(at)
    merges: list[tuple[bytes, bytes]] = []
    known = set(symbols)
    while len(merges) < vocab_size - 256 - len(_FIRST) - len(CONTROLS):
        if not pairs:
            raise ValueError(f"the text is too small for {vocab_size} ids: {len(merges)} merges found")
        best = max(pairs, key=lambda pair: (pairs[pair], symbols[pair[0]], symbols[pair[1]]))
        left, right = symbols[best[0]], symbols[best[1]]
        if left + right in known:  # the same bytes by another way: a second id would never differ in text
            del pairs[best]
            continue
        known.add(left + right)
        merges.append((left, right))
        symbols.append(left + right)
        _apply(words, weights, pairs, where, best, len(symbols) - 1)
    return Tokenizer(merges)


def _apply(words: list[list[int]], weights: list[int], pairs: Counter[tuple[int, int]], where: dict[tuple[int, int], set[int]],
           pair: tuple[int, int], new: int) -> None:
    """Merges `pair` in all words and keeps the pair counts true."""
    for at in where.pop(pair):
        old = words[at]
        for other in zip(old, old[1:]):
            pairs[other] -= weights[at]
            if pairs[other] <= 0:
                del pairs[other]
        words[at] = _replace(old, pair, new)
        for other in zip(words[at], words[at][1:]):
            pairs[other] += weights[at]
            where[other].add(at)
    pairs.pop(pair, None)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="training.tokenizer", description="Trains the tokenizer on generated text.")
    parser.add_argument("--out", type=pathlib.Path, required=True, help="folder for tokenizer.json and tokenizer_config.json")
    parser.add_argument("--characters", type=int, default=5_000_000, help="how much text to generate (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--vocab-size", type=int, default=VOCAB_SIZE)
    options = parser.parse_args(arguments)
    checks.room(options.out, 4 << 20)
    from training import sessions

    texts = sessions.sample_texts(options.characters, options.seed)
    tokenizer = train(texts, options.vocab_size)
    tokenizer.save(options.out)
    tokens = sum(len(tokenizer.encode(text)) for text in texts)
    print(f"{options.out}: {tokenizer.vocab_size} ids, {sum(map(len, texts)) / tokens:.2f} characters a token on {len(texts)} texts")


if __name__ == "__main__":
    main()

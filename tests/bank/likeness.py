"""How much two items say the same: the rule that the shipped bank and its paraphrases meet.

Measured over the 11,175 pairs of the shipped 150 and the ten paraphrases of `test_likeness`:

                     most alike of the shipped    least alike paraphrase    limit
    item, words      0.32                         0.38                      0.35
    item, letters    0.49                         0.53                      0.52
    stem, words      0.38                         0.25                      0.50
    stem, letters    0.50                         0.28                      0.60
    key, words       0.43                         0.00                      0.55
    key, letters     0.46                         0.41                      0.60

Only whole items separate the two. Stems and keys find what a whole item can hide: an old stem or an
old key among new options.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from math import log, sqrt
from typing import Final

from app.bank.model import Item, Option

WORDS: Final = {"item": 0.35, "stem": 0.50, "key": 0.55}
"""From these cosines on two items are too alike, by the roots of their words."""
LETTERS: Final = {"item": 0.52, "stem": 0.60, "key": 0.60}
"""From these shares on they are too alike by three letters in a row."""
_SHORT: Final = 20
"""Keys below this (a formula, "Unit S") are alike in letters without saying the same."""

_ENDING = re.compile(r"(nya|lah|kah|pun)$")
_SUFFIX = re.compile(r"(?<=\w{4})(kan|an)$")
_PREFIX = re.compile(r"^(meng|meny|mem|men|me|peng|peny|pem|pen|pe|ber|ter|di|se)(?=\w{4})")
_MELTING = re.compile(r"^[kpst](?=[aeiou])")
"""Letters that a prefix swallows: kirim, mengirim; simpan, menyimpan; tulis, penulisan."""


def key_of(item: Item) -> Option:
    """Return the option that is right."""
    return next(option for option in item.options if option.id == item.key)


def roots(text: str) -> Counter[str]:
    """Count the roughly stemmed words of four letters and more: dikirim, mengirim, pengiriman.

    A paraphrase changes voice and derivation first, which whole words would miss.
    """
    counted: Counter[str] = Counter()
    for word in re.findall(r"[^\W\d_]{4,}", text.lower()):
        bare = _PREFIX.sub("", _SUFFIX.sub("", _ENDING.sub("", word)))
        counted[_MELTING.sub("", bare)] += 1
    return counted


def near_duplicates(items: Sequence[Item]) -> set[tuple[str, str]]:
    """Return the codes of any two items that ask the same, or nearly, in the items' order."""
    found: set[tuple[str, str]] = set()
    codes = [item.code for item in items]
    for part in WORDS:
        texts = [_text(item, part) for item in items]
        weighed = zip(codes, _weigh(roots(text) for text in texts), strict=True)
        for (one, mine), (other, theirs) in combinations(weighed, 2):
            cosine = sum(weight * theirs.get(root, 0.0) for root, weight in mine.items())
            if cosine >= WORDS[part]:
                found.add((one, other))
        spelt = [
            (code, {text.lower()[place : place + 3] for place in range(len(text) - 2)})
            for code, text in zip(codes, texts, strict=True)
            if len(text) >= _SHORT
        ]
        for (one, its), (other, others) in combinations(spelt, 2):
            if 2 * len(its & others) >= LETTERS[part] * (len(its) + len(others)):
                found.add((one, other))
    return found


def _text(item: Item, part: str) -> str:
    texts = {"stem": [item.stem], "key": [key_of(item).text]}
    return " ".join(texts.get(part, [item.stem, *(option.text for option in item.options)]))


def _weigh(counts: Iterable[Counter[str]]) -> list[Mapping[str, float]]:
    """Return vectors of length 1: a root weighs more the fewer texts it stands in (tf–idf)."""
    texts = list(counts)
    spread = Counter(root for text in texts for root in text)
    weighed: list[Mapping[str, float]] = []
    for text in texts:
        weights = {
            root: (1 + log(times)) * log(len(texts) / spread[root]) for root, times in text.items()
        }
        length = sqrt(sum(weight**2 for weight in weights.values())) or 1.0
        weighed.append({root: weight / length for root, weight in weights.items()})
    return weighed

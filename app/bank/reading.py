"""Reading a bank file part by part, so that every fault names the file and the place in it."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final, TypeVar

from app.kit.errors import OpsError

_NOTHING: Final = "none"
Word = TypeVar("Word", bound=str)


class ContentError(OpsError):
    """A bank file that cannot be used; the sentence names file, place and fault."""


def all_faults(faults: Sequence[ContentError]) -> ContentError:
    """Return several faults as one error, a line each."""
    if len(faults) == 1:
        return faults[0]
    lines = "".join(f"\n  {fault}" for fault in faults)
    return ContentError(f"{len(faults)} faults in the bank:{lines}")


def read_toml(path: Path) -> "Part":
    """Read a file; decimals stay exact.

    Raises:
        ContentError: when it is missing or is no TOML.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except FileNotFoundError:
        raise ContentError(f"{path} does not exist.") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ContentError(f"{path}: {error}.") from error
    return Part(str(path), document)


class Part:
    """A table of a file and where it stands. Every name that is read is ticked off."""

    def __init__(self, where: str, table: Mapping[str, object]) -> None:
        self.where = where
        self._table = table
        self._unread = set(table)

    def fault(self, sentence: str) -> ContentError:
        """Return the error that says where ``sentence`` is true."""
        return ContentError(f"{self.where}: {sentence}.")

    @property
    def table(self) -> Mapping[str, object]:
        """The whole table as the file has it."""
        return self._table

    def names(self) -> list[str]:
        """Return the names in this table, in the file's order."""
        return list(self._table)

    def has(self, name: str) -> bool:
        """Tell whether the table has this name."""
        return name in self._table

    def is_table(self, name: str) -> bool:
        """Tell whether this name holds a table."""
        return isinstance(self._table.get(name), Mapping)

    def yes_or_no(self, name: str) -> bool:
        """Return a boolean."""
        value = self._value(name)
        if not isinstance(value, bool):
            raise self.fault(f"{name!r} must be true or false, not {value!r}")
        return value

    def text(self, name: str) -> str:
        """Return a text that is not blank and has no control characters."""
        value = self._value(name)
        if not isinstance(value, str) or not value.strip() or not value.isprintable():
            raise self.fault(f"{name!r} must be a printable text, not {value!r}")
        return value

    def word(self, name: str, allowed: Iterable[Word]) -> Word:
        """Return one of the allowed words."""
        value = self._value(name)
        words = tuple(allowed)
        for word in words:
            if word == value:
                return word
        raise self.fault(f"{name!r} must be one of {', '.join(words)}, not {value!r}")

    def integer(self, name: str, *, least: int = 0) -> int:
        """Return a whole number of at least ``least``."""
        value = self._value(name)
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            raise self.fault(f"{name!r} must be a whole number from {least} up, not {value!r}")
        return value

    def decimal(self, name: str) -> Decimal:
        """Return an exact number."""
        return self._decimal(name, self._value(name))

    def decimals(self, name: str) -> list[Decimal]:
        """Return a list of exact numbers."""
        return [self._decimal(name, value) for value in self._list(name)]

    def decimal_or_none(self, name: str) -> Decimal | None:
        """Return an exact number, or None where the file says "none"."""
        value = self._value(name)
        return None if value == _NOTHING else self._decimal(name, value)

    def texts(self, name: str) -> list[str]:
        """Return a list of texts."""
        values = self._list(name)
        if not all(isinstance(value, str) for value in values):
            raise self.fault(f"{name!r} must be a list of texts")
        return [str(value) for value in values]

    def part(self, name: str) -> "Part":
        """Return the table of this name."""
        value = self._value(name)
        if not isinstance(value, Mapping):
            raise self.fault(f"{name!r} must be a table")
        return Part(f"{self.where}, {name}", value)

    def parts(self, name: str, called_by: str) -> list["Part"]:
        """Return a list of tables, each called by its ``called_by`` in errors."""
        parts = []
        for nth, value in enumerate(self._list(name), start=1):
            if not isinstance(value, Mapping):
                raise self.fault(f"{name!r} must be a list of tables")
            parts.append(Part(f"{self.where}, {value.get(called_by, f'{name} {nth}')}", value))
        return parts

    def lists(self, name: str) -> list[list[str]]:
        """Return a list of lists of texts."""
        values = self._list(name)
        if not all(isinstance(value, list) for value in values):
            raise self.fault(f"{name!r} must be a list of lists")
        return [[str(word) for word in value] for value in values if isinstance(value, list)]

    def end(self) -> None:
        """Refuse names that nobody read: a misspelt one would silently change nothing."""
        if self._unread:
            raise self.fault(f"unknown name {min(self._unread)!r}")

    def _value(self, name: str) -> object:
        if name not in self._table:
            raise self.fault(f"{name!r} is missing")
        self._unread.discard(name)
        return self._table[name]

    def _list(self, name: str) -> list[object]:
        value = self._value(name)
        if not isinstance(value, list):
            raise self.fault(f"{name!r} must be a list")
        return value

    def _decimal(self, name: str, value: object) -> Decimal:
        if isinstance(value, int | float | Decimal | str) and not isinstance(value, bool):
            try:
                number = Decimal(str(value))
            except InvalidOperation:
                number = Decimal("NaN")
            if number.is_finite():
                return number
        raise self.fault(f"{name!r} must be a number, not {value!r}")

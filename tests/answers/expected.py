"""What the room must say to one sitting, in the plainest words: dicts, and no clock."""

from copy import deepcopy
from dataclasses import dataclass, field

GEN_EPOCH = 1 << 16
SUPERSEDED_DEVICE, RECOVERED_CLAIM = "superseded-device", "recovered-claim"
EVENT = ("event",)

Content = tuple[object, ...]
"""Item, value and flag of a change; ``EVENT`` of an event."""


@dataclass
class Expected:
    """One sitting. ``stands``: item → rev; ``spent``: what each accepted rev was spent on."""

    state: str = "admitted"
    over: bool = False
    epoch: int = 1
    gen: int = 0
    holder: str = ""
    bar: int = 0
    claimed: tuple[int, str] | None = None
    seal: int = 0
    stands: dict[object, int] = field(default_factory=dict)
    spent: dict[int, Content] = field(default_factory=dict)
    late: dict[int, Content] = field(default_factory=dict)
    ruled: dict[int, str] = field(default_factory=dict)

    def copy(self) -> "Expected":
        return deepcopy(self)

    def enters(self, device: str) -> int:
        """Log in; return the gen."""
        if device != self.holder or self.gen // GEN_EPOCH < self.epoch:
            self._take_over(device)
            self.bar, self.claimed = self.epoch * GEN_EPOCH, None
        return self.gen

    def claims(self, token: int, device: str) -> int | str:
        """Claim; return the new gen or the refusal."""
        if self.claimed == (token, device) and self.holder == device:
            return self.gen
        refused = self.refuses(token)
        if refused == SUPERSEDED_DEVICE:
            return refused
        self._take_over(device)
        self.bar, self.claimed = token, (token, device)
        return self.gen

    def refuses(self, token: int) -> str | None:
        """Return why a token of this gen may not act."""
        if token == self.gen and token // GEN_EPOCH == self.epoch:
            return None
        if token // GEN_EPOCH == self.epoch:
            return SUPERSEDED_DEVICE
        in_this_life = self.gen // GEN_EPOCH == self.epoch
        lowest = self.bar if in_this_life else self.gen
        return RECOVERED_CLAIM if token >= lowest else SUPERSEDED_DEVICE

    def refuses_to_save(self) -> str | None:
        """Return why this state takes no save."""
        if self.state == "open":
            return "closed" if self.over else None
        return {"admitted": "not-open", "paused": "paused", "sealed": "sealed"}[self.state]

    def refuses_to_start(self) -> str | None:
        """Return why this state lets nobody start."""
        return self.state if self.state in {"paused", "sealed"} else None

    def weighs(self, rev: int, content: Content) -> str:
        """Take a change, or refuse it for itself."""
        said = self._against_standing(rev, content)
        if said is None and rev in self.spent:
            said = "conflict"
        if said is None:
            self.spent[rev] = content
            self.stands[content[0]] = rev
        return said or "stored"

    def notes(self, rev: int) -> str:
        """Take a client event."""
        if rev in self.spent:
            return "same" if self.spent[rev] == EVENT else "conflict"
        self.spent[rev] = EVENT
        return "stored"

    def submits(self, changes: list[tuple[int, Content]]) -> list[str]:
        """Hand in a map, in open, paused or sealed."""
        if self.state == "sealed" or (self.state == "open" and self.over):
            said = [
                self._against_standing(rev, content) or self.keeps(rev, content)
                for rev, content in changes
            ]
        else:
            said = [self.weighs(rev, content) for rev, content in changes]
        if self.state != "sealed":
            self.is_sealed()
        return said

    def is_sealed(self) -> None:
        """Be handed in, by whomever."""
        self.state, self.over, self.seal = "sealed", False, self.seal + 1

    def gets_late(self, rev: int, content: Content) -> str:
        """Take what came too late, from any device."""
        stands = self.stands.get(content[0]) == rev and self.spent[rev] == content
        return "same" if stands else self.keeps(rev, content)

    def keeps(self, rev: int, content: Content) -> str:
        """Keep a late answer, once a rev."""
        return "kept" if self.late.setdefault(rev, content) == content else "conflict"

    def decides(self, verdict: str) -> tuple[str, int]:
        """Accept or reject what waits; return what came of it, and how much counts now."""
        waiting = sorted(self.late.keys() - self.ruled.keys())
        if not waiting:
            return "state", 0
        counted = 0
        if verdict == "accept":
            said = [self.weighs(rev, self.late[rev]) for rev in waiting]
            counted = said.count("stored")
            if counted and self.state == "sealed":
                self.seal += 1
        self.ruled |= dict.fromkeys(waiting, verdict)
        return "done", counted

    def recovers(self, epoch: int) -> None:
        """Begin another life of the room."""
        self.epoch, self.bar, self.claimed = epoch, 0, None

    def _against_standing(self, rev: int, content: Content) -> str | None:
        held = self.stands.get(content[0])
        if held is None or held < rev:
            return None
        if held > rev:
            return "superseded"
        return "same" if self.spent[rev] == content else "conflict"

    def _take_over(self, device: str) -> None:
        self.gen = max(self.gen + 1, self.epoch * GEN_EPOCH + 1)
        self.holder = device

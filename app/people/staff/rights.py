"""Who may do what: one line a route, one column a role. Pure.

A route that has no line here cannot be mounted for staff, and a test walks every other one.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal, get_args

from app.people.staff.model import BENEATH, Account, ApiToken, Role, Session, Step, Visitor

# all   whatever the object is
# own   what is one's own: account, sessions, tokens and acts; for an operator also the accounts of
#       proctors and viewers; for a proctor the events that they are bound to, or to a part of: which
#       part is looked at where it is named
# -     not at all
#
# prove     the password is typed again, unless that was minutes ago; no script's token does it
# at STEP   reachable while that step (code, password, factor) must come first; `any`: all of them
_TABLE: Final = """
# Anybody
GET    /                                              public
GET    /ujian/{sitting}                               public
GET    /receipts/{code}                               public
GET    /sw.js                                         public
GET    /favicon.ico                                   public
GET    /static/{version}/{path:path}                  public
GET    /health/live                                   public
GET    /health/ready                                  public
GET    /health/recorder                               public
GET    /api/v1/openapi.json                           public
GET    /api/v1/receipts/key                           public
GET    /api/v1/receipts/{code}                        public
POST   /api/v1/login                                  public
GET    /staf/masuk                                    public
POST   /staf/masuk                                    public
POST   /api/v1/staff/session                          public

# The participant whose token speaks for this very sitting
GET    /api/v1/sittings/{sitting}                     participant
POST   /api/v1/sittings/{sitting}/start               participant
GET    /api/v1/sittings/{sitting}/form                participant
GET    /api/v1/sittings/{sitting}/media/{medium}      participant
POST   /api/v1/sittings/{sitting}/answers             participant
POST   /api/v1/sittings/{sitting}/reconcile           participant
POST   /api/v1/sittings/{sitting}/submit              participant
POST   /api/v1/sittings/{sitting}/late                participant
POST   /api/v1/sittings/{sitting}/claim               participant
POST   /api/v1/sittings/{sitting}/logout              participant

# Staff: pages                                        admin operator author proctor viewer
GET    /staf                                          all   all      all    all     all
GET    /staf/kode                                     all   all      all    all     all     at code
POST   /staf/kode                                     all   all      all    all     all     at code
GET    /staf/sandi                                    all   all      all    all     all     at password
POST   /staf/sandi                                    all   all      all    all     all     at password
GET    /staf/faktor-kedua                             all   all      all    all     all     at factor
POST   /staf/faktor-kedua                             all   all      all    all     all     prove at factor
POST   /staf/keluar                                   all   all      all    all     all     at any
GET    /staf/papan/{event}                            all   all      -      own     all
GET    /staf/sesi                                     all   all      all    all     all
POST   /staf/sesi/lain/akhiri                         all   all      all    all     all
POST   /staf/sesi/{session}/akhiri                    all   own      own    own     own
GET    /staf/hak                                      all   all      all    all     all
GET    /staf/catatan                                  all   all      own    own     own
GET    /staf/akun                                     all   own      -      -       -
GET    /staf/akun-baru                                all   own      -      -       -
POST   /staf/akun                                     all   own      -      -       -       prove
GET    /staf/akun/{login}                             all   own      -      -       -
POST   /staf/akun/{login}                             all   own      -      -       -       prove
POST   /staf/akun/{login}/sandi                       all   own      -      -       -       prove
POST   /staf/akun/{login}/faktor-kedua                all   own      -      -       -       prove
GET    /staf/token                                    all   own      -      -       -
POST   /staf/token                                    all   own      -      -       -       prove
POST   /staf/token/{token}/akhiri                     all   own      -      -       -

# Staff: calls                                        admin operator author proctor viewer
GET    /api/v1/staff/session                          all   all      all    all     all     at any
DELETE /api/v1/staff/session                          all   all      all    all     all     at any
POST   /api/v1/staff/session/code                     all   all      all    all     all     at code
POST   /api/v1/staff/session/proof                    all   all      all    all     all     at factor
PUT    /api/v1/staff/password                         all   all      all    all     all     at password
POST   /api/v1/staff/factor                           all   all      all    all     all     at factor
PUT    /api/v1/staff/factor                           all   all      all    all     all     prove at factor
GET    /api/v1/staff/sessions                         all   all      all    all     all
DELETE /api/v1/staff/sessions/{session}               all   own      own    own     own
GET    /api/v1/staff/rights                           all   all      all    all     all
GET    /api/v1/staff/audit-log                        all   all      own    own     own
GET    /api/v1/staff/accounts                         all   own      -      -       -
POST   /api/v1/staff/accounts                         all   own      -      -       -       prove
GET    /api/v1/staff/accounts/{login}                 all   own      -      -       -
PATCH  /api/v1/staff/accounts/{login}                 all   own      -      -       -       prove
POST   /api/v1/staff/accounts/{login}/password        all   own      -      -       -       prove
DELETE /api/v1/staff/accounts/{login}/factor          all   own      -      -       -       prove
GET    /api/v1/staff/accounts/{login}/sessions        all   own      -      -       -
GET    /api/v1/staff/events/{event}/board             all   all      -      own     all
GET    /api/v1/staff/events/{event}/board/stream      all   all      -      own     all
GET    /api/v1/staff/events/{event}/missing.xlsx      all   all      -      own     all
POST   /api/v1/staff/events/{event}/find              all   all      -      own     -
POST   /api/v1/staff/events/{event}/acts              all   all      -      own     -
GET    /api/v1/staff/events/{event}/sittings/{sitting} all  all      -      own     all
POST   /api/v1/staff/events/{event}/late              all   all      -      own     -
GET    /api/v1/staff/events/{event}/outages           all   all      -      own     all
POST   /api/v1/staff/events/{event}/outages/{outage}/credit  all   all      -      own     -
POST   /api/v1/staff/events/{event}/walk-ins          all   all      -      own     -
POST   /api/v1/staff/events/{event}/rooms/{room}/pin  all   all      -      own     -
GET    /api/v1/staff/tokens                           all   own      -      -       -
POST   /api/v1/staff/tokens                           all   own      -      -       -       prove
DELETE /api/v1/staff/tokens/{token}                   all   own      -      -       -
"""

Audience = Literal["public", "participant", "staff"]


@dataclass(frozen=True, slots=True)
class EventNamed:
    """An event that a path names."""

    id: str


Owned = Account | Session | ApiToken | EventNamed
"""What a route's path may name, and somebody's own may be."""


class Reach(StrEnum):
    """How far a role reaches with a route."""

    NONE = "-"
    OWN = "own"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may use a route. ``at``: the steps before which it is open already."""

    method: str
    path: str
    audience: Audience
    reach: dict[Role, Reach]
    proves: bool = False
    at: frozenset[str] = frozenset()

    def admits(self, visitor: Visitor, owned: Owned | None = None) -> bool:
        """Tell whether the visitor may do it, to what belongs to somebody where that is named."""
        match self.reach.get(visitor.role, Reach.NONE):
            case Reach.ALL:
                return True
            case Reach.OWN:
                return owned is None or is_own(visitor, owned)
            case Reach.NONE:
                return False


class NoRule(LookupError):
    """A route has no line in the table: nobody has said who may use it."""


def is_own(visitor: Visitor, owned: Owned) -> bool:
    """Tell whether something is the visitor's own affair."""
    me = visitor.account.login
    match owned:
        case Account():
            return owned.login == me or owned.role in BENEATH[visitor.role]
        case Session():
            return owned.login == me
        case ApiToken():
            return owned.made_by == me
        case EventNamed():
            return visitor.reach.covers(owned.id)


def rule_of(method: str, path: str) -> Rule:
    """Return the line of a route.

    Raises:
        NoRule: there is none.
    """
    try:
        return RULES[method, path]
    except KeyError:
        raise NoRule(f"{method} {path} has no line in app/people/staff/rights.py") from None


def _read(table: str) -> dict[tuple[str, str], Rule]:
    rules: dict[tuple[str, str], Rule] = {}
    for line in table.splitlines():
        if line and not line.startswith("#"):
            rule = _rule(line)
            if (rule.method, rule.path) in rules:
                raise ValueError(f"two lines for {rule.method} {rule.path}")
            rules[rule.method, rule.path] = rule
    return rules


def _rule(line: str) -> Rule:
    method, path, *words = line.split()
    if words == ["public"]:
        return Rule(method, path, "public", {})
    if words == ["participant"]:
        return Rule(method, path, "participant", {})
    roles = len(Role)
    reach = dict(zip(Role, map(Reach, words[:roles]), strict=True))
    more = words[roles:]
    proves = more[:1] == ["prove"]
    match more[proves:]:
        case []:
            at: frozenset[str] = frozenset()
        case ["at", "any"]:
            at = frozenset(get_args(Step))
        case ["at", step] if step in get_args(Step):
            at = frozenset({step})
        case _:
            raise ValueError(line)
    return Rule(method, path, "staff", reach, proves, at)


RULES: Final = _read(_TABLE)

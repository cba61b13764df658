"""What is typed of an account, to make one or to change it."""

from dataclasses import dataclass
from typing import NamedTuple

from app.pages.staff.form import Form
from app.pages.staff.places import scope_of
from app.pages.staff.words import ROLE_TASKS
from app.people.staff.model import BENEATH, BOUND, ROLE_NAMES, Account, Role, Scope, Visitor


class RoleChoice(NamedTuple):
    """A role that may be given: what it is called and what it does."""

    value: Role
    name: str
    task: str


@dataclass(frozen=True, slots=True)
class Typed:
    """The fields as they were typed, to be shown again."""

    login: str = ""
    name: str = ""
    role: str = ""
    scopes: tuple[Scope, ...] = ()
    why: str = ""


def chosen_role(form: Form, visitor: Visitor) -> Role:
    """Return the role that was chosen.

    Raises:
        Unfit: none was, or one that this visitor may not give.
    """
    return Role(form.chosen("role", BENEATH[visitor.role], "Pilih salah satu peran."))


def typed_in(form: Form) -> Typed:
    """Return what a form says of an account."""
    return Typed(
        login=form.text("login"),
        name=form.text("name"),
        role=form.text("role"),
        scopes=tuple(scope_of(text) for text in form.all("scope")),
        why=form.text("why"),
    )


def as_it_stands(account: Account) -> Typed:
    """Return what an account says of itself, to begin with."""
    return Typed(account.login, account.name, account.role, account.scopes)


def bounds_kept(typed: Typed, account: Account, role: Role) -> tuple[Scope, ...]:
    """Return the bounds that a change leaves.

    Who is no proctor any more loses those that stood: nobody has to untick them.
    """
    if role not in BOUND and set(typed.scopes) <= set(account.scopes):
        return ()
    return typed.scopes


def choices(roles: frozenset[Role]) -> list[RoleChoice]:
    """Return roles to choose from, as a form shows them."""
    return [RoleChoice(one, ROLE_NAMES[one], ROLE_TASKS[one]) for one in Role if one in roles]

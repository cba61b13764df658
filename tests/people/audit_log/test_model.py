import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.people.audit_log.model import Actor, Entry
from tests.people.audit_log.builders import an_entry

NIP = "198609262015051001"


def test_an_actor_did_something_under_a_role_from_an_address() -> None:
    entry = Actor("siti", "operator", "10.0.0.7").did("card.reissue", 5, whom="sitting:x", why="y")
    assert (entry.who, entry.role, entry.where) == ("siti", "operator", "10.0.0.7")
    assert (entry.what, entry.at, entry.whom, entry.why) == ("card.reissue", 5, "sitting:x", "y")


def test_each_entry_has_a_source_of_its_own() -> None:
    assert Actor("a").did("b.c", 1).source != Actor("a").did("b.c", 1).source


@pytest.mark.parametrize("typed", [NIP, "19860926 201505 1 001", "19860926.201505.1.001"])
def test_a_nip_that_somebody_typed_is_hidden_wherever_it_stands(typed: str) -> None:
    entry = an_entry(
        who=typed,
        why=f"NIP {typed}, salah ruang",
        before={"file": f"{typed}.csv", typed: [typed]},
        after={"n": {"deep": (f"({typed})",)}},
    )
    assert entry.who == "[nip]"
    assert entry.why == "NIP [nip], salah ruang"
    assert entry.before == {"file": "[nip].csv", "[nip]": ["[nip]"]}
    assert entry.after == {"n": {"deep": ["([nip])"]}}


def test_a_nip_that_is_a_number_is_hidden_too() -> None:
    assert an_entry(after={"nip": int(NIP), "ms": 1_700_000_000_000}).after == {
        "nip": "[nip]",
        "ms": 1_700_000_000_000,
    }


def test_a_number_that_json_cannot_say_is_said_as_a_text() -> None:
    entry = an_entry(after={"most": 2**63 - 1, "more": 2**63, "less": -(10**30), "no": False})
    assert entry.after == {
        "most": 2**63 - 1,
        "more": str(2**63),
        "less": str(-(10**30)),
        "no": False,
    }


@pytest.mark.parametrize("text", [f"a{NIP}b", f"{NIP}7", NIP[:17], "1:1700000000000-4"])
def test_what_is_no_nip_stays(text: str) -> None:
    assert an_entry(why=text).why == text


@given(st.text(st.characters()), st.dictionaries(st.text(st.characters()), st.text()))
def test_whatever_is_said_can_be_written_as_utf_8_without_a_nul(
    text: str, held: dict[str, str]
) -> None:
    entry = an_entry(why=text, after=held)
    for said in (entry.why, *entry.after, *entry.after.values()):
        assert "\x00" not in said.encode().decode()


def test_an_entry_made_again_from_its_own_texts_is_the_same() -> None:
    entry = an_entry(why=f"\x00 {NIP} \udc80")
    again = Entry(
        **{name: getattr(entry, name) for name in Entry.__slots__},
    )
    assert again == entry

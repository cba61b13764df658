"""What is an outage and what is not: for any silences, on plain values."""

from hypothesis import given
from hypothesis import strategies as st

from app.proctoring.outages.model import Outage
from app.proctoring.outages.silence import Limits, silences
from tests.proctoring.outages.hall import PARTITIONS, Hall, at, hall, someone

EACH = 20
ROOM_1, ROOM_2 = range(EACH), range(EACH, 2 * EACH)
# Devices of one place are heard of at different moments before a cut.
LAST_HEARD = st.lists(st.floats(0, 72), min_size=2 * EACH, max_size=2 * EACH)
CUT = 1000


def cut(place: Hall, people: range, heard: list[float], second: float = CUT) -> None:
    for number, before in zip(people, heard, strict=False):
        place.falls_silent(number, second - before)


def what(found: Outage) -> tuple[str, str, str]:
    return found.kind, found.place, found.cause


@given(
    st.lists(
        st.tuples(st.integers(0, 79), st.floats(0, 3600), st.floats(91, 1800)),
        max_size=12,
        unique_by=lambda one: one[0],
    )
)
def test_single_disconnections_here_and_there_are_none(
    alone: list[tuple[int, float, float]],
) -> None:
    place = hall(each=EACH)
    spread = [
        (number, n * 300 + start % 200, long) for n, (number, start, long) in enumerate(alone)
    ]
    for number, start, long in spread:
        place.falls_silent(number, start)
        if number % 2:
            place.is_back(number, start + long)
    assert place.outages(8000) == []


@given(LAST_HEARD, st.integers(8, EACH))
def test_a_whole_room_or_much_of_it_is_one(heard: list[float], hit: int) -> None:
    place = hall(each=EACH)
    cut(place, range(hit), heard)
    (found,) = place.outages(CUT + 120)
    assert what(found) == ("room", "1", "network")
    assert (len(found.hit), found.still_away, found.of, found.to) == (hit, hit, EACH, 0)
    assert found.start == min(place.people[n].seen_at for n in range(hit))


@given(LAST_HEARD)
def test_two_rooms_behind_one_network_are_one_outage_of_the_network(heard: list[float]) -> None:
    place = hall(each=EACH)
    for number in (*ROOM_1, *ROOM_2):
        place.people[number] = place.people[number]._replace(network="36.81.22.0/24")
    cut(place, range(2 * EACH), heard)
    (found,) = place.outages(CUT + 120)
    assert what(found) == ("network", "36.81.22.0/24", "network")
    assert (len(found.hit), found.of) == (2 * EACH, 2 * EACH)


@given(LAST_HEARD)
def test_two_rooms_of_a_house_of_two_are_everybody(heard: list[float]) -> None:
    place = hall(rooms=2, each=EACH)
    cut(place, range(2 * EACH), heard)
    (found,) = place.outages(CUT + 120)
    assert what(found) == ("everybody", "", "network")


@given(LAST_HEARD)
def test_a_network_that_holds_all_says_nothing_of_one_room(heard: list[float]) -> None:
    place = hall(each=EACH)
    for number, one in place.people.items():
        place.people[number] = one._replace(network="10.0.0.0/24")
    cut(place, ROOM_2, heard)
    assert [what(one) for one in place.outages(CUT + 120)] == [("room", "2", "network")]


@given(LAST_HEARD, st.lists(st.floats(0, 60), min_size=EACH, max_size=EACH))
def test_it_keeps_its_name_while_it_lasts_and_afterwards(
    heard: list[float], returns: list[float]
) -> None:
    place = hall(each=EACH)
    cut(place, ROOM_1, heard)
    names: set[str] = set()
    for second in range(CUT, CUT + 300, 40):
        names |= {one.id for one in place.outages(second)}
    for number, later in zip(ROOM_1, returns, strict=True):
        place.is_back(number, CUT + 300 + later)
        found = place.outages(CUT + 361)
        assert len(found) == 1
        names |= {one.id for one in found}
    assert len(names) == 1


@given(LAST_HEARD, st.integers(200, 3000))
def test_the_credit_is_the_longest_silence_of_those_who_came_back(
    heard: list[float], long: int
) -> None:
    place = hall(each=EACH)
    cut(place, ROOM_1, heard)
    for number in ROOM_1:
        place.is_back(number, CUT + long)
    (found,) = place.outages(CUT + long + 1)
    longest_ms = max(at(CUT + long) - int(one.away.split(":")[0]) for one in found.hit)
    assert 0 <= found.minutes * 60_000 - longest_ms < 60_000
    assert (found.still_away, found.to) == (0, at(CUT + long))


def test_who_comes_back_long_after_the_others_does_not_lengthen_it() -> None:
    place = hall(each=EACH)
    cut(place, ROOM_1, [30.0] * EACH)
    for number in ROOM_1:
        place.is_back(number, CUT + (3000 if number == 0 else 270))
    (found,) = place.outages(CUT + 3600)
    assert (found.minutes, found.to) == (5, at(CUT + 270))


def test_early_returns_end_nothing_while_most_are_away() -> None:
    place = hall(each=EACH)
    cut(place, ROOM_1, [0.0] * EACH)
    for number in (0, 1):
        place.is_back(number, CUT + 100)
    (found,) = place.outages(CUT + 290)
    assert (found.to, found.still_away, found.minutes) == (0, EACH - 2, 5)


@given(LAST_HEARD, st.integers(60, 1800), st.floats(1, 85))
def test_a_gap_of_the_server_is_the_servers_and_proposes_nothing(
    heard: list[float], long: int, later: float
) -> None:
    place = hall(each=EACH)
    place.server_away(CUT, CUT + long)
    cut(place, range(2 * EACH), heard)
    for second in (CUT + long + 1, CUT + long + later):
        (found,) = place.outages(second)
        assert what(found) == ("everybody", "", "server")
        assert (found.minutes, found.start, found.to) == (0, at(CUT), at(CUT + long))
        assert (len(found.hit), found.still_away) == (4 * EACH, 2 * EACH)


@given(LAST_HEARD, st.integers(100, 1800))
def test_what_was_given_back_is_not_proposed_again(heard: list[float], long: int) -> None:
    """A room is cut off, and while it is, the server goes away too."""
    place = hall(each=EACH)
    cut(place, ROOM_1, heard)
    place.server_away(CUT + 200, CUT + 200 + long)
    for number in ROOM_1:
        place.is_back(number, CUT + 200 + long + 100)
    servers, networks = sorted(place.outages(CUT + 4000), key=lambda one: one.cause, reverse=True)
    assert (servers.minutes, networks.kind) == (0, "room")
    own_s = 300 + max(heard[:EACH])
    assert -0.001 <= networks.minutes * 60 - own_s < 60.001  # the room's clock has milliseconds


def test_a_closed_partition_is_the_servers_while_it_is() -> None:
    place = hall(each=EACH)
    place.server_away(CUT, 0, 1)
    mine = [number for number in place.people if number % PARTITIONS == 1]
    for number in mine:
        place.falls_silent(number, CUT - 20)
    (found,) = place.outages(CUT + 600)
    assert (found.cause, found.to, len(found.hit)) == ("server", 0, len(mine))


def test_a_silence_that_begins_after_the_server_is_back_is_their_own() -> None:
    place = hall(each=EACH)
    place.server_away(CUT, CUT + 100)
    cut(place, ROOM_1, [0.0] * EACH)
    found = {one.cause: one for one in place.outages(CUT + 100 + 400)}
    assert found["network"].start == at(CUT + 100)
    assert found["network"].minutes == 7


def test_who_had_handed_in_or_not_begun_was_not_at_work() -> None:
    place = hall(each=EACH)
    for number in range(10):
        place.people[number] = place.people[number]._replace(state="sealed", sealed_at=at(500))
    for number in range(10, 14):
        place.people[number] = place.people[number]._replace(state="admitted", started_at=0)
    cut(place, range(14, 17), [0.0] * 3)
    (found,) = place.outages(CUT + 120)
    assert (found.kind, found.place, len(found.hit), found.of) == ("room", "1", 3, 6)


def test_time_that_did_not_run_was_not_lost() -> None:
    """Somebody was paused while away: since the resumption alone time runs."""
    one = someone(1)._replace(seen_at=at(100), opened_at=at(5000))
    assert silences([one], at(5060), [], 1, Limits()) == []
    (own,) = silences([one], at(5100), [], 1, Limits())
    assert own.own_ms == 100_000


def test_a_second_outage_of_the_same_people_is_another() -> None:
    place = hall(each=EACH)
    cut(place, ROOM_1, [0.0] * EACH)
    (first,) = place.outages(CUT + 200)
    for number in ROOM_1:
        place.is_back(number, CUT + 300)
    cut(place, ROOM_1, [0.0] * EACH, CUT + 1000)
    first_again, second = sorted(place.outages(CUT + 1200), key=lambda one: one.start)
    assert first_again.id == first.id != second.id
    assert (first_again.still_away, second.still_away) == (0, EACH)


def test_thousands_are_judged_in_little_time() -> None:
    place = hall(rooms=300, each=40, units=94)
    cut(place, range(12_000), [float(n % 72) for n in range(12_000)])
    (found,) = place.outages(CUT + 200)
    assert (found.kind, len(found.hit)) == ("everybody", 12_000)

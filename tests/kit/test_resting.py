"""Who only listens is no crowd, and is sent home when the process goes."""

from app.kit.crowd import Crowd, Limit


def test_who_only_listens_is_not_counted_and_can_be_sent_home() -> None:
    one, left = Crowd([], others=Limit(10, 0.1)), list[str]()
    with one.resting(lambda: left.append("first")), one.resting(lambda: left.append("second")):
        assert not one.turns_away(b"/board", 11)
        assert one.turns_away(b"/board", 12)
        one.send_home()
        one.send_home()  # each connection asks for it
    assert sorted(left) == ["first", "second"]
    assert one.turns_away(b"/board", 10)

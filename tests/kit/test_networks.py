"""Which addresses sit behind one router, as far as they tell."""

import pytest

from app.kit.networks import network_of


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("36.81.22.17", "36.81.22.0/24"),
        ("::ffff:36.81.22.17", "36.81.22.0/24"),
        ("2001:db8:12:3400::9", "2001:db8:12::/48"),
        ("fe80::1%eth0", "fe80::/48"),
        ("testclient", ""),
        ("", ""),
    ],
)
def test_a_network_is_a_24_or_a_48(address: str, network: str) -> None:
    assert network_of(address) == network


def test_it_is_short() -> None:
    assert len(network_of("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")) <= 24
    assert len(network_of("255.255.255.255")) <= 24

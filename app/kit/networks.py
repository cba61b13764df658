"""Addresses of devices, as coarse as a network."""

from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final

_PREFIX: Final = {4: 24, 6: 48}


def network_of(address: str) -> str:
    """Return the network of an address, IPv4 /24 or IPv6 /48; empty where it is no address.

    Who sits behind one router shares it. It is 24 bytes long at the most.
    """
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    return str(ip_network((found, _PREFIX[found.version]), strict=False))

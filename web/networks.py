"""The network that an address on the internet belongs to, as far as each use may know it."""

from __future__ import annotations

import ipaddress

EVIDENCE = {4: 24, 6: 48}
"""How many bits of an address are kept, by its version."""
ONE_READER = {4: 32, 6: 64}
"""The same for one connection: of an IPv6 address the provider hands out 64 bits, and the reader
chooses the others."""


def of_evidence(address: str) -> str:
    """The address cut to its network: enough for evidence, too little to follow somebody. Empty
    where it cannot be read."""
    return _cut(address, EVIDENCE)


def of_one_reader(address: str) -> str:
    """What all the addresses of one connection have in common; as it is where it cannot be read."""
    return _cut(address, ONE_READER) or address


def _cut(text: str, bits: dict[int, int]) -> str:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    rest = address.max_prefixlen - bits[address.version]
    return str(type(address)(int(address) >> rest << rest))

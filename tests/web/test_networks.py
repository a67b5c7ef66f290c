"""Networks of addresses: what is kept as evidence, and what is limited together."""

from __future__ import annotations

import pytest

from tests.web.forms import send
from tests.world import World
from web import networks


@pytest.mark.parametrize(
    ("address", "evidence", "reader"),
    [
        ("192.0.2.77", "192.0.2.0", "192.0.2.77"),
        ("::ffff:192.0.2.77", "192.0.2.0", "192.0.2.77"),
        ("2001:db8::1", "2001:db8::", "2001:db8::"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::", "2001:db8:1:2::"),
        ("::1", "::", "::"),
        ("fe80::1%eth0", "fe80::", "fe80::"),
        ("192.0.2.77:4711", "", "192.0.2.77:4711"),
        ("", "", ""),
    ],
)
def test_an_address_is_cut_to_its_network(address: str, evidence: str, reader: str) -> None:
    assert networks.of_evidence(address) == evidence
    assert networks.of_one_reader(address) == reader


def test_the_addresses_of_one_ipv6_connection_are_limited_together(world: World) -> None:
    def sign_in(number: int, network: str) -> int:
        browser = world.site.application.test_client()
        browser.environ_base["REMOTE_ADDR"] = f"{network}::{number:x}"
        typed = {"email": f"{number}@example.org", "password": "wrong"}
        return int(send(browser, "/account/sign-in", **typed).status_code)

    tries = [sign_in(number, "2001:db8:1:2") for number in range(11)]

    assert tries == [200] * 10 + [429]
    assert sign_in(12, "2001:db8:1:3") == 200

"""The account itself."""

from typing import Any

from ..operations import Call, operation

Obj = dict[str, Any]


@operation("GET /v1/account", "Account.retrieve_current")
def retrieve(call: Call) -> Obj:
    """Who this sandbox stands for."""
    name = call.engine.settings.account_name
    return {
        "id": "acct_sandbox0000000000",
        "object": "account",
        "business_profile": {"name": name, "url": None},
        "charges_enabled": True,
        "country": "US",
        "default_currency": "usd",
        "details_submitted": True,
        "email": None,
        "metadata": {},
        "payouts_enabled": False,
        "settings": {"dashboard": {"display_name": name, "timezone": "Etc/UTC"}},
        "type": "standard",
    }

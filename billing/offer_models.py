"""The table of offers: the one record behind every call to action and every checkout."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Identity, String
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base

WORDS = "Try {days} days free"
BANNER = "Unlimited streaming: try {days} days free"


def tax_words(behavior: str | None) -> str:
    """What is said beside a price of this ``tax_behavior``. Where a price leaves it open, Stripe
    goes by the account, which adds tax unless it was told otherwise."""
    return "tax included" if behavior == "inclusive" else "plus tax where due"


class Offer(Base):
    """What is proposed: free days, then a price. Stripe's product and price are made from it.

    A ``partner`` offer is somebody else's: it leads to ``partner_url`` and is never charged here.
    ``words`` and ``banner`` may name ``{brand}``, ``{days}`` and ``{price}``; those who have had a
    trial read the words of an offer made for them that name no days. No ``territories`` (ISO 3166)
    means everywhere; ``starts_at`` and ``ends_at`` bound when it is shown.
    """

    __tablename__ = "offer"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount"),
        CheckConstraint("trial_days between 0 and 730", name="trial_days"),
        CheckConstraint("interval in ('month', 'year')", name="interval"),
        CheckConstraint("kind in ('own', 'partner')", name="kind"),
        CheckConstraint("audience in ('everyone', 'new', 'returning')", name="audience"),
        CheckConstraint("tax in ('exclusive', 'inclusive')", name="tax"),
        CheckConstraint(
            "(kind = 'partner') = (partner_url is not null)"
            " and (kind = 'own' or brand is not null)",
            name="partner",
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str] = mapped_column(default="own")
    name: Mapped[str]
    brand: Mapped[str | None]
    words: Mapped[str] = mapped_column(default=WORDS)
    banner: Mapped[str] = mapped_column(default=BANNER)
    amount_minor: Mapped[int]
    currency: Mapped[str]
    interval: Mapped[str]
    trial_days: Mapped[int]
    tax: Mapped[str] = mapped_column(default="exclusive")
    territories: Mapped[list[str]] = mapped_column(ARRAY(String), default=list)
    audience: Mapped[str] = mapped_column(default="everyone")
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    active: Mapped[bool] = mapped_column(default=True)
    on_pages: Mapped[bool] = mapped_column(default=True)
    partner_url: Mapped[str | None]
    partner_code: Mapped[str | None]
    stripe_product_id: Mapped[str | None]
    stripe_price_id: Mapped[str | None] = mapped_column(unique=True)

    @property
    def tax_words(self) -> str:
        """What is said of tax beside the price."""
        return tax_words(self.tax)

"""Money that went back: refunds, and payments that a bank took back."""

from __future__ import annotations

from datetime import datetime, timedelta

from reports.records import Disputed, Paid, Records, Refunded, grouped

KEPT_FOR = timedelta(days=30)


class Returned:
    """Which payments were given back, or lost in a dispute, and when, as far as is known."""

    def __init__(self, records: Records) -> None:
        self._refunds = grouped(records.of(Refunded), "payment")
        self._disputes = grouped(records.of(Disputed), "payment")

    def refunded_at(self, payment: Paid) -> datetime | None:
        """When the whole of it had gone back."""
        return next(
            (r.at for r in self._refunds[payment.key] if r.refunded_minor >= payment.gross_minor),
            None,
        )

    def lost_at(self, payment: Paid) -> datetime | None:
        """When the dispute began that was lost; one that is open or won takes nothing away."""
        disputes = self._disputes[payment.key]
        decided = [dispute.status for dispute in disputes if dispute.status != "open"]
        return disputes[0].at if decided and decided[-1] == "lost" else None

    def left_of(self, payment: Paid) -> int:
        """What stays of a payment: without tax, without what went back, nothing once it is lost."""
        if self.lost_at(payment) is not None:
            return 0
        refunds = self._refunds[payment.key]
        back = max((refund.refunded_minor for refund in refunds), default=0)
        return payment.net_minor - back

    def is_kept(self, payment: Paid) -> bool:
        """Whether the money stayed for the 30 days after it was paid."""
        until = payment.at + KEPT_FOR
        gone = (self.refunded_at(payment), self.lost_at(payment))
        return not any(at is not None and at <= until for at in gone)

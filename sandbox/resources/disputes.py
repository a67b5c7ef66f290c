"""Disputes, early fraud warnings and reviews: trouble after a charge."""

from typing import Any

from ..billing import disputes
from ..errors import invalid
from ..lists import listing
from ..operations import Call, apply_metadata, operation, subject

Obj = dict[str, Any]
WARNING = "radar.early_fraud_warning"
listing("dispute", "/v1/disputes", "Dispute.list")
listing(WARNING, "/v1/radar/early_fraud_warnings", "radar.EarlyFraudWarning.list")
listing("review", "/v1/reviews", "Review.list")
VERDICTS = {"winning_evidence": True, "losing_evidence": False}


@operation("GET /v1/disputes/{id}", "Dispute.retrieve")
def retrieve(call: Call) -> Obj:
    """One dispute."""
    return subject(call, "dispute")


@operation("POST /v1/disputes/{id}", "Dispute.update")
def update(call: Call) -> Obj:
    """Hand in evidence; the words ``winning_evidence`` and ``losing_evidence`` decide at once."""
    dispute = subject(call, "dispute")
    evidence = call.params.get("evidence") or {}
    if dispute["status"] in ("won", "lost", "warning_closed") and evidence:
        raise invalid("This dispute is already closed", code=None)
    for name, value in evidence.items():
        if name != "enhanced_evidence":
            dispute["evidence"][name] = value or None
    if evidence:
        dispute["evidence_details"]["has_evidence"] = True
    apply_metadata(dispute, call.params)
    if evidence and call.params.get("submit", True):
        dispute["evidence_details"]["submission_count"] += 1
        waiting = dispute["status"].startswith("warning")
        dispute["status"] = "warning_under_review" if waiting else "under_review"
        dispute["evidence_details"]["submission_method"] = "manual"
    call.engine.changed("charge.dispute.updated", dispute)
    verdict = VERDICTS.get(str(evidence.get("uncategorized_text")))
    if verdict is not None:
        disputes.close(call.engine, dispute, won=verdict)
    return dispute


@operation("POST /v1/disputes/{id}/close", "Dispute.close")
def close(call: Call) -> Obj:
    """Accept a dispute, which loses it."""
    dispute = subject(call, "dispute")
    if dispute["status"] in ("won", "lost", "warning_closed"):
        raise invalid("This dispute is already closed")
    disputes.close(call.engine, dispute, won=False)
    return dispute


@operation("GET /v1/radar/early_fraud_warnings/{id}", "radar.EarlyFraudWarning.retrieve")
def retrieve_warning(call: Call) -> Obj:
    """One early fraud warning."""
    return subject(call, WARNING)


@operation("GET /v1/reviews/{id}", "Review.retrieve")
def retrieve_review(call: Call) -> Obj:
    """One review."""
    return subject(call, "review")


@operation("POST /v1/reviews/{id}/approve", "Review.approve")
def approve(call: Call) -> Obj:
    """Close a review: the payment is fine."""
    review = subject(call, "review")
    if not review["open"]:
        raise invalid("This review is already closed.")
    review.update(open=False, closed_reason="approved", reason="approved")
    call.engine.emit("review.closed", review)
    return review

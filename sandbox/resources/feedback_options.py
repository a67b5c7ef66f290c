"""Feedback options: the reasons that can be given when somebody cancels."""

from typing import Any

from ..lists import listing
from ..operations import Call, apply, operation, subject

Obj = dict[str, Any]
KIND = "billing.feedback_option"
listing(KIND, "/v1/billing/feedback_options", "billing.FeedbackOption.list")


@operation("POST /v1/billing/feedback_options", "billing.FeedbackOption.create")
def create(call: Call) -> Obj:
    """Add a reason."""
    return call.engine.new(
        KIND,
        "fbo",
        description=call.params["description"],
        status="active",
        status_transitions={"deactivated_at": None},
    )


@operation("GET /v1/billing/feedback_options/{id}", "billing.FeedbackOption.retrieve")
def retrieve(call: Call) -> Obj:
    """One reason."""
    return subject(call, KIND)


@operation("POST /v1/billing/feedback_options/{id}", "billing.FeedbackOption.update")
def update(call: Call) -> Obj:
    """Word a reason anew."""
    option = subject(call, KIND)
    apply(option, call.params, "description")
    call.engine.store.put(option)
    return option


@operation("POST /v1/billing/feedback_options/{id}/deactivate", "billing.FeedbackOption.deactivate")
def deactivate(call: Call) -> Obj:
    """Stop offering a reason."""
    option = subject(call, KIND)
    option["status"] = "inactive"
    option["status_transitions"]["deactivated_at"] = call.engine.now
    call.engine.store.put(option)
    return option

"""The payment page: what is bought, on which terms, and the form that completes the session."""

from dataclasses import dataclass, field
from typing import Any

from werkzeug.wrappers import Request, Response

from ..billing import checkout, payment_methods, quotes
from ..billing.lines import rate
from ..engine import Engine
from ..errors import ApiError
from . import terms
from .routing import drawn, missing, page, send_on

Obj = dict[str, Any]
KIND = "checkout.session"
COUNTRIES = (
    ("GB", "United Kingdom"),
    ("US", "United States"),
    ("DE", "Germany"),
    ("FR", "France"),
    ("IE", "Ireland"),
    ("NL", "Netherlands"),
    ("ES", "Spain"),
    ("IT", "Italy"),
    ("CA", "Canada"),
    ("AU", "Australia"),
)
FIELDS = {
    "incorrect_number": "card_number",
    "invalid_number": "card_number",
    "invalid_expiry_month": "exp",
    "invalid_expiry_year": "exp",
    "expired_card": "exp",
    "incorrect_cvc": "cvc",
}


@dataclass
class Entered:
    """What a person typed, and what is wrong with it, by field."""

    form: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    here: str = ""

    def value(self, name: str) -> str:
        """What was typed into a field; card details are never shown again."""
        return "" if name in ("card_number", "cvc") else self.form.get(name, "")


@page("/c/pay/<id>")
def show(engine: Engine, request: Request, id: str) -> Response:
    """Show the payment page of a session, or take what was entered on it."""
    with engine.lock:
        session = engine.store.get(KIND, id)
        if session is None:
            return missing()
        if session["status"] == "complete":
            return send_on(success_url(session))
        if session["status"] == "expired":
            return drawn(
                "message.html",
                410,
                title="This page has expired",
                text="The checkout was open for too long. Go back to the shop and start again.",
            )
        entered = Entered(dict(request.form))
        if request.method != "POST":
            failed = request.args.get("failed")
            if failed:
                entered.errors["card_number"] = (
                    "Your bank did not confirm this payment. Try again or use another card."
                )
            return _draw(engine, session, entered)
        return _take(engine, session, entered)


def _take(engine: Engine, session: Obj, entered: Entered) -> Response:
    if entered.form.get("action") == "apply_code":
        with engine.work():
            _apply_code(engine, session, entered)
        return _draw(engine, session, entered)
    _look_over(session, entered)
    if entered.errors:
        return _draw(engine, session, entered)
    try:
        with engine.work():
            engine.follow(engine.store.peek(session["customer"] or ""))
            method = _method(engine, session, entered) if needs_card(session) else None
            try:
                checkout.submit(engine, session, method, _person(session, entered))
            except checkout.NeedsAuthentication as asked:
                onward = f"/3ds/{asked.subject}"
            else:
                onward = success_url(session)
    except ApiError as refusal:
        name = FIELDS.get(refusal.body.get("code", ""), "card_number")
        entered.errors[name] = str(refusal)
        return _draw(engine, session, entered)
    return send_on(onward)


def success_url(session: Obj) -> str:
    """Where the shop wants people after paying."""
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", session["id"])


def needs_card(session: Obj) -> bool:
    """Whether a card is asked for, even if nothing is due today."""
    if session["mode"] == "setup":
        return True
    return bool(session["payment_method_collection"] == "always" or session["amount_total"] > 0)


def _look_over(session: Obj, entered: Entered) -> None:
    form = entered.form
    if "@" not in (form.get("email") or known_email(session) or ""):
        entered.errors["email"] = "Enter your e-mail address."
    if needs_card(session):
        if not form.get("card_number", "").strip():
            entered.errors["card_number"] = "Enter the card number."
        if expiry_of(form.get("exp", "")) is None:
            entered.errors["exp"] = "Enter the expiry date as month and year, such as 12 / 34."
        if not form.get("cvc", "").strip().isdigit():
            entered.errors["cvc"] = "Enter the security code, three or four digits."
    if must_consent(session) and not form.get("terms"):
        entered.errors["terms"] = "Agree to the terms to go on."


def must_consent(session: Obj) -> bool:
    """Whether terms of service have to be agreed to."""
    return (session["consent_collection"] or {}).get("terms_of_service") == "required"


def known_email(session: Obj) -> str | None:
    """The address the shop passed on, if it did."""
    return session["customer_email"] or (session["customer_details"] or {}).get("email")


def expiry_of(text: str) -> tuple[int, int] | None:
    """Month and year as people type them; ``None`` when it is no date."""
    digits = [part for part in text.replace("/", " ").split() if part.isdigit()]
    if len(digits) == 1 and len(digits[0]) in (4, 6):
        digits = [digits[0][:2], digits[0][2:]]
    if len(digits) != 2 or not 1 <= int(digits[0]) <= 12:
        return None
    year = int(digits[1])
    return int(digits[0]), year if year > 99 else 2000 + year


def _method(engine: Engine, session: Obj, entered: Entered) -> Obj:
    month, year = expiry_of(entered.form["exp"]) or (0, 0)
    person = _person(session, entered)
    return payment_methods.from_number(
        engine,
        entered.form["card_number"],
        month,
        year,
        allow_redisplay="limited",
        billing_details={name: person[name] for name in ("email", "name", "address")},
    )


def _person(session: Obj, entered: Entered) -> Obj:
    form = entered.form
    address = {
        **payment_methods.NO_ADDRESS,
        "country": form.get("country") or None,
        "postal_code": form.get("postal_code") or None,
    }
    return {
        "email": known_email(session) or form.get("email"),
        "name": form.get("name") or None,
        "address": address,
        "terms_accepted": bool(form.get("terms")),
    }


def _apply_code(engine: Engine, session: Obj, entered: Entered) -> None:
    word = entered.form.get("promotion_code", "")
    problem = quotes.add_promotion(engine, session, word) if word.strip() else "Enter a code."
    if problem is not None:
        entered.errors["promotion_code"] = problem


def _draw(engine: Engine, session: Obj, entered: Entered) -> Response:
    return drawn(
        "checkout.html",
        422 if entered.errors else 200,
        session=session,
        items=[_shown(item) for item in session["_items"]],
        terms=terms.of(engine, session),
        button=_button(session),
        needs_card=needs_card(session),
        must_consent=must_consent(session),
        email=known_email(session),
        account=engine.settings.account_name,
        countries=COUNTRIES,
        value=entered.value,
        errors=entered.errors,
    )


def _shown(item: Obj) -> Obj:
    return {
        "name": item["description"],
        "quantity": item["quantity"],
        "rate": rate(item["price"]),
        "total": item["amount_total"],
    }


def _button(session: Obj) -> str:
    if session["mode"] == "setup":
        return "Save card"
    if session["mode"] == "payment":
        return "Pay"
    return "Start trial" if session["_trial"] else "Subscribe"

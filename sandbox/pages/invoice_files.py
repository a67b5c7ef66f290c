"""A finalised invoice as a PDF of one page."""

from importlib import resources
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw, ImageFont
from werkzeug.wrappers import Request, Response

from ..billing.money import written
from ..clock import day_of
from ..engine import Engine
from .routing import SAFETY, missing, page

Obj = dict[str, Any]

FONT = str(resources.files("font_source_serif_pro") / "files" / "SourceSerifPro-Regular.ttf")
DOTS_PER_INCH = 150
PAPER = (1240, 1754)  # A4
MARGIN, LINE, LETTERS, LARGE = 120, 48, 26, 44


@page("/i/<id>/pdf")
def download(engine: Engine, request: Request, id: str) -> Response:
    """Hand an invoice out to be kept; a draft has no file."""
    with engine.lock:
        invoice = engine.store.get("invoice", id)
        if invoice is None or invoice["status"] == "draft":
            return missing()
        content = _drawn(f"Invoice {invoice['number']}", _lines(invoice, engine))
    answer = Response(content, headers=SAFETY, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="Invoice-{invoice["number"]}.pdf"'
    return answer


def _lines(invoice: Obj, engine: Engine) -> list[tuple[str, str]]:
    """What stands on the page: words on the left, sums on the right."""

    def sum_of(amount: int) -> str:
        return written(amount, invoice["currency"])

    items = [(line["description"] or "Item", line["amount"]) for line in invoice["lines"]["data"]]
    off = [("Discount", -one["amount"]) for one in invoice["total_discount_amounts"] or []]
    taxes = [("Tax", one["amount"]) for one in invoice["total_taxes"] or []]
    sums = [*items, ("Subtotal", invoice["subtotal"]), *off, *taxes, ("Total", invoice["total"])]
    return [
        (engine.settings.account_name, day_of(invoice["created"])),
        (f"Billed to {invoice['customer_email'] or invoice['customer']}", invoice["status"]),
        ("", ""),
        *((words, sum_of(amount)) for words, amount in sums),
        ("Left to pay", sum_of(invoice["amount_remaining"])),
    ]


def _drawn(heading: str, lines: list[tuple[str, str]]) -> bytes:
    paper = Image.new("RGB", PAPER, "white")
    pen, letters = ImageDraw.Draw(paper), ImageFont.truetype(FONT, LETTERS)
    pen.text((MARGIN, MARGIN), heading, "black", ImageFont.truetype(FONT, LARGE))
    for number, (words, amount) in enumerate(lines, start=3):
        height = MARGIN + number * LINE
        pen.text((MARGIN, height), words, "black", letters)
        pen.text((PAPER[0] - MARGIN, height), amount, "black", letters, anchor="ra")
    kept = BytesIO()
    paper.save(kept, "PDF", resolution=DOTS_PER_INCH, title=heading)
    return kept.getvalue()

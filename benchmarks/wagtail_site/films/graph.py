"""The structured data (schema.org) of a film's page."""

import json

from django.utils.safestring import mark_safe

ESCAPES = {ord(letter): f"\\u{ord(letter):04x}" for letter in "<>&\u2028\u2029"}


def script(page, told):
    """The content of the script: no text in it can end it."""
    movie = {
        "@type": "Movie",
        "name": page.title,
        "url": told["address"],
        "image": page.poster,
        "dateCreated": str(page.year),
        "duration": page.hours["iso"],
        "genre": [genre.name for genre in told["genres"]],
        "description": page.synopsis,
        "director": [_person(credit.person.name) for credit in told["directors"]],
        "actor": [_person(credit.person.name) for credit in told["cast"]],
        "review": [_review(review) for review in told["reviews"]],
    }
    way = [*((step.title, step.full_url) for step in told["way"]), (page.title, told["address"])]
    steps = [
        {"@type": "ListItem", "position": at, "name": name, "item": address}
        for at, (name, address) in enumerate(way, start=1)
    ]
    breadcrumb = {"@type": "BreadcrumbList", "itemListElement": steps}
    graph = {"@context": "https://schema.org", "@graph": [movie, breadcrumb]}
    text = json.dumps(graph, ensure_ascii=False, separators=(",", ":"))
    return mark_safe(text.translate(ESCAPES))  # noqa: S308  # what HTML reads is escaped


def _person(name):
    return {"@type": "Person", "name": name}


def _review(review):
    score = {"@type": "Rating", "ratingValue": review.score, "bestRating": 10, "worstRating": 1}
    return {
        "@type": "Review",
        "author": _person(review.name),
        "datePublished": review.written_on.isoformat(),
        "reviewBody": review.text,
        "reviewRating": score,
    }

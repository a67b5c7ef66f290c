"""Structured data (schema.org) of the public pages, saying nothing that the page does not show."""

from __future__ import annotations

import json
from typing import Any

from markupsafe import Markup

from billing.models import Offer
from catalog import scores
from catalog.cards import Card
from catalog.film_pages import Credit, Rating, Said
from catalog.people import PersonPage
from core import money, settings
from web import artwork, filters
from web.addresses import whole
from web.films import FilmPage

# The codes of UN/CEFACT for what one price buys.
UNITS = {"month": "MON", "year": "ANN"}
Thing = dict[str, Any]


def script(*things: Thing | None) -> Markup:
    """The content of a ``<script type="application/ld+json">``: one graph, valid JSON.

    ``<``, ``>`` and ``&`` are written as escapes, so no text can end the script or open another.
    """
    graph = {"@context": "https://schema.org", "@graph": [one for one in things if one]}
    text = json.dumps(graph, ensure_ascii=False, separators=(",", ":"))
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return Markup(text)  # noqa: S704  # every letter that HTML would read is escaped above


def film(page: FilmPage, offer: Offer | None) -> Markup:
    """A film with its breadcrumb, and what it costs to watch: the offer that the page proposes."""
    title, names = page.title, [genre.name for genre in page.title.genres]
    way = [(genre.name, _genre(genre.slug)) for genre in [page.genre] if genre]
    movie = {
        "@type": "Movie",
        "name": title.name,
        "url": whole("storefront.film", slug=title.slug),
        "image": artwork.sharing_url(page.card),
        "alternateName": _other_names(page),
        "dateCreated": str(title.year) if title.year else None,
        "datePublished": page.released.on.isoformat() if page.released else None,
        "duration": filters.iso_duration((title.runtime_minutes or 0) * 60),
        "contentRating": page.certificate.label if page.certificate else None,
        "genre": names,
        "subtitleLanguage": list(title.captions),
        "description": title.synopsis,
        "director": [_person(credit) for credit in page.directors],
        "actor": [_person(credit) for credit in page.cast],
        "aggregateRating": _rating(page.rating) if page.has_score else None,
        "review": [_review(said) for said in title.reviews if not said.spoiler],
        "trailer": _trailer(page),
        "offers": _offer(page, offer) if offer and title.has_video else None,
    }
    if not title.runtime_minutes:
        del movie["duration"]
    return script(_known(movie), breadcrumb(*way, (title.name, None)))


def listing(cards: list[Card], *, here: str | None = None) -> Markup:
    """A list of films, by their addresses; ``here`` is its name where it has a breadcrumb."""
    places = [
        {"@type": "ListItem", "position": at, "url": whole("storefront.film", slug=card.slug)}
        for at, card in enumerate(cards, start=1)
    ]
    films = {"@type": "ItemList", "itemListElement": places}
    return script(films if places else None, breadcrumb((here, None)) if here else None)


def person(found: PersonPage) -> Markup:
    """Somebody who made or plays in films."""
    address = whole("storefront.person", slug=found.person.slug)
    return script(
        {"@type": "Person", "name": found.person.name, "url": address},
        breadcrumb((found.person.name, None)),
    )


def breadcrumb(*way: tuple[str, str | None]) -> Thing:
    """The way from home, as the page shows it; the last has no address."""
    steps = [("Home", whole("storefront.home")), *way]
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            _known(
                {"@type": "ListItem", "position": at, "name": filters.crumb(name), "item": address}
            )
            for at, (name, address) in enumerate(steps, start=1)
        ],
    }


def _genre(slug: str) -> str:
    return whole("storefront.genre", slug=slug)


def _other_names(page: FilmPage) -> list[str]:
    """The names beside the first under which the page shows the film."""
    names = [page.title.original_name or "", *page.title.aliases]
    return [name for name in dict.fromkeys(names) if name and name != page.title.name]


def _person(credit: Credit) -> Thing:
    return {"@type": "Person", "name": credit.person.name}


def _rating(rating: Rating | None) -> Thing | None:
    """Our members' rating. What was imported stays unmarked: it is not ours to claim."""
    if rating is None or rating.source != scores.OURS:
        return None
    return {
        "@type": "AggregateRating",
        "ratingValue": float(rating.score),
        "bestRating": rating.scale,
        "worstRating": 1,
        "ratingCount": rating.count,
    }


def _review(said: Said) -> Thing:
    score = {"@type": "Rating", "ratingValue": said.score, "bestRating": 10, "worstRating": 1}
    return {
        "@type": "Review",
        "author": {"@type": "Person", "name": said.name},
        "datePublished": said.written_on.isoformat(),
        "reviewBody": said.text,
        "reviewRating": score,
    }


def _trailer(page: FilmPage) -> Thing | None:
    """The trailer, where everybody may see it and there is one to see; the address of its player
    is one that any site may frame."""
    trailer, title = page.public_trailer, page.title
    if trailer is None or trailer.video is None:
        return None
    return {
        "@type": "VideoObject",
        "name": f"{trailer.name}: {title.name}",
        "description": page.description,
        "thumbnailUrl": artwork.sharing_url(page.card),
        "uploadDate": trailer.video.added_at.isoformat(),
        "duration": filters.iso_duration(trailer.video.seconds),
        "embedUrl": whole("embedding.trailer", slug=title.slug),
    }


def _offer(page: FilmPage, offer: Offer) -> Thing:
    """The price that follows the free days, for each month or year."""
    price = str(money.amount(offer.amount_minor, offer.currency))
    cost = {"price": price, "priceCurrency": offer.currency.upper()}
    return {
        "@type": "Offer",
        "category": "Subscription",
        "url": whole("storefront.film", slug=page.title.slug),
        "availability": "https://schema.org/InStock",
        **cost,
        "priceSpecification": {
            "@type": "UnitPriceSpecification",
            **cost,
            "unitCode": UNITS[offer.interval],
            "valueAddedTaxIncluded": offer.tax == "inclusive",
        },
        "seller": {
            "@type": "Organization",
            "name": offer.brand if offer.kind == "partner" else settings.current().site_name,
        },
    }


def _known(facts: Thing) -> Thing:
    return {name: value for name, value in facts.items() if value not in (None, [], "")}

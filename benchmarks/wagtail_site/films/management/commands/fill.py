"""``fill FILE``: the tree of pages with the film of the other site, as the file tells of it."""

import hashlib
import json
from pathlib import Path

from django.core.management.base import BaseCommand
from films.models import FilmPage, Genre, Person, PlainPage
from wagtail.models import Page, Site


class Command(BaseCommand):
    """Make everything; the database has only what Wagtail's migrations put there."""

    def add_arguments(self, parser):
        """The file."""
        parser.add_argument("file", type=Path)

    def handle(self, *args, **options):
        """Home, the list and the search, the films in the list, and all that is told of one."""
        told = json.loads(options["file"].read_text())
        films = _tree()
        pages = {one["slug"]: films.add_child(instance=_page(one)) for one in told["films"]}
        _tell(pages[told["slug"]], told, pages)


def _tree():
    root = Page.get_first_root_node()
    Site.objects.all().delete()
    for welcome in root.get_children():
        welcome.delete()
    root = Page.get_first_root_node()
    home = root.add_child(instance=PlainPage(title="Home", slug="home"))
    Site.objects.create(hostname="127.0.0.1", root_page=home, is_default_site=True)
    films = home.add_child(instance=PlainPage(title="Browse", slug="film", show_in_menus=True))
    home.add_child(instance=PlainPage(title="Search", slug="search", show_in_menus=True))
    return films


def _page(film):
    art = hashlib.sha256(film["slug"].encode()).hexdigest()[:16]
    named = {"title": film["name"], "slug": film["slug"], "year": film["year"]}
    return FilmPage(**named, poster=f"/art/{art}/{film['slug']}.svg")


def _tell(page, told, pages):
    for field, value in told["fields"].items():
        setattr(page, field, value)
    page.genres = [Genre.objects.create(**one) for one in told["genres"]]
    page.credits = [
        page.credits.model(person=_person(name, slug), job=job, role=role or "", sort_order=at)
        for at, (job, role, slug, name) in enumerate(told["credits"])
    ]
    page.reviews = [page.reviews.model(**one) for one in told["reviews"]]
    page.similar = [
        page.similar.model(film=pages[slug], reason=reason, sort_order=at)
        for at, (slug, reason) in enumerate(told["similar"])
    ]
    page.save()


def _person(name, slug):
    return Person.objects.get_or_create(slug=slug, defaults={"name": name})[0]

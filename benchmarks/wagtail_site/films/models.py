"""A film's page and what an editor keeps on it; genres and people are snippets."""

from django.db import models
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.models import Orderable, Page
from wagtail.snippets.models import register_snippet

from films import graph

REVIEWS_SHOWN, CAST_SHOWN, REVIEW_START = 5, 8, 300


class Named(models.Model):
    """What has a name and an address."""

    name = models.CharField(max_length=400)
    slug = models.SlugField(max_length=400, unique=True)
    panels = [FieldPanel("name"), FieldPanel("slug")]

    class Meta:
        abstract = True

    def __str__(self):
        return self.name


@register_snippet
class Genre(Named):
    """A genre, whose list stands at its address."""


@register_snippet
class Person(Named):
    """Somebody who made or plays in films."""


class PlainPage(Page):
    """Home, the list of films and the search: here only steps of the tree and of the menu."""

    template = "films/base.html"


class FilmPage(Page):
    """A film. Its rating is counted elsewhere and written here, so that it costs no query."""

    year = models.PositiveIntegerField(null=True, blank=True)
    runtime_minutes = models.PositiveIntegerField(null=True, blank=True)
    poster = models.CharField(max_length=400)
    synopsis = models.TextField(blank=True)
    synopsis_long = models.TextField(blank=True)
    genres = ParentalManyToManyField(Genre)
    score = models.DecimalField(max_digits=4, decimal_places=1, null=True, blank=True)
    votes = models.PositiveIntegerField(default=0)
    histogram = models.JSONField(default=list, blank=True)
    content_panels = [
        *Page.content_panels,
        *map(FieldPanel, ("year", "runtime_minutes", "poster", "synopsis", "synopsis_long")),
        FieldPanel("genres"),
        *map(InlinePanel, ("credits", "releases", "certificates", "reviews", "similar")),
    ]

    @property
    def hours(self):
        """The length as people and as machines read it."""
        hours, minutes = divmod(self.runtime_minutes or 0, 60)
        return {"words": f"{hours} h {minutes} min", "iso": f"PT{hours}H{minutes}M"}

    def get_context(self, request, *args, **kwargs):
        """All that the template names, each kind in one query with what it leads to."""
        context = super().get_context(request, *args, **kwargs)
        credits = list(self.credits.select_related("person"))
        cast = [one for one in credits if one.job == "cast"]
        told = {
            "address": self.get_full_url(request),
            "way": list(self.get_ancestors().filter(depth__gte=2).live()),
            "genres": list(self.genres.all()),
            "directors": [one for one in credits if one.job == "director"],
            "cast": cast,
            "first_cast": cast[:CAST_SHOWN],
            "more_cast": cast[CAST_SHOWN:],
            "releases": list(self.releases.all()),
            "certificates": list(self.certificates.all()),
            "reviews": list(self.reviews.all()[:REVIEWS_SHOWN]),
            "review_count": self.reviews.count(),
            "similar": list(self.similar.select_related("film")),
        }
        return context | told | {"graph": graph.script(self, told)}


class Credit(Orderable):
    """What somebody did: ``director``, or ``cast`` with a role where it is known."""

    page = ParentalKey(FilmPage, on_delete=models.CASCADE, related_name="credits")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    job = models.CharField(max_length=40)
    role = models.CharField(max_length=400, blank=True)


class Release(Orderable):
    """When a film came out, where and how."""

    page = ParentalKey(FilmPage, on_delete=models.CASCADE, related_name="releases")
    words = models.CharField(max_length=200)
    on = models.DateField()


class Certificate(Orderable):
    """An age certificate."""

    page = ParentalKey(FilmPage, on_delete=models.CASCADE, related_name="certificates")
    system = models.CharField(max_length=40)
    label = models.CharField(max_length=40)


class Review(Orderable):
    """One review; the newest stand first."""

    page = ParentalKey(FilmPage, on_delete=models.CASCADE, related_name="reviews")
    written_on = models.DateField()
    name = models.CharField(max_length=200)
    score = models.PositiveIntegerField()
    text = models.TextField()

    class Meta:
        ordering = ["-written_on", "-id"]

    @property
    def cut(self):
        """The text in two, at the last space before so many letters."""
        end = self.text.rfind(" ", 0, REVIEW_START + 1)
        return {"start": self.text[:end], "rest": self.text[end:]}


class Similar(Orderable):
    """A film like another, and why."""

    page = ParentalKey(FilmPage, on_delete=models.CASCADE, related_name="similar")
    film = models.ForeignKey(FilmPage, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=200)

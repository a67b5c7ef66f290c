"""Addresses: genres and people, which nobody asks for here; the rest is the tree of pages."""

from django.urls import include, path
from django.views.generic import DetailView
from films.models import Genre, Person
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as admin_urls

urlpatterns = [
    path("admin/", include(admin_urls)),
    path("genre/<slug:slug>/", DetailView.as_view(model=Genre), name="genre"),
    path("person/<slug:slug>/", DetailView.as_view(model=Person), name="person"),
    path("", include(wagtail_urls)),
]

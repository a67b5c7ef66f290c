"""The Flask app: its pages, and what surrounds every request."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from billing.gateway import Stripe
from core import logs, settings
from web import (
    account,
    addresses,
    artwork,
    assets,
    beacons,
    cancellations,
    compression,
    countries,
    deletions,
    email_changes,
    embedding,
    errors,
    filters,
    freshness,
    health,
    identity,
    information,
    limits,
    maintenance,
    media,
    new_password,
    plans,
    players,
    profile,
    proposals,
    requests,
    searching,
    sessions,
    sign_in_audit,
    sign_in_links,
    signing_up,
    storefront,
    templating,
    terminations,
    trials,
    viewer,
    watch,
    ways_in,
    webhooks,
    withdrawals,
)
from web.desk import (
    alarming,
    audit,
    catalogue,
    deliveries,
    desk,
    drifting,
    film_details,
    navigation,
    own_pictures,
    people,
    pressing,
    reviews,
    rows,
)

ROOT = Path(__file__).resolve().parent.parent


def create_app(*, stripe: Stripe | None = None) -> Flask:
    """The site. ``stripe`` is our gateway; the settings' own unless a test brings another."""
    found = settings.current()
    logs.start()
    app = Flask(__name__, template_folder=str(ROOT / "templates"), static_folder="static")
    app.config.update(
        SECRET_KEY=found.signing_key,
        MAX_CONTENT_LENGTH=1024 * 1024,
        MAX_FORM_MEMORY_SIZE=256 * 1024,
        WTF_CSRF_TIME_LIMIT=None,
        SEND_FILE_MAX_AGE_DEFAULT=31536000,
        SECURITY_CACHE_CONTROL={"private": None, "no-store": None},  # a directive has no value
    )
    if found.proxies:  # so many stand before us, and each says whom it speaks for
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=found.proxies, x_proto=0, x_host=0)  # type: ignore[method-assign]
    templating.start(app)
    app.session_interface = sessions.StoredSessions()
    app.extensions["stripe_gateway"] = stripe or Stripe.from_settings(found)
    compression.start(app)
    embedding.start(app)
    addresses.start(app)
    assets.start(app)
    maintenance.start(app)
    requests.start(app)  # first, because the others read what a request opens
    csrf = CSRFProtect(app)
    identity.start(app)
    app.before_request(ways_in.lead_on)
    sign_in_audit.start(app)
    viewer.start(app)
    filters.start(app)
    freshness.start(app)
    errors.start(app)
    navigation.start(app)
    for pages in (
        storefront.pages,
        searching.pages,
        artwork.pages,
        information.pages,
        trials.pages,
        signing_up.pages,
        sign_in_links.pages,
        new_password.pages,
        proposals.pages,
        account.pages,
        profile.pages,
        email_changes.pages,
        deletions.pages,
        cancellations.pages,
        plans.pages,
        countries.pages,
        withdrawals.pages,
        terminations.pages,
        watch.pages,
        embedding.pages,
        media.pages,
        players.pages,
        desk.pages,
        people.pages,
        alarming.pages,
        pressing.pages,
        reviews.pages,
        audit.pages,
        deliveries.pages,
        drifting.pages,
        catalogue.pages,
        film_details.pages,
        own_pictures.pages,
        rows.pages,
        health.pages,
    ):
        app.register_blueprint(pages)
    csrf.exempt(countries.pages)  # it changes nobody's account, and asks where it was sent from
    for machines in (webhooks.pages, beacons.pages):
        csrf.exempt(machines)
        app.register_blueprint(machines)
    limits.start(app)
    return app

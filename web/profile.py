"""A member's devices and profile: where they are signed in, how pages are shown to them, and what
is kept about them."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts import profiles, sessions
from billing import audit
from core import clock, settings, territories
from reports import personal_data
from web import devices, downloads
from web.requests import signed_in
from web.sessions import token_of_request

DEVICE = ("system", "As your device is set")
THEMES = [DEVICE, ("light", "Light"), ("dark", "Dark")]
CONTRASTS = [DEVICE, ("usual", "Usual"), ("more", "More: black on white, or white on black")]
MOTIONS = [DEVICE, ("full", "A little, such as a poster that rises"), ("none", "None")]
LOOKS = [("theme", "Theme", THEMES), ("contrast", "Contrast", CONTRASTS)]
LOOKS += [("motion", "Motion", MOTIONS)]
CAPTIONS = [("off", "Off until you switch them on"), ("on", "On when a film begins")]

pages = Blueprint("profile", __name__, url_prefix="/account")


@pages.get("/devices")
@signed_in
def places() -> ResponseReturnValue:
    """Every browser that is signed in, this one marked."""
    rows = sessions.of_member(g.db, g.member.id)
    here = sessions.hashed(token_of_request() or "")
    named = [(row, devices.name(row.device), row.token_hash == here) for row in rows]
    return render_template("account/devices.html", places=named)


@pages.post("/devices/<int:session_id>/end")
@signed_in
def end(session_id: int) -> ResponseReturnValue:
    """Sign one browser out."""
    sessions.end_one(g.db, g.member.id, session_id)
    flash("It is signed out.", "ok")
    return redirect(url_for("profile.places"), 303)


@pages.post("/devices/end")
@signed_in
def end_everywhere() -> ResponseReturnValue:
    """Sign every browser out, this one too."""
    sessions.end_all(g.db, g.member.id)
    return redirect(url_for("storefront.home"), 303)


@pages.get("/profile")
@signed_in
def show() -> ResponseReturnValue:
    """The address, the password, how pages look, captions, the time zone, the country, the data."""
    here = territories.name(settings.current().territory)
    return render_template(
        "account/profile.html",
        zones=[(zone, zone) for zone in profiles.zones()],
        countries=[("", f"As this site: {here}"), *territories.names().items()],
        looks=LOOKS,
        captions=CAPTIONS,
    )


@pages.post("/profile")
@signed_in
def change() -> ResponseReturnValue:
    """Set the zone in which days are shown, and the country; an unknown one is refused with a
    sentence."""
    profiles.set_zone(g.member, request.form.get("zone", ""))
    profiles.set_territory(g.member, request.form.get("territory", ""))
    flash("Your time zone and country are saved.", "ok")
    return redirect(url_for("profile.show"), 303)


@pages.post("/profile/captions")
@signed_in
def caption() -> ResponseReturnValue:
    """Set whether films begin with captions."""
    profiles.set_captions(g.member, request.form.get("captions", ""))
    flash("Films begin so from now on.", "ok")
    return redirect(url_for("profile.show"), 303)


@pages.post("/data")
@signed_in
def download() -> ResponseReturnValue:
    """Everything that is kept about the member, as a file; that they asked is kept too."""
    now = clock.now()
    audit.note(
        g.db,
        now=now,
        actor=f"member:{g.member.id}",
        action="data.downloaded",
        reason="asked for on the profile page",
        member_id=g.member.id,
    )
    kept = {
        "site": settings.current().site_name,
        "made_at": now,
        "tables": personal_data.told(g.db, g.member.id),
    }
    return downloads.json_file(kept, f"my-data-{now:%Y-%m-%d}.json")


@pages.post("/profile/look")
@signed_in
def look() -> ResponseReturnValue:
    """Set theme, contrast and motion of pages; what is not in a list is refused with a sentence."""
    profiles.set_look(g.member, request.form)
    flash("Pages look so from now on.", "ok")
    return redirect(url_for("profile.show"), 303)

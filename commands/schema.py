"""Commands that read or fill the tables of a fresh home folder find them made."""

from __future__ import annotations

from core import migrations, settings


def ensure() -> None:
    """Bring an embedded database to the newest version; a server of your own is left alone."""
    if settings.current().database_url is None:
        migrations.upgrade()

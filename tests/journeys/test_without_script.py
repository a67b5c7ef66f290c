"""The way from a film to watching it, in a browser that runs no script."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys import people, stack


@pytest.mark.timeout(240)
def test_without_script_a_prospect_signs_up_pays_and_stands_before_the_film(
    home: Path, browser: Browser
) -> None:
    stack.furnish(home)
    context = browser.new_context(locale="en-GB", java_script_enabled=False)
    context.set_default_timeout(30_000)
    page = context.new_page()
    with stack.running(home) as product:
        people.sign_up_from_the_film(page, product, "noel@example.org")
        people.pay(page)
        expect(page.get_by_role("heading", name="Your trial has started")).to_be_visible()
        page.get_by_role("link", name="Watch Leaving Las Vegas").click()

        expect(page.locator("video[controls]")).to_be_visible()
        page.goto(f"{product.site}/account")
        expect(page.get_by_role("main")).to_contain_text("Trial: 30 days left")
    context.close()

"""Where things stand on a page in a real browser, whatever the film and the reader's letters."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from playwright.sync_api import Browser, Page, expect

from catalog import pictures, similar_finding
from catalog.models import Certificate, Release
from core import db
from tests import factories, sites
from tests.serving import served
from tests.web import kept_site
from tests.web.test_artwork_pages import picture


@pytest.fixture
def address(fresh_database: str) -> Iterator[str]:
    """The site, with one film that has a poster of the operator's."""
    with db.transaction() as session:
        factories.offer(session)
        film = factories.title(session, name="Wings", cast=[f"Player {n}" for n in range(9)])
        factories.trailer(session, film, video_id=factories.video(session).id)
        factories.review(session, film)
        factories.review(session, film)
        pictures.put(session, film, picture(), kind="poster", now=factories.NOW)
    with served(sites.made()) as running:
        yield running


def test_a_films_name_stands_beside_an_operators_poster_and_its_story_below(
    page: Page, address: str
) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{address}/film/wings")

    poster, head, main = (
        page.locator(f".film .{name}").bounding_box()
        for name in ("poster", "film__head", "film__main")
    )

    assert poster and head and main
    assert head["x"] == main["x"] >= poster["x"] + poster["width"]
    assert head["y"] == poster["y"]
    assert main["y"] == head["y"] + head["height"]


def test_the_button_is_seen_at_once_beside_all_that_a_film_is_called_and_contains(
    page: Page, address: str
) -> None:
    with db.transaction() as session:
        film = factories.title(
            session,
            name="Nosferatu",
            video_id=factories.video(session).id,
            original_name="Nosferatu, eine Symphonie des Grauens",
            aliases=[
                "Nosferatu: A Symphony of Horror",
                *(f"Alias {'x' * 45} {n}" for n in range(60)),
            ],
            synopsis="A young clerk travels to the mountains to sell a house. " * 3,
            synopsis_long="It is told at length.",
            runtime_minutes=94,
            genres=["Horror", "Fantasy"],
            directors=["F. W. Murnau"],
            content_notices=["death", "rats"],
        )
        factories.rating(session, film)
        session.add(Certificate(title_id=film.id, system="BBFC", territory="GB", label="PG"))
        release = {"territory": "DE", "kind": "theatrical", "on": date(1922, 3, 15)}
        session.add(Release(title_id=film.id, **release))
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{address}/film/nosferatu")

    button = page.locator(".offer-box [data-call-to-action]").bounding_box()

    assert button
    assert button["y"] + button["height"] <= 800


def test_a_name_of_four_hundred_letters_leaves_room_for_the_rest_of_the_first_screen(
    page: Page, address: str
) -> None:
    name = ("The Long and Winding Name of a Film that Would not End " * 8)[:400]
    with db.transaction() as session:
        video_id = factories.video(session).id
        factories.title(session, name=name, slug="endless", video_id=video_id, synopsis="It ends.")

    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{address}/film/endless")
    button = page.locator(".offer-box [data-call-to-action]").bounding_box()
    page.set_viewport_size({"width": 390, "height": 844})
    title = page.get_by_role("heading", level=1).bounding_box()

    assert button and title
    assert button["y"] + button["height"] <= 800
    assert title["height"] <= 844 * 0.4
    assert title["y"] + title["height"] <= 844


def test_the_buttons_of_an_offer_hold_their_words_with_text_twice_as_large_on_a_narrow_screen(
    page: Page, address: str
) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"{address}/film/wings")
    page.evaluate("document.documentElement.style.fontSize = '200%'")

    buttons = page.locator(".film__offer .button").evaluate_all(HELD)

    assert [words.split(",")[0].strip() for words, *_ in buttons] == [
        "Try 30 days free",
        "Watch trailer",
    ]
    assert [(left >= 0, right <= 320, runs_out) for _, left, right, runs_out in buttons] == [
        (True, True, False)
    ] * 2


def test_the_order_that_reviews_stand_in_is_marked_in_forced_colours(
    browser: Browser, address: str
) -> None:
    context = browser.new_context(forced_colors="active")
    page = context.new_page()
    page.goto(f"{address}/film/wings/reviews?sort=lowest")
    now, other = (
        page.get_by_role("link", name=name, exact=True).evaluate(BORDER)
        for name in ("Lowest score", "Newest")
    )
    context.close()

    assert now[0] > other[0]
    assert now[1] != other[1]


def test_the_sign_to_begin_stands_in_the_middle_of_a_trailer(page: Page, address: str) -> None:
    page.route("**/*.m3u8*", lambda route: None)  # never answered, so that nothing begins
    page.set_viewport_size({"width": 1280, "height": 600})
    page.goto(f"{address}/film/wings/trailer")

    video = page.locator(".player__video").bounding_box()
    sign = page.locator(".player__start svg").bounding_box()

    assert video and sign
    assert (sign["x"] + sign["width"] / 2) == video["x"] + video["width"] / 2
    assert (sign["y"] + sign["height"] / 2) == video["y"] + video["height"] / 2


def test_a_double_click_opens_one_trailer(page: Page, address: str) -> None:
    page.route("**/*.m3u8*", lambda route: None)
    page.goto(f"{address}/film/wings")
    page.get_by_role("link", name="Watch trailer").dblclick()

    dialog = page.locator("dialog.trailer")
    expect(dialog).to_have_count(1)
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Close the trailer").click()
    expect(dialog).to_have_count(0)


HELD = """(buttons) => buttons.map((button) => {
  const box = button.getBoundingClientRect();
  const words = button.textContent.replace(/\\s+/g, " ").trim();
  return [words, box.left, box.right, button.scrollWidth > button.clientWidth];
})"""
BORDER = """(link) => {
  const style = getComputedStyle(link);
  return [parseFloat(style.borderTopWidth), style.borderTopColor];
}"""


def test_a_card_that_the_keyboard_reaches_is_seen_whole_with_its_ring(
    page: Page, address: str
) -> None:
    # given a film with a row of others like it, on a phone
    with db.transaction() as session:
        for number in range(10):
            factories.title(session, name=f"Like It {number}")
        similar_finding.refresh(session, now=factories.NOW)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{address}/film/wings", wait_until="load")

    # when one goes through a row by the keyboard, and back
    cards = page.locator(".rail").first.locator(".card__link")
    cards.first.focus()
    assert cards.count() > 6
    for key in ["Tab"] * (cards.count() - 1) + ["Shift+Tab"] * (cards.count() - 1):
        page.keyboard.press(key)

        # then the row scrolls so far that each card is seen
        page.wait_for_function(IS_SEEN)


IS_SEEN = """() => {
  const card = document.activeElement.getBoundingClientRect();
  const row = document.activeElement.closest(".rail").getBoundingClientRect();
  const ring = 6;
  return row.left <= card.left - ring && card.right + ring <= row.right;
}"""


@pytest.mark.parametrize("width", [320, 360, 390, 520, 640, 767, 768, 800, 900, 1000, 1280])
def test_the_banner_has_room_around_its_lines_and_a_finger_s_height_for_its_link(
    page: Page, address: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(address, wait_until="load")

    found = page.evaluate(BANNER)

    assert abs(found["above"] - found["below"]) <= 4, found
    assert found["below"] >= 10, found
    assert found["link"] >= 44 and not found["overlap"], found
    assert found["scrolls"] == width


@pytest.mark.parametrize("width", [320, 390, 767, 768, 1280])
@pytest.mark.parametrize("path", ["/", "/account"])
def test_what_a_subscription_needs_has_as_much_room_below_as_above(
    page: Page, address: str, path: str, width: int
) -> None:
    with db.transaction() as session:
        member = factories.member(session)
        factories.subscription(session, member, status="past_due", first_failed_at=factories.NOW)
        named, _, token = kept_site.signed_in(session, member).partition("=")
    page.context.add_cookies([{"name": named, "value": token, "url": address}])
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(address + path, wait_until="load")

    found = page.evaluate(BANNER)

    assert page.locator(".banner a").count() == (path == "/")
    assert abs(found["above"] - found["below"]) <= 4, found
    assert found["below"] >= 10, found
    assert found["link"] >= 44 and not found["overlap"], found


BANNER = """() => {
  const words = (name) => [...document.querySelectorAll(name)].flatMap((one) => {
    const range = document.createRange();
    range.selectNodeContents(one);
    return [...range.getClientRects()];
  });
  const box = document.querySelector(".banner").getBoundingClientRect();
  const link = document.querySelector(".banner a")?.getBoundingClientRect();
  const lines = words(".banner a, .banner__terms, .banner__text");
  return {
    above: Math.min(...lines.map((line) => line.top)) - box.top,
    below: box.bottom - 1 - Math.max(...lines.map((line) => line.bottom)),
    link: link?.height ?? 44,
    overlap: words(".banner__terms, .banner__text").some((line) => link && line.right > link.left
      && line.left < link.right && line.top < link.bottom && line.bottom > link.top),
    scrolls: document.documentElement.scrollWidth,
  };
}"""


def test_a_phone_says_which_page_of_a_list_one_is_on_and_a_wide_screen_leads_to_each(
    page: Page, address: str
) -> None:
    with db.transaction() as session:
        for number in range(50):
            factories.title(session, name=f"Film {number}")
    page.goto(f"{address}/browse", wait_until="load")
    numbers, told = page.locator(".pagination__number"), page.get_by_text("Page 1 of 2")

    page.set_viewport_size({"width": 390, "height": 844})
    expect(told).to_be_visible()
    expect(numbers.first).to_be_hidden()

    page.set_viewport_size({"width": 1280, "height": 800})
    expect(numbers.first).to_be_visible()
    told_in = told.bounding_box()
    assert told_in is not None and told_in["width"] <= 1

"""What a learner set follows through the menu, the address bar and the browser's Back."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, settle


def set_score(page: Page, label: str, value: str) -> None:
    page.get_by_role("textbox", name=f"Exact score of {label}").fill(value)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"z=2%2C{re.escape(value)}%2C"))
    settle(page)


def test_scores_follow_from_page_to_page_and_back_in_the_link_of_each(open_page: OpenPage) -> None:
    page = open_page()
    set_score(page, "dog", "4.5")
    page.get_by_role("link", name="Temperature").click()
    expect(page).to_have_url(re.compile(r"/temperature\?z=2%2C4\.5%2C0\.1"))
    page.get_by_role("link", name="Softmax", exact=True).click()
    expect(page.get_by_role("textbox", name="Exact score of dog")).to_have_value("4.5")


def test_the_browsers_back_button_undoes_the_last_setting(open_page: OpenPage) -> None:
    page = open_page()
    set_score(page, "dog", "4.5")
    set_score(page, "dog", "-3")
    dog = page.get_by_role("textbox", name="Exact score of dog")
    page.go_back()
    expect(dog).to_have_value("4.5")
    expect(page).to_have_url(re.compile(r"z=2%2C4\.5%2C0\.1"))
    page.go_back()
    expect(dog).to_have_value("1")  # the first setting too, although its address holds no value
    settle(page)
    expect(page).not_to_have_url(re.compile("z="))
    page.go_forward()
    expect(dog).to_have_value("4.5")


def test_a_cold_deep_link_runs_the_page_with_its_menu(open_page: OpenPage) -> None:
    page = open_page("temperature?T=2&z=1,2", locale="en-GB")
    expect(page.get_by_role("link", name="Temperature")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Temperature")
    expect(page).to_have_url(re.compile("T=2"))


def test_one_step_back_from_the_menus_choice_leads_to_the_page_before_as_it_was(open_page: OpenPage) -> None:
    page = open_page()
    set_score(page, "dog", "4.5")
    page.get_by_role("link", name="Temperature").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Temperature")
    expect(page).to_have_url(re.compile(r"/temperature\?z=2%2C4\.5%2C0\.1"))
    settle(page)
    page.go_back()
    expect(page.get_by_role("textbox", name="Exact score of dog")).to_have_value("4.5")
    expect(page).to_have_url(re.compile(r"/\?z=2%2C4\.5%2C0\.1"))


def test_a_link_of_the_menu_opens_in_a_tab_of_its_own_with_what_is_set(open_page: OpenPage) -> None:
    page = open_page()
    set_score(page, "dog", "4.5")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Temperature").click(modifiers=["ControlOrMeta"])
    expect(opened.value.get_by_role("heading", level=1)).to_have_text("Temperature")
    expect(opened.value).to_have_url(re.compile(r"/temperature\?z=2%2C4\.5%2C0\.1"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Scores in, probabilities out")
    opened.value.close()


def test_on_a_phone_the_menu_makes_way_for_the_page_that_was_chosen(open_page: OpenPage) -> None:
    page = open_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page.get_by_test_id("stExpandSidebarButton").click()
    page.get_by_role("link", name="Temperature").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Temperature")
    expect(page.get_by_role("link", name="Softmax", exact=True)).not_to_be_in_viewport()

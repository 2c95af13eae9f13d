"""What the tests that look at a page share: a page with what it asked for and complained of, its contrasts, pictures of it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Request

from tests.conftest import PROJECT

#: A screen of each kind, in CSS pixels.
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
ON_A_PHONE = {"viewport": PHONE, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}


class Opened:
    """A page with what it asked for from elsewhere and what it complained of."""

    def __init__(self, browser: Browser, path: Path, **options: Any) -> None:
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.page: Page = browser.new_context(**options).new_page()
        self.page.on("request", self._request)
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(path.as_uri())

    def _request(self, request: Request) -> None:
        if not request.url.startswith(("file:", "about:")):
            self.requests.append(request.url)


#: In the page: each element with text of its own that is shown, as [contrast, class, background]; backgrounds are opaque. Text
#: that lets something through has the colour of both; what is wholly transparent is not shown (WCAG 2.2, contrast ratio).
CONTRASTS = """() => {
    const channels = (colour) => colour.match(/[\\d.]+/g).map(Number);
    const luminance = (colour) => {
        const [red, green, blue] = colour.map((one) => one / 255)
            .map((one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4));
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const opacity = (element) => (element ? getComputedStyle(element).opacity * opacity(element.parentElement) : 1);
    const behind = (element) => {
        for (let one = element; one; one = one.parentElement) {
            const colour = getComputedStyle(one).backgroundColor;
            if ((channels(colour)[3] ?? 1) === 1) return colour;
        }
        throw new Error("no background");
    };
    const hasText = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    return [...document.body.querySelectorAll("*")]
        .filter((element) => hasText(element) && element.checkVisibility() && !element.closest("script, style"))
        .filter((element) => opacity(element) > 0)
        .map((element) => {
            const fill = behind(element);
            const ground = channels(fill).slice(0, 3);
            const style = getComputedStyle(element);
            const text = channels(element instanceof SVGElement ? style.fill : style.color);
            const share = (text[3] ?? 1) * opacity(element);
            const seen = ground.map((one, place) => share * text[place] + (1 - share) * one);
            const [dark, light] = [luminance(seen), luminance(ground)].sort((a, b) => a - b);
            const mark = element.closest(".mark") ?? element;
            return [(light + 0.05) / (dark + 0.05), String(mark.className.baseVal ?? mark.className), fill];
        });
}"""


def wide(page: Page) -> bool:
    """Whether the page can be scrolled sideways."""
    return page.evaluate("scrollTo(1000, scrollY), scrollX > 0 || document.documentElement.scrollWidth > innerWidth")


def screenshot(page: Page, name: str, *, whole: bool = True) -> None:
    """A picture for whoever works on the page and sets SCREENSHOTS; what is generated there is not committed."""
    if not os.environ.get("SCREENSHOTS"):
        return
    folder = PROJECT / "data" / "build" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / f"{name}.png", full_page=whole)

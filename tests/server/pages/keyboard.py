"""What somebody does who has no mouse."""

from __future__ import annotations

from playwright.sync_api import Page


def to(page: Page, name: str, role: str = "link") -> None:
    """Walk to something by the tab key, and press it."""
    for _ in range(120):
        page.keyboard.press("Tab")
        here = page.evaluate(
            "(() => { const e = document.activeElement;"
            " return [e.tagName === 'A' ? 'link' : e.tagName === 'BUTTON' ? 'button' : e.type,"
            " e.ariaLabel || e.textContent.trim(),"
            " getComputedStyle(e).outlineStyle]; })()"
        )
        if here[0] == role and (not name or here[1] == name):
            assert here[2] == "solid", f"nobody sees that {name} has the focus"
            if role == "link":
                with page.expect_navigation():
                    page.keyboard.press("Enter")
            else:
                page.keyboard.press("Space" if role == "checkbox" else "Enter")
            return
    raise AssertionError(f"the tab key does not come to {name}")

"""People of the desk in a browser, who log in with a second factor; their clicks are counted."""

from __future__ import annotations

from itertools import count
from typing import Any

from playwright.sync_api import Page, expect

from tests.serving import Served

PASSWORD = "a long enough phrase"
#: Each code is good for once.
CODES = count()
#: Makes somebody of staff with a code for the second factor, whichever test asks first.
PERSON = """
from django.contrib.auth.models import Group, User
from django_otp.plugins.otp_static.models import StaticDevice
person = User.objects.create_user({name!r}, password={password!r}, is_staff=True)
person.groups.set(Group.objects.filter(name={group!r}))
device = StaticDevice.objects.create(user=person, name="recovery")
for number in range(20):
    device.token_set.create(token=f"{{person.username}}{{number:02}}")
"""


def hire(portal: Served, **groups: str) -> None:
    """Give people of staff accounts, each in a group."""
    for name, group in groups.items():
        code = PERSON.format(name=name, group=group, password=PASSWORD)
        portal.manage("shell", "-v0", "-c", code)


class Person:
    """Somebody's browser, which counts clicks and pages that were loaded."""

    def __init__(self, page: Page, portal: Served, name: str) -> None:
        self.page, self.portal, self.name = page, portal, name
        self.clicks = self.loads = 0

    def log_in(self) -> None:
        """Log in, with the second factor, to the dashboard; that is not counted."""
        page = self.page
        page.goto(self.portal.url("/admin/?lang=en"))
        page.get_by_label("Username").fill(self.name)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        page.locator("[name=code]").fill(f"{self.name}{next(CODES):02}")
        page.get_by_role("button", name="Go on").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Dashboard")
        page.on("load", self._count)

    def _count(self, _page: Any) -> None:
        self.loads += 1

    def click(self, found: Any) -> None:
        """Click, and count it."""
        self.clicks += 1
        found.click()

    def button(self, name: str) -> None:
        """Press the button of that name, the first where it stands above and below a list."""
        self.click(self.page.get_by_role("button", name=name, exact=True).first)

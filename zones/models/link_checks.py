"""What became of asking the official addresses of documents."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext, pgettext_lazy

from cbec_portal.china_time import china_day
from zones.models.certainty import one_of
from zones.models.fields import LineField, OptionField, WebAddressField
from zones.models.labels import LINK_STATES
from zones.rules.vocabulary import LinkState

#: An address is dead once it failed on two checks that lie so far apart.
APART = timedelta(days=1)


class LinkCheck(models.Model):
    """The last time an address was asked, and since when it has failed on every check.

    One row an address, so there are no more of them than addresses. ``status`` is what the host
    answered, if it did, and ``trouble`` why it did not.
    """

    address = WebAddressField(pgettext_lazy("field", "address"), max_length=500, unique=True)
    checked_at = models.DateTimeField(pgettext_lazy("field", "asked at"))
    state = OptionField(
        pgettext_lazy("field", "what became of it"), max_length=10, choices=LINK_STATES
    )
    status = models.PositiveSmallIntegerField(
        pgettext_lazy("field", "HTTP status"), null=True, blank=True
    )
    trouble = LineField(pgettext_lazy("field", "trouble"), max_length=200, blank=True)
    final_address = models.CharField(
        pgettext_lazy("field", "final address"), max_length=2000, blank=True
    )
    failing_since = models.DateTimeField(
        pgettext_lazy("field", "failing since"), null=True, blank=True
    )

    class Meta:
        verbose_name = pgettext_lazy("table", "check of an address")
        verbose_name_plural = pgettext_lazy("table", "checks of addresses")
        ordering = ["address"]
        constraints = [
            one_of("state", LinkState),
            models.CheckConstraint(
                condition=Q(failing_since=None) | Q(failing_since__lte=F("checked_at")),
                name="zones_linkcheck_fails_since_a_check",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.address}: {self.told}"

    @classmethod
    def dead(cls) -> QuerySet[LinkCheck]:
        """Return the checks of addresses that failed on two checks at least a day apart."""
        return cls.objects.filter(failing_since__lte=F("checked_at") - APART)

    @property
    def told(self) -> str:
        """Return what the last check found, and since when that is so."""
        found = (gettext(self.trouble) if self.trouble else "") or str(self.status or self.state)
        since = china_day(self.failing_since).isoformat() if self.failing_since else ""
        return " ".join(filter(None, (found, since)))

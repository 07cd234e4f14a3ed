"""What tables and fields of other packages are called in the admin, where they do not say it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.apps import apps
from django.contrib.admin import display
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, override, pgettext_lazy

from cbec_portal.china_time import in_china
from cbec_portal.languages import active_language
from cbec_portal.punctuation import bracketed

#: By the label of the package, what it is called.
PACKAGES: Mapping[str, Any] = {
    "axes": pgettext_lazy("app", "failed log-ins"),
    "knox": pgettext_lazy("app", "tokens of the API"),
    "otp_static": pgettext_lazy("app", "second factor: recovery codes"),
    "otp_totp": pgettext_lazy("app", "second factor: authenticator apps"),
}
#: What packages say in Chinese with signs of half width, or blanks behind those of full width: the
#: portal's own Chinese comes before theirs.
SAID_ANEW = (
    gettext_noop("0 of %(cnt)s selected"),
    gettext_noop("Add %s"),
    gettext_noop("Change %s"),
    gettext_noop("Change history: %s"),
    gettext_noop("Select a valid choice. %(value)s is not one of the available choices."),
    gettext_noop("Select a valid choice. That choice is not one of the available choices."),
    gettext_noop("Select %s to change"),
    gettext_noop("Set password: %s"),
    gettext_noop("View %s"),
    gettext_noop("Sorting priority: %(priority_number)s"),
)
#: By what the packages call it.
TABLES: Mapping[str, Any] = {
    "access attempt": pgettext_lazy("table", "attempt to log in"),
    "access attempts": pgettext_lazy("table", "attempts to log in"),
    "access attempt expiration": pgettext_lazy("table", "end of an attempt to log in"),
    "access attempt expirations": pgettext_lazy("table", "ends of attempts to log in"),
    "access failure": pgettext_lazy("table", "failed log-in"),
    "access failures": pgettext_lazy("table", "failed log-ins"),
    "access log": pgettext_lazy("table", "log-in"),
    "access logs": pgettext_lazy("table", "log-ins"),
    "auth token": pgettext_lazy("table", "token"),
    "auth tokens": pgettext_lazy("table", "tokens"),
    "static device": pgettext_lazy("table", "device with recovery codes"),
    "static devices": pgettext_lazy("table", "devices with recovery codes"),
    "static token": pgettext_lazy("table", "recovery code"),
    "static tokens": pgettext_lazy("table", "recovery codes"),
    "TOTP device": pgettext_lazy("table", "authenticator app"),
    "TOTP devices": pgettext_lazy("table", "authenticator apps"),
}
FIELDS: Mapping[str, Any] = {
    "Access Attempt": pgettext_lazy("field", "attempt to log in"),
    "Access lock out": pgettext_lazy("field", "locked out"),
    "Attempt Time": pgettext_lazy("field", "time of the attempt"),
    "Expires At": pgettext_lazy("field", "ends at"),
    "Failed Logins": pgettext_lazy("field", "failed log-ins"),
    "GET Data": pgettext_lazy("field", "data in the address"),
    "HTTP Accept": pgettext_lazy("field", "formats accepted"),
    "IP Address": pgettext_lazy("field", "IP address"),
    "Logout Time": pgettext_lazy("field", "time of logging out"),
    "POST Data": pgettext_lazy("field", "data sent"),
    "Path": pgettext_lazy("field", "path"),
    "Session key hash (sha256)": pgettext_lazy("field", "digest of the session's key"),
    "User Agent": pgettext_lazy("field", "browser"),
    "confirmed": pgettext_lazy("field", "confirmed"),
    "created": pgettext_lazy("field", "made at"),
    "created at": pgettext_lazy("field", "made at"),
    "device": pgettext_lazy("field", "device with recovery codes"),
    "digest": pgettext_lazy("field", "digest"),
    "digits": pgettext_lazy("field", "digits"),
    "drift": pgettext_lazy("field", "drift"),
    "expiry": pgettext_lazy("field", "ends at"),
    "key": pgettext_lazy("field", "secret key"),
    "last t": pgettext_lazy("field", "step used last"),
    "last used at": pgettext_lazy("field", "used last at"),
    "name": pgettext_lazy("field", "name"),
    "step": pgettext_lazy("field", "seconds a step"),
    "t0": pgettext_lazy("field", "beginning of steps"),
    "throttling failure count": pgettext_lazy("field", "failures in a row"),
    "throttling failure timestamp": pgettext_lazy("field", "failed last at"),
    "token": pgettext_lazy("field", "code"),
    "token key": pgettext_lazy("field", "beginning of the token"),
    "tolerance": pgettext_lazy("field", "tolerance in steps"),
    "user": pgettext_lazy("field", "user"),
}
#: What the packages say beside fields in forms.
HELP: Mapping[str, Any] = {
    "The user that this device belongs to.": _("The user that this device belongs to."),
    "The human-readable name of this device.": _("What its owner calls it."),
    "Is this device ready for use?": _("Whether it can be used."),
    "The date and time when this device was initially created in the system.": _(
        "When it was set up."
    ),
    "The most recent date and time this device was used.": _("When it was used last."),
    "A timestamp of the last failed verification attempt. Null if last attempt succeeded.": _(
        "When a code was refused last; empty where the last was right."
    ),
    "Number of successive failed attempts.": _("How many codes in a row were refused."),
    "The time step in seconds.": _("How many seconds a code lasts."),
    "The Unix time at which to begin counting steps.": _(
        "From which second on steps are counted, in Unix time."
    ),
    "The number of digits to expect in a token.": _("How many digits a code has."),
    "The number of time steps in the past or future to allow.": _(
        "How many steps earlier or later a code may be."
    ),
    "The number of time steps the prover is known to deviate from our clock.": _(
        "By how many steps its clock is known to deviate."
    ),
    "The t value of the latest verified token. The next token must be at a higher time step.": _(
        "The step of the last right code; the next is of a later one."
    ),
}
#: The boxes of the packages' forms.
BOXES: Mapping[str, Any] = {
    "Identity": pgettext_lazy("box", "Whose it is"),
    "Timestamps": pgettext_lazy("box", "Times"),
    "Configuration": pgettext_lazy("box", "How codes are made"),
    "State": pgettext_lazy("box", "State"),
    "Throttling": pgettext_lazy("box", "Codes that were refused"),
    "Form Data": pgettext_lazy("box", "What was sent"),
    "Meta Data": pgettext_lazy("box", "From where"),
}


#: Columns of the packages' lists that no field is behind.
COLUMNS: Mapping[str, Any] = {"status": pgettext_lazy("box", "State")}
#: Acts of the packages that no request of the admin can do: this one takes the request for one that
#: logs in. Attempts that have expired go by themselves, at the next log-in.
FAILING = frozenset({"cleanup_expired_attempts"})
#: What rows of the packages are called, by the names of their tables.
ROWS: Mapping[str, Any] = {
    "AccessAttempt": _("Attempt to log in by %(name)s at %(time)s"),
    "AccessFailureLog": _("Failed log-in by %(name)s at %(time)s from %(address)s"),
    "AccessLog": _("Log-in by %(name)s at %(time)s"),
}
#: The groups of staff, whose names code goes by, and what they are called.
GROUPS: Mapping[str, Any] = {
    "analyst": pgettext_lazy("group", "analyst"),
    "reviewer": pgettext_lazy("group", "reviewer"),
}
#: What second factors are called that the portal named when they were set up.
DEVICES: Mapping[str, Any] = {
    "app": pgettext_lazy("device", "authenticator app"),
    "recovery": pgettext_lazy("device", "recovery codes"),
}


class BoxesNamed:
    """Calls the boxes of the forms of other packages by words of either language, and says so
    what is beside fields; migrations would take that for the field's own if it were set there.
    """

    model: Any

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """Return the columns of the list, each called by words of either language."""
        columns = super().get_list_display(request)  # type: ignore[misc]  # a mixin
        return [self._column(name) for name in columns]

    def _column(self, name: Any) -> Any:
        """A column of the list; the name of a second factor as the reader's language has it."""
        if name == "name" and self.model.__name__ in ("StaticDevice", "TOTPDevice"):
            return _name_of_device
        return self._called(name) if name in COLUMNS else name

    def _called(self, name: str) -> Any:
        @display(description=COLUMNS[name])
        def column(row: Any) -> Any:
            return getattr(self, name)(row)

        column.__name__ = name
        return column

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Return what can be done with rows of the list, without what only ends in an error."""
        actions = super().get_actions(request)  # type: ignore[misc]  # a mixin
        return {name: act for name, act in actions.items() if name not in FAILING}

    def get_form(self, request: HttpRequest, obj: Any = None, **options: Any) -> Any:
        """Return the form with what is said beside its fields."""
        fields = self.model._meta.fields
        said = {own.name: HELP[text] for own in fields if (text := str(own.help_text)) in HELP}
        options["help_texts"] = said | (options.get("help_texts") or {})
        return super().get_form(request, obj, **options)  # type: ignore[misc]  # a mixin

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return the boxes of the form."""
        boxes = super().get_fieldsets(request, obj)  # type: ignore[misc]  # a mixin
        return [(BOXES.get(str(name), name) if name else name, own) for name, own in boxes]


def _row_words(row: Any) -> str:
    """What a row of a package is called."""
    told = {
        "name": row.username,
        "time": date_format(in_china(row.attempt_time), "DATETIME_FORMAT"),
        "address": row.ip_address,
    }
    return str(ROWS[row._meta.object_name]) % told


def _group_words(group: Any) -> str:
    """What a group is called: one of staff in the language of the reader."""
    return str(GROUPS.get(group.name, group.name))


@display(description=pgettext_lazy("field", "name"), ordering="name")
def _name_of_device(device: Any) -> str:
    """What a second factor is called."""
    return str(DEVICES.get(device.name, device.name))


def _device_words(device: Any) -> str:
    """What a second factor is called, and whose it is."""
    return bracketed(_name_of_device(device), device.user.get_username(), active_language())


def name_others() -> None:
    """Call the tables, fields and rows of other packages by words of either language.

    Migrations go by what the packages say, and are none the wiser.
    """
    # Tables are there only once all apps are.
    from django.contrib.auth.models import Group
    from django_otp.models import Device

    Group.add_to_class("__str__", _group_words)
    with override(None):
        for label, called in PACKAGES.items():
            package: Any = apps.get_app_config(label)
            package.verbose_name = called
            for model in package.get_models():
                own = model._meta
                own.verbose_name = TABLES.get(own.verbose_name_raw, own.verbose_name)
                plural = str(own.verbose_name_plural)
                own.verbose_name_plural = TABLES.get(plural, own.verbose_name_plural)
                if own.object_name in ROWS:
                    model.add_to_class("__str__", _row_words)
                elif issubclass(model, Device):
                    model.add_to_class("__str__", _device_words)
                for field in own.fields:
                    field.verbose_name = FIELDS.get(str(field.verbose_name), field.verbose_name)

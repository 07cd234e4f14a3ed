"""What tables and fields of other packages are called in the admin, where they do not say it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.apps import apps
from django.utils.translation import override, pgettext_lazy

#: By the label of the package, what it is called.
PACKAGES: Mapping[str, Any] = {
    "axes": pgettext_lazy("app", "failed log-ins"),
    "knox": pgettext_lazy("app", "tokens of the API"),
    "otp_static": pgettext_lazy("app", "second factor: recovery codes"),
    "otp_totp": pgettext_lazy("app", "second factor: authenticator apps"),
}
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
    "static device": pgettext_lazy("table", "set of recovery codes"),
    "static devices": pgettext_lazy("table", "sets of recovery codes"),
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
    "device": pgettext_lazy("field", "set of recovery codes"),
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


def name_others() -> None:
    """Call the tables and fields of other packages by words of either language.

    Migrations go by what the packages say, and are none the wiser.
    """
    with override(None):
        for label, called in PACKAGES.items():
            package: Any = apps.get_app_config(label)
            package.verbose_name = called
            for model in package.get_models():
                own = model._meta
                own.verbose_name = TABLES.get(own.verbose_name_raw, own.verbose_name)
                plural = str(own.verbose_name_plural)
                own.verbose_name_plural = TABLES.get(plural, own.verbose_name_plural)
                for field in own.fields:
                    field.verbose_name = FIELDS.get(str(field.verbose_name), field.verbose_name)

"""What Django and other packages say on pages of staff and have no Chinese for: the portal has.

Nothing reads these lists: they are here to be collected with the portal's own texts, whose
catalogue is asked before those of packages.
"""

from __future__ import annotations

from django.utils.translation import gettext_noop, ngettext_lazy

OF_DJANGO = (
    gettext_noop("%(class_name)s %(instance)s"),
    gettext_noop("%(model)s instance with %(field)s %(value)r is not a valid choice."),
    gettext_noop("Add link"),
    gettext_noop("After you’ve created a user, you’ll be able to edit more user options."),
    gettext_noop("Change or view list link"),
    gettext_noop("Error:"),
    gettext_noop("Forgotten your login credentials?"),
    gettext_noop("In case you’ve forgotten, you are:"),
    gettext_noop("Model name"),
    ngettext_lazy(
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
    ),
)
OF_AXES = (
    gettext_noop(
        "Account locked: too many login attempts. Contact an admin to unlock your account."
    ),
    gettext_noop("Account locked: too many login attempts. Please try again later."),
    gettext_noop("Attempt Remaining"),
    gettext_noop("Clean up expired attempts"),
    gettext_noop("Locked Out"),
    gettext_noop("Not set"),
    gettext_noop("The time when access attempt expires and is no longer valid."),
)
OF_SECOND_FACTORS = (
    gettext_noop("Error generating challenge: {0}"),
    gettext_noop("Get OTP Challenge"),
    gettext_noop("Invalid token. Please make sure you have entered it correctly."),
    gettext_noop("OTP Challenge: {0}"),
    gettext_noop("OTP Device:"),
    gettext_noop("OTP Token:"),
    gettext_noop("Please correct the errors below."),
    gettext_noop("Please enter your OTP token."),
    gettext_noop("Please select a device."),
    gettext_noop("The selected OTP device is not interactive"),
    gettext_noop(
        "Token generation cooldown period has not expired yet. Next generation allowed %s."
    ),
    gettext_noop("Token generation is not allowed at this time"),
    gettext_noop("Verification of the token is currently disabled"),
    gettext_noop("sent by email"),
    ngettext_lazy(
        "Verification temporarily disabled because of %(failure_count)d failed attempt, "
        "please try again soon.",
        "Verification temporarily disabled because of %(failure_count)d failed attempts, "
        "please try again soon.",
    ),
)
#: The names of permissions that models of the portal declare, which the database keeps in English.
PERMISSIONS = (
    gettext_noop("Can propose rows in change sets"),
    gettext_noop("Can review and publish change sets"),
)

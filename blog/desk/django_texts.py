"""Texts of Django's admin that its own German translation lacks, listed here so that our catalogue has them.

Nothing imports this; makemessages reads it. Remove what Django translates itself.
"""

from django.utils.translation import gettext_noop as _
from django.utils.translation import ngettext

LISTS = (
    _("- Select an option -"),
    _("Run"),
    _("Search %(name)s"),
    _("Filter by %(field_name)s"),
    _("Pagination %(name)s"),
    _("Pagination %(name)s entries"),
)
DELETING = (
    ngettext("…and %(count)d more object.", "…and %(count)d more objects.", 2),
    _(
        "Are you sure you want to delete the %(object_name)s “%(escaped_object)s”? All of the following"
        " related items will be deleted:"
    ),
    _(
        "Deleting the %(object_name)s “%(escaped_object)s” would result in deleting related objects, but your"
        " account doesn't have permission to delete the following types of objects:"
    ),
    _(
        "Deleting the %(object_name)s “%(escaped_object)s” would require deleting the following protected"
        " related objects:"
    ),
)
FORMS = (
    _("“%(value)s” is not a valid binary value."),
    _("%(model)s instance with %(field)s %(value)r is not a valid choice."),
)
ACCOUNTS = (
    _("Logout"),
    _("After you’ve created a user, you’ll be able to edit more user options."),  # noqa: RUF001 -- as Django writes it
    _("Conflicting form data submitted. Please try again."),
    _("Set password"),
    _("Set password: %s"),
    _("Reset password"),
    _("Raw passwords are not stored, so there is no way to see the user’s password."),  # noqa: RUF001 -- as Django writes it
    _("Password-based authentication"),
    _("Password-based authentication was disabled."),
    _("Disable password-based authentication"),
    _("Enable password-based authentication"),
    _("Enable password-based authentication for this user by setting a password."),
    _("This action will <strong>enable</strong> password-based authentication for this user."),
    _(
        "Whether the user will be able to authenticate using a password or not. If disabled, they may still"
        " be able to authenticate using other backends, such as Single Sign-On or LDAP."
    ),
    _("Enabled"),
    _("Disabled"),
)

"""The screens of this room: those of logged-in staff, and those before a log-in."""

from functools import partial

from blog.desk.second_step import account_page, let_in, login, rule_page

# {name: (route, view that takes the admin site)}
OF_STAFF = {
    "security": ("security/", account_page.security_page),
    "security_set_up": ("security/set-up/", account_page.set_up_page),
    "add_passkey": ("security/passkeys/add/", account_page.add_passkey),
    "made_passkey": ("security/passkeys/made/", account_page.made_passkey),
    "rename_passkey": ("security/passkeys/<int:key>/name/", account_page.rename_passkey),
    "remove_passkey": ("security/passkeys/<int:key>/remove/", account_page.remove_passkey),
    "security_start_codes": ("security/codes/start/", account_page.start_codes),
    "security_codes": ("security/codes/", account_page.codes_page),
    "security_remove_codes": ("security/codes/remove/", account_page.remove_codes),
    "security_recovery": ("security/recovery/", account_page.recovery_page),
    "security_recovery_file": ("security/recovery/file/", account_page.recovery_file),
    "security_new_recovery": ("security/recovery/new/", account_page.new_recovery_codes),
    "security_sign_out": ("security/sign-out/", account_page.sign_out),
    "second_step": ("second-step/", rule_page.rule_page),
    "let_in_account": ("second-step/<int:key>/let-in/", rule_page.let_in_account),
}
OF_STRANGERS = {
    "second_step_login": ("login/step/", login.second_step_page),
    "passkey_login": ("login/passkey/", login.passkey_login),
    "let_in_waits": ("login/link/", let_in.let_in_waits),
    "let_in": ("login/link/<str:token>/", let_in.let_in_page),
}


def views_for(site) -> tuple[dict, dict]:
    """Return both, with views that have their site."""
    return tuple(
        {name: (route, partial(view, site=site)) for name, (route, view) in views.items()}
        for views in (OF_STAFF, OF_STRANGERS)
    )

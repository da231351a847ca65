"""Authenticator codes, recovery codes and the encryption of secrets."""

from datetime import UTC, datetime

import pytest
from django.utils import timezone

from blog.desk.second_step import codes
from blog.desk.second_step.encryption import UnreadableSecretError, decrypt, encrypt

# The secret and the codes of RFC 6238, appendix B, with six digits instead of eight.
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # noqa: S105 -- of the RFC
VECTORS = [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")]


@pytest.mark.parametrize(("seconds", "code"), VECTORS)
def test_codes_are_those_of_the_rfc(seconds, code):
    step = codes.step_at(datetime.fromtimestamp(seconds, UTC))

    assert codes.code_of(SECRET, step) == code


@pytest.mark.parametrize(("away", "is_valid"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_differ_by_one_step(away, is_valid):
    step = codes.step_at(timezone.now()) + away

    assert (codes.matching_step(SECRET, codes.code_of(SECRET, step)) == step) == is_valid


def test_a_code_up_to_the_last_accepted_one_is_not_valid_again():
    step = codes.step_at(timezone.now())

    assert codes.matching_step(SECRET, codes.code_of(SECRET, step), last_step=step) is None


@pytest.mark.parametrize("typed", ["", "12345", "ünsinn", "1234567", "\uff10" * 6])
def test_something_else_than_the_digits_is_not_valid(typed):
    assert codes.matching_step(SECRET, typed) is None


def test_recovery_codes_differ_and_are_found_as_typed():
    made = codes.new_recovery_codes()

    assert len(set(made)) == codes.RECOVERY_CODES
    assert codes.digest_of(made[0], "salt") == codes.digest_of(
        f" {made[0].upper().replace('-', ' ')} ", "salt"
    )
    assert codes.digest_of(made[0], "salt") != codes.digest_of(made[0], "other salt")


def test_a_qr_code_names_the_site_and_the_account():
    assert codes.uri_of(SECRET, "Tide: Notes", "mara") == (
        f"otpauth://totp/Tide%20%20Notes%3Amara?secret={SECRET}&issuer=Tide%20%20Notes"
    )


def test_an_earlier_secret_key_reads_what_it_encrypted(settings):
    settings.SECRET_KEY = "former"  # noqa: S105 -- encrypts nothing else
    stored = encrypt(SECRET)

    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new", ["former"]
    assert decrypt(stored) == SECRET

    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(UnreadableSecretError):
        decrypt(stored)


def test_a_secret_is_not_readable_where_it_is_stored():
    assert SECRET not in encrypt(SECRET)

"""What the answer of a passkey must prove: challenge and browser, site, account, and key."""

import hashlib
import json
import struct
import time
import tracemalloc

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from django.urls import reverse
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestedCredentialData

from blog.desk.second_step.passkeys import LONGEST_ANSWER
from blog.models import Passkey
from tests.desk.second_step.conftest import HOME, LOGIN, PASSWORD, STEP

pytestmark = pytest.mark.django_db
SITE, USER_PRESENT, USER_VERIFIED = "https://blog.example", 1, 4
PASSKEY_LOGIN = "/admin/login/passkey/"


class Device:
    """A security key in Python."""

    def __init__(self, user, name="Key"):
        self.key, self.uses = ec.generate_private_key(ec.SECP256R1()), 0
        self.id = hashlib.sha256(name.encode()).digest()
        data = AttestedCredentialData.create(
            bytes(16), self.id, ES256.from_cryptography_key(self.key.public_key())
        )
        self.row = Passkey.objects.create(
            user=user, name=name, credential_id=websafe_encode(self.id), public_key=bytes(data)
        )

    def answer(self, challenge, *, origin=SITE, flags=USER_PRESENT | USER_VERIFIED, uses=None) -> str:
        self.uses = self.uses + 1 if uses is None else uses
        client = json.dumps({"type": "webauthn.get", "challenge": challenge, "origin": origin}).encode()
        host = hashlib.sha256(b"blog.example").digest()
        data = host + struct.pack(">BI", flags, self.uses)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        parts = {"clientDataJSON": client, "authenticatorData": data, "signature": signature}
        response = {name: websafe_encode(part) for name, part in parts.items()}
        own = websafe_encode(self.id)
        return json.dumps({"id": own, "rawId": own, "type": "public-key", "response": response})


def asked(client, path=LOGIN) -> tuple[str, str]:
    """Return (signed challenge, challenge) of a page."""
    passkey = client.get(path).context["passkey"]
    return passkey["challenge"], json.loads(passkey["options"])["publicKey"]["challenge"]


def send(client, signed, answer, path=PASSKEY_LOGIN):
    return client.post(path, {"challenge": signed, "answer": answer, "way": "passkey"})


@pytest.fixture
def device(mara):
    return Device(mara.user)


def test_right_answer_logs_in_once(mara, device):
    signed, challenge = asked(mara.client)
    answer = device.answer(challenge)

    assert send(mara.client, signed, answer).url == HOME
    assert mara.is_in()

    mara.client.logout()
    assert send(mara.client, signed, answer).status_code == 403


def test_right_answer_is_the_second_step(mara, device):
    mara.log_in()
    signed, challenge = asked(mara.client, STEP)

    assert send(mara.client, signed, device.answer(challenge, flags=USER_PRESENT), STEP).url == HOME


@pytest.mark.parametrize(
    "fault",
    [
        {"origin": "https://evil.example"},
        {"origin": "https://sub.blog.example"},
        {"origin": "http://blog.example"},
        {"flags": USER_PRESENT},
        {"flags": USER_VERIFIED},
    ],
)
def test_other_origins_and_missing_checks_are_refused(mara, device, fault):
    signed, challenge = asked(mara.client)

    assert send(mara.client, signed, device.answer(challenge, **fault)).status_code == 403


def test_the_challenge_of_another_browser_is_refused(mara, device):
    signed, challenge = asked(Client())

    assert send(mara.client, signed, device.answer(challenge)).status_code == 403


def test_a_challenge_for_another_purpose_is_refused(mara, device):
    """One that asks for no finger cannot log in alone."""
    mara.log_in()
    signed, challenge = asked(mara.client, STEP)

    assert send(mara.client, signed, device.answer(challenge)).status_code == 403


def test_the_passkey_of_another_account_is_no_second_step(mara, device, teodor):
    other = Device(teodor.user, "Other key")
    mara.log_in()
    signed, challenge = asked(mara.client, STEP)

    assert send(mara.client, signed, other.answer(challenge), STEP).status_code == 200
    assert not mara.is_in()


def test_a_count_that_does_not_rise_is_refused(mara, device):
    Passkey.objects.update(uses=5)
    for uses in (4, 5):
        signed, challenge = asked(mara.client)
        assert send(mara.client, signed, device.answer(challenge, uses=uses)).status_code == 403

    signed, challenge = asked(mara.client)
    assert send(mara.client, signed, device.answer(challenge, uses=6)).url == HOME


def test_devices_that_do_not_count_are_accepted(mara, device):
    for _ in range(2):
        signed, challenge = asked(mara.client)
        assert send(mara.client, signed, device.answer(challenge, uses=0)).url == HOME
        mara.client.logout()


@pytest.mark.parametrize("change", [{"is_active": False}, {"is_staff": False}])
def test_accounts_that_may_not_log_in_are_refused(mara, device, change):
    type(mara.user).objects.update(**change)
    signed, challenge = asked(mara.client)

    assert send(mara.client, signed, device.answer(challenge)).status_code == 403


@pytest.mark.parametrize(
    "answer", ["", "[]", "{}", '{"rawId": 1}', "[" * 9000, '{"id": "x", "response": {}}']
)
def test_malformed_answers_are_refused(mara, device, answer):
    signed, _challenge = asked(mara.client)

    assert send(mara.client, signed, answer).status_code == 403
    assert send(mara.client, "forged", answer).status_code == 403


def test_wrong_passwords_do_not_close_the_passkey(mara, device):
    for _ in range(5):
        mara.log_in(password="wrong")  # noqa: S106 -- not one
    assert mara.log_in(password=PASSWORD).status_code == 429
    client = Client()
    signed, challenge = asked(client)

    assert send(client, signed, device.answer(challenge)).url == HOME


HOST = hashlib.sha256(b"blog.example").digest()


def made(key=b"", *, id_length=16, flags=0x45) -> bytes:
    """Return the CBOR that a device sends for a new passkey. key: of it, in CBOR."""
    data = HOST + struct.pack(">BI", flags, 0) + bytes(16) + struct.pack(">H", id_length) + bytes(id_length)
    return cbor.encode({"fmt": "none", "attStmt": {}, "authData": data + key})


PUBLIC_KEY = cbor.encode(
    dict(ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key()))
)
HOSTILE = {
    "empty": b"",
    "deep lists": b"\x81" * 14_000,
    "deep maps": b"\xa1" * 14_000,
    "deep lists in the key": made(b"\x81" * 10_000),
    "list of 2**64": b"\x9b" + b"\xff" * 8,
    "list of 2**31 in the key": made(b"\x9b" + bytes(4) + b"\x7f" + b"\xff" * 3 + bytes(10_000)),
    "map of 2**64": b"\xbb" + b"\xff" * 8,
    "bytes of 2**64": b"\x5b" + b"\xff" * 8,
    "text of 2**64 in the key": made(b"\x7b" + b"\xff" * 8),
    "no map": cbor.encode(1),
    "key that is no map": made(cbor.encode(1)),
    "no key": made(flags=5),
    "unfinished map": made(b"\xa5\x01\x02"),
    "long id": made(PUBLIC_KEY, id_length=1100),
}


def send_made(account, attestation):
    page = account.client.post(reverse("admin:add_passkey")).context["passkey"]
    challenge = json.loads(page["options"])["publicKey"]["challenge"]
    client = json.dumps({"type": "webauthn.create", "challenge": challenge, "origin": SITE}).encode()
    parts = {"clientDataJSON": client, "attestationObject": attestation}
    response = {name: websafe_encode(part) for name, part in parts.items()}
    answer = json.dumps({"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": response})
    assert len(answer) < LONGEST_ANSWER
    data = {"challenge": page["challenge"], "answer": answer}
    return account.client.post(reverse("admin:made_passkey"), data)


def test_a_new_passkey_of_a_device_is_stored(mara):
    mara.log_in()

    assert send_made(mara, made(PUBLIC_KEY)).status_code == 302
    assert Passkey.objects.count() == 1


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_passkeys_are_refused_in_little_time_and_memory(mara, name):
    mara.log_in()
    tracemalloc.start()
    began = time.process_time()
    answer = send_made(mara, HOSTILE[name])
    seconds, (_now, most) = time.process_time() - began, tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert "No passkey was added" in answer.content.decode()
    assert not Passkey.objects.exists()
    assert (seconds < 2, most < 50_000_000) == (True, True)


def test_a_key_that_nothing_can_check_opens_nothing(mara, device):
    unknown = struct.pack(">16xH", len(device.id)) + device.id + cbor.encode({1: 2, 3: 99_999})
    Passkey.objects.update(public_key=unknown)
    signed, challenge = asked(mara.client)

    assert send(mara.client, signed, device.answer(challenge)).status_code == 403

"""Signing in at an OpenID provider, which is a real one in a process of its own, with a browser's cookies and redirects."""
import datetime
import http.client
import json
import os
import socket
import ssl
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from conftest import MOHUR, Answer, Server, fresh_names
from people import Member, Staff, addresses

SECRET = "what-only-the-two-of-them-know"


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def make_certificate(folder):
    private, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    made = (x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(private.public_key()).serial_number(1)
            .not_valid_before(now - datetime.timedelta(1)).not_valid_after(now + datetime.timedelta(1))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), False)
            .add_extension(x509.BasicConstraints(True, 0), True).sign(private, hashes.SHA256()))
    (folder / "provider.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "provider.key").write_bytes(private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))


class Provider:
    def __init__(self, folder, returns_to):
        self.folder, self.returns_to, self.port = folder, returns_to, 0
        make_certificate(folder)
        self.trusted = str(folder / "provider.pem")
        self.start()

    def start(self):
        program = str(Path(__file__).with_name("openid_provider.py"))
        self.process = subprocess.Popen(
            [sys.executable, program, self.trusted, str(self.folder / "provider.key"), "mohur", SECRET, self.returns_to,
             "--port", str(self.port)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())
        self.issuer = f"https://localhost:{self.port}"

    def stop(self):
        self.process.stdin.close()
        assert self.process.wait(60) == 0
        self.process.stdout.close()

    def change_key(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return self.process.stdout.readline()

    def call(self, method, path, **form):
        connection = http.client.HTTPSConnection("localhost", self.port, context=ssl.create_default_context(cafile=self.trusted))
        connection.request(method, path, urlencode(form) if form else None, {"Content-Type": "application/x-www-form-urlencoded"})
        response = connection.getresponse()
        answer = Answer(response.status, response.headers, response.read())
        connection.close()
        return answer


class Browser:
    """Of one person: it keeps cookies, and goes where it is sent."""

    def __init__(self, house):
        self.server, self.provider, self.cookies, self.address = house.server, house.provider, {}, next(addresses)

    def go(self, path, **more):
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items()) or None
        answer = self.server.get(path, Cookie=cookies, X_Forwarded_For=self.address, **more)
        for line in answer.headers.get_all("Set-Cookie", []):
            name, value = line.split(";")[0].split("=", 1)
            assert "; Path=/; Secure; HttpOnly; SameSite=" in line
            self.cookies[name] = value
            if "Max-Age=0" in line:
                del self.cookies[name]
        return answer

    def begin(self):
        """The page of the provider, where somebody signs in."""
        sent = self.go("/v1/staff/openid/start")
        assert (sent.status, sent.headers["Cache-Control"]) == (303, "no-store"), sent.body
        page = urlsplit(sent.headers["Location"])
        assert f"https://{page.netloc}" == self.provider.issuer
        return f"{page.path}?{page.query}"

    def come_back(self, page, **form):
        """The path here to which the provider sends the browser."""
        assert self.provider.call("GET", page).status == 200, "it knows us, and takes what we ask for"
        sent = self.provider.call("POST", page, **form)
        assert sent.status == 302, sent.body
        assert sent.headers["Location"].startswith(self.provider.returns_to + "?")
        there = urlsplit(sent.headers["Location"])
        return f"{there.path}?{there.query}"

    def sign_in(self, address, **claims):
        return self.go(self.come_back(self.begin(), claims=json.dumps(said_of(address, **claims))))


def said_of(address, **claims):
    return {"sub": address, "email": address, "email_verified": True, "amr": ["pwd", "mfa"], **claims}


class House:
    def __init__(self, folder):
        port = free_port()
        self.provider = Provider(folder, f"https://localhost:{port}/v1/staff/openid/callback")
        (folder / "secret").write_text(SECRET + "\n")
        self.settings = {"MOHUR_SERVER_PORT": str(port), "MOHUR_OPENID_ISSUER": self.provider.issuer, "MOHUR_OPENID_CLIENT_ID": "mohur",
                         "MOHUR_OPENID_CLIENT_SECRET_FILE": str(folder / "secret"),
                         "MOHUR_OPENID_RETURN_ADDRESS": self.provider.returns_to,
                         "MOHUR_OPENID_TRUSTED_FILE": self.provider.trusted, "MOHUR_PROXIES_TRUSTED": "127.0.0.0/8"}
        self.server = Server(folder, **self.settings)
        self.staff = Staff(self.server)

    def appoint(self, *roles):
        email = next(fresh_names) + "@mohur.example"
        return self.staff.decide(self.staff.propose(*roles, email=email))["person"], email


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    made = House(tmp_path_factory.mktemp("openid"))
    yield made
    made.server.stop()
    made.provider.stop()


def test_whoever_was_appointed_signs_in_at_the_provider_and_is_who_they_are(house):
    person, email = house.appoint("auditor")
    browser = Browser(house)
    signed_in = browser.sign_in(email)
    assert (signed_in.status, signed_in["manner"], signed_in["kind"], signed_in["person"]) == (201, "provider", "cookie", person)
    assert set(browser.cookies) == {"__Host-mohur_session"}, "the attempt is over"
    me = browser.go("/v1/staff/me")
    assert me["person"] == person and me["csrf_token"] == signed_in["csrf_token"]
    shown = house.server.get(f"/v1/admin/people/{person}/sign_in", house.staff.asha)
    assert shown["signed_in_at"] and shown["enrolled_at"] is None and "subject" not in shown.json
    assert house.server.logged(signed_in)["caller"]["person"] == person


def test_what_is_asked_of_the_provider(house):
    asked = parse_qs(urlsplit(Browser(house).begin()).query)
    assert {name: asked[name] for name in ("response_type", "client_id", "redirect_uri", "scope", "code_challenge_method")} == {
        "response_type": ["code"], "client_id": ["mohur"], "redirect_uri": [house.provider.returns_to], "scope": ["openid email"],
        "code_challenge_method": ["S256"]}
    again = parse_qs(urlsplit(Browser(house).begin()).query)
    assert all(asked[name] != again[name] and len(asked[name][0]) == 43 for name in ("state", "nonce", "code_challenge"))


@pytest.mark.parametrize("claims, words", [
    ({"email": "nobody@mohur.example"}, "Nobody with the address"), ({"email_verified": False}, "verified e-mail address"),
    ({"email_verified": None}, "verified e-mail address"), ({"amr": ["pwd"]}, "second factor"), ({"amr": []}, "second factor")])
def test_whom_the_provider_does_not_vouch_for_stays_outside(house, claims, words):
    _, email = house.appoint("auditor")
    browser = Browser(house)
    refused = browser.sign_in(email, **claims)
    assert refused.token == "sign_in_failed" and words in refused["detail"]
    assert "__Host-mohur_session" not in browser.cookies


def test_who_cancels_at_the_provider_is_not_signed_in(house):
    browser = Browser(house)
    refused = browser.go(browser.come_back(browser.begin(), denied="yes"))
    assert (refused.token, refused["field"]) == ("sign_in_failed", "code")


def test_an_answer_counts_in_the_browser_that_asked_and_once(house):
    _, email = house.appoint("auditor")
    browser, other = Browser(house), Browser(house)
    attempt = browser.begin()
    kept = dict(browser.cookies)
    answer = browser.come_back(attempt, claims=json.dumps(said_of(email)))
    refused = other.go(answer)
    assert (refused.token, refused["field"]) == ("sign_in_failed", "Cookie")
    other.begin()
    refused = other.go(answer)
    assert (refused.token, refused["field"]) == ("sign_in_failed", "state")
    forged = {name: value[:-2] + ("A" if value[-2] != "A" else "B") + value[-1] for name, value in kept.items()}
    other.cookies = forged
    assert other.go(answer)["field"] == "Cookie"
    assert browser.go(answer + "&iss=https%3A%2F%2Fevil.example")["field"] == "iss"
    assert browser.go(answer).status == 201
    browser.cookies = kept
    assert browser.go(answer)["detail"] == "The provider did not take the code.", "a code is good for one time"


def test_a_person_is_one_account_of_the_provider_until_two_owners_invite_anew(house):
    person, email = house.appoint("auditor")
    browser = Browser(house)
    assert browser.sign_in(email, sub="1").status == 201
    assert "another account" in browser.sign_in(email, sub="2")["detail"]
    member = Member.not_yet(house.staff, "auditor")
    member.id, member.email = person, email
    assert member.accept(*house.staff.invite(person)).status == 201
    assert browser.sign_in(email, sub="2").status == 201


def test_whoever_is_disabled_stays_outside_whatever_the_provider_says(house):
    person, email = house.appoint("auditor")
    browser = Browser(house)
    assert browser.sign_in(email).status == 201
    house.staff.decide(house.staff.change(person, "disable"))
    assert browser.go("/v1/staff/me").token == "session_ended"
    assert browser.sign_in(email).token == "sign_in_failed"


def test_who_tries_codes_must_wait(house):
    browser = Browser(house)
    state = parse_qs(urlsplit(browser.begin()).query)["state"][0]
    tokens = [browser.go(f"/v1/staff/openid/callback?state={state}&code=guess-{n}").token for n in range(7)]
    assert tokens == ["sign_in_failed"] * 5 + ["sign_in_blocked"] * 2


def test_the_provider_may_change_its_keys_and_be_away(house, tmp_path):
    _, email = house.appoint("auditor")
    browser = Browser(house)
    answer = browser.come_back(browser.begin(), claims=json.dumps(said_of(email)))
    house.provider.process.kill()
    house.provider.process.wait()
    away = browser.go(answer)
    assert (away.status, away.token, away["retry"]) == (503, "provider_unavailable", "later")
    house.server.kill()
    house.server.start()
    assert browser.go("/v1/staff/openid/start").token == "provider_unavailable"
    house.provider.start()
    house.provider.change_key()
    assert browser.sign_in(email).status == 201, "attempts outlive a restart, and nothing was kept"


def test_where_no_provider_is_named_there_is_none(tmp_path):
    server = Server(tmp_path)
    assert server.get("/v1/staff/openid/start").token == server.get("/v1/staff/openid/callback?code=1").token == "not_found"
    server.stop()


@pytest.mark.parametrize("name, value", [
    ("MOHUR_OPENID_ISSUER", "http://localhost"), ("MOHUR_OPENID_CLIENT_ID", ""), ("MOHUR_OPENID_CLIENT_SECRET_FILE", "/nowhere"),
    ("MOHUR_OPENID_RETURN_ADDRESS", "localhost/back"), ("MOHUR_OPENID_TRUSTED_FILE", "/nowhere")])
def test_a_provider_that_is_half_named_stops_the_start(house, tmp_path, name, value):
    settings = {**house.settings, "MOHUR_SERVER_PORT": "0", "MOHUR_DATA_FOLDER": str(tmp_path / "data"), name: value}
    started = subprocess.run([MOHUR, "serve"], env={**os.environ, **settings}, capture_output=True, text=True, timeout=60)
    setting = name.removeprefix("MOHUR_OPENID_").lower()
    assert started.returncode != 0 and (setting in started.stderr or value in started.stderr), started.stderr

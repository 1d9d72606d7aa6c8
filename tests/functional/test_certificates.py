"""Client certificates over real TLS: keys that are bound to them, tokens got with them, and the server's own authority."""
import base64
import hashlib
import http.client
import ssl
import stat
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from conftest import PAYIN, Server, fresh_names
from test_oauth import ask, basic, error, introspect
from test_program import run

PEM = serialization.Encoding.PEM


def name_of(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def write_key(path, key):
    path.write_bytes(key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    return path


def thumbprint_of(certificate):
    der = x509.load_pem_x509_certificate(certificate.read_bytes()).public_bytes(serialization.Encoding.DER)
    return base64.urlsafe_b64encode(hashlib.sha256(der).digest()).decode().rstrip("=")


class Holder:
    """A private key with its certificate, in files, and connections that show it."""

    def __init__(self, folder, key=None):
        self.folder = folder / next(fresh_names)
        self.folder.mkdir()
        self.private = key or ec.generate_private_key(ec.SECP256R1())
        self.key = write_key(self.folder / "key.pem", self.private)
        self.certificate = self.folder / "certificate.pem"

    def request(self, name="billing server"):
        algorithm = None if isinstance(self.private, ed25519.Ed25519PrivateKey) else hashes.SHA256()
        made = x509.CertificateSigningRequestBuilder().subject_name(name_of(name)).sign(self.private, algorithm)
        path = self.folder / "request.pem"
        path.write_bytes(made.public_bytes(PEM))
        return path

    def connect(self, server):
        there = urlsplit(server.url)
        context = ssl.create_default_context(cafile=server.certificate)
        context.load_cert_chain(self.certificate, self.key)
        return http.client.HTTPSConnection(there.hostname, there.port, context=context, timeout=20)

    @property
    def thumbprint(self):
        return thumbprint_of(self.certificate)


class Authority(Holder):
    """The authority of a client, that the operator has put into the settings."""

    def __init__(self, folder):
        super().__init__(folder)
        now = datetime.now(timezone.utc)
        made = (x509.CertificateBuilder().subject_name(name_of("A client's CA")).issuer_name(name_of("A client's CA"))
                .public_key(self.private.public_key()).serial_number(x509.random_serial_number())
                .not_valid_before(now - timedelta(days=900)).not_valid_after(now + timedelta(days=1))
                .add_extension(x509.BasicConstraints(True, 0), True).sign(self.private, hashes.SHA256()))
        self.certificate.write_bytes(made.public_bytes(PEM))

    def issue(self, folder, ends=timedelta(hours=1), usage=ExtendedKeyUsageOID.CLIENT_AUTH):
        holder, now = Holder(folder), datetime.now(timezone.utc)
        made = (x509.CertificateBuilder().subject_name(name_of("a machine")).issuer_name(name_of("A client's CA"))
                .public_key(holder.private.public_key()).serial_number(x509.random_serial_number())
                .not_valid_before(now - timedelta(days=800)).not_valid_after(now + ends)
                .add_extension(x509.BasicConstraints(False, None), True)
                .add_extension(x509.ExtendedKeyUsage([usage]), False).sign(self.private, hashes.SHA256()))
        holder.certificate.write_bytes(made.public_bytes(PEM))
        return holder


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("certificates")


@pytest.fixture(scope="module")
def authority(folder):
    return Authority(folder)


@pytest.fixture(scope="module")
def server(tmp_path_factory, authority):
    home = tmp_path_factory.mktemp("server")
    made = run("ca", "init", MOHUR_DATA_FOLDER=str(home / "data"))
    assert made.returncode == 0, made.stderr
    running = Server(home, MOHUR_SERVER_CLIENT_CA_FILE=str(authority.certificate))
    yield running
    running.stop()


def signed(server, holder, *options):
    done = run("ca", "issue", holder.request(), "--out", holder.certificate, *options, MOHUR_DATA_FOLDER=str(server.folder))
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"thumbprint {holder.thumbprint}\n"
    return holder


@pytest.fixture
def holder(server, folder):
    return signed(server, Holder(folder))


def bind(server, credential, holder, **more):
    return server.post(f"/v1/admin/credentials/{credential}/certificates", server.keys[0],
                       {"thumbprint": holder.thumbprint, **more})


def unbind(server, credential, holder):
    return server.post(f"/v1/admin/credentials/{credential}/certificates/remove", server.keys[0],
                       {"thumbprint": holder.thumbprint})


def on(server, holder, key, path="/v1/payins"):
    connection = holder.connect(server) if holder else server.connect()
    answer = server.get(path, key, connection=connection)
    connection.close()
    return answer


def test_a_bound_key_is_taken_on_connections_that_show_its_certificate_and_on_no_other(server, client, folder, holder):
    issued, other = server.issue(client.id), signed(server, Holder(folder))
    assert on(server, None, issued["secret"]).token == on(server, other, issued["secret"]).token == "ok", "it is not bound yet"
    bound = bind(server, issued["id"], holder, label="billing server")
    assert bound["certificates"] == [{"thumbprint": holder.thumbprint, "label": "billing server",
                                      "added_at": bound["updated_at"]}]
    assert on(server, holder, issued["secret"]).token == "ok"
    none, wrong = on(server, None, issued["secret"]), on(server, other, issued["secret"])
    assert (none.status, none.token, none["clause"]) == (401, "certificate_required", "P4.1")
    assert (wrong.status, wrong.token, wrong["clause"]) == (401, "certificate_unknown", "P4.1")
    assert other.thumbprint in wrong["detail"]
    assert on(server, other, client.key).token == "ok", "other keys are not bound"
    assert bind(server, issued["id"], other).token == "ok"
    assert [on(server, each, issued["secret"]).token for each in (holder, other)] == ["ok", "ok"]
    assert bind(server, issued["id"], other).token == "state_conflict"
    types = [event["type"] for event in client.get("/v1/events")["data"]]
    assert types[:2] == ["credential.certificate_added"] * 2


def test_a_certificate_that_is_taken_off_ends_at_once_also_on_open_connections(server, client, folder, holder):
    issued, other = server.issue(client.id), signed(server, Holder(folder))
    assert [bind(server, issued["id"], each).token for each in (holder, other)] == ["ok", "ok"]
    connection = holder.connect(server)
    assert server.get("/v1/payins", issued["secret"], connection=connection).token == "ok"
    assert unbind(server, issued["id"], holder)["certificates"][0]["thumbprint"] == other.thumbprint
    assert server.get("/v1/payins", issued["secret"], connection=connection).token == "certificate_unknown"
    connection.close()
    assert unbind(server, issued["id"], holder).token == "not_found"
    assert unbind(server, issued["id"], other)["certificates"] == []
    assert on(server, None, issued["secret"]).token == "ok"


def test_what_no_authority_of_ours_vouches_for_is_not_let_in(server, client, folder, authority, holder):
    stranger = Authority(folder).issue(folder)
    expired = authority.issue(folder, ends=timedelta(hours=-1))
    for_servers = authority.issue(folder, usage=ExtendedKeyUsageOID.SERVER_AUTH)
    for wrong in (stranger, expired, for_servers):
        issued = server.issue(client.id)
        assert bind(server, issued["id"], wrong).token == "ok", "to be registered alone is not enough"
        with pytest.raises((ssl.SSLError, ConnectionError, http.client.BadStatusLine)):
            connection = wrong.connect(server)
            connection.request("GET", "/v1/payins", headers={"Authorization": "Bearer " + issued["secret"]})
            connection.getresponse()
    theirs = authority.issue(folder)
    issued = server.issue(client.id)
    assert bind(server, issued["id"], theirs).token == "ok"
    assert on(server, theirs, issued["secret"]).token == "ok", "of the client's own authority"


def connection_that_will_end(server, client, folder, authority):
    """A key, and a connection of its own that shows a certificate with little time left; more on a machine that is slow."""
    for seconds in (4, 16, 64):
        brief, issued = authority.issue(folder, ends=timedelta(seconds=seconds)), server.issue(client.id)
        assert bind(server, issued["id"], brief).token == "ok"
        connection = brief.connect(server)
        try:
            if server.get("/v1/payins", issued["secret"], connection=connection).token == "ok":
                return issued["secret"], connection
        except (ssl.SSLError, ConnectionError, http.client.BadStatusLine):
            connection.close()
    raise AssertionError("the certificate was never in time")


def test_a_connection_does_not_outlive_its_certificate(server, client, folder, authority):
    key, connection = connection_that_will_end(server, client, folder, authority)
    deadline = time.monotonic() + 120
    while (answer := server.get("/v1/payins", key, connection=connection)).token == "ok":
        assert time.monotonic() < deadline
        time.sleep(0.05)  # its client's plan would refuse more
    assert (answer.status, answer.token) == (401, "certificate_unknown") and "good until" in answer["detail"]
    connection.close()


def test_a_token_is_bound_to_the_certificate_that_it_was_got_with(server, client, folder, holder):
    other = signed(server, Holder(folder))
    connection = holder.connect(server)
    token = ask(server, "token", basic(client.key), {"grant_type": "client_credentials"}, connection=connection)["access_token"]
    connection.close()
    assert introspect(server, client.key, token)["cnf"] == {"x5t#S256": holder.thumbprint}
    assert on(server, holder, token).token == "ok"
    none, wrong = on(server, None, token), on(server, other, token)
    assert (none.status, none.token) == (401, "certificate_required")
    assert (wrong.status, wrong.token) == (401, "certificate_unknown")
    assert "invalid_token" in none.headers["WWW-Authenticate"]
    refused = ask(server, "revoke", "Bearer " + token, {"token": token})
    assert error(refused) == (401, "invalid_client", "certificate_required"), "whoever only found it does nothing with it"
    free = ask(server, "token", basic(client.key), {"grant_type": "client_credentials"})["access_token"]
    assert on(server, other, free).token == on(server, None, free).token == "ok"


def test_a_token_of_a_bound_key_asks_for_what_the_key_asks_for(server, client, holder):
    issued = server.issue(client.id)
    bind(server, issued["id"], holder)
    refused = ask(server, "token", basic(issued["secret"]), {"grant_type": "client_credentials"})
    assert error(refused) == (401, "invalid_client", "certificate_required")
    connection = holder.connect(server)
    got = ask(server, "token", basic(issued["secret"]), {"grant_type": "client_credentials"}, connection=connection)
    made = server.post("/v1/payins", got["access_token"], PAYIN, connection=connection)
    assert made.status == 201
    unbind(server, issued["id"], holder)
    still = server.post("/v1/payins", got["access_token"], PAYIN, connection=connection)
    assert still.status == 201, "the token's own binding holds on its connection"
    assert on(server, None, got["access_token"]).token == "certificate_required"
    connection.close()


def test_whoever_holds_a_bound_key_may_end_it_from_anywhere(server, client, holder):
    issued = server.issue(client.id)
    bind(server, issued["id"], holder)
    assert server.post("/v1/credentials/report_compromise", issued["secret"], {}).status == 201
    assert on(server, holder, issued["secret"]).token == "credential_revoked"


def test_bindings_are_known_after_a_restart_and_an_operators_are_anothers_to_make(tmp_path, folder):
    settings = {"MOHUR_DATA_FOLDER": str(tmp_path / "data")}
    assert run("ca", "init", **settings).returncode == 0
    server = Server(tmp_path)
    client, holder = server.client(), signed(server, Holder(folder))
    issued = server.issue(client.id)
    assert bind(server, issued["id"], holder).token == "ok"
    own = next(row for row in server.get("/v1/admin/credentials?limit=100", server.keys[0])["data"]
               if f"_{row['kid']}_" in server.keys[0])
    assert bind(server, own["id"], holder).token == "four_eyes_required"
    path = f"/v1/admin/credentials/{own['id']}/certificates"
    assert server.post(path, server.keys[1], {"thumbprint": holder.thumbprint}).token == "ok"
    server.kill()
    server.start()
    server.connection = None
    assert on(server, None, issued["secret"]).token == on(server, None, server.keys[0], "/v1/admin/plans").token == \
        "certificate_required"
    assert on(server, holder, issued["secret"]).token == on(server, holder, server.keys[0], "/v1/admin/plans").token == "ok"
    server.stop()


def test_a_certificate_is_registered_by_thumbprint_or_as_it_is(server, client, holder):
    path = f"/v1/admin/credentials/{server.issue(client.id)['id']}/certificates"
    pem = holder.certificate.read_text()
    assert server.post(path, server.keys[0], {"certificate": pem})["certificates"][0]["thumbprint"] == holder.thumbprint
    for body, token, field in (({}, "field_missing", "thumbprint"),
                               ({"thumbprint": holder.thumbprint, "certificate": pem}, "field_missing", "thumbprint"),
                               ({"certificate": "hello"}, "field_malformed", "certificate"),
                               ({"thumbprint": holder.thumbprint + "="}, "field_out_of_range", "thumbprint"),
                               ({"thumbprint": "a" * 43}, "field_malformed", "thumbprint")):
        refused = server.post(path, server.keys[0], body)
        assert (refused.token, refused["field"]) == (token, field), body
    assert server.post(path, client.key, {"thumbprint": holder.thumbprint}).token == "scope_missing"


def test_the_own_authority_is_made_once_and_signs_what_is_asked_rightly(tmp_path, folder):
    settings = {"MOHUR_DATA_FOLDER": str(tmp_path / "data")}
    early = run("ca", "issue", Holder(folder).request(), **settings)
    assert early.returncode == 1 and "mohur ca init" in early.stderr
    assert run("ca", "init", **settings).returncode == 0
    again = run("ca", "init", **settings)
    assert again.returncode == 1 and "already" in again.stderr
    files = [tmp_path / "data" / "ca" / name for name in ("certificate.pem", "key.pem")]
    assert [stat.S_IMODE(file.stat().st_mode) for file in files] == [0o600, 0o600]
    strong = ec.generate_private_key(ec.SECP384R1()), ed25519.Ed25519PrivateKey.generate(), rsa.generate_private_key(65537, 2048)
    for key in strong:
        done = run("ca", "issue", Holder(folder, key).request("a machine"), "--days", "30", **settings)
        assert done.returncode == 0 and done.stderr.startswith("thumbprint ")
        made = x509.load_pem_x509_certificate(done.stdout.encode())
        assert made.subject == name_of("a machine")
        assert made.not_valid_after - made.not_valid_before == timedelta(days=30, hours=1)
        assert list(made.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value) == [ExtendedKeyUsageOID.CLIENT_AUTH]
        assert not made.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    weak = Holder(folder, rsa.generate_private_key(65537, 1024)).request()
    broken = Path(folder / "broken.pem")
    broken.write_text(Holder(folder).request().read_text().replace("A", "B", 40))
    for request, days, words in ((weak, 30, "2048 bits"), (broken, 30, "request"), (Path("/nowhere"), 30, "cannot be read"),
                                 (Holder(folder).request(), 826, "825"), (Holder(folder).request(), 0, "825")):
        refused = run("ca", "issue", request, "--days", str(days), **settings)
        assert refused.returncode == 1 and words in refused.stderr, refused.stderr

"""Notices: every client is told, by a real mail server with STARTTLS and in its list, and the proof is recorded once."""
import json
import subprocess
import threading
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from conftest import Server

HERE = Path(__file__).parent


def make_certificate(folder):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(timezone.utc)
    certificate = (x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
                   .serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1))
                   .not_valid_after(now + timedelta(days=1))
                   .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
                   .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
                   .sign(key, hashes.SHA256()))
    (folder / "certificate").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key").write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                                   serialization.NoEncryption()))


class Mail:
    """The mail server's process and what it took."""

    def __init__(self, folder):
        self.folder, self.port, self.process, self.taken, self.heard = folder, 0, None, [], threading.Condition()
        folder.mkdir()
        make_certificate(folder)

    def start(self):
        self.process = subprocess.Popen(
            ["/usr/bin/python3", HERE / "mail_server.py", self.folder / "certificate", self.folder / "key", "--port",
             str(self.port)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())
        self.listener = threading.Thread(target=self.listen)
        self.listener.start()

    def listen(self):
        for line in self.process.stdout:
            with self.heard:
                self.taken.append(json.loads(line))
                self.heard.notify_all()

    def answer_the_slow(self):
        self.process.stdin.write("go\n")
        self.process.stdin.flush()

    def stop(self):
        if self.process:
            self.process.stdin.close()
            assert self.process.wait(20) == 0
            self.listener.join()
            self.process.stdout.close()
            self.process = None

    def messages(self, to):
        return [message for message in self.taken if message["to"] == [to]]

    def wait_for(self, to, count):
        with self.heard:
            assert self.heard.wait_for(lambda: len(self.messages(to)) >= count, 60), f"{to} got {len(self.messages(to))}"
            return self.messages(to)

    def settings(self):
        return {"MOHUR_MAIL_SERVER": "localhost", "MOHUR_MAIL_PORT": str(self.port), "MOHUR_MAIL_FROM": "notices@operator.example",
                "MOHUR_MAIL_TRUSTED_FILE": str(self.folder / "certificate"), "MOHUR_MAIL_RETRY_S": "1"}


@pytest.fixture
def mail(tmp_path):
    running = Mail(tmp_path / "mail")
    running.start()
    yield running
    running.stop()


@pytest.fixture
def house(tmp_path, mail):
    running = Server(tmp_path, **mail.settings())
    yield running
    if running.process.poll() is None:
        running.stop()


def publish(server):
    """A first version, which is in force at once."""
    made = server.post("/v1/admin/policy/versions", server.keys[0],
                       {"text": "# Policy\n", "effective_at": "2026-01-01T00:00:00Z", "reason": "Because <it> is time",
                        "change_summary": "Everything & more"})
    answer = server.post(f"/v1/admin/policy/versions/{made['id']}/publish", server.keys[1], {})
    assert answer.token == "ok", answer.body
    return answer


def email(notice):
    return next(each for each in notice["sendings"] if each["channel"] == "email")


def notice_of(client, holds=lambda notice: True):
    """The client's one notice, once it is there and as wanted."""
    return client.until("/v1/notices", lambda page: page["data"] and holds(page["data"][0]))["data"][0]


def when_sent(client, status="sent"):
    return notice_of(client, lambda notice: email(notice)["status"] == status)


def test_a_published_policy_reaches_every_client_by_mail_and_in_its_list(house, mail):
    clients = [house.client(contact_email=f"books{n}@shop.example") for n in range(3)]
    declined = house.apply(contact_email="declined@shop.example")
    version = publish(house)
    for n, client in enumerate(clients):
        notice = when_sent(client)
        assert (notice["status"], notice["kind"], notice["about"]) == ("sent", "policy_version", version["id"])
        [message] = mail.wait_for(f"books{n}@shop.example", 1)
        proof = email(notice)["proof"]
        assert message["tls"] and message["hash"] == proof["hash"] and message["headers"]["message-id"] == proof["message_id"]
        assert proof["reply"].startswith("250 2.0.0 Taken as")
        assert message["headers"]["subject"] == notice["subject"] and message["from"] == "notices@operator.example"
        assert message["headers"]["auto-submitted"] == "auto-generated"
        assert notice["text"] in message["parts"]["text/plain"].replace("\r\n", "\n")
        page = message["parts"]["text/html"]
        assert "Everything &amp; more" in page and "Because &lt;it&gt; is time" in page and "<script" not in page
        assert email(notice)["address"] != f"books{n}@shop.example", "it is personal data"
    assert house.get(f"/v1/notices?client={declined}", house.keys[0])["data"] == [], "an applicant is not told"


def test_what_the_server_refuses_for_good_bounces_and_what_it_refuses_for_now_is_tried_again(house, mail):
    nobody, busy = house.client(contact_email="nobody@shop.example"), house.client(contact_email="busy@shop.example")
    publish(house)
    bounced = when_sent(nobody, "bounced")
    assert email(bounced)["proof"]["reply"] == "550 5.1.1 There is nobody of this name here"
    assert bounced["status"] == "queued", "the console may still take it"
    assert when_sent(busy)["status"] == "sent"
    assert len(mail.messages("busy@shop.example")) == 1 and mail.messages("nobody@shop.example") == []


def test_a_server_that_is_down_gets_the_letter_when_it_is_up(house, mail):
    client = house.client(contact_email="books@shop.example")
    mail.stop()
    publish(house)
    assert email(notice_of(client))["status"] == "queued"
    house.kill()
    house.start()
    mail.start()
    assert when_sent(client)["status"] == "sent"
    assert len(mail.wait_for("books@shop.example", 1)) == 1


def test_a_restart_before_the_answer_sends_a_copy_and_records_one_proof(house, mail):
    client = house.client(contact_email="slow@shop.example")
    publish(house)
    mail.wait_for("slow@shop.example", 1)
    house.kill()  # it has sent, and not heard that it was taken
    mail.answer_the_slow()
    house.start()
    notice = when_sent(client)
    copies = mail.wait_for("slow@shop.example", 2)
    assert len({copy["headers"]["message-id"] for copy in copies}) == 1, "whoever gets both sees that they are one"
    assert email(notice)["proof"]["hash"] == copies[-1]["hash"]
    live = house.issue(client.id, "live")["secret"]
    types = [event["type"] for event in client.get("/v1/events?limit=100", key=live)["data"]]
    assert (types.count("notice.queued"), types.count("notice.sent")) == (1, 1)


def test_no_mail_goes_where_the_certificate_does_not_fit(tmp_path, mail):
    settings = mail.settings()
    del settings["MOHUR_MAIL_TRUSTED_FILE"]
    house = Server(tmp_path, **settings)
    client = house.client(contact_email="books@shop.example")
    publish(house)
    assert email(notice_of(client))["status"] == "queued"
    house.kill()
    house.settings["MOHUR_MAIL_TRUSTED_FILE"] = str(mail.folder / "certificate")
    house.start()
    assert when_sent(client)["status"] == "sent"
    assert len(mail.messages("books@shop.example")) == 1, "what was tried before went nowhere"
    house.stop()


def test_without_a_mail_server_the_console_is_left_and_the_client_acknowledges(tmp_path):
    house = Server(tmp_path)
    client, other = house.client(), house.client()
    publish(house)
    notice = when_sent(client, "failed")
    assert email(notice)["proof"]["reply"] == "No mail server is set." and notice["status"] == "queued"
    read = client.post(f"/v1/notices/{notice['id']}/acknowledge")
    assert read["status"] == "sent" and read["sendings"][0]["proof"]["reply"].startswith("acknowledged with cred_")
    again = client.post(f"/v1/notices/{notice['id']}/acknowledge")
    assert again.json == read.json, "once is enough"
    assert other.post(f"/v1/notices/{notice['id']}/acknowledge").token == "not_found"
    assert other.get(f"/v1/notices/{notice['id']}").token == "not_found"
    assert house.get(f"/v1/notices/{notice['id']}", house.keys[0]).json == read.json
    house.stop()

"""The operator's people as tests have them: appointed by two owners, invited in halves, signed in with two factors."""
import base64
import hashlib
import hmac
import itertools
import struct
import time

from conftest import fresh_names

PASSWORD = "seven lanterns on the lake"
addresses = (f"192.0.2.{n % 250 + 1}" for n in itertools.count())


def code_of(secret, ahead=0):
    """RFC 6238, by other hands than the server's; `ahead` in steps of 30 seconds."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(time.time()) // 30 + ahead), hashlib.sha1).digest()
    at = digest[19] & 15
    return f"{(struct.unpack('>I', digest[at:at + 4])[0] & 0x7fffffff) % 1_000_000:06d}"


class Staff:
    """What the first two owners, Asha and Bina, do about people."""

    def __init__(self, server):
        self.server, (self.asha, self.bina) = server, server.keys[:2]

    def decide(self, proposed, verb="approve", key=None):
        assert proposed.status == 201, proposed.body
        return self.server.post(f"/v1/admin/person_changes/{proposed['id']}/{verb}", key or self.bina)

    def propose(self, *roles, **more):
        email = next(fresh_names) + "@mohur.example"
        body = {"name": "Chitra Iyer", "email": email, "roles": list(roles), "reason": "Hired", **more}
        return self.server.post("/v1/admin/people", self.asha, body)

    def change(self, person, verb, key=None, **more):
        return self.server.post(f"/v1/admin/people/{person}/{verb}", key or self.asha, {"reason": "As agreed", **more})

    def invite(self, person):
        """The two halves."""
        first = self.change(person, "invite")
        return first["secret"], self.decide(first)["secret"]

    def appoint(self, *roles):
        """A new person with these roles: the id, and a session."""
        member = Member(self, *roles)
        return member.id, member.sign_in()["secret"]


class Member:
    """A person who was invited, with what was shown once. Each signs in from an address of its own."""

    def __init__(self, staff, *roles):
        self.begin(staff, *roles)
        self.accepted = self.accept(*staff.invite(self.id))
        assert self.accepted.status == 201, self.accepted.body
        self.secret, self.recovery = self.accepted["code_secret"], list(self.accepted["recovery_codes"])

    @classmethod
    def not_yet(cls, staff, *roles):
        """One who has not accepted the invitation."""
        person = cls.__new__(cls)
        person.begin(staff, *roles)
        return person

    def begin(self, staff, *roles):
        self.server, self.email, self.address = staff.server, next(fresh_names) + "@mohur.example", next(addresses)
        self.id = staff.decide(staff.propose(*roles, email=self.email))["person"]

    def accept(self, first, second, **more):
        body = {"email": self.email, "first_half": first, "second_half": second, "password": PASSWORD, **more}
        return self.server.post("/v1/staff/invitations/accept", None, body, X_Forwarded_For=self.address)

    def sign_in(self, code=None, kind="bearer", address=None, **more):
        """With the next recovery code, unless another is given: codes of one moment are few."""
        body = {"email": self.email, "password": PASSWORD, "code": code or self.recovery.pop(), "kind": kind, **more}
        return self.server.post("/v1/staff/sessions", None, body, X_Forwarded_For=address or self.address)

    def by_cookie(self):
        signed_in = self.sign_in(kind="cookie")
        assert signed_in.status == 201, signed_in.body
        return signed_in.headers["Set-Cookie"].split(";")[0], signed_in["csrf_token"]

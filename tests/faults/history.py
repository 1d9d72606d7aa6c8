"""What a client knows by itself: each call that it made, with what came back, if anything did."""
import threading
from dataclasses import dataclass, field

CREATED = {"payout": "/v1/payouts", "payin": "/v1/payins", "refund": "/v1/refunds", "beneficiary": "/v1/beneficiaries"}


@dataclass
class Call:
    kind: str        # of CREATED, or funding; pay: the sandbox payer, whose calls have no key; batch, and batch_ and a step of it
    path: str
    body: dict
    key: str         # the Idempotency-Key; it also stands in the metadata of what is created
    state: str = "unknown"  # done: acknowledged; refused: it had no effect; unknown: no answer came
    status: int = 0
    answer: bytes = b""
    id: str = ""     # of what it created
    of: str = ""     # the pay-in that a payer paid, or the batch of a step
    expected: int = 0  # what the payer gives when he pays

    def take(self, answer):
        """What an answer says about the call."""
        self.status, self.answer = answer.status, answer.body
        self.state = "done" if answer.status < 300 else "refused"
        if self.state == "done":
            self.id = answer.json.get("id", "")


@dataclass
class Client:
    """One client of the house, with its key and its part of the history."""
    id: str
    key: str
    operator: str  # the key of the person who funds it
    calls: list = field(default_factory=list)

    def key_for(self, call):
        return self.operator if call.kind == "funding" else self.key

    def of_kind(self, kind, state="done"):
        return [call for call in self.calls if call.kind == kind and call.state == state]


class History:
    """All clients; counts what was answered, for whoever waits for it."""

    def __init__(self):
        self.clients = []
        self.changed = threading.Condition()
        self.answers = 0
        self.refusals = {}  # by token, since the last reset

    def begin(self, client, call):
        client.calls.append(call)
        return call

    def answered(self, token=""):
        with self.changed:
            self.answers += 1
            if token:
                self.refusals[token] = self.refusals.get(token, 0) + 1
            self.changed.notify_all()

    def gone(self):
        with self.changed:
            self.changed.notify_all()

    def wait(self, condition, seconds):
        with self.changed:
            return self.changed.wait_for(condition, seconds)

    def count(self, state):
        return sum(call.state == state for client in self.clients for call in client.calls)

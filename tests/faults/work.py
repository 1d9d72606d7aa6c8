"""Threads that use the API as clients do, each driven by its own seed, and write down everything in the history."""
import random
import threading

from api import Line, NoAnswer
from history import CREATED, Call
from house import Finding

# Destinations by what the sandbox bank makes of them (docs/reference/sandbox.md), the usual ones more often.
ACCOUNTS = ["000000000001"] * 6 + ["000000000011", "000000000014", "000000000002", "000000000021", "000000000022", "000000000023",
                                   "000000000024", "000000000031", "000000000041", "000000000042"]
# What an honest server may answer to an honest call, besides doing it.
REFUSALS = {"payout": {"insufficient_balance"}, "refund": {"refund_exceeds_paid", "insufficient_balance"}}
MOST_ROWS = 40  # of a batch
FOR_NOW = {"overloaded", "stopping", "storage_full"}


class Caller(threading.Thread):
    """`fat` calls fill the disk quickly; where the `disk_fails`, a call may end with that for an answer."""

    def __init__(self, name, seed, api, history, fat=False, disk_fails=False):
        super().__init__(name=name, daemon=True)
        self.random = random.Random(seed)
        self.line, self.history, self.fat, self.disk_fails = Line(api), history, fat, disk_fails
        self.number, self.halt, self.finding = 0, threading.Event(), None
        self.start()

    def run(self):
        try:
            while not self.halt.is_set():
                self.step(self.random.choice(self.history.clients))
        except NoAnswer:
            pass  # whoever started the caller knows whether the server had a reason
        except Finding as finding:
            self.finding = finding
        finally:
            self.line.close()
            self.history.gone()

    def step(self, client):
        likely = {self.payout: 9, self.payin: 4, self.refund: 2, self.repeat: 2, self.beneficiary: 1, self.fund: 1, self.read: 1,
                  self.batch: 1}
        self.random.choices(list(likely), weights=likely.values())[0](client)

    def new_key(self):
        self.number += 1
        return f"{self.name}.{self.number}"

    def send(self, client, call):
        """Makes a call for the first time."""
        self.history.begin(client, call)
        answer = self.line.call("POST", call.path, client.key_for(call), call.body, call.key or None)
        self.history.answered(answer.token)
        if answer.token == "io_failed" and self.disk_fails:
            return False  # whether it has happened is not known
        call.take(answer)
        if call.state == "refused" and answer.token not in REFUSALS.get(call.kind, set()) | FOR_NOW:
            raise Finding(f"an honest call was refused: {call.kind} {call.body}: {answer}")
        return call.state == "done"

    def create(self, client, kind, body):
        key = self.new_key()
        notes = {"call": key} | ({f"note{n}": "x" * 480 for n in range(16)} if self.fat else {})
        call = Call(kind, CREATED[kind], body | {"metadata": notes}, key)
        return call if self.send(client, call) else None

    def payout(self, client):
        beneficiaries = client.of_kind("beneficiary")
        if not beneficiaries:
            return self.beneficiary(client)
        body = {"beneficiary": self.random.choice(beneficiaries).id, "amount": self.random.randrange(100, 40_000),
                "currency": "INR", "purpose": "vendor"}
        if self.random.random() < 0.2:
            body["reference_id"] = f"ref-{self.name}-{self.number}"
        if self.random.random() < 0.1:
            body["queue_if_low_balance"] = True
        return self.create(client, "payout", body)

    def payin(self, client):
        amount = self.random.randrange(100, 90_000)
        made = self.create(client, "payin", {"amount": amount, "currency": "INR", "payer_type": "customer", "method": "upi_qr"})
        if made and self.random.random() < 0.8:
            how, gives = self.random.choice([("succeed", amount)] * 5 + [("succeed_twice", 2 * amount), ("fail", 0)])
            self.send(client, Call("pay", f"/v1/sandbox/payins/{made.id}/pay", {"as": how}, "", of=made.id, expected=gives))

    def refund(self, client):
        paid = client.of_kind("pay")
        if paid:
            amount = self.random.randrange(1, 60) * 100 + self.random.choice([50, 50, 13, 17])  # the last two fail and time out
            self.create(client, "refund", {"payin": self.random.choice(paid).of, "amount": amount})

    def beneficiary(self, client):
        self.create(client, "beneficiary", {"name": f"Person {self.name} {self.number}", "kind": "vendor", "destination": {
            "ifsc": "HDFC0000123", "account_number": self.random.choice(ACCOUNTS)}})

    def fund(self, client):
        key = self.new_key()
        utr = "BANK" + "".join(c for c in key.upper() if c.isalnum())
        self.send(client, Call("funding", f"/v1/admin/clients/{client.id}/fundings",
                               {"mode": "test", "amount": self.random.randrange(1, 90) * 10_000, "currency": "INR", "utr": utr}, key))

    def batch(self, client):
        """A batch of payouts, step by step, as far as the server comes with it."""
        beneficiaries = client.of_kind("beneficiary")
        made = Call("batch", "/v1/batches", {}, self.new_key())
        if not beneficiaries or not self.send(client, made):
            return
        rows = [{"beneficiary": self.random.choice(beneficiaries).id, "amount": self.random.randrange(100, 4_000),
                 "purpose": "vendor"} for _ in range(self.random.randrange(1, MOST_ROWS))]
        for step, body in (("rows", rows), ("check", None), ("accept", {"take": "all_rows"})):
            if step == "accept" and not self.is_checked(client, made):
                return
            if not self.send(client, Call(f"batch_{step}", f"/v1/batches/{made.id}/{step}", body, self.new_key(), of=made.id)):
                return

    def is_checked(self, client, made):
        while not self.halt.is_set():
            seen = self.line.get(f"/v1/batches/{made.id}", client.key)
            self.history.answered()
            if seen.status != 200:
                raise Finding(f"a batch cannot be read: {made.id}: {seen}")
            if seen.json["status"] != "validating":
                return seen.json["status"] == "validated"
        return False

    def read(self, client):
        kind = self.random.choice(list(CREATED))
        calls = client.of_kind(kind)
        if calls:
            call = self.random.choice(calls)
            answer = self.line.get(f"{call.path}/{call.id}", client.key)
            self.history.answered()
            if answer.status != 200 or answer.json["id"] != call.id:
                raise Finding(f"what was acknowledged cannot be read: {call.kind} {call.id}: {answer}")

    def repeat(self, client):
        calls = [call for call in client.calls[-200:] if call.state == "done" and call.key]
        if calls:
            repeat_call(self.line, client, self.random.choice(calls), self.disk_fails)
            self.history.answered()


def repeat_call(line, client, call, disk_fails=False):
    """The same call again: the first answer, byte for byte, marked as a replay. A server whose disk has failed may say that."""
    answer = line.call("POST", call.path, client.key_for(call), call.body, call.key)
    if answer.token in FOR_NOW or (disk_fails and answer.token == "io_failed"):
        return
    if (answer.status, answer.body) != (call.status, call.answer) or not answer.replayed:
        raise Finding(f"a repeated call is not answered as it was: {call.kind} {call.key}:\n  was {call.status} {call.answer!r}\n"
                      f"  is  {answer.status} {answer.body!r} replayed={answer.replayed}")

"""One seed is one world: a house that is founded, lives through some ordeals, and must tell the truth after each of them.

The seed decides the calls, the ordeals, the moments and what the disk does. Threads and processes still interleave as they
like, so a seed played again is the same plan and very nearly the same run.
"""
import random
import threading
from collections import Counter

from api import Api, Line
from checks import check_against_history, check_events, check_final, check_webhooks
from history import Client, History
from hooks import TYPES, Receiver
from house import SECONDS_MAX, Finding, House
from ordeals import ORDEALS
from work import Caller

CALLERS = 4
APPLICATION = {"legal_name": "Clay Pots", "contact_email": "pots@example.com", "merchant_category": "5411",
               "purposes": ["vendor"], "payer_types": ["customer"], "rails": ["imps", "upi"], "methods": ["upi_qr"],
               "business_type": "proprietorship", "pan": "ABCPM1234K", "registered_address": "12 Brigade Road",
               "expected_volumes": {"payouts": 10, "payout_amount": 100_000, "payins": 10, "payin_amount": 100_000}}
SMALLEST_PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII="
REVIEW = {"risk_grade": "low", "checks": [{"check": check, "passed": True}
                                          for check in ("identity", "address", "bank_account", "sanctions", "business")]}

# Nothing is refused for coming too often: that is not what is looked for here.
RATE = {"quota": 1_000_000, "window_s": 1, "burst": 1_000_000}
PLAN = {"name": "wide", "allowance": {"total": RATE, "rates": [{"route_class": "reserved", "rate": RATE}],
                                      "concurrent_calls": 10_000}}


class World:
    def __init__(self, seed, folder, plant, ordeals, say):
        self.seed, self.say = seed, say
        self.ordeals = {ordeal: weight for ordeal, weight in ORDEALS.items() if not ordeals or ordeal.__name__ in ordeals}
        self.chance = random.Random(f"world {seed}")
        self.house, self.history, self.count = House(folder, plant), History(), Counter()
        self.house.environment["MOHUR_STATE_OVERLAY_BYTES"] = str(self.chance.choice([1, 1, 8, 64]) << 20)
        self.hooks, self.callers, self.round = Receiver(), [], 0

    def live(self, rounds):
        """Raises Finding."""
        self.found()
        for self.round in range(1, rounds + 1):
            ordeal = self.chance.choices(list(self.ordeals), weights=self.ordeals.values())[0]
            told = ordeal(self)
            self.say(f"seed {self.seed} round {self.round}: {ordeal.__name__}: {told}")
            self.check()
        self.finish()

    def draw(self):
        return self.chance.randrange(1 << 32)

    # ---- the beginning and the end

    def found(self):
        self.serve()
        line = Line(Api(self.house.facts))
        first, second = self.house.founder_keys

        def must(path, key, body):
            answer = line.call("POST", path, key, body)
            if answer.status >= 300:
                raise Finding(f"{path}: {answer}")
            return answer.json

        plan = must("/v1/admin/plans", first, PLAN)["id"]
        must(f"/v1/admin/plans/{plan}/approve", second, {})
        for _ in range(2):
            path = "/v1/admin/clients/" + must("/v1/admin/clients", first, {**APPLICATION, "plan": plan})["id"]
            for kind in ("pan_card", "bank_proof"):
                must(path + "/documents", first, {"kind": kind, "file_name": "scan.png", "content": SMALLEST_PNG})
            must(path + "/review", first, REVIEW)
            must(path + "/approve", second, {})
            key = must(path + "/credentials", first, {"mode": "test", "label": "faults"})["secret"]
            self.history.clients.append(Client(path.rsplit("/", 1)[1], key, first))
        must("/v1/webhook_endpoints", key, {"url": self.hooks.url, "event_types": TYPES})
        line.close()
        self.kill()

    def serve(self):
        self.count["starts"] += 1
        if not self.house.start(self.draw()):
            raise Finding(f"does not start: {self.house.ended()}")

    def check(self):
        """Without faults everything is as it was acknowledged; then the server ends well or badly, and the books are right."""
        self.serve()
        self.count["calls checked"] += check_against_history(Api(self.house.facts), self.history, self.draw())
        stops = self.chance.random() < 0.5
        self.house.stop() if stops else self.kill()
        self.house.verify(clean=stops)
        self.count["verified"] += 1

    def finish(self):
        self.serve()
        api = Api(self.house.facts)
        check_final(api, self.history)
        check_webhooks(api, self.history.clients[-1], self.hooks)
        self.count["calls checked"] += check_against_history(api, self.history, self.draw(), everything=True)
        self.house.stop()
        stored, replayed = self.house.verify(clean=True), self.house.replay_hash()
        if stored != replayed:
            raise Finding(f"the stored state is {stored}, the replayed one {replayed}")
        check_events(self.house.events(), self.history)
        for state, name in (("done", "acknowledged"), ("refused", "refused")):
            self.count[name] += self.history.count(state)

    # ---- a life

    def life(self, *orders, answers=None):
        """A life under load, up to its end by an order, or by a kill after so many answers; its exit status."""
        self.count["starts"] += 1
        if self.house.start(self.draw(), *orders):
            self.load(disk_fails=any(order.startswith("fail=") for order in orders))
            if self.until_answers(answers or self.chance.randrange(1, 600)):
                self.kill()
            self.leave()
        return self.house.ended()

    def load(self, **how):
        api = Api(self.house.facts)
        self.callers = [Caller(f"s{self.seed}r{self.round}w{n}", f"{self.seed}/{self.round}/{n}", api, self.history, **how)
                        for n in range(CALLERS)]

    def until(self, condition):
        """Waits for a condition of the history, or for the end of the callers; whether they all go on."""
        if not self.history.wait(lambda: condition() or not self.calls_go_on(), SECONDS_MAX):
            raise Finding("the server lives and gives no answers")
        return self.calls_go_on()

    def until_answers(self, number):
        target = self.history.answers + number
        return self.until(lambda: self.history.answers >= target)

    def calls_go_on(self):
        return all(caller.is_alive() for caller in self.callers)

    def kill(self):
        self.count["kills"] += 1
        return self.house.kill()

    def leave(self):
        """The callers end, since the server has or since they are told; what they found is a finding."""
        for caller in self.callers:
            caller.halt.set()
        for caller in self.callers:
            caller.join(SECONDS_MAX)
            if caller.is_alive():
                raise Finding("a call has had no answer for minutes")
        for caller in self.callers:
            if caller.finding:
                raise caller.finding
        if self.house.ended(SECONDS_MAX) is None:
            raise Finding("the server lives, but the lines to it are cut")
        self.count["unknown"] += self.history.count("unknown")

    def maybe_lose_power(self, likely=1):
        if self.chance.random() >= likely:
            return ""
        self.count["power losses"] += 1
        self.house.lose_power(self.draw())
        return " and the power lost"

    def kill_after(self, seconds):
        """For House.start(): ends the process while it is starting, or soon after."""
        def begin(process):
            timer = threading.Timer(seconds, process.kill)
            timer.daemon = True
            timer.start()
        return begin

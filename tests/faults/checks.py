"""What must hold between the history of the clients and a server that serves again."""
import random
import threading
from datetime import datetime, timedelta

from api import Line, NoAnswer
from history import CREATED
from hooks import TYPES
from house import Finding
from work import FOR_NOW, repeat_call

SECONDS_MAX = 120


def check_against_history(api, history, seed, everything=False):
    """Settles what is unknown by the same calls again, and then compares; answers how many calls were compared."""
    line, chance, compared = Line(api), random.Random(seed), 0
    try:
        for client in history.clients:
            settle(line, client)
            done = [call for call in client.calls if call.state == "done" and call.key]
            for call in done if everything else done[-60:] + chance.sample(done, min(40, len(done))):
                repeat_call(line, client, call)
            check_objects(stable_view(line, client), client)
            compared += len(client.calls)
    except NoAnswer as problem:
        raise Finding(f"a server without faults gave no answer: {problem}") from problem
    finally:
        line.close()
    return compared


def settle(line, client):
    """A call without an answer is all or nothing; the same call with the same key gives one effect either way."""
    for call in client.calls:
        if call.state == "unknown" and call.key:
            answer = line.call("POST", call.path, client.key_for(call), call.body, call.key)
            call.take(answer)
            if answer.status >= 500:
                raise Finding(f"a repeated call fails: {call.kind} {call.key}: {answer}")
        elif call.state == "refused" and call.status >= 500:
            call.state = "unknown"  # told to come again, which may be done at any time
            answer = line.call("POST", call.path, client.key_for(call), call.body, call.key or None)
            if answer.token in FOR_NOW:
                raise Finding(f"a server without faults refuses a call for now: {answer}")
            call.take(answer)


def view(line, client):
    objects = {kind: list(line.pages(path, client.key)) for kind, path in [*CREATED.items(), ("batch", "/v1/batches")]}
    return objects, line.get("/v1/balances", client.key).json


def stable_view(line, client):
    """Everything of a client, at a moment at which nothing of it moves."""
    for _ in range(200):
        before = line.get("/v1/balances", client.key).json
        objects, balances = view(line, client)
        if before == balances:
            return objects, balances
    raise Finding("a client's balances never stand still")


def check_objects(seen, client):
    objects, balances = seen
    check_batches(objects, client)
    for kind in CREATED:
        by_call = {}
        for item in objects[kind]:
            if kind == "payout" and item["batch"]:
                continue
            by_call.setdefault((item["metadata"] or {}).get("call"), []).append(item)
        for call in client.calls:
            if call.kind != kind:
                continue
            found = by_call.pop(call.key, [])
            wanted = [call.id] if call.state == "done" else []
            if [item["id"] for item in found] != wanted:
                raise Finding(f"{kind} {call.key}, which is {call.state}, should be there as {wanted}: {found}; answered "
                              f"{call.status} {call.answer!r}")
            for item in found:
                check_fields(item, call)
        if by_call:
            raise Finding(f"{kind}s that nobody asked for: {by_call}")
    check_payers(objects["payin"], client)
    check_balances(objects, balances, client)


def check_batches(objects, client):
    """Each row of a batch is one payout at the most, as its row says, of a batch that somebody wanted to have accepted."""
    accepted = {call.of for call in client.calls if call.kind == "batch_accept" and call.state != "refused"}
    rows = {call.of: call.body for call in client.calls if call.kind == "batch_rows"}
    seen = set()
    for item in objects["payout"]:
        if item["batch"]:
            place = item["batch"]["batch"], item["batch"]["row"]
            if place in seen or place[0] not in accepted:
                raise Finding(f"a row became a payout that it should not be: {item}")
            seen.add(place)
            row = rows[place[0]][place[1] - 1]
            if any(item[name] != value for name, value in row.items()):
                raise Finding(f"a row says {row}, and its payout is {item}")
    for batch in objects["batch"]:
        if batch["status"] == "processed":
            check_outcome(batch, [item for item in objects["payout"] if item["batch"] and item["batch"]["batch"] == batch["id"]])


def check_outcome(batch, payouts):
    """Each row is a payout or was refused. What was reversed later was processed when the batch was."""
    outcome = batch["outcome"]
    if outcome["processed"] + outcome["unpaid"] != len(payouts) or len(payouts) + outcome["refused"] != batch["rows"]:
        raise Finding(f"a batch whose outcome is not that of its {len(payouts)} payouts: {batch}")


def check_fields(item, call):
    for name in ("amount", "beneficiary", "payin", "reference_id"):
        if name in call.body and item[name] != call.body[name]:
            raise Finding(f"{call.kind} {call.key} has another {name} than was asked for: {item}")


def check_payers(payins, client):
    """The payer's money arrives once, or not at all where the server never answered."""
    paid = {item["id"]: item["amount_paid"] for item in payins}
    for call in client.calls:
        if call.kind == "pay" and paid[call.of] > call.expected:
            raise Finding(f"a payer who pays {call.expected} has paid {paid[call.of]}, {call.state}: {call.of}")


def check_balances(objects, balances, client):
    def total(payouts, *states):
        return sum(item["amount"] + item["fee"] + item["tax"] for item in payouts if item["status"] in states)

    funded = sum(call.body["amount"] for call in client.of_kind("funding"))
    payouts = objects["payout"]
    collected = sum(item["amount_paid"] - item["fee"] - item["tax"] for item in objects["payin"])
    refunded = sum(item["amount"] for item in objects["refund"] if item["status"] != "failed")
    reserved = total(payouts, "processing")
    expected = {"payout": (funded - total(payouts, "processed"), reserved), "collections": (collected - refunded, 0)}
    for name, (balance, held) in expected.items():
        found = balances[name]
        if (found["balance"], found["reserved"]) != (balance, held):
            raise Finding(f"the {name} balance of {client.id} should be {balance} with {held} reserved: {found}")


def check_final(api, history):
    """Moves every client's clock until nothing is open: each payout and refund is final, each payer's money is there."""
    line = Line(api)
    try:
        for client in history.clients:
            move_clock(line, client, timedelta(days=30))
        for client in history.clients:
            check_objects(final_view(line, client), client)
    except NoAnswer as problem:
        raise Finding(f"a server without faults gave no answer: {problem}") from problem
    finally:
        line.close()


def move_clock(line, client, by):
    now = datetime.fromisoformat(line.get("/v1/sandbox/clock", client.key).json["now"].replace("Z", "+00:00"))
    moved = line.call("POST", "/v1/sandbox/clock", client.key, {"now": (now + by).isoformat().replace("+00:00", "Z")})
    if moved.status != 200:
        raise Finding(f"a sandbox clock cannot be moved: {moved}")


def final_view(line, client):
    """Polls until nothing is open any more. What a batch makes meanwhile has its own time before it."""
    pause = threading.Event()
    for n in range(1, SECONDS_MAX * 10):
        if n % 50 == 0:
            move_clock(line, client, timedelta(hours=2))
        objects, balances = stable_view(line, client)
        open_now = [item["id"] for item in objects["payout"] if item["status"] in ("processing", "scheduled")]
        open_now += [item["id"] for item in objects["refund"] if item["status"] == "pending"]
        paid = {item["id"]: item["amount_paid"] for item in objects["payin"]}
        open_now += [call.of for call in client.of_kind("pay") if paid[call.of] != call.expected]
        open_now += [item["id"] for item in objects["batch"] if item["status"] in ("validating", "processing")]
        free = balances["payout"]["available"]
        open_now += [item["id"] for item in objects["payout"]
                     if item["status"] == "queued" and item["amount"] + item["fee"] + item["tax"] <= free]
        if not open_now:
            return objects, balances
        pause.wait(0.1)
    raise Finding(f"these never become final: {open_now[:10]} of {len(open_now)}")


def check_webhooks(api, client, hooks):
    """Every event that its endpoint asked for was sent to it at least once, and nothing was that did not happen."""
    line = Line(api)
    try:
        happened = {event["id"] for event in line.pages("/v1/events", client.key) if event["type"] in TYPES}
    finally:
        line.close()
    if missing := hooks.missing(happened, SECONDS_MAX):
        raise Finding(f"{len(missing)} of {len(happened)} events were never sent: {sorted(missing)[:5]}")
    if strange := hooks.seen - happened:
        raise Finding(f"events were sent that did not happen: {sorted(strange)[:5]}")


def check_events(events, history):
    """The whole journal: positions without a gap, and each object's sequence from 1 without a gap."""
    sequences = {}
    for number, event in enumerate(events, 1):
        thing = event["data"]["object"]
        name = thing.get("id") or thing["object"] + " of " + thing["client"]
        if event["position"] != number:
            raise Finding(f"event {number} of the journal says that it is at position {event['position']}")
        if event["sequence"] != sequences.get(name, 0) + 1:
            raise Finding(f"event {number} has sequence {event['sequence']} after {sequences.get(name, 0)}: {event}")
        sequences[name] = event["sequence"]
    for client in history.clients:
        for call in client.calls:
            if call.state == "done" and call.id and call.id not in sequences:
                raise Finding(f"{call.kind} {call.id} was acknowledged and is not in the journal")

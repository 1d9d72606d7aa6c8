"""The journal in other hands: the documented grammar, the committed .proto and a stock protobuf library, beside inspect."""
import importlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import MOHUR, Server
from google.protobuf.descriptor import FieldDescriptor
from journal_reader import read_journal

PROTO = Path(__file__).resolve().parents[2] / "api" / "mohur.proto"
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@pytest.fixture(scope="module")
def messages(tmp_path_factory):
    """The classes that protoc makes of the committed .proto."""
    folder = tmp_path_factory.mktemp("proto")
    subprocess.run(["protoc", f"--proto_path={PROTO.parent}", f"--python_out={folder}", PROTO.name], check=True)
    sys.path.insert(0, str(folder))
    return importlib.import_module("mohur_pb2")


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """The folder of a server that did some business and was stopped."""
    server = Server(tmp_path_factory.mktemp("server"))
    key = server.client().key
    payin = {"amount": 125000, "currency": "INR", "payer_type": "customer", "method": "upi_qr", "reference_id": "order-1"}
    payin_id = server.post("/v1/payins", key, payin)["id"]
    assert server.post(f"/v1/sandbox/payins/{payin_id}/pay", key).status == 202
    wait_for_event(server, key, "attempt.credited")
    person = {"name": "Ravi Sharma", "kind": "vendor", "destination": {"vpa": "ravi@okbank"}}
    beneficiary = server.post("/v1/beneficiaries", key, person)["id"]
    payout = {"beneficiary": beneficiary, "amount": 5000, "currency": "INR", "purpose": "vendor", "queue_if_low_balance": True}
    assert server.post("/v1/payouts", key, payout, Idempotency_Key="p-1")["status"] == "queued"
    server.stop()
    return server.folder


def wait_for_event(server, key, event_type):
    deadline = time.monotonic() + 60
    while event_type not in {event["type"] for event in server.get("/v1/events?limit=100", key)["data"]}:
        assert time.monotonic() < deadline, f"{event_type} comes"


def inspected(data):
    out = subprocess.run([MOHUR, "inspect"], check=True, capture_output=True, text=True,
                         env={**os.environ, "MOHUR_DATA_FOLDER": str(data)}).stdout
    return [json.loads(line) for line in out.splitlines()]


def base32(number):
    return "".join(CROCKFORD[number >> shift & 31] for shift in range(125, -1, -5))


def event_id(event, position):
    milliseconds = event.at // 1_000_000
    return "evt_" + base32(milliseconds << 80 | position << 16)


def token_of(message, field):
    """An enumerator's token in the API: its name in the .proto without the enum's, dots where an event's type has them."""
    value = field.enum_type.values_by_number[getattr(message, field.name)].name
    prefix = "".join("_" + c if c.isupper() else c for c in field.enum_type.name).lstrip("_").upper() + "_"
    return value.removeprefix(prefix).lower()


def compare(shown, message):
    """Every plain field that the API shows is in the record, with the same value."""
    compared = 0
    for field in message.DESCRIPTOR.fields:
        if field.name not in shown or field.label == FieldDescriptor.LABEL_REPEATED:
            continue
        value, told = getattr(message, field.name), shown[field.name]
        if told is None:
            assert not message.HasField(field.name), field.name
        elif field.type == FieldDescriptor.TYPE_ENUM:
            assert token_of(message, field) == str(told).replace(".", "_").lower(), field.name
        elif field.type == FieldDescriptor.TYPE_SINT64 or field.type == FieldDescriptor.TYPE_UINT32:
            assert value == told, field.name
        elif field.type == FieldDescriptor.TYPE_BYTES and len(value) == 16 and "_" in str(told):
            assert told.split("_")[-1].upper() == base32(int.from_bytes(value, "big")), field.name
        else:
            continue
        compared += 1
    return compared


def test_a_stock_protobuf_library_reads_every_event_as_inspect_shows_it(data, messages):
    shown = inspected(data)
    records = list(read_journal(data / "journal", "events"))
    assert [position for position, _ in records] == list(range(1, len(shown) + 1))
    compared = 0
    for (position, record), told in zip(records, shown):
        event = messages.Event.FromString(record)
        assert event_id(event, position).upper() == told["id"].upper()
        assert token_of(event, event.DESCRIPTOR.fields_by_name["type"]) == told["type"].replace(".", "_")
        held = event.WhichOneof("object")
        compared += compare(told["data"]["object"], getattr(event, held))
    assert compared > 5 * len(records), "objects were compared field by field"
    types = {told["type"] for told in shown}
    assert {"client.approved", "payin.paid", "attempt.credited", "beneficiary.created", "payout.queued"} <= types


def test_the_requests_log_is_a_chain_of_the_same_grammar(data):
    assert len(list(read_journal(data / "requests" / "journal", "requests"))) >= 7


def test_a_changed_byte_breaks_the_chain_for_every_reader(data, tmp_path):
    segment = bytearray(next((data / "journal").glob("*.seg")).read_bytes())
    segment[700] ^= 1
    (tmp_path / "00000000000000000001.seg").write_bytes(segment)
    with pytest.raises(AssertionError, match="hash of the frame|chain at position"):
        list(read_journal(tmp_path, "events"))

"""The main job, played by the real program over real HTTPS with a real webhook receiver, a kill in the middle, and the proof."""
import base64
import os
import subprocess

from conftest import BUSINESS, MOHUR, SMALLEST_PNG, Server


def test_the_demo_goes_as_told():
    done = subprocess.run([MOHUR, "demo", "--once"], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "   verified     every rupee\n" in done.stdout
    assert done.stdout.endswith("Everything went as told.\n")


def test_a_wrong_setting_stops_the_start_with_its_name_its_value_and_what_is_allowed():
    environment = {**os.environ, "MOHUR_SERVER_PORT": "70000"}
    done = subprocess.run([MOHUR, "serve"], capture_output=True, text=True, timeout=20, env=environment)
    assert done.returncode == 2
    assert "server.port" in done.stderr and "70000" in done.stderr and "0 to 65535" in done.stderr


def test_personal_data_is_nowhere_in_clear_on_disk(tmp_path):
    server = Server(tmp_path)
    client = server.client()
    application = {"legal_name": "Planted Legal Name", "contact_email": "planted@example.com", "merchant_category": "5411",
                   "purposes": ["vendor"], "payer_types": ["customer"], "rails": ["imps"], "methods": ["upi_qr"], **BUSINESS,
                   "pan": "PLNPT1234K", "gstin": None, "registered_address": "Planted Address",
                   "contacts": [{"role": "finance", "name": "Planted Contact", "email": "planted.contact@example.com"}]}
    applied = server.post("/v1/admin/clients", server.keys[0], {k: v for k, v in application.items() if v is not None})["id"]
    planted_file = base64.b64encode(base64.b64decode(SMALLEST_PNG)[:33] + b"Planted File" + base64.b64decode(SMALLEST_PNG)[33:])
    assert server.add_document(applied, "pan_card", planted_file.decode(), file_name="Planted Name").status == 201
    beneficiary = client.beneficiary("planted.vpa@okbank", "Planted Person", email="planted.person@example.com",
                                     phone="+919876501234", metadata={"note": "Planted Note"})
    assert beneficiary["name"] == "P••• P•••"
    client.beneficiary("777000111222", "Planted Person")
    client.payin(description="Planted Description", payer_name="Planted Payer")
    client.fund()
    client.payout("000000000001", narration="Planted Narration")
    for key in (client.key, *server.keys):
        assert server.get("/v1/events?limit=100&client=" + client.id, key).status == 200
    server.stop()
    planted = [b"Planted", b"planted@example", b"planted.person", b"planted.vpa", b"777000111222", b"9876501234", b"PLNPT1234K",
               *(key.encode() for key in (client.key, *server.keys))]
    for file in server.folder.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            assert not [word for word in planted if word in content], file

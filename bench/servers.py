"""The servers that are measured: Mohur with a client that may send payouts, and nginx answering a constant."""
import json
import os
import re
import signal
import ssl
import subprocess
import urllib.error
import urllib.request

from machine import cpu_ns_by_thread


SMALLEST_PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII="


def payout_request(key, beneficiary):
    """A whole payout: six headers and a body of 350 bytes; each call has a key and a reference of its own."""
    body = json.dumps({
        "beneficiary": beneficiary, "amount": 125000, "currency": "INR", "purpose": "vendor", "rail": "imps",
        "reference_id": "invoice-@@@@@@@@@@@@@@@@", "narration": "Invoice 2026 11 000417",
        "metadata": {"order_no": "A-2026-000417", "department": "procurement", "cost_centre": "bengaluru-4",
                     "approved_by": "r.sharma"}})
    return ("POST /v1/payouts HTTP/1.1\r\n"
            f"Host: 127.0.0.1\r\nUser-Agent: mohur-bench/1\r\nAuthorization: Bearer {key}\r\n"
            f"Idempotency-Key: @@@@@@@@@@@@@@@@\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}")


class Server:
    """A process on the server's core. Ends with its `with`, by SIGKILL: what it would do afterwards is not waited for."""

    process = None
    port = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def cpu_ns(self):
        return cpu_ns_by_thread(self.process.pid)


class Mohur(Server):
    """`mohur serve` on a fresh folder, with one approved client, its key, its money and a beneficiary."""

    ENVIRONMENT = {"MOHUR_SERVER_PORT": "0", "MOHUR_OPERATOR_PORT": "0", "MOHUR_LOG_LEVEL": "error"}

    def __init__(self, machine, folder, account_number):
        environment = {**os.environ, **self.ENVIRONMENT, "MOHUR_DATA_FOLDER": str(folder / "data")}
        command = machine.pinned(machine.server_core, [machine.release / "mohur", "serve"])
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
        founders, told = [], {}
        for line in self.process.stdout:
            name, value = line.rstrip("\n").split(" ", 1)
            founders.append(value) if name == "founder_key" else told.update({name: value})
            if name == "api":
                break
        else:
            raise RuntimeError("mohur serve ended at once")
        self.url, self.port = told["api"], int(told["api"].rsplit(":", 1)[1])
        self.metrics_url = told["operator"] + "/metrics"
        self.context = ssl.create_default_context(cafile=told["certificate"])
        self.founders = founders
        self.client = None  # the first one that is approved
        self.key = self.approve_client(self.wide_plan(*founders))
        self.account_number = account_number
        self.beneficiary = self.beneficiary_of(self.key)

    def beneficiary_of(self, key):
        return self.call("/v1/beneficiaries", key, {
            "name": "Ravi Sharma", "kind": "vendor",
            "destination": {"ifsc": "HDFC0000123", "account_number": self.account_number}})["id"]

    def call(self, path, key, body, idempotency_key=None):
        headers = {"Content-Type": "application/json", "Authorization": "Bearer " + key}
        if idempotency_key:
            headers["Idempotency-Key"] = idempotency_key
        return self.send(urllib.request.Request(self.url + path, json.dumps(body).encode(), headers, method="POST"))

    def get(self, path, key):
        return self.send(urllib.request.Request(self.url + path, headers={"Authorization": "Bearer " + key}))

    def hand_in(self, batch, text):
        """A part of a batch, as CSV."""
        headers = {"Content-Type": "text/csv", "Authorization": "Bearer " + self.key}
        return self.send(urllib.request.Request(self.url + batch + "/rows", text.encode(), headers, method="POST"))

    def send(self, request):
        try:
            with urllib.request.urlopen(request, context=self.context, timeout=60) as answer:
                return json.loads(answer.read())
        except urllib.error.HTTPError as problem:
            raise RuntimeError(f"{request.method} {request.selector}: {problem.read().decode()}") from problem

    def issue(self, **more):
        """Another key of the first client."""
        return self.call(f"/v1/admin/clients/{self.client}/credentials", self.founders[0],
                         {"mode": "test", "label": "bench", **more})["secret"]

    def wide_plan(self, first, second):
        """A plan that refuses none of the calls that are measured; each of them is counted all the same."""
        return self.plan(first, second, {"quota": 1_000_000, "window_s": 1, "burst": 1_000_000})

    def plan(self, first, second, rate):
        rates = [{"route_class": name, "rate": rate} for name in ("read", "write", "money_out", "reserved")]
        plan = self.call("/v1/admin/plans", first, {"name": "measured", "allowance": {
            "total": rate, "rates": rates, "concurrent_calls": 10_000}})["id"]
        self.call(f"/v1/admin/plans/{plan}/approve", second, {})
        return plan

    def approve_client(self, plan):
        """A client on that plan, with money; its key."""
        first, second = self.founders
        client = self.call("/v1/admin/clients", first, {
            "legal_name": "Measured Retail", "contact_email": "accounts@measured.example", "merchant_category": "5411",
            "purposes": ["vendor"], "payer_types": ["customer"], "rails": ["imps", "neft"], "methods": ["upi_qr"],
            "plan": plan, "business_type": "proprietorship", "pan": "ABCPM1234K",
            "registered_address": "12 Brigade Road, Bengaluru 560001",
            "expected_volumes": {"payouts": 10**6, "payout_amount": 10**12, "payins": 0, "payin_amount": 0}})["id"]
        for kind in ("pan_card", "bank_proof"):
            self.call(f"/v1/admin/clients/{client}/documents", first,
                      {"kind": kind, "file_name": "scan.png", "content": SMALLEST_PNG})
        self.call(f"/v1/admin/clients/{client}/review", first, {"risk_grade": "low", "checks": [
            {"check": check, "passed": True} for check in ("identity", "address", "bank_account", "sanctions", "business")]})
        self.call(f"/v1/admin/clients/{client}/approve", second, {})
        self.client = self.client or client
        key = self.call(f"/v1/admin/clients/{client}/credentials", first, {"mode": "test", "label": "bench"})["secret"]
        self.call(f"/v1/admin/clients/{client}/fundings", first,
                  {"mode": "test", "amount": 10**13, "currency": "INR", "utr": "SBIN" + client[-12:].upper()}, "fund-" + client)
        return key

    def open_objects(self):
        """How many objects wait for something, such as payouts for their bank."""
        with urllib.request.urlopen(self.metrics_url, timeout=20) as answer:
            return int(re.search(r"^mohur_engine_open_objects (\d+)$", answer.read().decode(), re.MULTILINE)[1])

    def payout_request(self):
        return payout_request(self.key, self.beneficiary)


class Front(Server):
    """The transport alone: every request is answered with the same 400 bytes."""

    def __init__(self, machine, certificate, key):
        command = [machine.release / "net_net_bench", "0", certificate, key]
        self.process = subprocess.Popen(machine.pinned(machine.server_core, command), stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline().rsplit(" ", 1)[1])


class Nginx(Server):
    """nginx answering a constant of `body_bytes`, in one process, over the same certificate and the same TLS."""

    def __init__(self, machine, folder, certificate, key, body_bytes):
        folder = folder / "nginx"
        folder.mkdir(exist_ok=True)
        for port in range(18443, 18543):
            self.port = port
            (folder / "nginx.conf").write_text(self.settings(folder, certificate, key, port, body_bytes))
            command = ["nginx", "-p", folder, "-c", folder / "nginx.conf", "-e", folder / "error.log"]
            self.process = subprocess.Popen(machine.pinned(machine.server_core, command), stderr=subprocess.DEVNULL)
            if self.answers():
                return
        raise RuntimeError("nginx does not start: " + (folder / "error.log").read_text())

    def is_answer(self, status):
        return status < 400

    def answers(self):
        """Waits until it answers; false when it has ended, such as for a port that is taken."""
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        while self.process.poll() is None:
            try:
                with urllib.request.urlopen(f"https://127.0.0.1:{self.port}/", context=context, timeout=5):
                    return self.process.poll() is None
            except urllib.error.HTTPError as refused:
                if self.is_answer(refused.code):
                    return self.process.poll() is None
            except urllib.error.URLError:
                continue
        return False

    def before_server(self):
        return ""

    def location(self, folder, body_bytes):
        return f"return 200 \"{'x' * body_bytes}\";"

    def settings(self, folder, certificate, key, port, body_bytes):
        paths = "".join(f"{name}_temp_path {folder}; " for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        return f"""
daemon off; master_process off; worker_processes 1; pid {folder}/nginx.pid;
events {{ worker_connections 4096; }}
http {{
  access_log off; keepalive_requests 1000000000; keepalive_timeout 600; default_type application/json; {paths}
  {self.before_server()}
  server {{
    listen 127.0.0.1:{port} ssl;
    ssl_certificate {certificate}; ssl_certificate_key {key};
    ssl_protocols TLSv1.3; ssl_conf_command Ciphersuites TLS_AES_128_GCM_SHA256; ssl_ecdh_curve X25519;
    location / {{ {self.location(folder, body_bytes)} }}
  }}
}}
"""

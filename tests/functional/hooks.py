"""A receiver of webhooks that keeps what came, answers as it is told, and checks signatures by hands of its own."""
import base64
import hashlib
import hmac
import json
import threading
from collections import deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Hook:
    """One delivery as it came over the wire."""

    def __init__(self, path, headers, body):
        self.path, self.headers, self.body = path, headers, body
        self.event = json.loads(body)
        self.object_id = self.event["data"]["object"].get("id")

    def signatures(self, secret):
        """Which of its signatures this secret made: Standard Webhooks 1.0.0."""
        key = base64.b64decode(secret.removeprefix("whsec_"))
        text = f"{self.headers['webhook-id']}.{self.headers['webhook-timestamp']}.".encode() + self.body
        right = "v1," + base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()
        return [right == given for given in self.headers["webhook-signature"].split(" ")]


class Receiver:
    def __init__(self, status=204, headers=()):
        self.status, self.headers = status, headers
        self.hooks, self.came = deque(), threading.Condition()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with outer.came:
                    outer.hooks.append(Hook(self.path, self.headers, body))
                    outer.came.notify_all()
                self.send_response(outer.status)
                for name, value in outer.headers:
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_GET = do_POST

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05})
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/hooks"

    def wait(self, wanted, count=1):
        """The first hooks that are wanted, as soon as there are so many."""
        def found():
            return [hook for hook in self.hooks if wanted(hook)]
        with self.came:
            assert self.came.wait_for(lambda: len(found()) >= count, timeout=60), [hook.event["type"] for hook in self.hooks]
            return found()

    def of(self, event_type, object_id, count=1):
        return self.wait(lambda hook: (hook.event["type"], hook.object_id) == (event_type, object_id), count)

    def close(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

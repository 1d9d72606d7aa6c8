"""A receiver of webhooks that takes everything and remembers which events it was told of."""
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TYPES = ["payout.processed", "payout.failed", "payout.reversed", "payin.paid", "refund.processed", "refund.failed"]


class Receiver:
    def __init__(self):
        self.changed, self.seen = threading.Condition(), set()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                event = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                with receiver.changed:
                    receiver.seen.add(event["id"])
                    receiver.changed.notify_all()
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_):
                pass

        class Server(ThreadingHTTPServer):
            def handle_error(self, *_):
                pass  # the sender was killed

        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hooks"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def missing(self, wanted, seconds):
        """Waits until every event was told of; answers those that were not."""
        with self.changed:
            self.changed.wait_for(lambda: wanted <= self.seen, seconds)
            return wanted - self.seen

    def close(self):
        self.server.shutdown()
        self.server.server_close()

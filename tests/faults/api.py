"""The API as a client calls it: HTTPS with keep-alive, a line for each thread, and answers that came whole or did not come."""
import http.client
import json
import ssl

SECONDS_MAX = 60  # for an answer of a server that lives


class NoAnswer(Exception):
    """What was asked may have happened or not."""


class Answer:
    def __init__(self, status, body, replayed):
        self.status, self.body, self.replayed = status, body, replayed

    @property
    def json(self):
        return json.loads(self.body) if self.body else {}

    @property
    def token(self):
        return self.json.get("token", "") if self.status >= 400 else ""

    def __repr__(self):
        return f"{self.status} {self.body[:400]!r}"


class Api:
    """Where a running server listens."""

    def __init__(self, facts):
        self.host, port = facts["api"].removeprefix("https://").rsplit(":", 1)
        self.port = int(port)
        self.context = ssl.create_default_context(cafile=facts["certificate"])


class Line:
    """One connection, kept alive; used by one thread."""

    def __init__(self, api):
        self.connection = http.client.HTTPSConnection(api.host, api.port, context=api.context, timeout=SECONDS_MAX)

    def call(self, method, path, key, body=None, idempotency_key=None):
        """A body that is a list goes as JSON lines."""
        headers = {"Authorization": "Bearer " + key}
        if body is not None:
            headers["Content-Type"] = "application/jsonl" if isinstance(body, list) else "application/json"
            body = "\n".join(map(json.dumps, body)) if isinstance(body, list) else json.dumps(body)
        if idempotency_key:
            headers["Idempotency-Key"] = idempotency_key
        try:
            self.connection.request(method, path, body=body, headers=headers)
            response = self.connection.getresponse()
            return Answer(response.status, response.read(), response.headers.get("Idempotent-Replayed") == "true")
        except (OSError, http.client.HTTPException) as problem:
            self.connection.close()
            raise NoAnswer(repr(problem)) from problem

    def get(self, path, key):
        return self.call("GET", path, key)

    def pages(self, path, key):
        """All items of a list, newest first."""
        after = ""
        while True:
            answer = self.get(f"{path}?limit=100{after}", key)
            if answer.status != 200:
                raise NoAnswer(f"{path}: {answer}")
            yield from answer.json["data"]
            if not answer.json["has_more"]:
                return
            after = "&after=" + answer.json["next"]

    def close(self):
        self.connection.close()

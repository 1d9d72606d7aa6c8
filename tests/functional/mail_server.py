"""A mail server as a process of its own: STARTTLS is required. It prints its port, and then every message as a line of JSON.

Whom a message is for says what becomes of it: `nobody@` is refused for good, `busy@` is told to come again the first two times,
and `slow@` is answered when there was a line on standard input. The end of that input is the end of the server.
"""
import argparse
import asyncio
import json
import ssl
import sys
from email import message_from_bytes, policy
from hashlib import sha256

from aiosmtpd.smtp import SMTP


class Handler:
    def __init__(self):
        self.asked, self.taken, self.may_answer = {}, 0, asyncio.Event()

    async def handle_RCPT(self, server, session, envelope, address, options):
        asked = self.asked[address] = self.asked.get(address, 0) + 1
        if address.startswith("nobody@"):
            return "550 5.1.1 There is nobody of this name here"
        if address.startswith("busy@") and asked <= 2:
            return "451 4.3.2 Come again later"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Known"

    async def handle_DATA(self, server, session, envelope):
        message = message_from_bytes(envelope.content, policy=policy.default)
        line = {"to": envelope.rcpt_tos, "from": envelope.mail_from, "tls": session.ssl is not None,
                "hash": sha256(envelope.original_content).hexdigest(),
                "headers": {name.lower(): str(value) for name, value in message.items()},
                "parts": {part.get_content_type(): part.get_content() for part in message.iter_parts()}}
        print(json.dumps(line), flush=True)
        if envelope.rcpt_tos[0].startswith("slow@"):
            await self.may_answer.wait()
        self.taken += 1
        return f"250 2.0.0 Taken as {self.taken}"


async def serve(given):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(given.certificate, given.key)
    handler, loop = Handler(), asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(handler, tls_context=context, require_starttls=True, hostname="mail.example"),
                                      "127.0.0.1", given.port)
    print(server.sockets[0].getsockname()[1], flush=True)
    while await loop.run_in_executor(None, sys.stdin.readline):
        handler.may_answer.set()
    server.close()


if __name__ == "__main__":
    arguments = argparse.ArgumentParser()
    for name in ("certificate", "key"):
        arguments.add_argument(name)
    arguments.add_argument("--port", type=int, default=0)
    asyncio.run(serve(arguments.parse_args()))

"""A receiver of wirewatch's webhooks: WIREWATCH_WEBHOOK_SECRET=whsec_… python verify_webhook.py 8787.

It checks the signature over the exact bytes, drops what it has had (`webhook-id`), and answers quickly. Unknown
fields are no error; the changes of one meeting are ordered by `data.meeting.sequence`.
"""

import base64
import hashlib
import hmac
import json
import os
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

KEY = base64.b64decode(os.environ["WIREWATCH_WEBHOOK_SECRET"].removeprefix("whsec_"))
TOLERANCE_S = 300
seen: set[str] = set()  # keep it in a database


def verified(headers, body: bytes) -> bool:
    message_id, timestamp = headers["webhook-id"], headers["webhook-timestamp"]
    if abs(time.time() - int(timestamp)) > TOLERANCE_S:
        return False
    digest = hmac.new(KEY, f"{message_id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    expected = "v1," + base64.b64encode(digest).decode()
    return any(hmac.compare_digest(expected, given) for given in headers["webhook-signature"].split())


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if not verified(self.headers, body):
            self.send_response(401)
        else:
            message = json.loads(body)
            if self.headers["webhook-id"] not in seen and message["type"].startswith("meeting."):
                seen.add(self.headers["webhook-id"])
                change = message["data"]["change"]
                sys.stdout.write(f"{change['kind']} {change['date']['old']} -> {change['date']['new']}\n")
                sys.stdout.flush()
            self.send_response(204)
        self.end_headers()


if __name__ == "__main__":
    HTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver).serve_forever()

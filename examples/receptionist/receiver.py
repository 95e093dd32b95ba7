import base64
import hashlib
import hmac
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

CALLERS = {"14155550123": "Ada"}


class Receiver(ThreadingHTTPServer):
    """What the receptionist's calls reach: who is calling, appointments, events."""

    def __init__(self, address):
        super().__init__(address, Handler)
        self.signature_secret = None
        self.events = []
        self.appointments = []

    def is_signed(self, body, signature):
        """Whether Vocode sent a body: its HMAC-SHA256 in base64, over the bytes as they came."""
        if not self.signature_secret:
            return False
        key = base64.b64decode(self.signature_secret)
        wanted = base64.b64encode(hmac.new(key, body, hashlib.sha256).digest())
        return hmac.compare_digest(wanted, signature.encode())


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        query = parse_qs(urlsplit(self.path).query)
        name = CALLERS.get(query.get("phone_number", [""])[0])
        self.answer(200, {"name": name or "a new patient"})

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/events":
            self.server.events.append(json.loads(body))
            self.answer(200, {})
        elif self.path != "/appointments":
            self.answer(404, {})
        elif not self.server.is_signed(body, self.headers.get("x-vocode-signature", "")):
            self.answer(401, {})
        else:
            wanted = json.loads(body)["payload"]
            self.server.appointments.append(wanted)
            self.answer(
                200, {"result": {"booked": True}, "agent_message": f"See you on {wanted['day']}."}
            )

    def answer(self, status, body):
        sent = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(sent)))
        self.end_headers()
        self.wfile.write(sent)


if __name__ == "__main__":
    Receiver(("127.0.0.1", 9000)).serve_forever()

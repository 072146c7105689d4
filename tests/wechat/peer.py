"""WeChat Pay by others: wechatpayv3 (PyPI), as the platform and as a merchant.

    peer.py serve MERCHANT_PUBLIC_KEY MERCHANT_PRIVATE_KEY MCHID SERIAL KEY_ID PUBLIC_KEY_OUT
        plays the platform: verifies each request with wechatpayv3, and signs each answer with it.
        Writes its own public key, then its port to stdout, then one line for each request.
    peer.py ask URL MCHID SERIAL PRIVATE_KEY KEY_ID PUBLIC_KEY COUPON BRAND NUMBER
        plays a merchant: looks a coupon up and deactivates it with wechatpayv3's own client.
"""

import json
import re
import sys
import time
import uuid
from http.server import BaseHTTPRequestHandler, HTTPServer

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from wechatpayv3 import utils
from wechatpayv3.core import Core
from wechatpayv3.type import RequestType


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def serve(public_key, private_key, mchid, serial, key_id, public_key_out):
    merchant_public = utils.load_public_key(read(public_key))
    merchant_private = utils.load_private_key(read(private_key))
    own = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    state = {}

    def trouble(method, path, headers, body):
        """Why the request is not the merchant's; None where it is."""
        found = re.fullmatch(
            r'WECHATPAY2-SHA256-RSA2048 mchid="(\d+)",nonce_str="(\w+)",signature="([^"]+)",'
            r'timestamp="(\d+)",serial_no="(\w+)"', headers.get("Authorization", ""))
        if not found:
            return "Authorization: " + headers.get("Authorization", "")
        claimed, nonce, signature, stamp, claimed_serial = found.groups()
        if (claimed, claimed_serial) != (mchid, serial):
            return "somebody else"
        if abs(int(stamp) - time.time()) > 300:
            return "timestamp"
        if headers.get("Wechatpay-Serial") != key_id:
            return "Wechatpay-Serial"
        # What is verified is "METHOD\npath\ntime\nnonce\nbody\n".
        if not utils.rsa_verify(f"{method}\n{path}\n{stamp}", nonce, body, signature, merchant_public):
            return "signature"
        # And byte for byte the header that wechatpayv3 itself would have sent.
        clock, utils.time.time = utils.time.time, lambda: int(stamp)
        try:
            expected = utils.build_authorization(
                path, method, mchid, serial, merchant_private, data=body, nonce_str=nonce)
        finally:
            utils.time.time = clock
        return None if expected == headers["Authorization"] else "header: " + expected

    class Platform(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode("utf-8")
            why = trouble(self.command, self.path, self.headers, body)
            coupon = self.path.split("/product-coupons/")[1].split("/")[0].split("?")[0]
            if self.command == "POST" and why is None:
                state[coupon] = json.loads(body)
            out = {"product_coupon_id": coupon, "brand_id": "120344", "type": "NORMAL", "scope": "ALL",
                   "state": "DEACTIVATED" if coupon in state else "EFFECTIVE", "usage_mode": "SINGLE",
                   "display_info": {"name": "对等券"}}
            if coupon in state:
                out["deactivate_request_no"] = state[coupon]["out_request_no"]
                out["deactivate_reason"] = state[coupon]["deactivate_reason"]
            status = 200 if why is None else 401
            if why is not None:
                out = {"code": "SIGN_ERROR", "message": why}
            text = json.dumps(out, ensure_ascii=False, indent=1)
            stamp, nonce = str(int(time.time())), uuid.uuid4().hex
            data = text.encode("utf-8")
            self.send_response(status)
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("Content-Length", str(len(data)))
            self.send_header("Wechatpay-Timestamp", stamp)
            self.send_header("Wechatpay-Nonce", nonce)
            self.send_header("Wechatpay-Serial", key_id)
            self.send_header("Wechatpay-Signature", utils.rsa_sign(own, f"{stamp}\n{nonce}\n{text}\n"))
            self.end_headers()
            self.wfile.write(data)
            print(json.dumps({"method": self.command, "path": self.path, "body": body, "trouble": why}), flush=True)

        do_GET = do_POST = answer

        def log_message(self, *_):
            pass

    with open(public_key_out, "wb") as file:
        file.write(own.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo))
    server = HTTPServer(("127.0.0.1", 0), Platform)
    print(server.server_address[1], flush=True)
    server.serve_forever()


def ask(url, mchid, serial, private_key, key_id, public_key, coupon, brand, number):
    core = Core(mchid, serial, read(private_key), "0" * 32, public_key=read(public_key), public_key_id=key_id)
    core._gate_way = url
    core._proxy = {"http": None, "https": None}
    path = f"/v3/marketing/partner/product-coupon/product-coupons/{coupon}"
    # The client raises where an answer's signature does not verify.
    looked = core.request(f"{path}?brand_id={brand}")
    order = {"brand_id": brand, "out_request_no": number, "deactivate_reason": "批次信息有误,重新创建"}
    done = core.request(f"{path}/deactivate", method=RequestType.POST, data=order)
    again = core.request(f"{path}/deactivate", method=RequestType.POST, data=order)
    for code, text in (looked, done, again):
        print(json.dumps({"status": code, "answer": json.loads(text)}))


if __name__ == "__main__":
    {"serve": serve, "ask": ask}[sys.argv[1]](*sys.argv[2:])

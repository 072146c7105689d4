"""Signs parameter sets with other people's clients of the Taobao Open Platform.

One JSON object a line comes in: {"secret": …, "parameters": {…}}. One goes out: what `topsdk` signs with MD5, and
what `taobaopyx` signs with HMAC-MD5 (it adds parameters of its own, so all that it signed comes along).
"""

import json
import sys

from taobaopyx.taobao import APIRequest, AsyncTaobaoAPIClient
from top.api.base import sign

for line in sys.stdin:
    asked = json.loads(line)
    secret, parameters = asked["secret"], asked["parameters"]
    client = AsyncTaobaoAPIClient(parameters.get("app_key", "12345678"), secret, http_client=object())
    signed, _ = APIRequest("http://localhost", client, parameters).sign()
    hmac = signed.pop("sign")
    print(json.dumps({"md5": sign(secret, parameters), "hmac": hmac, "hmac_parameters": signed}))

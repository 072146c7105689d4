"""The script that a careful Python user writes: openpyxl in, httpx with 64 at a time, openpyxl out.

    httpx_careful.py SHEET BASE_URL RESULT.xlsx
"""
import asyncio
import sys

import httpx
import openpyxl

AT_ONCE = 64
LOOK_UP = "/marvel-mms/cn/api/kiana/gambit/marketing/enroll/feedback/queryValidActivity4FeedBackOffline"
SUBMISSION = "/marvel-mms/cn/api/kiana/ultraman/FeedbackMmsExecuteRpcService/submitFeedback"
HEADERS = {"mallid": "634418224869329", "cookie": "SUB_PASS_ID=made-up", "anti-content": "x", "user-agent": "Mozilla/5.0"}
FIXED = {"feedbackType": 8, "feedbackProblemType": 44, "feedbackDimension": 1}


async def withdraw(client, gate, row, done):
    spu, name, reason = row
    async with gate:
        product = (await client.post(LOOK_UP, json={"productId": str(spu)})).json()["result"] or {}
        for activity in product.get("activityList", []):
            title = activity["activityName"]
            if name not in ("*", title):
                continue
            for enrollment in activity["feedbackEnrollInfoList"]:
                target = enrollment["enrollId"]
                ticket = FIXED | {"remark": reason, "businessId": target, "productId": str(spu), "activityName": title}
                said = (await client.post(SUBMISSION, json=ticket)).json()
                done.append((spu, title, str(target), said["success"], said["errorMsg"]))


async def main(sheet, base, result):
    rows = list(openpyxl.load_workbook(sheet, read_only=True).active.iter_rows(min_row=2, values_only=True))
    gate, done = asyncio.Semaphore(AT_ONCE), []
    limits = httpx.Limits(max_connections=AT_ONCE)
    async with httpx.AsyncClient(base_url=base, headers=HEADERS, limits=limits, timeout=30) as client:
        await asyncio.gather(*(withdraw(client, gate, row, done) for row in rows))
    book = openpyxl.Workbook(write_only=True)
    lines = book.create_sheet()
    for line in done:
        lines.append(line)
    book.save(result)


asyncio.run(main(*sys.argv[1:4]))

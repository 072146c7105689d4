"""The script that a fast Python user writes: calamine in, aiohttp with 64 workers, xlsxwriter out.

    aiohttp_fast.py SHEET BASE_URL RESULT.xlsx

It neither paces nor previews, keeps no journal and cannot resume.
"""
import asyncio
import sys

import aiohttp
import xlsxwriter
from python_calamine import CalamineWorkbook

WORKERS = 64
LOOK_UP = "/marvel-mms/cn/api/kiana/gambit/marketing/enroll/feedback/queryValidActivity4FeedBackOffline"
SUBMISSION = "/marvel-mms/cn/api/kiana/ultraman/FeedbackMmsExecuteRpcService/submitFeedback"
HEADERS = {"mallid": "634418224869329", "cookie": "SUB_PASS_ID=made-up", "anti-content": "x", "user-agent": "Mozilla/5.0"}


async def withdraw(client, spu, name, reason, done):
    async with client.post(LOOK_UP, json={"productId": spu}) as answer:
        product = (await answer.json())["result"] or {}
    for activity in product.get("activityList", []):
        title = activity["activityName"]
        if name not in ("*", title):
            continue
        for enrollment in activity["feedbackEnrollInfoList"]:
            ticket = {
                "feedbackType": 8,
                "feedbackProblemType": 44,
                "remark": reason,
                "businessId": enrollment["enrollId"],
                "feedbackDimension": 1,
                "productId": spu,
                "activityName": title,
            }
            async with client.post(SUBMISSION, json=ticket) as answer:
                said = await answer.json()
            done.append((spu, title, str(enrollment["enrollId"]), said["success"], said["errorMsg"]))


async def work(client, rows, done):
    for spu, name, reason in rows:
        await withdraw(client, str(spu), name, reason, done)


async def main(sheet, base, result):
    rows = iter(CalamineWorkbook.from_path(sheet).get_sheet_by_index(0).to_python()[1:])
    done = []
    pool = aiohttp.TCPConnector(limit=WORKERS)
    async with aiohttp.ClientSession(base, headers=HEADERS, connector=pool) as client:
        await asyncio.gather(*(work(client, rows, done) for _ in range(WORKERS)))
    book = xlsxwriter.Workbook(result, {"constant_memory": True})
    sheet = book.add_worksheet()
    for number, line in enumerate(done):
        sheet.write_row(number, 0, line)
    book.close()


asyncio.run(main(*sys.argv[1:4]))

"""The sheets that the runs are measured on."""
import csv
from pathlib import Path

HEADINGS = ["SPU", "活动名称", "理由"]


def spu(index):
    """The sandbox knows every SPU but those that end in 3: one row in about four hundred names an unknown one."""
    last = 3 if index % 404 == 403 else 1
    return str(5_000_000_000 + 10 * index + last)


def weekly(rows, start=0):
    """Distinct SPUs, every activity of each."""
    return ([spu(index), "*", "申请退出"] for index in range(start, start + rows))


def overlapping(rows):
    """Each SPU several times, under filters that mean the same enrollments."""
    filters = ["*", "限时秒杀", "*秒杀*|清仓甩卖", "官方大促*"]
    return ([spu(index // 4), filters[index % 4], "申请退出"] for index in range(rows))


def write(place, rows):
    """Writes a sheet unless it is there already; the ending tells the format."""
    place = Path(place)
    if place.exists():
        return place
    if place.suffix == ".csv":
        with place.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(HEADINGS)
            writer.writerows(rows)
        return place
    import xlsxwriter

    book = xlsxwriter.Workbook(place, {"constant_memory": True})
    sheet = book.add_worksheet()
    for number, cells in enumerate([HEADINGS]):
        sheet.write_row(number, 0, cells)
    for number, cells in enumerate(rows, 1):
        for column, cell in enumerate(cells):
            sheet.write_string(number, column, cell)
    book.close()
    return place

"""tables.py PAGE TABLE ... RUNS: the page has each table, between <!-- NAME --> and <!-- end -->, NAME from the file's name.

With UPDATE_BUDGETS set, tables and page are written anew from the files `measures` below RUNS, with 2 % more than was measured.
"""
import os
import pathlib
import sys


# What the header may cost where an image only aggregates or only deaggregates.
HALF_OF_HEADER = 400


def allowed(column, label, figure):
    """RAM is exact; the rest may grow by 2 %, rounded up to a word."""
    if label.startswith("RAM"):
        return figure
    grown = -(-figure * 102 // 400) * 4
    return min(grown, HALF_OF_HEADER) if column.endswith("header") and label.endswith("only") else grown


def renewed(table, runs):
    head, rule, *rows = table.splitlines()
    columns = [cell.strip(" `") for cell in head.strip("|").split("|")][1:]
    measures = [dict(line.split("\t") for line in (runs / column / "measures").read_text().splitlines()) for column in columns]
    for place, row in enumerate(rows):
        label = row.split("|")[1].strip()
        cells = [str(allowed(column, label, int(measured[label]))) for column, measured in zip(columns, measures)]
        rows[place] = "| " + " | ".join([label, *cells]) + " |"
    return "\n".join([head, rule, *rows]) + "\n"


page, *tables, runs = map(pathlib.Path, sys.argv[1:])
for path in tables:
    table, text = path.read_text(), page.read_text()
    before, rest = text.split(f"<!-- {path.stem} -->\n")
    written, after = rest.split("<!-- end -->", 1)
    if "UPDATE_BUDGETS" in os.environ:
        table = renewed(table, runs)
        path.write_text(table)
        page.write_text(f"{before}<!-- {path.stem} -->\n{table}<!-- end -->{after}")
    elif written != table:
        sys.exit(f"{page} has another table than {path}")

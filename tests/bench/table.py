"""The table of what is to be reached: rows, their figures, and how a figure is judged."""
import dataclasses
from typing import Callable

from measuring import median


@dataclasses.dataclass(frozen=True)
class Figure:
    """One number of a row. `reach` is met by values of that side of it: ">=" or "<="."""
    name: str
    title: str
    sense: str
    reach: float
    aim: float
    unit: str = ""

    def met(self, value, bound=None):
        bound = self.reach if bound is None else bound
        return value >= bound if self.sense == ">=" else value <= bound

    def bound(self, value):
        return f"{self.sense} {value:g}{' ' + self.unit if self.unit else ''}"


@dataclasses.dataclass(frozen=True)
class Row:
    """A measurement that gives one or more figures; measure(bench) gives a Measured."""
    name: str
    figures: tuple
    measure: Callable


@dataclasses.dataclass
class Measured:
    values: dict                                       # figure: one value a round
    notes: list = dataclasses.field(default_factory=list)  # the absolute numbers behind them


def as_record(row, measured):
    """What --json keeps of a row."""
    if set(measured.values) != {f.name for f in row.figures}:
        raise ValueError(f"{row.name} measured {sorted(measured.values)}")
    return {"figures": {f.name: {"title": f.title, "values": measured.values[f.name], "median": median(measured.values[f.name]),
                                 "reach": f.bound(f.reach), "met": f.met(median(measured.values[f.name]))} for f in row.figures},
            "notes": measured.notes}


def as_lines(rows, records):
    """A Markdown table of the rows that were measured, then their notes."""
    lines = ["| row | figure | reach | aim | median | min .. max | met |", "|---|---|---|---|---|---|---|"]
    for row in rows:
        for figure in row.figures:
            if row.name not in records:
                lines.append(f"| {row.name} | {figure.title} | {figure.bound(figure.reach)} | {figure.aim:g} | | | not measured |")
                continue
            if "failed" in records[row.name]:
                lines.append(f"| {row.name} | {figure.title} | {figure.bound(figure.reach)} | {figure.aim:g} | | | failed |")
                continue
            values = records[row.name]["figures"][figure.name]["values"]
            value = median(values)
            met = "aim" if figure.met(value, figure.aim) else "yes" if figure.met(value) else "NO"
            lines.append(f"| {row.name} | {figure.title} | {figure.bound(figure.reach)} | {figure.aim:g} | {value:.3g} | "
                         f"{min(values):.3g} .. {max(values):.3g} | {met} |")
    for row in rows:
        record = records.get(row.name, {})
        lines += [f"- {row.name}: {note}" for note in record.get("notes", [])]
        if "failed" in record:
            lines.append(f"- {row.name}: failed: {record['failed']}")
    return lines

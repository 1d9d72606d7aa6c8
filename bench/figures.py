"""Figures: what a benchmark found, as a line of JSON, as a row of a table, and as a line of history."""
import json
import statistics
from dataclasses import asdict, dataclass
from typing import Optional


@dataclass
class Figure:
    """`value` is the median of so many rounds, `min` and `max` their spread; `target` is none where there is none."""
    name: str
    value: float
    unit: str
    better: str  # "lower" or "higher"
    target: Optional[float]
    min: float
    max: float
    rounds: int

    def as_json(self):
        return json.dumps(asdict(self))

    @property
    def verdict(self):
        if self.target is None:
            return ""
        reached = self.value <= self.target if self.better == "lower" else self.value >= self.target
        return "reached" if reached else "missed"


def of_rounds(name, values, unit, better="lower", target=None):
    rounded = [float(f"{value:.4g}") for value in values]
    return Figure(name, float(f"{statistics.median(values):.4g}"), unit, better, target, min(rounded), max(rounded), len(values))


def from_json(line):
    fields = json.loads(line)
    return Figure(**{name: fields.get(name) for name in Figure.__dataclass_fields__})


def shown(number):
    if number is None:
        return ""
    return f"{number:,.0f}" if abs(number) >= 1000 else f"{number:.4g}"


def as_table(measured):
    heads = ["figure", "median", "unit", "least", "most", "rounds", "target", ""]
    rows = [[f.name, shown(f.value), f.unit, shown(f.min), shown(f.max), str(f.rounds or ""), shown(f.target), f.verdict]
            for f in measured]
    widths = [max(len(row[i]) for row in [heads, *rows]) for i in range(len(heads))]
    numbers = {1, 3, 4, 5, 6}
    return "\n".join("  " + "  ".join(cell.rjust(width) if i in numbers else cell.ljust(width)
                                      for i, (cell, width) in enumerate(zip(row, widths))).rstrip() for row in [heads, *rows])


def record(file, measured, facts):
    file.parent.mkdir(exist_ok=True)
    with file.open("a") as history:
        for figure in measured:
            history.write(json.dumps({**asdict(figure), **facts}) + "\n")

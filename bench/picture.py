"""Draws how the figures of `growth` grow with history: bench/growth.svg."""
from pathlib import Path

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt  # noqa: E402

matplotlib.rcParams.update({"svg.hashsalt": "mohur", "svg.fonttype": "none", "font.family": "sans-serif", "font.size": 9,
                            "axes.spines.top": False, "axes.spines.right": False, "axes.grid": True, "grid.color": "#e6e6e6"})
FILE = Path(__file__).resolve().parent / "growth.svg"
COLOURS = ["#8a5a00", "#1f5f8b"]
PANELS = [
    ("Processor time, microseconds", [("accept_cpu", "a payout accepted"), ("report_cpu", "a report that makes it final")], None),
    ("Start after a kill, seconds", [("start", "by the clock"), ("start_cpu", "of processor")], 5),
    ("Memory, MiB", [("memory", "while it works"), ("start_memory", "at most during a start")], 1024),
    ("On the disk, bytes a payout", [("journal_bytes", "journal"), ("state_bytes", "state")], None),
]


def draw(measured):
    values = {}
    for figure in measured:
        _, payouts, name = figure.name.split(".")
        values.setdefault(name, []).append((int(payouts), figure))
    plot, axes = plt.subplots(1, len(PANELS), figsize=(14, 3.4), layout="constrained")
    for panel, (title, lines, target) in zip(axes, PANELS):
        for colour, (name, label) in zip(COLOURS, lines):
            points = sorted(values[name], key=lambda point: point[0])
            payouts = [point[0] for point in points]
            panel.plot(payouts, [point[1].value for point in points], "o-", color=colour, label=label, markersize=4)
            panel.fill_between(payouts, [point[1].min for point in points], [point[1].max for point in points], color=colour,
                               alpha=0.15, linewidth=0)
        if target:
            panel.axhline(target, color="#b00020", linewidth=1, linestyle="--", label="target")
        panel.set(xscale="log", xlabel="payouts in the history", title=title)
        panel.set_ylim(bottom=0)
        panel.legend(frameon=False, fontsize=8)
    plot.savefig(FILE, metadata={"Date": None})
    plt.close(plot)

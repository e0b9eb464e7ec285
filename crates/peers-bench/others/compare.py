"""Runs the bench three times, and the modules of other languages. Writes docs/evidence/performance.md,
docs/evidence/performance.svg and the figures in the README.

compare.py BENCH RESULTS [--only-write]: --only-write takes the figures of the last time and measures nothing.
"""
import datetime
import json
import os
import pathlib
import statistics
import subprocess
import sys
import textwrap
import time

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plot

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parent.parent.parent
EVIDENCE = ROOT / "docs/evidence"
RUNS = 3
# The load average at which a machine is quiet, and the seconds to wait for it.
QUIET, PATIENCE = 0.5, 600
OTHERS = {
    "Python": [sys.executable, str(HERE / "python_peer.py")],
    "Node": ["node", str(HERE / "node_peer.js")],
}
# What the README shows: section, workload, name of the row, our contestant with `md5-lanes`, bytes of a user record.
SHOWN = [
    ("reading one at a time", "500 x 100 B, 50 keys", "read one Kinesis record", "ours", 100),
    ("reading a batch", "200 x 50 KiB of 100 B", "read 200 Kinesis records", "ours, batch", 100),
    ("building", "500 x 100 B, 50 keys", "build one Kinesis record", "ours", 100),
]
# The targets against Python, in times as fast, for user records of 100 bytes and less.
ONE_BESIDE_PYTHON, BATCH_BESIDE_PYTHON = 9, 60

def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def wait_for_quiet():
    """Returns the load average once it is low, or after ten minutes."""
    end = time.monotonic() + PATIENCE
    while (load := os.getloadavg()[0]) >= QUIET and time.monotonic() < end:
        print(f"load average {load:.2f}: waiting until it is below {QUIET}", flush=True)
        time.sleep(10)
    return load


def measure(bench, results):
    load_before = wait_for_quiet()
    runs = []
    for number in range(RUNS):
        figures = results / f"figures{number}.json"
        subprocess.run([bench, "--json", figures], check=True)
        runs.append(json.loads(figures.read_text()))
    measured = median_of(runs)
    measured["spread"] = spread(runs)
    measured["others"] = beside_others(bench, results / "files")
    measured["machine"] = {
        "date": datetime.date.today().isoformat(),
        "code": run("bash", str(ROOT / ".ci/code-hash")).strip(),
        "cpu": cpu(),
        "cores": os.cpu_count(),
        "rustc": run("rustc", "--version").strip(),
        "python": "Python " + sys.version.split()[0],
        "node": "Node " + run("node", "--version").strip(),
        "load_before": load_before,
        "load_after": os.getloadavg()[0],
    }
    print(in_spread(measured))
    return measured


def median_of(runs):
    """The same structure with the median of each number."""
    first = runs[0]
    if isinstance(first, dict):
        return {key: median_of([each[key] for each in runs if key in each]) for key in first}
    if isinstance(first, list):
        return [median_of(each) for each in zip(*runs)]
    if isinstance(first, float):
        return statistics.median(runs)
    return first


def spread(runs):
    """How far the ratios of ours to the digest lie apart in the runs: the greatest of the smallest, less one."""
    def ratios(measured):
        for section in measured["sections"]:
            for row in section["rows"]:
                for name, ratio in row.get("of_digest", {}).items():
                    if name.startswith("ours"):
                        yield f"{section['section']}, {row['workload']}: {name}", ratio
    each = zip(*(ratios(measured) for measured in runs))
    return {turns[0][0]: max(r for _, r in turns) / min(r for _, r in turns) - 1 for turns in each}


def in_spread(measured):
    where, most = max(measured["spread"].items(), key=lambda item: item[1])
    usual = statistics.median(measured["spread"].values())
    return (
        f"Each figure is the median of {RUNS} runs. Between them, the figures of ours differ by {100 * usual:.1f} % "
        f"(the median of all), and at most by {100 * most:.0f} % ({where})."
    )


def cpu():
    lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), "unknown")


def beside_others(bench, files):
    """Measures ours and theirs in turn, so that a machine whose speed drifts favours neither."""
    run(bench, "files", str(files))
    rows = []
    for path in sorted(files.iterdir()):
        turns = []
        for _ in range(RUNS):
            ours = json.loads(run(bench, "time", path.name))
            theirs = {name: json.loads(run(*command, str(path))) for name, command in OTHERS.items()}
            for name, figures in theirs.items():
                assert figures["user_records"] == ours["user_records"], f"{name} reads others: {path.name}"
            turns.append((ours["ns_a_user_record"], theirs))
        row = {"workload": path.name, "reading": {}, "batch": {}, "building": {}, "of_digest": {}}
        for name in OTHERS:
            median = lambda ratio: statistics.median(ratio(ours, theirs[name]) for ours, theirs in turns)
            row["reading"][name] = median(lambda ours, its: its["reading"] / ours["ours, lent index"])
            row["batch"][name] = median(lambda ours, its: its["reading"] / ours["ours, batch"])
            row["building"][name] = median(lambda ours, its: its["building"] / ours["ours, building"])
            row["of_digest"][name] = {
                what: median(lambda ours, its: its[what] / ours["digest"]) for what in ("reading", "building")
            }
        print(row["workload"], {what: row[what] for what in ("reading", "batch", "building")}, flush=True)
        rows.append(row)
    return rows


def table(header, rows):
    lines = [header, ["---"] * len(header), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines) + "\n"


def section_table(section):
    first = section["rows"][0]
    names = list(first["ns_a_user_record"])
    ratios = next(key for key in first if key.startswith("of_") and key != "of_fastest_peer")
    peers = first["fastest_peer"] is not None
    ours = [name for name in names if name.startswith("ours")]
    header = ["", f"{names[0]}, ns", *names[1:]]
    header += ["fastest peer", *(f"{name} / it" for name in ours)] if peers else []
    rows = []
    for row in section["rows"]:
        line = [row["workload"], f"{row['ns_a_user_record'][names[0]]:,.1f}"]
        line += [f"{row[ratios][name]:.2f}" for name in names[1:]]
        if peers:
            line += [row["fastest_peer"] or "none"]
            line += [f"{row['of_fastest_peer'][name]:.2f}" if row["fastest_peer"] else "" for name in ours]
        rows.append(line)
    notes = [f"{row['workload']}: {row['note']}." for row in section["rows"] if row["note"]]
    text = f"## {section['section'].capitalize()}\n\n" + table(header, rows)
    return text + "".join(f"- {note}\n" for note in notes) + ("\n" if notes else "")


def account(measured):
    """The parts of a batch in nanoseconds. Its digests bring the data into the cache, so it takes less than their sum."""
    section = next(each for each in measured["sections"] if each["section"] == "a batch, part by part")
    for row in section["rows"]:
        ns = row["ns_a_user_record"]
        parse, cached, read = (ns[name] for name in ("parse, cached", "parse and iterate, cached", "parse and iterate"))
        yield (
            f"- {row['workload']}, in nanoseconds a user record: digests {ns['digests in lanes']:,.1f}, parsing {parse:,.1f}, "
            f"iterating {cached - parse:,.1f}, memory {read - cached:,.1f}; a batch, whose digests bring the data into the "
            f"cache, {ns['ours, batch']:,.1f}.\n"
        )


def bounds(measured):
    for section in measured["sections"]:
        for row in section["rows"]:
            for bound in row["bounds"]:
                where = f"{section['section']}, {row['workload']}"
                value = bound["measured"]
                met = "skipped here" if value is None else "met" if value <= bound["most"] else "**not met**"
                text = "" if value is None else f"{value:.3f}"
                if value is not None and "times" in bound["bound"]:
                    text = f"{1 / value:.1f} times"
                yield [where, bound["bound"], text, met]
    for row in measured["others"]:
        if "100 B" not in row["workload"] and "20 B" not in row["workload"]:
            continue
        wanted = [("reading", ONE_BESIDE_PYTHON), ("building", ONE_BESIDE_PYTHON)]
        # Only batches of many Kinesis records. The other files have few.
        wanted += [("batch", BATCH_BESIDE_PYTHON)] if " KiB of 100 B" in row["workload"] else []
        for what, least in wanted:
            value = row[what]["Python"]
            met = "met" if value >= least else "**not met**"
            bound = f"at least {least} times as fast as Python"
            yield [f"{what}, {row['workload']}", bound, f"{value:.1f} times", met]


def vectors(measured):
    return "AVX-512" if measured["avx512"] else "AVX2" if measured["avx2"] else "neither AVX2 nor AVX-512"


def row_of(measured, section, workload):
    rows = next(each["rows"] for each in measured["sections"] if each["section"] == section)
    return next(row for row in rows if row["workload"] == workload)


def in_short(measured):
    """The result in three sentences."""
    workload = "500 x 100 B, 50 keys"
    read, built = (row_of(measured, section, workload) for section in ("reading one at a time", "building"))
    batch = row_of(measured, "reading a batch", "200 x 50 KiB of 100 B")
    times = lambda row, name: f"{row['of_digest'][name]:.2f}"
    return textwrap.fill(
        "Every reader and writer has to compute an MD5. For 500 user records of 100 bytes under 50 keys, reading takes "
        f"{times(read, 'ours, md-5')} times as long as that MD5 (the fastest peer {times(read, read['fastest_peer'])}), and "
        f"building {times(built, 'ours, md-5')} times (the fastest peer {times(built, built['fastest_peer'])}). With the "
        f"feature `md5-lanes`, which has a faster MD5, reading takes {times(read, 'ours')}, building {times(built, 'ours')} "
        f"and reading many Kinesis records at once {times(batch, 'ours, batch')} times as long.",
        118, break_on_hyphens=False,
    )


def markdown(measured):
    machine = measured["machine"]
    text = f"""# Performance

{in_short(measured)}

`crates/peers-bench/compare`, {machine["date"]}, code {machine["code"]} (`.ci/code-hash`): {machine["cpu"]},
{machine["cores"]} cores, {vectors(measured)}, one thread; {machine["rustc"]}, {machine["python"]}, {machine["node"]}.
Load average {machine["load_before"]:.2f} before it, {machine["load_after"]:.2f} after it.

{textwrap.fill(in_spread(measured), 118)}
"""
    if machine["load_before"] >= QUIET:
        text += "\n**Other programs used the machine, so the figures are approximate.**\n"
    text += """
![Time of each contestant as a multiple of the time of the digest](performance.svg)

How to read the tables:

- The first column of figures is the time of the MD5, with the crate `md-5`, in nanoseconds for each user record (or
  key, or message). All other figures are multiples of it.
- All contestants run once in each round, in turn. A figure is the median of the ratios within the rounds.
- Every peer makes the same checks as ours: magic, digest, every index within its table, keys in UTF-8. Reading resolves
  the keys of every user record. Building finds equal keys with a hash map.
- "Ours" reads one Kinesis record at a time and finds keys with the built-in index, or with a lent one. "Batch" reads all
  of them at once and computes their digests in vector lanes. These have the feature `md5-lanes`. "Ours, md-5" is without
  it. "AVX2" is a batch whose digests are restricted to the instructions of a processor without AVX-512.
- "Copying and digest" is what no builder can avoid: it copies the data and computes the digest with `md5-lanes`.
- "Part by part" shows where the time of a batch goes. "Cached" reads the first Kinesis record again and again. The
  difference to reading all of them is what memory costs.
- "100 B" and "5 KiB" are the data of a user record. "50 KiB" and "1 MiB" are the size of an aggregate.

"""
    for section in measured["sections"]:
        text += section_table(section)
        if section["section"] == "a batch, part by part":
            text += "".join(account(measured)) + "\n"
    text += "## Beside Python and Node\n\nHow many times as fast ours is on the same files: reading one Kinesis record at a "
    text += "time with a lent index, reading a batch, and building.\n\n"
    header = ["", *(f"{what}, {name}" for name in OTHERS for what in ("one at a time", "batch", "building"))]
    keys = ("reading", "batch", "building")
    text += table(header, [
        [row["workload"], *(f"{row[key][name]:.1f}" for name in OTHERS for key in keys)]
        for row in measured["others"]
    ])
    text += "## Targets\n\nOf ours with the feature `md5-lanes`. \"Ours, md-5\" in the tables above shows what is reached without it.\n\n"
    text += table(["race", "bound", "measured", ""], list(bounds(measured)))
    return text.rstrip() + "\n"


def rate(ns, data_len):
    """The speed at which a user record takes so many nanoseconds."""
    return f"{1e3 / ns:.1f} M, {1e3 * data_len / ns:,.0f} MB"


def summary(measured):
    """What the README shows: user records a second and megabytes of their data a second."""
    machine = measured["machine"]
    others = {row["workload"]: row["of_digest"] for row in measured["others"]}
    rows = []
    for section, workload, name, with_lanes, data_len in SHOWN:
        row = row_of(measured, section, workload)
        ns, peer = row["ns_a_user_record"], row["fastest_peer"]
        what = "building" if section == "building" else "reading"
        python = ns["digest"] * others[workload]["Python"][what]
        line = [rate(each, data_len) for each in (ns["ours, md-5"], ns[with_lanes], ns[peer], python)]
        line[2] += f" ({peer})"
        rows.append([name, *line])
    header = ["a second", "kinesis-agg", "with `md5-lanes`", "fastest peer in Rust", "Python"]
    note = (
        "Millions of user records of 100 bytes, under 50 partition keys, and megabytes of their data, on one core. "
        f"{machine['cpu']}, {machine['rustc'].split(' (')[0]}, {machine['date']}, "
        f"load average {machine['load_before']:.2f} on {machine['cores']} cores; `crates/peers-bench/compare`: "
        "[performance](docs/evidence/performance.md)."
    )
    return table(header, rows) + textwrap.fill(note, 118, break_on_hyphens=False) + "\n"


def write_between_marks(path, text):
    before, rest = path.read_text().split("<!-- figures -->\n", 1)
    _, after = rest.split("<!-- end -->\n", 1)
    path.write_text(f"{before}<!-- figures -->\n{text}<!-- end -->\n{after}")


def chart(measured, path):
    """Readable on light and dark pages: no background, grey text, colours of medium brightness."""
    grey = "#7d8590"
    plot.rcParams.update({
        "svg.fonttype": "none", "svg.hashsalt": "performance", "font.family": "sans-serif", "font.size": 9,
        "text.color": grey, "axes.labelcolor": grey, "axes.edgecolor": grey, "xtick.color": grey, "ytick.color": grey,
    })
    others = {row["workload"]: row["of_digest"] for row in measured["others"]}
    panels = [("reading one at a time", "reading"), ("building", "building")]
    colours = {
        "ours": "#2da44e", "ours, md-5": "#8ddb8c", "ours, lent index": "#57ab5a", "ours, batch": "#1f883d", "prost": "#bf8700",
        "quick-protobuf": "#bc4c00", "micropb": "#8250df", "protobuf": "#0969da", "buffa": "#bf3989",
        "Python": "#6e7781", "Node": "#a0a8b0",
    }
    figure, axes = plot.subplots(1, 2, figsize=(11, 7), layout="constrained")
    for axis, (name, what) in zip(axes, panels):
        section = next(section for section in measured["sections"] if section["section"] == name)
        position, ticks, labels = 0, [], []
        for row in section["rows"]:
            values = {name: value for name, value in row["of_digest"].items() if name in colours}
            values |= {other: others[row["workload"]][other][what] for other in OTHERS}
            ticks.append(position + len(values) / 2 - 0.5)
            labels.append(row["workload"])
            for contestant, value in values.items():
                label = contestant if row is section["rows"][0] else None
                axis.barh(position, value, height=0.85, color=colours[contestant], label=label)
                position += 1
            position += 1.5
        axis.axvline(1, color=grey, linewidth=0.8)
        axis.set(xscale="log", title=f"{name.capitalize()}: time as a multiple of the digest's")
        axis.set_yticks(ticks, labels)
        axis.tick_params(axis="y", length=0)
        axis.invert_yaxis()
        axis.xaxis.set_major_formatter(matplotlib.ticker.FuncFormatter(lambda value, _: f"{value:g}"))
        axis.spines[["top", "right"]].set_visible(False)
    handles, names = axes[0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside lower center", ncols=6, frameon=False)
    figure.savefig(path, transparent=True, metadata={"Date": None})


def main():
    bench, results = sys.argv[1], pathlib.Path(sys.argv[2])
    results.mkdir(parents=True, exist_ok=True)
    everything = results / "measured.json"
    if "--only-write" not in sys.argv:
        everything.write_text(json.dumps(measure(bench, results)))
    measured = json.loads(everything.read_text())
    (EVIDENCE / "performance.md").write_text(markdown(measured))
    chart(measured, EVIDENCE / "performance.svg")
    write_between_marks(ROOT / "README.md", summary(measured))


main()

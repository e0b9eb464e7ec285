"""Checks instruction counts, as gungraun prints them with --output-format=json, against their limits.

limits.py BASELINE: with UPDATE_BASELINE set, writes the counts of reading and building to that file instead.
"""
import json
import os
import subprocess
import sys

# The largest ratio of instructions for data four times as long.
GROWTH = {"lent_index": 4.2, "built_in_index": 4.2, "no_index": 4.2, "adding": 4.6}
READING = ["strict", "verified", "lenient", "Kcl", "UserRecord"]
PARTS = {"lent_index": READING, "built_in_index": READING, "no_index": ["strict"], "adding": ["add", "held", "finish"]}
# Instructions for each byte read: the worst case is user records of 8 bytes, each with another key of 1,024 bytes that
# is checked as UTF-8 and hashed again.
DEAREST = 5000
LOOK_UPS = 64
# Allowed increase in per mille, over a count of the same compiler and of another one, whose counts mean little.
TOLERANCE, ROUGH_TOLERANCE = 20, 250

faults = []


def check(good, fault):
    if not good:
        faults.append(fault)


def instructions(metrics):
    return metrics["Ir"]["values"]["new"]


def measured_parts(profile):
    """The counts of each call of `measured_part`. The rest of the program is the last part and is not counted."""
    *parts, rest = [instructions(part["metrics"]) for part in profile["data"]["parts"]]
    assert rest == 0 and all(parts), "nothing was counted"
    return parts


def check_growth(work, shape, sizes):
    (_, few), (large, many) = sorted(sizes.items())
    ratios = dict(zip(PARTS[work], [most / least for least, most in zip(few, many, strict=True)], strict=True))
    a_byte = max(many) / large
    print(f"{shape:<32}{work:<16}", *(f"{part} {ratio:<8.3f}" for part, ratio in ratios.items()), f"{a_byte:.1f} a byte")
    if work == "no_index":
        check(ratios["strict"] > GROWTH[work], "planted: quadratic work was not noticed")
        return
    for part, ratio in ratios.items():
        check(ratio <= GROWTH[work], f"{shape}, {work}, {part}: {ratio:.3f} times as many")
    if work != "adding":
        check(a_byte <= DEAREST, f"{shape}, {work}: {a_byte:.1f} a byte")


def check_look_ups(table, by_entries):
    """The most expensive look-up walks over its share of all fields, with a small overhead."""
    assert all(len(counts) == LOOK_UPS for counts in by_entries.values())
    # Without an index, the first look-up is that of the last key and walks over every field.
    whole = by_entries[0][0]
    dearest = {entries: max(counts) for entries, counts in by_entries.items()}
    bound = lambda entries: whole // entries * 101 // 100 + 600
    print(f"{table:<32}look-ups        ", *(f"{n} entries: 1 / {whole / dearest[n]:<8.1f}" for n in (1, 8, 64)))
    for entries in (1, 8, 64):
        check(dearest[entries] <= bound(entries), f"{table}: a look-up with {entries} entries")
    check(dearest[4] > bound(8), f"{table}: planted: that 4 entries are not 8 was not noticed")


def check_baseline(counts, slowed, path, compiler):
    header, *lines = open(path).read().splitlines()
    per_mille, planted = (TOLERANCE, 50) if header == compiler else (ROUGH_TOLERANCE, 250)
    limits = {name: int(count) * (1000 + per_mille) // 1000 for name, count in (line.split("\t") for line in lines)}
    for name, count in counts.items():
        limit = limits.get(name, 0)
        print(f"{name:<32}{count:>10}, at most {limit}")
        check(count <= limit, f"{name}: {count} instructions, more than {limit}")
    noticed = slowed[f"records_{planted}"] > limits["read b100_keys_50"]
    check(noticed, f"planted: that {planted} of 500 user records were read twice was not noticed")


def main():
    path = sys.argv[1]
    compiler = "# " + subprocess.check_output([os.environ.get("RUSTC", "rustc"), "--version"], text=True).strip()
    counts, slowed, growth, look_ups = {}, {}, {}, {}
    for benchmark in map(json.loads, sys.stdin):
        work, name, profile = benchmark["function_name"], benchmark["id"], benchmark["profiles"][0]
        shape, _, size = name.rpartition("_")
        if work == "read_again":
            slowed[name] = instructions(profile["data"]["total"]["metrics"])
        elif benchmark["group"] == "instructions":
            counts[f"{work} {name}"] = instructions(profile["data"]["total"]["metrics"])
        elif work.startswith("look_ups_of_"):
            look_ups.setdefault(shape, {})[int(work.removeprefix("look_ups_of_"))] = measured_parts(profile)
        else:
            growth.setdefault((shape, work), {})[int(size)] = measured_parts(profile)
    if os.environ.get("UPDATE_BASELINE"):
        lines = [compiler, *(f"{name}\t{count}" for name, count in counts.items())]
        open(path, "w").write("\n".join(lines) + "\n")
        return
    for (shape, work), sizes in growth.items():
        check_growth(work, shape, sizes)
    for table, by_entries in look_ups.items():
        check_look_ups(table, by_entries)
    if counts:
        check_baseline(counts, slowed, path, compiler)
    if faults:
        sys.exit("\n".join(f"FAULT: {fault}" for fault in faults))


main()

# Tells which medians and quartiles outside of sweeps, of a file of the suite's with one workload, are
# missing where page.py's lines should have them.
#   holds.py FILE.json < LINES
import json
import sys

rows = [line[len("row: "):].split(" | ", 1) for line in sys.stdin if line.startswith("row: ")]
with open(sys.argv[1], encoding="utf-8") as file:
    runs = json.load(file)["benchmarks"]
found = 0
for run in runs:
    workload, variant, sweep = run["label"].split("/")
    if run["run_type"] != "aggregate" or sweep != "none" or variant.startswith("limit"):
        continue
    for name in {"median": ["cpu_time", "instructions", "frames", "heap_calls"], "lower_quartile": ["cpu_time"],
                 "upper_quartile": ["cpu_time"]}.get(run["aggregate_name"], []):
        if name not in run:
            continue
        digits = 0 if name == "cpu_time" and run[name] >= 99.95 else 1
        text = "%.*f" % (digits, run[name])
        if not any(row[0] == variant and text in row[1] for row in rows):
            print("missing: %s of %s: %s" % (run["aggregate_name"], variant, text))
        found += 1
print("%d numbers looked for" % found)

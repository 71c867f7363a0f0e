# Tells in which settings a file of the suite's has medians.
#   settings.py FILE
import collections
import json
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    results = json.load(file)
settings = collections.defaultdict(list)
for run in results["benchmarks"]:
    if run.get("aggregate_name") == "median":
        settings[run["label"]].append(run)
for label in sorted(settings):
    told = []
    for name in ["group", "skew", "depth", "calls"]:
        values = sorted({run[name] for run in settings[label]})
        if any(values):
            told.append(" ".join([name, *("%g" % value for value in values)]))
    sizes = len({run["bytes"] for run in settings[label]})
    print("%s: %s%s" % (label, ", ".join(told), ", %d sizes" % sizes if sizes > 1 else ""))

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
    values = {name: sorted({run[name] for run in settings[label]}) for name in ["group", "bytes", "skew"]}
    sizes = len(values["bytes"])
    print("%s: group %s, skew %s%s" % (label, " ".join("%g" % value for value in values["group"]),
                                       " ".join("%g" % value for value in values["skew"]),
                                       ", %d sizes" % sizes if sizes > 1 else ""))

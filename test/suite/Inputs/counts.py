# Tells which of the processor's counts a file of the suite's has, of the variants outside of sweeps.
#   counts.py FILE
import json
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    runs = json.load(file)["benchmarks"]
medians = [run for run in runs if run.get("aggregate_name") == "median" and "/limit-" not in run["label"]]
counts = ["%d %swith %s" % (sum(name in run for run in medians), "" if k else "medians ", name)
          for k, name in enumerate(["instructions", "cycles", "branch_misses", "cache_misses"])]
print(", ".join(counts))

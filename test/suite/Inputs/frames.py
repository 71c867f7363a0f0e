# Tells what a file of the suite's says of memory, of each variant.
#   frames.py FILE
import json
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    runs = json.load(file)["benchmarks"]
for run in sorted(runs, key=lambda run: run["label"]):
    if run.get("aggregate_name") == "median" and "/limit" not in run["label"]:
        print("%s: %s" % (run["label"].split("/")[1],
                          "%g frames, %g heap calls" % (run["frames"], run["heap_calls"])
                          if "frames" in run else "not known"))

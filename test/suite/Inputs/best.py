# Prints the group size of the lowest median in a file of the suite's, for some variants.
#   best.py FILE VARIANT...
import json
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    runs = json.load(file)["benchmarks"]


def best(variant):
    return min((run for run in runs if run.get("aggregate_name") == "median"
                and run["label"].endswith("/%s/group" % variant)), key=lambda run: run["cpu_time"])


print(" ".join("%g" % best(variant)["group"] for variant in sys.argv[2:]))

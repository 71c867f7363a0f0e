# Prints a file of the suite's with a change, which is Python: `all` is the whole, `runs` its runs, and
# `median` the run with the median of AMAC outside of sweeps.
#   change.py FILE CHANGE
import json
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    all = json.load(file)
runs = all["benchmarks"]
median = next(run for run in runs
              if run["label"].endswith("/amac/none") and run.get("aggregate_name") == "median")
exec(sys.argv[2])
json.dump(all, sys.stdout)

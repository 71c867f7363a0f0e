# Tells what a file of Google Benchmark's says of each benchmark.
#   medians.py FILE
import collections
import json
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    results = json.load(file)
times = collections.defaultdict(list)
aggregates = collections.defaultdict(dict)
for run in results["benchmarks"]:
    name = "/".join(run["run_name"].split("/")[:2])
    assert run["time_unit"] == "ns", run
    if run["run_type"] == "iteration":
        times[name].append(run["cpu_time"])
    else:
        aggregates[name][run["aggregate_name"]] = run["cpu_time"]
for name in sorted(times):
    of = aggregates[name]
    # Each is a quotient of its own, rounded.
    order = [min(times[name]), of["lower_quartile"], of["median"], of["upper_quartile"]]
    inside = all(low <= high * (1 + 1e-9) for low, high in zip(order, order[1:]))
    print("%s: %d repetitions, a median %s the quartiles"
          % (name, len(times[name]), "between" if inside else "NOT between"))

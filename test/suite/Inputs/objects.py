# Tells which figures a file of bench/suite/objects.py has, and of some workloads whether the nested variants
# have more code and larger frames than the flat ones.
#   objects.py FILE WORKLOAD...
import json
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    found = json.load(file)
for name, figures in found.items():
    frames = figures["frame_bytes"]
    assert frames == sorted(frames, reverse=True) and all(size >= 16 for size in frames), frames
    print("%s: %s, %s, %d frames" % (name, "code" if figures["code_bytes"] > 0 else "NO CODE",
                                     "seconds" if figures["compile_seconds"] > 0 else "NO SECONDS", len(frames)))


def more(workload, family):
    nested, flat = (found["%s/%s-%s" % (workload, family, way)] for way in ["nested", "flat"])
    larger = [what for what, of in [("code", lambda of: of["code_bytes"]), ("frames", lambda of: sum(of["frame_bytes"]))]
              if of(nested) > of(flat)]
    return " and ".join(larger)


for workload in sys.argv[2:]:
    print("%s: nested is more than flat: %s of g++, %s of Rust"
          % (workload, more(workload, "cpp20-gcc"), more(workload, "rust")))

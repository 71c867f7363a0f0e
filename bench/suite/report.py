#!/usr/bin/env python3
"""Makes plots and a page of HTML of what the suite measured:

    bench/suite/report.py FOLDER FILE.json... [--figures FILE.json]

The files are those of the suite's --json; --figures names what objects.py found. Leaves in the folder
report.html, which needs no other file, and its plots as SVG and PNG, where there is gnuplot.
Exit status 2: a file that can't be read or isn't the suite's.
"""
import argparse
import collections
import html
import json
import math
import os
import re
import shutil
import subprocess
import sys


class Unusable(Exception):
    pass


# ---- Variants ------------------------------------------------------------------------------------
# The colours are those of Okabe and Ito, which are told apart with any kind of colour blindness, and
# some darker ones. Members of a family share one, and differ in dashes and points.

Style = collections.namedtuple("Style", "panel color dash point")

STYLES = {
    "sequential": Style("by hand", "#000000", 1, 0),
    "group-prefetching": Style("by hand", "#e69f00", 1, 5),
    "software-pipelined": Style("by hand", "#e69f00", 2, 4),
    "amac": Style("by hand", "#d55e00", 1, 7),
    "two-level": Style("by hand", "#0072b2", 1, 9),
    "nested-inlined": Style("layers in C", "#56b4e9", 1, 11),
    "nested-inlined-fused": Style("layers in C", "#009e73", 1, 13),
    "nested-linked": Style("layers in C", "#cc79a7", 1, 5),
    "nested-linked-stack": Style("layers in C", "#cc79a7", 2, 4),
    "nested-linked-circular": Style("layers in C", "#cc79a7", 3, 6),
    "cpp20-nested": Style("peers", "#882255", 1, 7),
    "cpp20-nested-elided": Style("peers", "#882255", 2, 6),
    "cpp20-nested-elidable": Style("peers", "#882255", 3, 8),
    "cpp20-gcc-nested": Style("peers", "#882255", 4, 10),
    "cpp20-flat": Style("peers", "#999933", 1, 9),
    "cpp20-gcc-flat": Style("peers", "#999933", 2, 8),
    "rust-nested": Style("peers", "#332288", 1, 13),
    "rust-flat": Style("peers", "#332288", 2, 12),
    "boost-fibers": Style("peers", "#777777", 1, 11),
    "ucontext-fibers": Style("peers", "#777777", 2, 10),
}
REFERENCE = "nested-inlined-fused"
PANELS = ["by hand", "layers in C", "peers"]
# For variants that aren't named above.
MORE = [Style("peers", color, dash, point) for dash, point in [(1, 5), (2, 13), (3, 4)]
        for color in ["#aa4499", "#aa7700", "#117733"]]
LIMITS = {"limit-latency": "#d55e00", "limit-lines": "#0072b2"}


def styles_of(variants):
    styles = dict(STYLES)
    for variant in variants:
        if variant not in styles:
            styles[variant] = MORE[(len(styles) - len(STYLES)) % len(MORE)]
    return styles


# ---- What was measured ---------------------------------------------------------------------------

AGGREGATES = {"median": "median", "lower_quartile": "lower", "upper_quartile": "upper"}
COUNTERS = ["group", "bytes", "skew", "depth", "calls"]
KNOWN_SOMETIMES = ["instructions", "prefetches", "frames", "heap_calls", "huge_mib", "cycles", "branch_misses",
                   "cache_misses"]


class Results:
    def __init__(self):
        self.context = {}
        self.points = {}  # by (workload, variant, sweep, what changes in that)
        self.figures = {}  # by "workload/variant"

    def names(self, part):
        return list(dict.fromkeys(key[part] for key in self.points))

    def workloads(self):
        return self.names(0)

    def variants(self):
        found = [name for name in self.names(1) if name not in LIMITS]
        return sorted(found, key=lambda name: list(STYLES).index(name) if name in STYLES
                      else len(STYLES))

    def get(self, workload, variant):
        return self.points.get((workload, variant, "none", 0))

    def sweep(self, workload, variant, sweep):
        """Of a sweep, in order: where it is, and the point."""
        return sorted(((key[3], point) for key, point in self.points.items()
                       if key[:3] == (workload, variant, sweep)), key=lambda pair: pair[0])

    def best(self, workload, variant):
        points = [point for _, point in self.sweep(workload, variant, "group")]
        if not points and variant == "sequential":  # does nothing with a group
            return self.get(workload, variant)
        return min(points, key=lambda point: point["median"], default=None)


def read_json(path):
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    except OSError as error:
        raise Unusable(f"{path}: {error.strerror}")
    except ValueError as error:
        raise Unusable(f"{path}: not JSON: {error}")


def number_of(run, name, path):
    value = run.get(name)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise Unusable(f"{path}: {run.get('name')}: no number '{name}'")
    return value


def where(sweep, point):
    return 0 if sweep == "none" else point["bytes" if sweep == "size" else sweep]


def take_run(run, results, path, own):
    label = re.fullmatch(f"([^/]+)/([^/]+)/(none|{'|'.join(SWEEP_NAMES)})", str(run.get("label")))
    if not label:
        raise Unusable(f"{path}: {run.get('name')}: no label of the suite's")
    point = {name: number_of(run, name, path) for name in COUNTERS}
    key = (*label.groups(), where(label[3], point))
    if key in results.points and key not in own:
        raise Unusable(f"{path}: {run.get('name')} is in another file, too")
    own.add(key)
    known = {name: number_of(run, name, path) for name in KNOWN_SOMETIMES if name in run}
    kept = results.points.setdefault(key, {**point, **known})
    kept[AGGREGATES[run["aggregate_name"]]] = number_of(run, "cpu_time", path)


def take_context(context, results, path):
    if not isinstance(context, dict) or "machine" not in context:
        raise Unusable(f"{path}: not of the suite: it names no machine")
    for name in ["machine", "system"]:
        if results.context.get(name, context.get(name)) != context.get(name):
            raise Unusable(f"{path}: from another {name} than the file before")
    results.context.update(context)


def take_file(path, results):
    document = read_json(path)
    if not isinstance(document, dict) or not isinstance(document.get("benchmarks"), list):
        raise Unusable(f"{path}: not of Google Benchmark")
    take_context(document.get("context"), results, path)
    own = set()
    for run in document["benchmarks"]:
        if not isinstance(run, dict):
            raise Unusable(f"{path}: not of Google Benchmark")
        if run.get("aggregate_name") in AGGREGATES:
            take_run(run, results, path, own)
    for key in own:
        if not set(AGGREGATES.values()) <= results.points[key].keys():
            raise Unusable(f"{path}: {'/'.join(map(str, key))}: a median or a quartile is missing")
    if not own:
        raise Unusable(f"{path}: nothing is measured in it")


def figures_of(path):
    found = read_json(path)
    if not isinstance(found, dict) or not all(isinstance(value, dict) for value in found.values()):
        raise Unusable(f"{path}: not of objects.py")
    return found


# ---- Plots ---------------------------------------------------------------------------------------

def quoted(text):
    return "'" + text.replace("'", "''") + "'"


def block(name, rows):
    return [f"${name} << EOD", *(" ".join(map(str, row)) for row in rows), "EOD"]


class Plots:
    """Draws them; keeps each as text for the page."""

    def __init__(self, results, folder):
        self.results = results
        self.folder = folder
        self.styles = styles_of(results.variants())
        self.gnuplot = shutil.which("gnuplot")
        self.svgs = {}

    def draw(self, name, width, height, script):
        if not self.gnuplot:
            return
        paths = {kind: os.path.join(self.folder, f"{name}.{kind}") for kind in ["svg", "png"]}
        terminals = {"svg": f"svg size {width},{height} font 'DejaVu Sans,12' noenhanced",
                     "png": f"pngcairo size {width},{height} font 'DejaVu Sans,10' noenhanced"}
        for kind, path in paths.items():
            lines = [f"set terminal {terminals[kind]} background rgb 'white'",
                     f"set output {quoted(path)}", *script]
            done = subprocess.run([self.gnuplot], input="\n".join(lines) + "\n", text=True,
                                  capture_output=True)
            if done.returncode != 0:
                raise Unusable(f"gnuplot: {name}: {done.stderr.strip().splitlines()[-1]}")
        with open(paths["svg"], encoding="utf-8") as file:
            self.svgs[name] = for_a_page(file.read(), name)

    def footer(self):
        return ["set label 99 " + quoted(self.results.context["machine"]) +
                " at screen 0.99,0.02 right font ',9' textcolor rgb '#555555'"]

    def bars(self, workload):
        rows, tics = [], []
        variants = [v for v in self.results.variants() if self.results.get(workload, v)]
        for y, variant in enumerate(variants):
            point = self.results.get(workload, variant)
            color = int(self.styles[variant].color[1:], 16)
            rows.append((y, point["median"], point["lower"], point["upper"], color))
            tics.append(f"{quoted(variant)} {y}")
        if not rows:
            return None
        size = self.results.get(workload, variants[0])["bytes"]
        group = self.results.get(workload, variants[-1])["group"]
        script = [
            *block("bars", rows), *self.footer(), "set lmargin 25", "set bmargin 5", "unset key",
            "set title " + quoted(f"{workload}: {bytes_text(size)}, {group:g} in flight; "
                                  "whiskers: quartiles"),
            "set xlabel 'CPU ns per operation, median'", f"set ytics ({', '.join(tics)}) nomirror",
            f"set yrange [{len(rows) - 0.4}:-0.6]",
            f"set xrange [0:{max(row[3] for row in rows) * 1.12}]",
            "set xtics nomirror", "set grid xtics lt 1 lc rgb '#dddddd'", "set style fill solid 1.0 noborder",
            "plot $bars using 2:1:(0):2:($1-0.36):($1+0.36):5 with boxxyerror lc rgb variable, "
            "$bars using 2:1:3:4 with xerrorbars pt -1 lw 1.5 lc rgb '#000000', "
            "$bars using 4:1:(sprintf('  %.1f', $2)) with labels left font ',10'",
        ]
        name = f"{workload}-bars"
        self.draw(name, 900, 110 + 26 * len(rows), script)
        return name

    def lines(self, workload, sweep, axis):
        """A panel for each kind of variants, with one range of values, and one variant in all."""
        panels = {panel: [] for panel in PANELS}
        data, values, places, reference = [], [], set(), None
        for k, variant in enumerate(self.results.variants()):
            points = self.results.sweep(workload, variant, sweep)
            if not points:
                continue
            style = self.styles[variant]
            data += block(f"line{k}", [(x, p["median"], p["lower"], p["upper"]) for x, p in points])
            values += [p["median"] for _, p in points]
            places |= {x for x, _ in points}
            line = (f"$line{k} using 1:2 with linespoints title {quoted(variant)} "
                    f"lc rgb '{style.color}' dt {style.dash} pt {style.point} ps 0.8 lw 2")
            panels[style.panel].append(line)
            if variant == REFERENCE:
                reference = (style.panel, line)
        panels = {panel: lines for panel, lines in panels.items() if lines}
        for panel, lines in panels.items():
            if reference and panel != reference[0]:
                lines.append(reference[1])
        if not panels:
            return None
        if sweep == "group":
            for lines in panels.values():
                lines[:0] = self.flat_line(workload, "sequential")
            values += [p["median"] for p in [self.results.get(workload, "sequential")] if p]
        key_rows = max(math.ceil(len(lines) / 2) for lines in panels.values())
        script = [*data, *axis, *range_of(values, sweep, key_rows), *GRID,
                  f"set xrange [{edges(places, sweep)}]",
                  f"set key top left Left reverse vertical maxrows {key_rows} samplen 1.5 width -3 "
                  "font ',9'", "set rmargin 3",
                  "set ylabel 'CPU ns per operation, median'",
                  f"set multiplot layout 1,{len(panels)} title "
                  + quoted(title_of(self.results, workload, sweep)), "set bmargin 6", *self.footer()]
        for panel, lines in panels.items():
            script += [f"set title {quoted(panel)}", "plot " + ", ".join(lines), "unset label 99"]
        name = f"{workload}-{sweep}"
        self.draw(name, max(490 * len(panels), 760), 440 + 16 * key_rows,
                  [*script, "unset multiplot"])
        return name

    def flat_line(self, workload, variant):
        point = self.results.get(workload, variant)
        style = self.styles[variant]
        return [f"{point['median']} with lines title {quoted(variant)} lc rgb '{style.color}' "
                "dt 4 lw 1.5"] if point else []

    def limits(self, axis):
        """By working set; of the first workload that has them: they are the same for all."""
        for workload in self.results.workloads():
            data, lines, values, places = [], [], [], set()
            for variant, color in LIMITS.items():
                points = self.results.sweep(workload, variant, "size")
                data += block(variant.replace("-", ""), [(x, p["median"]) for x, p in points])
                values += [p["median"] for _, p in points]
                places |= {x for x, _ in points}
                lines.append(f"${variant.replace('-', '')} using 1:2 with linespoints title "
                             f"{quoted(LIMIT_NAMES[variant])} lc rgb '{color}' pt 7 lw 2")
            if values:
                script = [*data, *axis, *range_of(values, "size", 1), *self.footer(), *GRID,
                          f"set xrange [{edges(places, 'size')}]", "set bmargin 6",
                          "set key top left Left reverse",
                          "set ylabel 'CPU ns per line of 64 bytes, median'",
                          "set title 'What memory allows'", "plot " + ", ".join(lines)]
                self.draw("limits-size", 760, 420, script)
                return "limits-size"
        return None


LIMIT_NAMES = {"limit-latency": "one line after the other", "limit-lines": "all lines known in advance"}


def for_a_page(svg, name):
    """Several share a page: no two ids may be the same."""
    svg = svg[svg.index("<svg"):].replace("<title>Gnuplot</title>", f"<title>{name}</title>")
    svg = re.sub(r"""\bid=(["'])""", rf"id=\1{name}-", svg)
    svg = re.sub(r"""href=(["'])#""", rf"href=\1#{name}-", svg)
    return svg.replace("url(#", f"url(#{name}-")


GRID = ["set grid xtics ytics lt 1 lc rgb '#dddddd'"]


def range_of(values, sweep, key_rows):
    """Leaves room for the key above the lines."""
    share = 0.05 + 0.05 * key_rows  # of the panel
    low, high = min(values), max(values)
    if sweep != "size":
        return [f"set yrange [0:{high / (1 - share)}]"]
    low *= 0.85
    tics = [digit * 10 ** power for power in range(-1, 7) for digit in [1, 2, 5]]
    return [f"set yrange [{low}:{low * (high / low) ** (1 / (1 - share))}]",
            "set ytics (" + ", ".join(f"{tic:g}" for tic in tics) + ")"]


def edges(places, sweep):
    low, high = min(places), max(places)
    if sweep in ["group", "size"]:  # logarithmic
        return f"{low * 0.9}:{high * 1.1}"
    return f"{low - 0.03 * (high - low)}:{high + 0.03 * (high - low)}"


def title_of(results, workload, sweep):
    points = [p for v in results.variants() for _, p in results.sweep(workload, v, sweep)]
    group = "" if sweep == "group" else f", {points[0]['group']:g} in flight"
    size = "" if sweep == "size" else f", {bytes_text(points[0]['bytes'])}"
    return f"{workload} by {SWEEP_NAMES[sweep]}{size}{group}"


def bytes_text(count):
    for unit in ["bytes", "KiB", "MiB"]:
        if count < 1024:
            return f"{count:.3g} {unit}"
        count /= 1024
    return f"{count:.3g} GiB"


def size_axis():
    tics = ", ".join(f"'{bytes_text(1 << k)}' {1 << k}" for k in range(12, 41, 2))
    return ["set logscale x 2", "set logscale y", f"set xtics ({tics}) rotate by 35 right",
            "set xlabel 'working set'"]


AXES = {
    "group": ["set logscale x 2", "set xtics (1, 2, 4, 8, 16, 32, 64)",
              "set xlabel 'group size (operations in flight)'"],
    "size": size_axis(),
    "skew": ["set xlabel 'Zipf exponent of the keys'", "set xtics 0.2"],
    "depth": ["set xlabel 'layers'", "set xtics 1"],
    "calls": ["set xlabel 'calls for each suspend'", "set xtics 1"],
}
SWEEP_NAMES = {"group": "group size", "size": "working set", "skew": "skew", "depth": "depth",
               "calls": "calls for each suspend"}


# ---- Tables --------------------------------------------------------------------------------------

NOT_KNOWN = "n/a"


def text_of(value, decimals):
    return NOT_KNOWN if value is None else f"{value:.{decimals}f}"


def table(head, rows):
    """Of text; the first cell of a row is its name."""
    parts = ["<div class='wide'><table><thead><tr>"]
    parts += [f"<th>{html.escape(cell)}</th>" for cell in head]
    parts.append("</tr></thead><tbody>")
    for row in rows:
        parts.append(f"<tr><th>{html.escape(row[0])}</th>")
        for cell in row[1:]:
            kind = " class='none'" if cell == NOT_KNOWN else ""
            parts.append(f"<td{kind}>{html.escape(cell).replace(chr(10), '<br>')}</td>")
        parts.append("</tr>")
    return "".join(parts) + "</tbody></table></div>"


def by_variant(results, cell, extra=None):
    """A row for each variant, a column for each workload and one for what they have in common."""
    head = ["", *results.workloads(), *([extra[0]] if extra else [])]
    rows = []
    for variant in results.variants():
        row = [cell(workload, variant) for workload in results.workloads()]
        rows.append([variant, *row, *([extra[1](variant)] if extra else [])])
    return table(head, rows)


def ratio(point, base):
    return point["median"] / base["median"] if point and base and base["median"] > 0 else None


def ratios(results, base, get):
    def of(workload, variant):
        return ratio(get(workload, variant), get(workload, base))

    def mean(variant):
        values = [of(workload, variant) for workload in results.workloads()]
        if not all(values):
            return NOT_KNOWN
        return text_of(math.exp(sum(map(math.log, values)) / len(values)), 3)
    return by_variant(results, lambda w, v: text_of(of(w, v), 3), ("geometric mean", mean))


def short(ns):
    return text_of(ns, 1 if ns < 99.95 else 0)


def with_quartiles(point):
    if not point:
        return NOT_KNOWN
    return f"{short(point['median'])}\n{short(point['lower'])}–{short(point['upper'])}"


def times(results):
    return by_variant(results, lambda w, v: with_quartiles(results.get(w, v)))


def counted(results, name):
    return by_variant(results, lambda w, v: text_of((results.get(w, v) or {}).get(name), 1))


def best_times(results):
    def cell(workload, variant):
        point = results.best(workload, variant)
        group = "" if not point or variant == "sequential" else f"\nat {point['group']:g}"
        return with_quartiles(point) + group
    return by_variant(results, cell)


def figure(results, name, text):
    def cell(workload, variant):
        value = results.figures.get(f"{workload}/{variant}", {}).get(name)
        return text(value) if value else NOT_KNOWN
    return by_variant(results, cell)


def limits(results):
    head = ["", "working set", "latency of a line, ns", "a line of many, ns", "lines per operation",
            "huge pages, MiB"]
    rows = []
    for workload in results.workloads():
        points = [results.get(workload, name) for name in LIMITS]
        variants = [results.get(workload, v) for v in results.variants() if v != "sequential"]
        lines = [p["prefetches"] for p in variants if p and "prefetches" in p]
        huge = [p["huge_mib"] for p in points if p and "huge_mib" in p]
        size = next((p["bytes"] for p in [*variants, results.get(workload, "sequential")] if p), None)
        rows.append([workload, bytes_text(size) if size else NOT_KNOWN,
                     *(text_of(p and p["median"], 1) for p in points),
                     text_of(lines[0] if lines else None, 1), text_of(huge[0] if huge else None, 0)])
    return table(head, rows)


# ---- The page ------------------------------------------------------------------------------------

STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 80rem; margin: 2rem auto; padding: 0 1rem;
       color: #222; background: #fff; }
h1, h2, h3 { line-height: 1.2; } h2 { margin-top: 2.5rem; border-bottom: 1px solid #ccc; }
table { border-collapse: collapse; font-size: 13px; font-variant-numeric: tabular-nums; }
th, td { padding: .2rem .7rem; text-align: right; vertical-align: top; border-bottom: 1px solid #eee; }
thead th { border-bottom: 1px solid #888; vertical-align: bottom; }
tbody th { text-align: left; font-weight: normal; white-space: nowrap; }
tbody tr:hover { background: #f4f7fa; }
.none { color: #767676; } .wide { overflow-x: auto; }
figure { margin: 1rem 0; } figure svg { max-width: 100%; height: auto; }
pre { background: #f5f5f5; padding: .7rem; overflow-x: auto; } dt { font-weight: 600; }
"""


def paragraph(text):
    return f"<p>{html.escape(text)}</p>"


def section(title, *parts):
    return [f"<h2>{html.escape(title)}</h2>", *parts]


def machine_part(context):
    rows = [("processor", context["machine"]), ("system", context.get("system")),
            ("measured", context.get("date")),
            ("load when it began", ", ".join(f"{load:.1f}" for load in context.get("load_avg", []))),
            ("a run", f"{context.get('operations')} operations, {context.get('misses')} % of them misses; "
                      f"{context.get('repetitions')} runs of each")]
    return section("The machine", "<dl>", *(
        f"<dt>{name}</dt><dd>{html.escape(str(value if value else NOT_KNOWN))}</dd>"
        for name, value in rows), "</dl>")


def operations_part(results):
    rows = []
    for workload in results.workloads():
        rows.append([workload, results.context.get(f"operation {workload}", NOT_KNOWN)])
    return section("The workloads", paragraph("An operation is:"),
                   "<div class='text'>" + table(["", ""], rows) + "</div>")


def times_part(results):
    how = results.context.get("instructions", "not told how they were counted")
    parts = section(
        "Times", paragraph("CPU nanoseconds per operation of the calling thread: the median of the "
                           "repetitions, below it the quartiles. n/a: not measured."), times(results))
    for base, title in [("two-level", "two-level"), ("amac", "AMAC")]:
        parts += [f"<h3>Time / {title}</h3>", ratios(results, base, results.get)]
    return parts + ["<h3>Instructions per operation</h3>",
                    paragraph(f"In user mode; {how}."), counted(results, "instructions"),
                    "<h3>Frames per operation</h3>",
                    paragraph("Taken from the pools of coro.h and of the C++ peer. What a run takes for all "
                              "its operations at once is not counted: slots, stacks of fibers, Rust's "
                              "futures."), counted(results, "frames"),
                    "<h3>Calls of malloc() and the like per operation</h3>",
                    paragraph("Once the pools are filled."), counted(results, "heap_calls")]


def counts_part(results):
    """What the processor has counted in user mode, where the kernel lets it."""
    def ipc(point):
        return point["instructions"] / point["cycles"] if point.get("cycles") else None
    parts = []
    for title, of, decimals in [("Cycles per operation", lambda point: point.get("cycles"), 0),
                                ("Instructions per cycle", ipc, 2),
                                ("Branch misses per operation", lambda point: point.get("branch_misses"), 2),
                                ("Cache misses per operation", lambda point: point.get("cache_misses"), 2)]:
        values = {(w, v): of(results.get(w, v) or {}) for w in results.workloads() for v in results.variants()}
        parts.append(f"<h3>{title}</h3>")
        if all(value is None for value in values.values()):
            parts.append(paragraph("n/a: the kernel doesn't count them there."))
        else:
            parts.append(by_variant(results, lambda w, v: text_of(values[w, v], decimals)))
    return section("What the processor counted", *parts)


def best_part(results):
    if not any(key[2] == "group" for key in results.points):
        return []
    parts = section("Each at its best group size",
                    paragraph("The group size is the one of the sweep with the lowest median, for each "
                              "variant and workload; sequential has none."), best_times(results))
    for base, title in [("two-level", "two-level"), ("amac", "AMAC")]:
        parts += [f"<h3>Time / {title}</h3>", ratios(results, base, results.best)]
    return parts


def figures_part(results):
    if not results.figures:
        return []
    return section(
        "Code", "<h3>Bytes of machine code</h3>",
        paragraph("All functions of the variant's object file, the loop included; what it calls in "
                  "libraries is not. Of chain: at all nine depths."),
        figure(results, "code_bytes", "{:.0f}".format), "<h3>Seconds to compile it</h3>",
        paragraph("User CPU time of one compilation, headers included; in Rust of nested and flat together."),
        figure(results, "compile_seconds", "{:.2f}".format), "<h3>Bytes of frames</h3>",
        paragraph("Of each coroutine that is left in the object file, as the compiler's remarks tell, or "
                  "what g++ tells debuggers; in Rust, of an operation's future, which holds all others. "
                  "A frame that is elided lies in its awaiter's, and counts there, too."),
        figure(results, "frame_bytes", lambda sizes: ", ".join(map(str, sizes))))


def plots_part(plots):
    parts = section("Plots", paragraph("A variant has the same colour everywhere.") if plots.gnuplot
                    else paragraph("There was no gnuplot to draw them."))
    parts += figure_of(plots, plots.limits(AXES["size"]))
    for workload in plots.results.workloads():
        parts.append(f"<h3>{html.escape(workload)}</h3>")
        parts += figure_of(plots, plots.bars(workload))
        for sweep, axis in AXES.items():
            parts += figure_of(plots, plots.lines(workload, sweep, axis))
    return parts


def figure_of(plots, name):
    if name not in plots.svgs:
        return []
    return [f"<figure id='{html.escape(name)}'>{plots.svgs[name]}</figure>"]


def reproduce_part(results):
    context = results.context
    options = " ".join(f"--{name} {context[name]}" for name in ["mib", "operations", "repetitions"]
                       if name in context)
    return section("How to reproduce", paragraph("In a checkout of CoroInline, on a quiet machine:"),
                   f"<pre>./dev bench report -- {html.escape(options)}</pre>",
                   paragraph("The repetitions of all variants of a workload take turns in a random "
                             "order, in one process. The answer of each run is compared with what is "
                             "known without it."))


def page(results, plots):
    parts = [
        "<!DOCTYPE html>", "<html lang='en'><head><meta charset='utf-8'>",
        "<meta name='viewport' content='width=device-width'>",
        f"<title>CoroInline's benchmark suite</title><style>{STYLE}"
        ".text td { text-align: left; }</style></head><body>",
        "<h1>CoroInline’s benchmark suite</h1>", *machine_part(results.context),
        *operations_part(results),
        *section("What memory allows", paragraph(
            "Lines of 64 bytes at random places of as many bytes as the largest working set, measured in "
            "turns with each workload: the address of each known when the line before has come, and all "
            "known in advance. Lines per operation: prefetches, also of what is in the caches. Huge pages: "
            "what the whole process got of them, the limits' own lines included; it asks for them for "
            "all its data."),
            limits(results)),
        *times_part(results), *counts_part(results), *best_part(results), *figures_part(results), *plots_part(plots),
        *reproduce_part(results), "</body></html>"]
    return "\n".join(parts) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("files", nargs="+", metavar="FILE.json")
    parser.add_argument("--figures", metavar="FILE.json")
    arguments = parser.parse_args()
    results = Results()
    try:
        for path in arguments.files:
            take_file(path, results)
        if arguments.figures:
            results.figures = figures_of(arguments.figures)
        os.makedirs(arguments.folder, exist_ok=True)
        plots = Plots(results, arguments.folder)
        path = os.path.join(arguments.folder, "report.html")
        with open(path, "w", encoding="utf-8") as file:
            file.write(page(results, plots))
    except (Unusable, OSError) as error:
        print(f"report.py: {error}", file=sys.stderr)
        sys.exit(2)
    if not plots.gnuplot:
        print("no gnuplot here, no plots")
    print(f"report: {path}")


if __name__ == "__main__":
    main()

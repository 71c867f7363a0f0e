// measure.cpp: hands the suite's cells to Google Benchmark: C++ for no other reason. Repetitions
// take turns in a random order, one batch of operations each.
#include "suite.h"

#include <benchmark/benchmark.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace
{

counters counting; // of the processor
std::ofstream results;
std::unique_ptr<benchmark::JSONReporter> json;
std::optional<benchmark::BenchmarkReporter::Context> context;
std::vector<benchmark::BenchmarkReporter::Run> measured; // by the last suite_measure()

// The value that a share of the sorted others is below: the two quartiles as harness.c has them.
double quantile(const std::vector<double> &values, bool upper)
{
    std::vector<double> sorted(values);
    std::sort(sorted.begin(), sorted.end());
    std::size_t last = sorted.size() - 1, lower = last / 4;
    return sorted[upper ? last - lower : lower];
}

double lower_quartile(const std::vector<double> &values)
{
    return quantile(values, false);
}

double upper_quartile(const std::vector<double> &values)
{
    return quantile(values, true);
}

// One repetition. Google Benchmark counts operations as its iterations: its times are one's.
void repeat(benchmark::State &state, bench_cell *cell)
{
    auto *task = const_cast<suite_task *>(static_cast<const suite_task *>(cell->context));
    suite_job job = suite_next_job(task);
    std::uint64_t result = 0;
    while (state.KeepRunningBatch(static_cast<benchmark::IterationCount>(job.count))) {
        counters_sum before = counters_read(&counting);
        result = task->run(&job);
        counters_add(&cell->counted, before, counters_read(&counting));
    }
    suite_settle(task, &job, result);
}

// Takes the medians and quartiles into the cells, and keeps everything for the file.
class reporter : public benchmark::BenchmarkReporter
{
  public:
    explicit reporter(bench_cell *first) : cells(first)
    {
    }

    bool ReportContext(const Context &all) override
    {
        if (!context)
            context.emplace(all);
        return true;
    }

    void ReportRuns(const std::vector<Run> &runs) override
    {
        measured.insert(measured.end(), runs.begin(), runs.end());
        for (const Run &run : runs)
            if (run.run_type == Run::RT_Aggregate)
                take(run);
    }

  private:
    void take(const Run &run)
    {
        bench_cell &cell = cells[run.family_index];
        double ns = run.GetAdjustedCPUTime();
        if (run.aggregate_name == "median")
            cell.median = ns;
        else if (run.aggregate_name == "lower_quartile")
            cell.lower = ns;
        else if (run.aggregate_name == "upper_quartile")
            cell.upper = ns;
    }

    bench_cell *cells;
};

// A line that is overwritten, where somebody looks.
void show_progress(const bench_cell &cell, unsigned done, unsigned all)
{
    if (isatty(STDERR_FILENO))
        std::fprintf(stderr, "\r\033[K%s: run %u of %u: %s", cell.setting, done, all, cell.version);
}

void describe(benchmark::BenchmarkReporter::Run &run, const bench_cell &cell, double huge_mib)
{
    const auto &task = *static_cast<const suite_task *>(cell.context);
    run.report_label =
        std::string(cell.setting) + "/" + cell.version + "/" + (task.sweep ? task.sweep : "none");
    run.counters["group"] = static_cast<double>(task.group);
    run.counters["bytes"] = static_cast<double>(task.data->bytes);
    run.counters["skew"] = task.skew;
    run.counters["depth"] = task.depth;
    run.counters["calls"] = task.calls;
    if (huge_mib >= 0)
        run.counters["huge_mib"] = huge_mib;
    const std::pair<const char *, double> known[] = {{"instructions", cell.instructions},
                                                     {"prefetches", cell.prefetches},
                                                     {"frames", cell.frames},
                                                     {"heap_calls", cell.heap_calls},
                                                     {"cycles", cell.cycles},
                                                     {"branch_misses", cell.branch_misses},
                                                     {"cache_misses", cell.cache_misses}};
    for (auto [name, value] : known)
        if (value >= 0)
            run.counters[name] = value;
}

void enroll(bench_cell *cell, unsigned *done, unsigned all)
{
    auto *task = static_cast<const suite_task *>(cell->context);
    std::string name = std::string(cell->setting) + "/" + cell->version;
    if (task->sweep) {
        char place[32];
        std::snprintf(place, sizeof place, ":%.12g", task->place);
        name += std::string("/") + task->sweep + place;
    }
    auto run = [=](benchmark::State &state) {
        show_progress(*cell, ++*done, all);
        repeat(state, cell);
    };
    benchmark::RegisterBenchmark(name.c_str(), run)
        ->Iterations(static_cast<benchmark::IterationCount>(cell->units))
        ->Repetitions(static_cast<int>(task->repetitions))
        ->ComputeStatistics("lower_quartile", lower_quartile)
        ->ComputeStatistics("upper_quartile", upper_quartile);
}

} // namespace

bool suite_begin(const char *path)
{
    // Google Benchmark keeps the name.
    static char program[] = "suite", interleave[] = "--benchmark_enable_random_interleaving=true";
    char *arguments[] = {program, interleave, nullptr};
    int count = 2;
    benchmark::Initialize(&count, arguments);
    counters_open(&counting);
    if (!path)
        return true;
    results.open(path);
    json = std::make_unique<benchmark::JSONReporter>();
    json->SetOutputStream(&results);
    json->SetErrorStream(&results);
    return results.good();
}

void suite_tell(const char *name, const char *value)
{
    benchmark::AddCustomContext(name, value);
}

void suite_measure(bench_cell *cells, std::size_t count)
{
    measured.clear();
    unsigned done = 0, all = 0;
    for (std::size_t k = 0; k < count; k++)
        all += static_cast<const suite_task *>(cells[k].context)->repetitions;
    for (std::size_t k = 0; k < count; k++)
        enroll(&cells[k], &done, all);
    reporter shown(cells);
    benchmark::RunSpecifiedBenchmarks(&shown, ".");
    benchmark::ClearRegisteredBenchmarks();
    if (isatty(STDERR_FILENO))
        std::fprintf(stderr, "\r\033[K");
    for (std::size_t k = 0; k < count; k++)
        bench_take_counts(&cells[k], &counting,
                          cells[k].units *
                              static_cast<const suite_task *>(cells[k].context)->repetitions);
}

void suite_write(const bench_cell *cells)
{
    static bool begun = false;
    if (!json)
        return;
    if (!begun)
        begun = json->ReportContext(*context);
    double huge_mib = bench_huge_mib();
    for (auto &run : measured)
        describe(run, cells[run.family_index], huge_mib);
    json->ReportRuns(measured);
}

void suite_end()
{
    if (json)
        json->Finalize();
    results.close();
    counters_close(&counting);
}

//===- mutate.cpp - The passes on input that nobody would write -----------===//
//
//   coroinline-mutate [--mutants=N] [--seed=S] [--before=PASSES]
//     [--passes=PASSES]... [--keep=FOLDER] [--cpu=SECONDS] [--show=K]
//     PLUGIN FILE.ll...
//
// Makes N mutants of each file, and puts each through each list of passes as
// clang would: it goes on behind an error. Each run is a process of its own. A
// run may end well or with errors. That LLVM gives up is no failure where it
// does so on the same mutant without the plugin, or behind coro-prepare alone.
// Anything else is: a crash, a hang (for --cpu seconds; 0: waits for ever), a
// module that the verifier finds broken. Exits 1 then, and with --keep leaves
// the mutants. --show prints the mutant K of the file.
//
//===----------------------------------------------------------------------===//

#include "../../passes/Compat.h"
#include "Mutations.h"

#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/DiagnosticHandler.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Verifier.h"
#include "llvm/IRReader/IRReader.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Passes/StandardInstrumentations.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/SourceMgr.h"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>
#include <execinfo.h>
#include <fcntl.h>
#include <map>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace llvm;

namespace
{

struct Settings {
    unsigned Mutants = 100, Seed = 1, Cpu = 0;
    int Show = -1;
    std::string Before, Keep, PluginPath;
    std::vector<std::string> Passes, Files;
};

/// How a run ended.
enum class End { Well, WithErrors, NoMutant, Fatal, Crash, Hang };
constexpr const char *EndNames[] = {"well", "with errors", "no mutant", "fatal", "crash", "hang"};

struct Outcome {
    End How;
    std::string What; // where it happened: equal for what is one failure
    bool IsOurs;      // the plugin was on the stack
    bool isFailure() const
    {
        return How >= End::Fatal;
    }
};

// ---- In the process of one run ---------------------------------------------

int Report = -1;            // a pipe to the parent
const char *Phase = "read"; // "mutate", or the pass that runs
char PassName[256];
bool WasRejected = false;

void say(const char *Text)
{
    // There is nobody to tell of an error.
    (void)!write(Report, Text, strlen(Text));
}

/// Tells the parent where we are: the pass, and the innermost functions.
void sayWhere()
{
    void *Frames[64];
    int Count = backtrace(Frames, 64);
    bool IsOurs = false;
    unsigned Said = 0;
    say(Phase);
    for (int K = 0; K < Count; K++) {
        Dl_info Info;
        if (!dladdr(Frames[K], &Info) || !Info.dli_fname)
            continue;
        bool IsPlugin = strstr(Info.dli_fname, "libCoroInline") != nullptr;
        bool IsLlvm = strstr(Info.dli_fname, "libLLVM") != nullptr;
        IsOurs |= IsPlugin;
        if (Said >= 8 || (!IsPlugin && !(IsLlvm && Info.dli_sname)))
            continue;
        if (Said++ == 0)
            say(" in");
        char Place[64];
        snprintf(Place, sizeof Place, " plugin+0x%zx",
                 size_t(static_cast<char *>(Frames[K]) - static_cast<char *>(Info.dli_fbase)));
        say(IsPlugin ? Place : " ");
        if (!IsPlugin)
            say(Info.dli_sname);
    }
    say(IsOurs ? "\nours" : "\nLLVM's");
}

[[noreturn]] void leave(End How)
{
    _exit(10 + int(How));
}

void onSignal(int Signal)
{
    signal(Signal, SIG_DFL);
    alarm(10); // what was interrupted may hold a lock that we need
    sayWhere();
    leave(Signal == SIGXCPU ? End::Hang : End::Crash);
}

void onFatalError(void *, const char *Reason, bool)
{
    say("'");
    say(Reason);
    say("' ");
    sayWhere();
    leave(End::Fatal);
}

/// As clang's: says nothing, and goes on.
struct Handler : DiagnosticHandler {
    bool handleDiagnostics(const DiagnosticInfo &Info) override
    {
        WasRejected |= Info.getSeverity() == DS_Error;
        return true;
    }
};

void runPasses(Module &M, StringRef Passes, PassPlugin *Plugin)
{
    LoopAnalysisManager LAM;
    FunctionAnalysisManager FAM;
    CGSCCAnalysisManager CGAM;
    ModuleAnalysisManager MAM;
    PassInstrumentationCallbacks Callbacks;
    StandardInstrumentations Instrumentations(M.getContext(), false,
                                              /*VerifyEach=*/true);
    Instrumentations.registerCallbacks(Callbacks, &MAM);
    Callbacks.registerBeforeNonSkippedPassCallback([](StringRef Name, Any) {
        snprintf(PassName, sizeof PassName, "%.*s", int(Name.size()), Name.data());
        Phase = PassName;
    });
    PassBuilder PB(nullptr, PipelineTuningOptions(), {}, &Callbacks);
    if (Plugin)
        Plugin->registerPassBuilderCallbacks(PB);
    PB.registerModuleAnalyses(MAM);
    PB.registerCGSCCAnalyses(CGAM);
    PB.registerFunctionAnalyses(FAM);
    PB.registerLoopAnalyses(LAM);
    PB.crossRegisterProxies(LAM, FAM, CGAM, MAM);
    ModulePassManager MPM;
    if (Error E = PB.parsePassPipeline(MPM, Passes))
        report_fatal_error(std::move(E), false);
    MPM.run(M, MAM);
    Phase = "verify";
    if (verifyModule(M))
        report_fatal_error("broken at the end", false);
}

/// What to do in a process of its own, to a module that is its own.
using Job = function_ref<void(std::unique_ptr<Module>)>;

void prepareProcess(const Settings &S, int Pipe)
{
    Report = Pipe;
    static char Stack[1 << 16];
    stack_t Alternative = {};
    Alternative.ss_sp = Stack;
    Alternative.ss_size = sizeof Stack;
    sigaltstack(&Alternative, nullptr);
    struct sigaction Action = {};
    Action.sa_handler = onSignal;
    Action.sa_flags = SA_ONSTACK | SA_NODEFER;
    for (int Signal : {SIGSEGV, SIGABRT, SIGILL, SIGBUS, SIGFPE, SIGTRAP, SIGXCPU})
        sigaction(Signal, &Action, nullptr);
    install_fatal_error_handler(onFatalError);
    rlimit Memory = {rlim_t(4) << 30, rlim_t(4) << 30};
    setrlimit(RLIMIT_AS, &Memory);
    if (S.Cpu) {
        rlimit Time = {S.Cpu, S.Cpu + 5};
        setrlimit(RLIMIT_CPU, &Time);
    }
    int Null = open("/dev/null", O_WRONLY);
    dup2(Null, STDERR_FILENO);
}

// ---- In the parent ---------------------------------------------------------

class Fuzzer
{
    const Settings &S;
    PassPlugin Plugin;
    LLVMContext Context;
    std::unique_ptr<Module> Original;
    std::map<std::string, unsigned> Failures; // by what and where
    unsigned Counts[6] = {}, OfLlvm = 0, Runs = 0;

    Outcome inProcess(Job Do);
    Outcome run(unsigned Seed, ArrayRef<StringRef> Before, StringRef Passes, bool WithPlugin);
    bool isOfLlvm(unsigned Seed, StringRef Passes);
    void keep(unsigned Seed, StringRef Name);
    bool read(StringRef File);

  public:
    Fuzzer(const Settings &S, PassPlugin Plugin) : S(S), Plugin(std::move(Plugin))
    {
        Context.setDiagnosticHandler(std::make_unique<Handler>());
    }
    bool show(StringRef File, unsigned K);
    void fuzz(StringRef File);
    bool summarize() const;
};

Outcome Fuzzer::inProcess(Job Do)
{
    int Pipe[2];
    if (pipe(Pipe))
        report_fatal_error("no pipe");
    fflush(stdout);
    pid_t Child = fork();
    if (Child < 0)
        report_fatal_error("no process");
    if (Child == 0) {
        close(Pipe[0]);
        prepareProcess(S, Pipe[1]);
        Do(std::move(Original));
        leave(WasRejected ? End::WithErrors : End::Well);
    }
    close(Pipe[1]);
    Outcome O = {End::Crash, "", false};
    char Buffer[4096];
    for (ssize_t Got; (Got = ::read(Pipe[0], Buffer, sizeof Buffer)) > 0;)
        O.What.append(Buffer, Got);
    close(Pipe[0]);
    int Status;
    waitpid(Child, &Status, 0);
    if (WIFEXITED(Status) && WEXITSTATUS(Status) >= 10)
        O.How = End(WEXITSTATUS(Status) - 10);
    else if (WIFSIGNALED(Status) && WTERMSIG(Status) == SIGKILL) // --cpu
        O.How = End::Hang;
    O.IsOurs = StringRef(O.What).ends_with("\nours");
    O.What = StringRef(O.What).split('\n').first.str();
    // What goes wrong in LLVM's own mutations is not what we look for.
    if (O.isFailure() && StringRef(O.What).contains("mutate"))
        O.How = End::NoMutant;
    return O;
}

Outcome Fuzzer::run(unsigned Seed, ArrayRef<StringRef> Before, StringRef Passes, bool WithPlugin)
{
    return inProcess([&](std::unique_ptr<Module> M) {
        Phase = "mutate";
        M = mutations::mutate(std::move(M), Seed);
        for (StringRef Each : Before)
            runPasses(*M, Each, &Plugin);
        runPasses(*M, Passes, WithPlugin ? &Plugin : nullptr);
    });
}

bool Fuzzer::isOfLlvm(unsigned Seed, StringRef Passes)
{
    return !Passes.contains("coro-") && (run(Seed, {}, Passes, false).isFailure() ||
                                         run(Seed, {"coro-prepare"}, Passes, false).isFailure());
}

void Fuzzer::keep(unsigned Seed, StringRef Name)
{
    if (S.Keep.empty())
        return;
    inProcess([&](std::unique_ptr<Module> M) {
        M = mutations::mutate(std::move(M), Seed);
        std::error_code Failed;
        raw_fd_ostream Out((S.Keep + "/" + Name).str(), Failed);
        M->print(Out, nullptr);
    });
}

/// False where File is no valid IR, as that of another LLVM may be.
bool Fuzzer::read(StringRef File)
{
    auto Read = [&] {
        SMDiagnostic Error;
        Original = parseIRFile(File, Error, Context);
        if (!Original || verifyModule(*Original))
            report_fatal_error("not valid", false);
        if (!S.Before.empty())
            runPasses(*Original, S.Before, &Plugin);
    };
    // First where it does no harm to fail.
    if (inProcess([&](auto) { Read(); }).isFailure()) {
        outs() << File << ": left out, it is not valid\n";
        return false;
    }
    Read();
    return true;
}

bool Fuzzer::show(StringRef File, unsigned K)
{
    if (!read(File))
        return false;
    mutations::mutate(std::move(Original), S.Seed + K)->print(outs(), nullptr);
    return true;
}

void Fuzzer::fuzz(StringRef File)
{
    if (!read(File))
        return;
    std::string Stem = File.rsplit('/').second.str();
    for (unsigned K = 0; K < S.Mutants; K++)
        for (const std::string &Passes : S.Passes) {
            unsigned Seed = S.Seed + K;
            Outcome O = run(Seed, {}, Passes, true);
            Runs++;
            if (O.isFailure() && !O.IsOurs && isOfLlvm(Seed, Passes)) {
                OfLlvm++;
                continue;
            }
            Counts[int(O.How)]++;
            if (!O.isFailure())
                continue;
            std::string Name = EndNames[int(O.How)] + (": " + O.What);
            if (Failures[Name]++)
                continue;
            std::string Kept = Stem + "." + utostr(K) + "." + utostr(Failures.size()) + ".ll";
            keep(Seed, Kept);
            outs() << File << ", mutant " << K << ", " << Passes << ": " << Name
                   << (S.Keep.empty() ? "" : "; kept: " + Kept) << '\n';
            outs().flush();
        }
}

bool Fuzzer::summarize() const
{
    outs() << "runs: " << Runs;
    for (End How : {End::Well, End::WithErrors, End::NoMutant})
        outs() << ", " << EndNames[int(How)] << ": " << Counts[int(How)];
    outs() << ", LLVM gives up: " << OfLlvm << '\n';
    for (auto &[What, Count] : Failures)
        outs() << Count << " times " << What << '\n';
    return Failures.empty();
}

// ---- The command line ------------------------------------------------------

/// LLVM's own options are not to be loaded twice, and cl::opt would list all.
bool parse(int Count, char **Arguments, Settings &S)
{
    for (StringRef A : ArrayRef<char *>(Arguments, Count).drop_front()) {
        auto Number = [&A](auto &To) { return !A.getAsInteger(10, To); };
        bool IsGood = true;
        if (A.consume_front("--mutants="))
            IsGood = Number(S.Mutants);
        else if (A.consume_front("--seed="))
            IsGood = Number(S.Seed);
        else if (A.consume_front("--cpu="))
            IsGood = Number(S.Cpu);
        else if (A.consume_front("--show="))
            IsGood = Number(S.Show);
        else if (A.consume_front("--before="))
            S.Before = A.str();
        else if (A.consume_front("--keep="))
            S.Keep = A.str();
        else if (A.consume_front("--passes="))
            S.Passes.push_back(A.str());
        else if (A.starts_with("--"))
            IsGood = false;
        else if (S.PluginPath.empty())
            S.PluginPath = A.str();
        else
            S.Files.push_back(A.str());
        if (!IsGood)
            return false;
    }
    if (S.Passes.empty())
        S.Passes = {"coro-prepare",
                    "coro-prepare,coro-inline",
                    "coro-inline,cgscc(coro-devirt),coro-fuse-returns,"
                    "function(coro-forward-frames)",
                    "print<coro-await>,coro-seal,coro-ship,coro-unseal,"
                    "coro-drop-places,coro-frame-report",
                    "function(coro-note-variables,coro-reuse-frames,"
                    "coro-mark-suspends,coro-pin,coro-share-slots,"
                    "coro-pack-slots,coro-describe-frame,coro-lower-alloca,"
                    "coro-sink-addresses)",
                    "default<O0>",
                    "default<O1>",
                    "default<O2>",
                    "thinlto-pre-link<O2>"};
    return !S.Files.empty();
}

} // namespace

int main(int Count, char **Arguments)
{
    Settings S;
    if (!parse(Count, Arguments, S)) {
        fputs("usage: coroinline-mutate [--mutants=N] [--seed=S] "
              "[--before=PASSES] [--passes=PASSES]... [--keep=FOLDER] "
              "[--cpu=SECONDS] [--show=K] PLUGIN FILE.ll...\n",
              stderr);
        return 2;
    }
    Expected<PassPlugin> Plugin = PassPlugin::Load(S.PluginPath);
    if (!Plugin) {
        errs() << toString(Plugin.takeError()) << '\n';
        return 2;
    }
    if (!S.Keep.empty())
        sys::fs::create_directories(S.Keep);
    void *Unused;
    backtrace(&Unused, 1); // loads what it needs before anything goes wrong
    Fuzzer F(S, std::move(*Plugin));
    if (S.Show >= 0)
        return F.show(S.Files.front(), S.Show) ? 0 : 2;
    for (const std::string &File : S.Files)
        F.fuzz(File);
    return F.summarize() ? 0 : 1;
}

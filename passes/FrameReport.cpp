//===- FrameReport.cpp - Says what the coroutines came to -----------------===//
//
// CoroSplit copies a coroutine's attributes to the functions that it makes of
// it, and tells them how large the frame is:
//
//   define ptr @f() "coroinline-report"="3;2;f" presplitcoroutine
// =>
//   define void @f.resume(ptr dereferenceable(88) %frame)
//          "coroinline-report"="3;2;f"
//
// It is read as soon as the resume function is there, which is gone at the end
// where its body stands in all that drives it. What is driven by indirect calls
// still is said at the end alone, when nothing changes that any more.
//
//===----------------------------------------------------------------------===//

#include "FrameReport.h"
#include "CoroDevirt.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Analysis/OptimizationRemarkEmitter.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/FormatVariadic.h"

#include <optional>
#include <tuple>

using namespace llvm;
using namespace coroinline;

static constexpr char Note[] = "coroinline-report";
static constexpr char PartsNote[] = "coroinline-frame-parts";

namespace {
struct Numbers {
  uint64_t Suspends = 0; // with the initial one
  uint64_t Inlined = 0;  // awaits
  StringRef Name;        // of the coroutine
};
} // namespace

/// Takes numbers, each with a semicolon behind it, off the start of Text. False
/// where it is empty.
static bool takeNumbers(StringRef &Text, ArrayRef<uint64_t *> Numbers) {
  for (uint64_t *N : Numbers) {
    if (Text.consumeInteger(10, *N))
      return false;
    Text = Text.substr(1);
  }
  return true;
}

static std::optional<Numbers> notedOn(const Function &F) {
  Numbers N;
  N.Name = F.getFnAttribute(Note).getValueAsString();
  return takeNumbers(N.Name, {&N.Suspends, &N.Inlined}) ? std::optional(N)
                                                        : std::nullopt;
}

static void note(Function &F, unsigned Suspends, unsigned Inlined) {
  F.addFnAttr(Note,
              formatv("{0};{1};{2}", Suspends, Inlined, F.getName()).str());
}

void coroinline::noteForReport(Function &F, unsigned Suspends) {
  if (OptimizationRemarkEmitter(&F).allowExtraAnalysis("coro-inline"))
    note(F, Suspends, 0);
}

void coroinline::updateNote(Function &F, unsigned Suspends, unsigned Inlined) {
  if (auto Before = notedOn(F)) // with Inlined, if this is the link
    note(F, Suspends, Before->Inlined + Inlined);
}

void coroinline::noteParts(Function &F, const FrameParts &Parts) {
  if (F.hasFnAttribute(Note))
    F.addFnAttr(PartsNote, formatv("{0};{1};{2};{3}", Parts.Promise,
                                   Parts.Index, Parts.Kept, Parts.Unshared)
                               .str());
}

static std::optional<FrameParts> partsOf(const Function &F) {
  FrameParts P;
  StringRef Text = F.getFnAttribute(PartsNote).getValueAsString();
  return takeNumbers(Text, {&P.Promise, &P.Index, &P.Kept, &P.Unshared})
             ? std::optional(P)
             : std::nullopt;
}

static void addParts(OptimizationRemarkAnalysis &R, const FrameParts &P,
                     uint64_t Frame, uint64_t Functions) {
  uint64_t Known = Functions + P.Promise + P.Index + P.Kept;
  R << "; of these, functions " << ore::NV("Functions", Functions)
    << ", chain and result " << ore::NV("Promise", P.Promise) << ", index "
    << ore::NV("Index", P.Index) << ", kept values " << ore::NV("Kept", P.Kept);
  if (P.Unshared != P.Kept)
    R << " (" << ore::NV("Unshared", P.Unshared) << " with a field for each)";
  if (Frame > Known)
    R << ", variables in memory and gaps " << ore::NV("Rest", Frame - Known);
}

static void report(Function &F, const Numbers &N,
                   OptimizationRemarkEmitter &ORE) {
  uint64_t Frame = F.getArg(0)->getDereferenceableBytes();
  unsigned Headers =
      N.Inlined * 4 * F.getParent()->getDataLayout().getPointerSize();
  ORE.emit([&] {
    OptimizationRemarkAnalysis R("coro-inline", "Frame", F.getSubprogram(),
                                 &F.getEntryBlock());
    R << "'" << ore::NV("Coroutine", N.Name) << "': frame of "
      << ore::NV("FrameSize", Frame)
      << " bytes; suspends: " << ore::NV("Suspends", N.Suspends - 1);
    if (N.Inlined)
      R << "; awaits inlined: " << ore::NV("Inlined", N.Inlined)
        << ", which saves " << ore::NV("BytesSaved", Headers)
        << " bytes of frame headers alone";
    if (auto Parts = partsOf(F))
      addParts(R, *Parts, Frame,
               2 * F.getParent()->getDataLayout().getPointerSize());
    return R;
  });
}

/// Says it once of all the functions that CoroSplit has made of a coroutine.
static void reportOnce(Function &F, FunctionAnalysisManager &FAM) {
  auto N = notedOn(F);
  // Not of the coroutine itself, which may be no more than declared.
  if (!N || F.arg_size() != 1 || !F.getArg(0)->getDereferenceableBytes())
    return;
  const std::string Name = N->Name.str();
  report(F, *N, FAM.getResult<OptimizationRemarkEmitterAnalysis>(F));
  for (Function &Each : *F.getParent())
    if (auto Of = notedOn(Each); Of && Of->Name == Name) {
      Each.removeFnAttr(Note);
      Each.removeFnAttr(PartsNote);
    }
}

PreservedAnalyses FrameReportPass::run(Function &F,
                                       FunctionAnalysisManager &AM) {
  reportOnce(F, AM);
  return PreservedAnalyses::all();
}

PreservedAnalyses FrameReportPass::run(Module &M, ModuleAnalysisManager &AM) {
  auto &FAM = AM.getResult<FunctionAnalysisManagerModuleProxy>(M).getManager();
  for (Function &F : M)
    reportOnce(F, FAM);
  reportIndirect(M, FAM);
  return PreservedAnalyses::all();
}

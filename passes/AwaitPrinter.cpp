//===- AwaitPrinter.cpp - Prints who awaits whom --------------------------===//

#include "AwaitPrinter.h"
#include "IndirectAwaits.h"
#include "InlineDecision.h"
#include "KnownCallees.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace coroinline;

/// What is known of an await that no single coroutine is known for.
static void printTargets(raw_ostream &OS, Value *Task) {
  ListSeparator Or(" or ");
  auto Ramps = indirectRampsOf(Task);
  for (CallInst *Ramp : Ramps) {
    KnownCallees Known = findCallees(*Ramp);
    for (Function *Target : Known.Targets)
      OS << Or << '\'' << Target->getName() << '\'';
    if (!Known.AreAll)
      OS << Or << "what a pointer holds";
  }
  if (isa<PHINode>(Task))
    OS << Or << "one of several tasks";
  else if (Ramps.empty())
    OS << "a task";
}

static void printSite(raw_ostream &OS, const AwaitGraph::Node &N,
                      const AwaitSite &S, const InlineDecision &Decision) {
  OS << "  awaits ";
  if (Function *Callee = S.callee())
    OS << '\'' << Callee->getName() << '\'';
  else
    printTargets(OS, S.Point.task());
  if (const DebugLoc &Loc = S.Point.Transfer->getDebugLoc()) {
    OS << " at ";
    Loc.print(OS);
  }
  TaskUses Uses;
  Refusal Why = Decision.checkLegality(N, S, Uses);
  if (!Why)
    Why = Decision.checkBudget(N, S, {}, sizeOf(*N.F));
  OS << ": " << (Why ? *Why : "to be inlined") << '\n';
}

PreservedAnalyses AwaitPrinterPass::run(Module &M, ModuleAnalysisManager &AM) {
  auto &FAM = AM.getResult<FunctionAnalysisManagerModuleProxy>(M).getManager();
  CoroInlineOptions Options;
  AwaitGraph Graph(M);
  InlineDecision Decision(Graph, Options, FAM);
  OS << "Await graph of '" << M.getName() << "', callees first:\n";
  for (AwaitGraph::Node *N : Graph.calleesFirst()) {
    OS << '\'' << N->F->getName() << "': " << sizeOf(*N->F) << " instructions, "
       << N->Body.Suspends.size() - N->Sites.size() - 1 << " suspends, "
       << N->Sites.size() << " awaits" << (N->IsRecursive ? ", recursive" : "")
       << '\n';
    for (const AwaitSite &S : N->Sites)
      printSite(OS, *N, S, Decision);
  }
  return PreservedAnalyses::all();
}

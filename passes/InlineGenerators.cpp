//===- InlineGenerators.cpp - Which generators go into their consumers ----===//
//
// Each coroutine takes in the generators that it asks for values, which have
// taken in theirs before; but for those that ask themselves, if through others.
// This comes before any await is inlined: what a generator awaits is then
// awaited by its consumer.
//
//===----------------------------------------------------------------------===//

#include "Compat.h"
#include "FrameReport.h"
#include "InlineDecision.h"
#include "Markers.h"
#include "SpliceGenerator.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/Statistic.h"
#include "llvm/Analysis/OptimizationRemarkEmitter.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/ValueMap.h"
#include "llvm/Transforms/Utils/Local.h"

using namespace llvm;
using namespace coroinline;

#define DEBUG_TYPE "coro-inline"

namespace {

TrackingStatistic NumGenerators(DEBUG_TYPE, "NumGenerators",
                                "Number of generators inlined");

/// Where F asks generators for values: of each that is known, one place.
SmallVector<AwaitSite, 4> generatorsOf(Function &F, const Coroutine &Body) {
  SmallVector<AwaitSite, 4> Sites;
  SmallPtrSet<CallBase *, 4> Known;
  DominatorTree DT(F);
  for (IntrinsicInst *Suspend : Body.Suspends) {
    AwaitSite S;
    if (!isNext(*Suspend) || !S.Point.analyze(*Suspend) ||
        !DT.isReachableFromEntry(Suspend->getParent()))
      continue;
    S.Ramp = rampOf(S.Point.task());
    S.IsMadeInBody = S.Ramp && DT.dominates(Body.Begin, S.Ramp);
    if (!S.Ramp || Known.insert(S.Ramp).second)
      Sites.push_back(S);
  }
  return Sites;
}

class GeneratorInliner {
  const AwaitGraph &Graph;
  const InlineDecision &Decision;
  FunctionAnalysisManager &FAM;
  SmallPtrSet<AwaitGraph::Node *, 16> Visited;
  SmallSetVector<Function *, 8> Inlined;

  SmallVector<AwaitGraph::Node *, 4> generatorsOf(AwaitGraph::Node &N) const;
  bool isRecursive(AwaitGraph::Node &N) const;
  Refusal tryInline(AwaitGraph::Node &Consumer, AwaitSite &S,
                    const Coroutine &Self);
  void report(AwaitGraph::Node &Consumer, Function *Callee, const DebugLoc &Loc,
              const BasicBlock *Block, const Refusal &Why);

public:
  GeneratorInliner(const AwaitGraph &Graph, const InlineDecision &Decision,
                   FunctionAnalysisManager &FAM)
      : Graph(Graph), Decision(Decision), FAM(FAM) {}
  void visit(AwaitGraph::Node &Consumer);
  /// Returns whether any was inlined.
  bool eraseUnused();
};

SmallVector<AwaitGraph::Node *, 4>
GeneratorInliner::generatorsOf(AwaitGraph::Node &N) const {
  SmallVector<AwaitGraph::Node *, 4> Generators;
  for (AwaitSite &S : ::generatorsOf(*N.F, N.Body))
    if (AwaitGraph::Node *Callee = Graph.find(S.callee()))
      Generators.push_back(Callee);
  return Generators;
}

bool GeneratorInliner::isRecursive(AwaitGraph::Node &N) const {
  SmallPtrSet<AwaitGraph::Node *, 8> Seen;
  SmallVector<AwaitGraph::Node *, 8> Work{&N};
  while (!Work.empty())
    for (AwaitGraph::Node *Callee : generatorsOf(*Work.pop_back_val())) {
      if (Callee == &N)
        return true;
      if (Seen.insert(Callee).second)
        Work.push_back(Callee);
    }
  return false;
}

void GeneratorInliner::report(AwaitGraph::Node &Consumer, Function *Callee,
                              const DebugLoc &Loc, const BasicBlock *Block,
                              const Refusal &Why) {
  Function &F = *Consumer.F;
  auto &ORE = FAM.getResult<OptimizationRemarkEmitterAnalysis>(F);
  if (!Why)
    return ORE.emit([&] {
      return OptimizationRemark(DEBUG_TYPE, "InlinedGenerator", Loc, Block)
             << "'" << ore::NV("Callee", Callee) << "' inlined into '"
             << ore::NV("Caller", &F) << "'";
    });
  ORE.emit([&] {
    OptimizationRemarkMissed R(DEBUG_TYPE, "GeneratorNotInlined", Loc, Block);
    if (Callee)
      R << "'" << ore::NV("Callee", Callee) << "'";
    else
      R << "a generator";
    R << " not inlined into '" << ore::NV("Caller", &F)
      << "': " << ore::NV("Reason", *Why);
    return R;
  });
}

Refusal GeneratorInliner::tryInline(AwaitGraph::Node &Consumer, AwaitSite &S,
                                    const Coroutine &Self) {
  TaskUses Uses;
  if (Refusal Why = Decision.checkLegality(Consumer, S, Uses))
    return Why;
  AwaitGraph::Node &Callee = *Graph.find(S.callee());
  if (isRecursive(Callee))
    return "it is a recursive generator";
  if (Refusal Why = Decision.checkBudget(Consumer, S, {}, sizeOf(*Consumer.F)))
    return Why;
  return spliceGenerator(S, *Callee.F, Self, Uses);
}

void GeneratorInliner::visit(AwaitGraph::Node &Consumer) {
  if (!Visited.insert(&Consumer).second)
    return;
  for (AwaitGraph::Node *Generator : generatorsOf(Consumer))
    visit(*Generator);
  Function &F = *Consumer.F;
  SmallPtrSet<CallBase *, 8> Own, Refused; // transfers
  for (AwaitSite &S : ::generatorsOf(F, Consumer.Body))
    Own.insert(S.Point.Transfer);
  for (bool Progress = true; Progress;) {
    Progress = false;
    Coroutine Self;
    if (!Self.analyze(F))
      return;
    for (AwaitSite &S : ::generatorsOf(F, Self)) {
      CallBase *Transfer = S.Point.Transfer;
      if (Refused.contains(Transfer))
        continue;
      Function *Callee = S.callee();
      DebugLoc Loc = Transfer->getDebugLoc();
      const BasicBlock *Block = Transfer->getParent();
      Refusal Why = tryInline(Consumer, S, Self);
      if (Why)
        Refused.insert(Transfer);
      // What came with a body has been spoken of where that body is.
      if (!Why || Own.contains(Transfer))
        report(Consumer, Callee, Loc, Block, Why);
      if (Why)
        continue;
      Inlined.insert(Callee);
      NumGenerators++;
      Progress = true;
      break; // the other places are to be looked for anew
    }
    if (Progress) {
      FAM.invalidate(F, PreservedAnalyses::none());
      Consumer.Body = {};
      if (Consumer.Body.analyze(F))
        updateNote(F, Consumer.Body.suspendsOfSource(), 0);
    }
  }
}

bool GeneratorInliner::eraseUnused() {
  const bool Changed = !Inlined.empty();
  coroinline::eraseUnused(Inlined, FAM);
  return Changed;
}

} // namespace

bool coroinline::inlineGenerators(Module &M, const CoroInlineOptions &Options,
                                  FunctionAnalysisManager &FAM) {
  AwaitGraph Graph(M);
  InlineDecision Decision(Graph, Options, FAM);
  GeneratorInliner Inliner(Graph, Decision, FAM);
  for (AwaitGraph::Node *N : Graph.calleesFirst())
    Inliner.visit(*N);
  return Inliner.eraseUnused();
}

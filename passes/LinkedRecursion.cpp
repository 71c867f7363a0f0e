//===- LinkedRecursion.cpp - What recursion does without a task -----------===//
//
// Every recursion has cases that end it, and half of the tasks of a walk over a
// binary tree are for children that are not there. Such a task would be made,
// linked, resumed, left and freed, to find that out.
//
//   %left = await walk(%node.left)
// =>
//   %empty = icmp eq ptr %node.left, null
//   br i1 %empty, label %join, label %linked
// linked:
//   %result = await walk(%node.left)
//   br label %join
// join:
//   %left = phi i64 [ 0, ... ], [ %result, %linked ]
//
// coro-inline does the same where it stops.
//
//===----------------------------------------------------------------------===//

#include "LinkedRecursion.h"
#include "Compat.h"
#include "EarlyExit.h"
#include "InlineDecision.h"
#include "Markers.h"

#include "llvm/Analysis/OptimizationRemarkEmitter.h"
#include "llvm/Transforms/Utils/Local.h"

using namespace llvm;
using namespace coroinline;

#define DEBUG_TYPE "coro-devirt"

namespace {

bool isLinked(const AwaitSite &S) {
  return S.Point.Transfer->hasFnAttr(tag::AwaitLinked);
}

/// The awaits of recursive coroutines that have to be linked.
class LinkedRecursion {
  const AwaitGraph &Graph;
  FunctionAnalysisManager &FAM;
  const CoroInlineOptions Options;
  const InlineDecision Decision;

  bool isCandidate(const AwaitGraph::Node &Awaiter, const AwaitSite &S) const;
  void report(const AwaitSite &S, Function &Awaiter);

public:
  LinkedRecursion(const AwaitGraph &Graph, FunctionAnalysisManager &FAM)
      : Graph(Graph), FAM(FAM), Decision(Graph, Options, FAM) {}
  bool runOn(AwaitGraph::Node &Awaiter);
};

} // namespace

bool LinkedRecursion::isCandidate(const AwaitGraph::Node &Awaiter,
                                  const AwaitSite &S) const {
  const AwaitGraph::Node *Callee = Graph.find(S.callee());
  TaskUses Uses;
  return isLinked(S) && Callee && Awaiter.awaitsInTurn(*Callee) &&
         !Decision.checkForm(Awaiter, S, Uses);
}

void LinkedRecursion::report(const AwaitSite &S, Function &Awaiter) {
  FAM.getResult<OptimizationRemarkEmitterAnalysis>(Awaiter).emit([&] {
    return OptimizationRemark(DEBUG_TYPE, "EarlyExit",
                              S.Point.Transfer->getDebugLoc(),
                              S.Point.Transfer->getParent())
           << "the early exits of '" << ore::NV("Callee", S.callee())
           << "' need no task in '" << ore::NV("Caller", &Awaiter) << "'";
  });
}

bool LinkedRecursion::runOn(AwaitGraph::Node &Awaiter) {
  Function &F = *Awaiter.F;
  EarlyExits Exits(F);
  unsigned Size = sizeOf(F);
  for (AwaitSite &S : Awaiter.Sites) {
    if (Size >= Options.Limit || !isCandidate(Awaiter, S))
      continue;
    if (unsigned Added =
            Exits.add(S, *Graph.find(S.callee()), Options.Limit - Size)) {
      Size += Added;
      report(S, F);
    }
  }
  if (!Exits.finish())
    return false;
  removeUnreachableBlocks(F);
  FAM.invalidate(F, PreservedAnalyses::none());
  return true;
}

static bool hasLinkedAwait(const Module &M) {
  Function *Transfer =
      compat::findIntrinsic(M, Intrinsic::coro_await_suspend_handle);
  return Transfer && any_of(Transfer->users(), [](User *U) {
           auto *Call = dyn_cast<CallBase>(U);
           return Call && Call->hasFnAttr(tag::AwaitLinked);
         });
}

bool coroinline::exitRecursionEarly(Module &M, FunctionAnalysisManager &FAM) {
  if (!hasLinkedAwait(M))
    return false;
  AwaitGraph Graph(M);
  LinkedRecursion Linked(Graph, FAM);
  bool Changed = false;
  for (AwaitGraph::Node *N : Graph.calleesFirst())
    Changed |= Linked.runOn(*N);
  eraseEarlyExits(M, Graph);
  return Changed;
}

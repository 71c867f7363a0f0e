//===- CoroSuspendResults.cpp - What suspends give ------------------------===//
//
// InstCombine puts the result of a suspend in the place of a variable that says
// the same: whether the task is being destroyed. LLVM 19's CoroSplit keeps
// values across suspends, but not the results of suspends; where such a one is
// needed behind another suspend, it leaves a use that nothing dominates. A copy
// is a value like any other:
//
//   %s = call i8 @llvm.coro.suspend(...)     %s = call i8 @llvm.coro.suspend
//                                            %c = freeze i8 %s
//   switch i8 %s, ...                    =>  switch i8 %s, ...
//   ...                                      ...
//   %destroyed = trunc i8 %s to i1           %destroyed = trunc i8 %c to i1
//
//===----------------------------------------------------------------------===//

#include "CoroSuspendResults.h"
#include "Coroutine.h"

#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"

using namespace llvm;
using namespace coroinline;

/// In another block, or behind another suspend of the same one.
static bool isUsedElsewhere(const Use &U) {
  auto *User = cast<Instruction>(U.getUser());
  auto *Suspend = cast<Instruction>(U.get());
  auto *Phi = dyn_cast<PHINode>(User);
  const BasicBlock *Home = Suspend->getParent();
  if (User->getParent() != Home || (Phi && Phi->getIncomingBlock(U) != Home))
    return true;
  const Instruction *I = Suspend->getNextNode();
  while (I && I != User && !isIntrinsic(I, Intrinsic::coro_suspend))
    I = I->getNextNode();
  return I && I != User;
}

static bool copyResults(Function &F) {
  bool Changed = false;
  for (Instruction &I : instructions(F)) {
    if (!isIntrinsic(&I, Intrinsic::coro_suspend) ||
        none_of(I.uses(), isUsedElsewhere))
      continue;
    IRBuilder<> B(I.getNextNode());
    B.SetCurrentDebugLocation(I.getDebugLoc());
    I.replaceUsesWithIf(B.CreateFreeze(&I),
                        [](Use &U) { return isUsedElsewhere(U); });
    Changed = true;
  }
  return Changed;
}

PreservedAnalyses CoroSuspendResultsPass::run(Function &F,
                                              FunctionAnalysisManager &) {
  if (!F.isPresplitCoroutine() || !copyResults(F))
    return PreservedAnalyses::all();
  PreservedAnalyses PA;
  PA.preserveSet<CFGAnalyses>();
  return PA;
}

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

#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"

using namespace llvm;
using namespace coroinline;

static bool isUsedElsewhere(const Use &U) {
  auto *User = cast<Instruction>(U.getUser());
  return User->getParent() != cast<Instruction>(U.get())->getParent();
}

static bool copyResults(Function &F) {
  bool Changed = false;
  for (Instruction &I : instructions(F)) {
    auto *Suspend = dyn_cast<IntrinsicInst>(&I);
    if (!Suspend || Suspend->getIntrinsicID() != Intrinsic::coro_suspend ||
        none_of(Suspend->uses(), isUsedElsewhere))
      continue;
    IRBuilder<> B(Suspend->getNextNode());
    B.SetCurrentDebugLocation(Suspend->getDebugLoc());
    Suspend->replaceUsesWithIf(B.CreateFreeze(Suspend),
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

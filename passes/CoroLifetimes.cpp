//===- CoroLifetimes.cpp - Lifetimes that CoroSplit would misread ---------===//
//
// CoroSplit keeps a variable in the frame if a suspend can be reached from a
// block where its lifetime starts, not by way of a block where it ends. A block
// where it ends and then starts again, as unrolled loops have, is taken for one
// that ends it, and the variable is left on a stack that is gone behind the
// suspend. So the two lifetimes become one:
//
//   call void @llvm.lifetime.end(ptr %v)
//   ...                                          ...
//   call void @llvm.lifetime.start(ptr %v)   =>
//   ...                                          ...
//   %s = call i8 @llvm.coro.suspend(...)         %s = call i8 @llvm.coro.sus...
//
//===----------------------------------------------------------------------===//

#include "CoroLifetimes.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"

using namespace llvm;
using namespace coroinline;

/// The variable of a marker.
static AllocaInst *variableOf(const IntrinsicInst &Marker) {
  Value *Address = Marker.getArgOperand(Marker.arg_size() - 1);
  return dyn_cast<AllocaInst>(Address->stripPointerCasts());
}

static bool joinLifetimes(BasicBlock &BB) {
  DenseMap<AllocaInst *, IntrinsicInst *> Ends;
  bool Changed = false;
  for (Instruction &I : make_early_inc_range(BB)) {
    auto *Marker = dyn_cast<IntrinsicInst>(&I);
    if (!Marker || !Marker->isLifetimeStartOrEnd())
      continue;
    AllocaInst *Variable = variableOf(*Marker);
    if (Marker->getIntrinsicID() == Intrinsic::lifetime_end) {
      // Where it has ended already, another end says nothing.
      if (Variable && !Ends.try_emplace(Variable, Marker).second) {
        Marker->eraseFromParent();
        Changed = true;
      }
      continue;
    }
    auto End = Ends.find(Variable);
    if (End == Ends.end())
      continue;
    End->second->eraseFromParent();
    Ends.erase(End);
    Marker->eraseFromParent();
    Changed = true;
  }
  return Changed;
}

PreservedAnalyses CoroLifetimesPass::run(Function &F,
                                         FunctionAnalysisManager &) {
  bool Changed = false;
  if (F.isPresplitCoroutine())
    for (BasicBlock &BB : F)
      Changed |= joinLifetimes(BB);
  if (!Changed)
    return PreservedAnalyses::all();
  PreservedAnalyses PA;
  PA.preserveSet<CFGAnalyses>();
  return PA;
}

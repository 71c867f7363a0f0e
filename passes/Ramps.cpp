//===- Ramps.cpp - The calls that make tasks ------------------------------===//

#include "Ramps.h"
#include "Coroutine.h"
#include "Markers.h"

#include "llvm/ADT/SetVector.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/Transforms/Utils/Local.h"

using namespace llvm;
using namespace coroinline;

SmallVector<CallBase *, 2> coroinline::rampsOf(Value *Task) {
  SmallVector<CallBase *, 2> Ramps;
  SmallSetVector<Value *, 4> Work;
  Work.insert(throughIntegers(Task));
  for (unsigned K = 0; K < Work.size(); K++) // Work grows
    if (auto *Phi = dyn_cast<PHINode>(Work[K]))
      for (Value *Incoming : Phi->incoming_values())
        Work.insert(throughIntegers(Incoming));
    else if (auto *Call = dyn_cast<CallBase>(Work[K]);
             Call && !Call->isInlineAsm())
      Ramps.push_back(Call);
  return Ramps;
}

/// Whether a call of F, which makes a task, never unwinds: what runs before the
/// initial suspend. It may resume another task.
static bool makesTaskWithoutUnwinding(Function &F) {
  if (F.doesNotThrow())
    return true;
  if (!F.isPresplitCoroutine() || !F.hasExactDefinition())
    return false;
  SmallSetVector<BasicBlock *, 16> Blocks;
  Blocks.insert(&F.getEntryBlock());
  for (unsigned Index = 0; Index != Blocks.size(); ++Index) {
    bool IsStart = false;
    for (Instruction &I : *Blocks[Index]) {
      auto *Call = dyn_cast<CallBase>(&I);
      IsStart |= Call && Call->hasFnAttr(tag::Start);
      if (Call && !Call->doesNotThrow())
        return false;
    }
    if (!IsStart)
      Blocks.insert(succ_begin(Blocks[Index]), succ_end(Blocks[Index]));
  }
  return true;
}

/// With -fexceptions, a task that is made within the scope of a cleanup is:
///   %task = invoke ptr @child() to label %next unwind label %cleanups
/// => %task = call ptr @child()
///    br label %next
void coroinline::dropNeedlessHandlers(Function &F) {
  SmallSetVector<InvokeInst *, 4> Needless;
  for (Instruction &I : instructions(F)) {
    Await Point;
    auto *Suspend = dyn_cast<IntrinsicInst>(&I);
    if (!Suspend || !(isAwait(*Suspend) || isNext(*Suspend)) ||
        !Point.analyze(*Suspend))
      continue;
    for (CallBase *Ramp : rampsOf(Point.task()))
      if (isa<InvokeInst>(Ramp) && rampOf(Ramp) &&
          makesTaskWithoutUnwinding(*Ramp->getCalledFunction()))
        Needless.insert(cast<InvokeInst>(Ramp));
  }
  for (InvokeInst *Ramp : Needless)
    changeToCall(Ramp);
  if (!Needless.empty())
    removeUnreachableBlocks(F);
}

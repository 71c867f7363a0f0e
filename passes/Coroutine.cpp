//===- Coroutine.cpp - The parts of a prepared coroutine ------------------===//

#include "Coroutine.h"
#include "Markers.h"

#include "llvm/IR/Constants.h"

using namespace llvm;
using namespace coroinline;

bool coroinline::isIntrinsic(const Value *V, Intrinsic::ID ID) {
  auto *CB = dyn_cast<CallBase>(V);
  return CB && CB->getIntrinsicID() == ID;
}

bool Coroutine::add(IntrinsicInst &II) {
  auto Only = [&II](IntrinsicInst *&Slot) {
    bool First = !Slot;
    Slot = &II;
    return First;
  };
  switch (II.getIntrinsicID()) {
  case Intrinsic::coro_id:
    return Only(Id);
  case Intrinsic::coro_begin:
    return Only(Begin);
  case Intrinsic::coro_end:
    return Only(End);
  case Intrinsic::coro_suspend:
    if (II.hasFnAttr(tag::Leave))
      return Only(Leave);
    if (cast<ConstantInt>(II.getArgOperand(1))->isOne())
      return Only(Final);
    Suspends.push_back(&II);
    return !II.hasFnAttr(tag::Start) || Only(Start);
  default:
    return true;
  }
}

bool Coroutine::complete() {
  if (!Id || !Begin || !Start || !End || Begin->getArgOperand(0) != Id)
    return false;
  Promise = dyn_cast<AllocaInst>(Id->getArgOperand(1)->stripPointerCasts());
  return Promise && (finish() || neverEnds());
}

BasicBlock *Coroutine::finish() const {
  if (!Final)
    return nullptr;
  if (!Leave)
    return Final->getParent();
  BasicBlock *Finish = Final->getParent()->getSinglePredecessor();
  auto *Branch =
      Finish ? dyn_cast<BranchInst>(Finish->getTerminator()) : nullptr;
  bool Parts = Branch && Branch->isConditional() &&
               Leave->getParent()->getSinglePredecessor() == Finish;
  return Parts ? Finish : nullptr;
}

bool SuspendEdges::analyze(IntrinsicInst &Suspend) {
  if (!Suspend.hasOneUse())
    return false;
  Switch = dyn_cast<SwitchInst>(Suspend.user_back());
  if (!Switch || Switch->getParent() != Suspend.getParent())
    return false;
  Exit = Switch->getDefaultDest();
  for (auto &Case : Switch->cases())
    if (Case.getCaseValue()->isZero())
      Resume = Case.getCaseSuccessor();
    else if (Case.getCaseValue()->isOne())
      Destroy = Case.getCaseSuccessor();
    else
      return false;
  return Destroy != nullptr; // the final suspend may have no resume edge
}

bool Await::analyze(IntrinsicInst &II) {
  Suspend = &II;
  Save = dyn_cast<IntrinsicInst>(II.getArgOperand(0));
  if (!Save || Save->getIntrinsicID() != Intrinsic::coro_save ||
      !Save->hasOneUse() || Save->getParent() != II.getParent())
    return false;
  // The transfer stands between the save and the suspend.
  for (Instruction *I = Save; I != &II; I = I->getNextNode())
    if (isIntrinsic(I, Intrinsic::coro_await_suspend_handle))
      Transfer = cast<CallBase>(I);
  return Transfer && Edges.analyze(II);
}

CallBase *coroinline::rampOf(Value *Task) {
  // Some targets return a struct of one pointer as an integer.
  while (isa<IntToPtrInst>(Task) || isa<PtrToIntInst>(Task))
    Task = cast<Instruction>(Task)->getOperand(0);
  auto *Call = dyn_cast<CallBase>(Task);
  Function *Callee = Call ? Call->getCalledFunction() : nullptr;
  if (!Callee || Callee->isIntrinsic() ||
      Call->getFunctionType() != Callee->getFunctionType())
    return nullptr;
  return Call;
}

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
    Suspends.push_back(&II);
    if (II.hasFnAttr(tag::Start) && !Only(Start))
      return false;
    if (!cast<ConstantInt>(II.getArgOperand(1))->isOne())
      return true;
    return Only(Final);
  default:
    return true;
  }
}

bool Coroutine::complete() {
  if (!Id || !Begin || !Start || !Final || !End ||
      Begin->getArgOperand(0) != Id)
    return false;
  Promise = dyn_cast<AllocaInst>(Id->getArgOperand(1)->stripPointerCasts());
  return Promise != nullptr;
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

bool Await::analyze(CallBase &CB) {
  Transfer = &CB;
  // The suspend is the one that saves for this transfer: the next in the block.
  for (Instruction *I = CB.getNextNode(); I; I = I->getNextNode())
    if (isIntrinsic(I, Intrinsic::coro_suspend)) {
      Suspend = cast<IntrinsicInst>(I);
      break;
    }
  if (!Suspend || !isIntrinsic(Suspend->getArgOperand(0), Intrinsic::coro_save))
    return false;
  Save = cast<IntrinsicInst>(Suspend->getArgOperand(0));
  return Save->hasOneUse() && Save->getParent() == CB.getParent() &&
         Edges.analyze(*Suspend);
}

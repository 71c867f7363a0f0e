//===- Tells.cpp - What a root is told by who suspends --------------------===//
//
// A chain of linked awaits is resumed where its root says: at the innermost
// task. That task tells the root so, and when it suspends: what goes on between
// two suspends concerns nobody. coro-prepare makes, of a marker ahead of each
// suspend,
//
//   %root = load ptr, ptr (%hdl + header)
//   store ptr %hdl, ptr (%root + header + 8)
//   %s = call i8 @llvm.coro.suspend(token none, i1 false)
//
// with %hdl the coroutine's own coro.begin; of a body that is spliced into an
// awaiter, that becomes the awaiter's, and so do the tells.
//
// A root that awaits nothing is its own innermost task from beginning to end,
// and says so since it was made:
//
//   store ptr %hdl, ptr (%hdl + header + 8)     =>   nothing
//
// That a task is a root, coro-inline knows where it sees who makes them all,
// and coro-devirt where it puts the body into a driver that has made the task.
// A generator that yields to who resumes it is one, whoever that is.
//
//===----------------------------------------------------------------------===//

#include "Tells.h"
#include "Markers.h"
#include "Places.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Module.h"
#include "llvm/Transforms/Utils/Local.h"

using namespace llvm;
using namespace coroinline;

/// Where a frame says which task is innermost, from its start.
static unsigned innermostOffset(const DataLayout &DL) {
  return headerOffset(DL) + DL.getPointerSize();
}

void coroinline::createTell(IRBuilderBase &B, Value *Frame) {
  const DataLayout &DL = B.GetInsertBlock()->getModule()->getDataLayout();
  Value *Root =
      B.CreateLoad(B.getPtrTy(), B.CreateConstGEP1_64(B.getInt8Ty(), Frame,
                                                      headerOffset(DL)));
  B.CreateStore(Frame,
                B.CreateConstGEP1_64(B.getInt8Ty(), Root, innermostOffset(DL)));
}

bool coroinline::isTell(const Instruction &I, const Value &Frame) {
  const DataLayout &DL = I.getDataLayout();
  auto *Store = dyn_cast<StoreInst>(&I);
  if (!Store || Store->getValueOperand() != &Frame)
    return false;
  APInt Offset(DL.getIndexTypeSizeInBits(Frame.getType()), 0);
  auto *Root = dyn_cast<LoadInst>(
      Store->getPointerOperand()->stripAndAccumulateConstantOffsets(
          DL, Offset, /*AllowNonInbounds=*/true));
  return Root && Offset == innermostOffset(DL) &&
         offsetFrom(Frame, *Root->getPointerOperand(), DL) == headerOffset(DL);
}

void coroinline::eraseTell(Instruction &Tell) {
  Value *To = cast<StoreInst>(Tell).getPointerOperand();
  Tell.eraseFromParent();
  RecursivelyDeleteTriviallyDeadInstructions(To);
}

bool coroinline::awaitsAny(const Function &F) {
  return any_of(instructions(F), [](const Instruction &I) {
    return isIntrinsic(&I, Intrinsic::coro_await_suspend_handle) &&
           !cast<CallBase>(I).hasFnAttr(tag::Leave) &&
           !cast<CallBase>(I).hasFnAttr(tag::Yield);
  });
}

bool coroinline::dropIdleTells(const Coroutine &Body, bool IsRoot) {
  if (awaitsAny(*Body.Begin->getFunction()))
    return false;
  SmallVector<Instruction *, 8> Idle;
  for (IntrinsicInst *Suspend : Body.Suspends)
    if (IsRoot || Suspend->hasFnAttr(tag::Yield))
      for (Instruction &I : *Suspend->getParent())
        if (isTell(I, *Body.Begin))
          Idle.push_back(&I);
  for (Instruction *I : Idle)
    eraseTell(*I);
  return !Idle.empty();
}

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
// A root says so of itself since it was made. It need not be told again until
// it has awaited another task, by a linked await, and once behind that:
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

/// Of an await that lets another task run, rather than the one that awaits
/// this.
static bool isLinkedAwait(const Instruction &I) {
  return isIntrinsic(&I, Intrinsic::coro_await_suspend_handle) &&
         !cast<CallBase>(I).hasFnAttr(tag::Leave) &&
         !cast<CallBase>(I).hasFnAttr(tag::Yield);
}

bool coroinline::awaitsAny(const Function &F) {
  return any_of(instructions(F), isLinkedAwait);
}

/// Whether the root may say something else at BB's end, if it may at its start
/// (IsOther). AtTell is told what holds ahead of each tell.
static bool follow(BasicBlock &BB, const Value &Frame, bool IsOther,
                   function_ref<void(Instruction &, bool)> AtTell) {
  for (Instruction &I : BB)
    if (isLinkedAwait(I)) {
      IsOther = true;
    } else if (isTell(I, Frame)) {
      AtTell(I, IsOther);
      IsOther = false;
    }
  return IsOther;
}

/// Where a root may say something else from the start, since an await.
static SmallPtrSet<BasicBlock *, 16> findOthers(Function &F,
                                                const Value &Frame) {
  auto Ignore = [](Instruction &, bool) {};
  SmallVector<BasicBlock *, 16> Work;
  for (BasicBlock &BB : F)
    if (follow(BB, Frame, false, Ignore))
      append_range(Work, successors(&BB));
  SmallPtrSet<BasicBlock *, 16> Others;
  while (!Work.empty()) {
    BasicBlock *BB = Work.pop_back_val();
    if (Others.insert(BB).second && follow(*BB, Frame, true, Ignore))
      append_range(Work, successors(BB));
  }
  return Others;
}

bool coroinline::dropIdleTells(const Coroutine &Body, bool IsRoot) {
  Function &F = *Body.Begin->getFunction();
  // Who is a root at some suspends may have awaited when it was none.
  if (!IsRoot && awaitsAny(F))
    return false;
  SmallPtrSet<BasicBlock *, 4> AtRoot;
  for (IntrinsicInst *Suspend : Body.Suspends)
    if (IsRoot || Suspend->hasFnAttr(tag::Yield))
      AtRoot.insert(Suspend->getParent());
  SmallVector<Instruction *, 8> Idle;
  const SmallPtrSet<BasicBlock *, 16> Others = findOthers(F, *Body.Begin);
  for (BasicBlock &BB : F)
    if (AtRoot.contains(&BB))
      follow(BB, *Body.Begin, Others.contains(&BB),
             [&](Instruction &Tell, bool IsOther) {
               if (!IsOther)
                 Idle.push_back(&Tell);
             });
  for (Instruction *I : Idle)
    eraseTell(*I);
  return !Idle.empty();
}

//===- CoroPin.cpp - What differs between threads -------------------------===//
//
// A coroutine may be resumed by another thread than the one that it was
// suspended in. What LLVM takes for a constant of the function is not one then:
// the address of a thread-local variable, or what a function returns that
// touches no memory, as glibc says of pthread_self and of the function behind
// errno. LLVM does not merge such calls in a coroutine, nor does it move them
// out of loops. But InstCombine sinks them to where they are used, which may be
// behind a suspend:
//
//   %self = call i64 @pthread_self()          ; memory(none)
//   %s = call i8 @llvm.coro.suspend(...)
//   ...
//   %b = icmp eq i64 %self, %x
//
// So an empty asm uses the value on the spot, and stands for it from there:
//
//   %self = call i64 @pthread_self()
//   %pinned = call i64 asm sideeffect "", "=r,0"(i64 %self)
//
// It goes once the coroutine has been split, and so does what keeps the loads
// of coro-share-slots where they are. With -fprofile-generate, LLVM
// inlines and sinks before we come again: so a function that a coroutine calls
// has its values pinned as well, until the inliner comes to it.
//
//===----------------------------------------------------------------------===//

#include "CoroPin.h"
#include "Markers.h"

#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"

using namespace llvm;
using namespace coroinline;

namespace {

bool isPin(const User *U) {
  auto *Call = dyn_cast<CallInst>(U);
  return Call && Call->isInlineAsm() && Call->hasFnAttr(tag::Pin);
}

/// Whether what Call returns may be another thing in another thread, while LLVM
/// takes it for the same. Types as wide as a register: others are not numbers
/// or addresses of anything.
bool dependsOnThread(const CallInst &Call) {
  Type *T = Call.getType();
  if (!(T->isPointerTy() || T->isIntegerTy(64) || T->isIntegerTy(32)) ||
      Call.isInlineAsm() || Call.isMustTailCall() ||
      !Call.doesNotAccessMemory())
    return false;
  switch (Call.getIntrinsicID()) {
  case Intrinsic::not_intrinsic:
  case Intrinsic::threadlocal_address:
  case Intrinsic::thread_pointer:
    return true;
  default:
    return false;
  }
}

/// Whether all that is done with Address is to load and store there, in this
/// block: neither goes past a suspend.
bool isUsedOnTheSpot(const Instruction &Address, const BasicBlock &BB) {
  return all_of(Address.uses(), [&](const Use &U) {
    auto *I = cast<Instruction>(U.getUser());
    if (I->getParent() != &BB)
      return false;
    if (isa<GetElementPtrInst>(I))
      return U.getOperandNo() == 0 && isUsedOnTheSpot(*I, BB);
    return isa<LoadInst>(I) ||
           (isa<StoreInst>(I) &&
            U.getOperandNo() == StoreInst::getPointerOperandIndex());
  });
}

bool pin(Function &F) {
  SmallVector<CallInst *, 8> Calls;
  for (Instruction &I : instructions(F))
    if (auto *Call = dyn_cast<CallInst>(&I);
        Call && dependsOnThread(*Call) && none_of(Call->users(), isPin) &&
        !isUsedOnTheSpot(*Call, *Call->getParent()))
      Calls.push_back(Call);
  for (CallInst *Call : Calls) {
    Type *T = Call->getType();
    IRBuilder<> B(Call->getNextNode());
    B.SetCurrentDebugLocation(Call->getDebugLoc());
    CallInst *Pin =
        B.CreateCall(InlineAsm::get(FunctionType::get(T, {T}, false), "",
                                    "=r,0", /*hasSideEffects=*/true),
                     {Call});
    Pin->setDoesNotThrow();
    Pin->setMemoryEffects(MemoryEffects::none());
    Pin->addFnAttr(Attribute::get(F.getContext(), tag::Pin));
    Call->replaceUsesWithIf(Pin, [&](Use &U) { return U.getUser() != Pin; });
  }
  return !Calls.empty();
}

/// Whether I is a load from the frame that nobody else can see in between: C
/// has none that are atomic like that.
bool isPinnedLoad(const Instruction &I) {
  auto *Load = dyn_cast<LoadInst>(&I);
  return Load && Load->getOrdering() == AtomicOrdering::Unordered &&
         isa<Argument>(getUnderlyingObject(Load->getPointerOperand()));
}

bool unpin(Function &F) {
  bool Changed = false;
  for (Instruction &I : make_early_inc_range(instructions(F)))
    if (isPin(&I)) {
      I.replaceAllUsesWith(I.getOperand(0));
      I.eraseFromParent();
      Changed = true;
    } else if (isPinnedLoad(I)) {
      cast<LoadInst>(I).setAtomic(AtomicOrdering::NotAtomic);
      Changed = true;
    }
  F.removeFnAttr(tag::Pin);
  return Changed;
}

} // namespace

void coroinline::pinThreadValues(ArrayRef<Function *> Coroutines) {
  SetVector<Function *> Work(Coroutines.begin(), Coroutines.end());
  for (unsigned K = 0; K < Work.size(); K++) { // it grows
    Function &F = *Work[K];
    if (F.isDeclaration() || F.hasOptNone())
      continue;
    if (pin(F) || F.isPresplitCoroutine())
      F.addFnAttr(tag::Pin);
    for (Instruction &I : instructions(F))
      if (auto *Call = dyn_cast<CallBase>(&I))
        if (Function *Callee = Call->getCalledFunction())
          Work.insert(Callee);
  }
}

PreservedAnalyses CoroPinPass::run(Function &F, FunctionAnalysisManager &AM) {
  if (!F.hasFnAttribute(tag::Pin) ||
      !(F.isPresplitCoroutine() ? pin(F) : unpin(F)))
    return PreservedAnalyses::all();
  PreservedAnalyses PA;
  PA.preserveSet<CFGAnalyses>();
  return PA;
}

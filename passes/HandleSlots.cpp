//===- HandleSlots.cpp - Gets task handles out of memory ------------------===//
//
// A task is a struct of one pointer. What clang makes of coro_await(f(x)):
//
//     %slot = alloca %struct.coro_task_int
//     %call = call ptr @f(i32 %x)                    ; i64 on some targets
//     %dive = getelementptr %struct.coro_task_int, ptr %slot, i32 0, i32 0
//     store ptr %call, ptr %dive
//     %task = load ptr, ptr %dive
//     ... await of %task
//
// and struct copies between such slots are memcpys. Each slot that nothing else
// can see becomes an SSA value. Options of clang add to that: initial values
// (-ftrivial-auto-var-init), checks of the slot's address (sanitizers), and, at
// the end of its scope, uses of its value for a debugger alone (-Og of 22).
//
//===----------------------------------------------------------------------===//

#include "HandleSlots.h"
#include "Compat.h"
#include "Coroutine.h"

#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/Transforms/Utils/PromoteMemToReg.h"

using namespace llvm;
using namespace coroinline;

namespace {

/// What a sanitizer makes of an address, to find out whether it is valid: that
/// of a variable is.
bool isAddressCheck(const Instruction &I) {
  return I.hasMetadata(LLVMContext::MD_nosanitize) &&
         (isa<PtrToIntInst>(I) || isIntrinsic(&I, Intrinsic::objectsize));
}

/// What such a check finds. A slot has no address any more; any that is aligned
/// will do.
Constant *validResult(const Instruction &Check, const AllocaInst &Slot) {
  Type *T = Check.getType();
  if (isa<PtrToIntInst>(Check))
    return ConstantInt::get(T, Slot.getAlign().value());
  return ConstantInt::get(
      T, Slot.getAllocationSize(Slot.getDataLayout())->getFixedValue());
}

/// A load of a slot, maybe as a struct, to keep it in sight of a debugger.
bool isForDebugger(const LoadInst &Load) {
  return !Load.use_empty() && all_of(Load.users(), [](const User *U) {
    return compat::isFakeUse(*cast<Instruction>(U));
  });
}

class Slots {
  Function &F;
  const DataLayout &DL;
  uint64_t PtrSize;
  SetVector<AllocaInst *> Candidates;

  bool isWholeSlot(const ConstantInt *Size) const {
    return Size && Size->getZExtValue() == PtrSize;
  }
  bool isWholeSlot(Type *T) const {
    return T == PointerType::getUnqual(T->getContext()) ||
           T->isIntegerTy(8 * PtrSize);
  }
  /// The slot that P addresses, if it is one by its size.
  AllocaInst *slotAt(Value *P) const {
    auto *AI = dyn_cast<AllocaInst>(P->stripPointerCasts());
    if (!AI || !AI->isStaticAlloca() || AI->isArrayAllocation() ||
        DL.getTypeAllocSize(AI->getAllocatedType()) != PtrSize)
      return nullptr;
    return AI;
  }
  bool usesAreSimple(AllocaInst &Slot,
                     SmallVectorImpl<AllocaInst *> &Peers) const;
  void follow(Value *Task);
  void rewrite(AllocaInst &Slot, AllocaInst *NewSlot);

public:
  explicit Slots(Function &F)
      : F(F), DL(F.getParent()->getDataLayout()), PtrSize(DL.getPointerSize()) {
  }
  bool promote(ArrayRef<Value *> Tasks);
};

/// Whether every use of a slot's address is a whole load, store or copy. Peers:
/// the other slots that values go to or come from.
bool Slots::usesAreSimple(AllocaInst &Slot,
                          SmallVectorImpl<AllocaInst *> &Peers) const {
  SmallVector<Value *, 4> Addresses{&Slot};
  while (!Addresses.empty()) {
    Value *Address = Addresses.pop_back_val();
    for (Use &U : Address->uses()) {
      auto *I = cast<Instruction>(U.getUser());
      if (isAddressCheck(*I))
        continue;
      if (auto *Load = dyn_cast<LoadInst>(I)) {
        if (!isForDebugger(*Load) &&
            (Load->isVolatile() || !isWholeSlot(Load->getType())))
          return false;
      } else if (auto *Store = dyn_cast<StoreInst>(I)) {
        if (Store->getValueOperand() == Address || Store->isVolatile() ||
            !isWholeSlot(Store->getValueOperand()->getType()))
          return false;
        if (auto *From = dyn_cast<LoadInst>(Store->getValueOperand()))
          if (AllocaInst *Peer = slotAt(From->getPointerOperand()))
            Peers.push_back(Peer);
      } else if (auto *Copy = dyn_cast<MemCpyInst>(I)) {
        AllocaInst *Peer =
            slotAt(U.getOperandNo() == 0 ? Copy->getSource() : Copy->getDest());
        if (Copy->isVolatile() || Peer == &Slot ||
            !isWholeSlot(dyn_cast<ConstantInt>(Copy->getLength())))
          return false;
        if (Peer)
          Peers.push_back(Peer);
      } else if (auto *Fill = dyn_cast<MemSetInst>(I)) {
        if (Fill->isVolatile() || !isa<ConstantInt>(Fill->getValue()) ||
            !isWholeSlot(dyn_cast<ConstantInt>(Fill->getLength())))
          return false;
      } else if (auto *GEP = dyn_cast<GetElementPtrInst>(I)) {
        if (!GEP->hasAllZeroIndices())
          return false;
        Addresses.push_back(GEP);
      } else if (!I->isLifetimeStartOrEnd()) {
        return false;
      }
    }
  }
  return true;
}

void Slots::follow(Value *Task) {
  auto *Load = dyn_cast<LoadInst>(Task);
  if (!Load)
    return;
  SmallVector<AllocaInst *, 8> Work;
  if (AllocaInst *Slot = slotAt(Load->getPointerOperand()))
    Work.push_back(Slot);
  SmallPtrSet<AllocaInst *, 8> Seen;
  while (!Work.empty()) {
    AllocaInst *Slot = Work.pop_back_val();
    if (Seen.insert(Slot).second && usesAreSimple(*Slot, Work))
      Candidates.insert(Slot);
  }
}

void Slots::rewrite(AllocaInst &Slot, AllocaInst *NewSlot) {
  SmallVector<Instruction *, 16> Dead;
  SmallVector<Value *, 4> Addresses{&Slot};
  while (!Addresses.empty()) {
    Value *Address = Addresses.pop_back_val();
    for (Use &U : make_early_inc_range(Address->uses())) {
      auto *I = cast<Instruction>(U.getUser());
      IRBuilder<> B(I);
      auto *Load = dyn_cast<LoadInst>(I);
      if (isAddressCheck(*I)) {
        I->replaceAllUsesWith(validResult(*I, Slot));
      } else if (Load && isForDebugger(*Load)) {
        for (User *Fake : make_early_inc_range(Load->users()))
          cast<Instruction>(Fake)->eraseFromParent();
      } else if (Load) {
        Value *V = B.CreateLoad(B.getPtrTy(), NewSlot);
        Load->replaceAllUsesWith(B.CreateBitOrPointerCast(V, Load->getType()));
      } else if (auto *Store = dyn_cast<StoreInst>(I)) {
        B.CreateStore(
            B.CreateBitOrPointerCast(Store->getValueOperand(), B.getPtrTy()),
            NewSlot);
      } else if (auto *Copy = dyn_cast<MemCpyInst>(I)) {
        if (U.getOperandNo() == 0)
          B.CreateStore(B.CreateAlignedLoad(B.getPtrTy(), Copy->getSource(),
                                            Copy->getSourceAlign()),
                        NewSlot);
        else
          B.CreateAlignedStore(B.CreateLoad(B.getPtrTy(), NewSlot),
                               Copy->getDest(), Copy->getDestAlign());
      } else if (auto *Fill = dyn_cast<MemSetInst>(I)) {
        auto *Byte = cast<ConstantInt>(Fill->getValue());
        APInt Bits = APInt::getSplat(8 * PtrSize, Byte->getValue());
        B.CreateStore(B.CreateIntToPtr(B.getInt(Bits), B.getPtrTy()), NewSlot);
      } else if (isa<GetElementPtrInst>(I)) {
        Addresses.push_back(I);
      }
      Dead.push_back(I);
      U.set(PoisonValue::get(Address->getType()));
    }
  }
  // Debug records go over to the new slot; the instructions are dead.
  Slot.replaceAllUsesWith(NewSlot);
  for (Instruction *I : Dead)
    I->eraseFromParent();
  Slot.eraseFromParent();
}

bool Slots::promote(ArrayRef<Value *> Tasks) {
  for (Value *Task : Tasks)
    follow(Task);
  if (Candidates.empty())
    return false;
  SmallVector<AllocaInst *, 8> NewSlots;
  for (AllocaInst *Slot : Candidates) {
    IRBuilder<> B(Slot);
    AllocaInst *NewSlot = B.CreateAlloca(B.getPtrTy());
    NewSlot->takeName(Slot);
    rewrite(*Slot, NewSlot);
    NewSlots.push_back(NewSlot);
  }
  DominatorTree DT(F);
  PromoteMemToReg(NewSlots, DT);
  return true;
}

} // namespace

bool coroinline::promoteHandleSlots(Function &F, ArrayRef<Value *> Tasks) {
  return Slots(F).promote(Tasks);
}

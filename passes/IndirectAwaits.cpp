//===- IndirectAwaits.cpp - One await for each known callee ---------------===//
//
// A call through a pointer that can be f or g, among others, becomes
//
//     br (%callee == @f), label %is.f, label %next
//   is.f:   %a = call ptr @f(...)
//   next:   br (%callee == @g), label %is.g, label %other
//   is.g:   %b = call ptr @g(...)
//   other:  %c = call ptr %callee(...)
//   join:   %task = phi ptr [ %a, %is.f ], [ %b, %is.g ], [ %c, %other ]
//           ... the await of %task, up to its destruction
//   after:  ...
//
// and such a phi, which coro_await(x ? f(y) : g(y)) makes too, one copy of the
// await a task:
//
//   is.f:   %a = call ptr @f(...)
//           ... the await of %a, up to its destruction
//           br label %after
//   ...
//
//===----------------------------------------------------------------------===//

#include "IndirectAwaits.h"
#include "KnownCallees.h"
#include "Markers.h"
#include "Ramps.h"

#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"
#include "llvm/Transforms/Utils/CallPromotionUtils.h"
#include "llvm/Transforms/Utils/Cloning.h"
#include "llvm/Transforms/Utils/Local.h"
#include "llvm/Transforms/Utils/PromoteMemToReg.h"

using namespace llvm;
using namespace coroinline;

namespace {

using IsWantedRef = function_ref<bool(Function &)>;

/// Makes direct calls of one through a pointer, as far as its targets are
/// known.
bool makeDirect(CallInst &Ramp, unsigned MaxTargets, IsWantedRef IsWanted) {
  if (Ramp.hasOperandBundles() || Ramp.hasFnAttr(tag::Others))
    return false;
  KnownCallees Known = findCallees(Ramp);
  bool Fits = all_of(Known.Targets, [&](Function *Target) {
    return Target->getFunctionType() == Ramp.getFunctionType() &&
           Target->getCallingConv() == Ramp.getCallingConv();
  });
  if (!Fits)
    return false;
  if (Known.AreAll && Known.Targets.size() == 1) {
    Ramp.setCalledFunction(Known.Targets.front());
    return true;
  }
  bool OthersToo = !Known.AreAll;
  SmallVector<Function *, 4> Wanted;
  for (Function *Target : Known.Targets)
    if (IsWanted(*Target) && Wanted.size() < MaxTargets)
      Wanted.push_back(Target);
    else
      OthersToo = true;
  for (Function *Target : Wanted)
    if (!OthersToo && Target == Wanted.back())
      Ramp.setCalledFunction(Target);
    else
      promoteCallWithIfThenElse(Ramp, Target, nullptr);
  if (OthersToo && !Wanted.empty())
    Ramp.addFnAttr(Attribute::get(Ramp.getContext(), tag::Others));
  return !Wanted.empty();
}

/// The blocks that make an await: from the phi of its tasks on, up to the
/// destruction of the one that has ended.
class AwaitRegion {
  Function &F;
  PHINode &Task;
  CallBase *Destroy = nullptr;
  SmallSetVector<BasicBlock *, 8> Blocks;  // the phi's first
  static constexpr unsigned MaxSize = 200; // instructions

  bool usesAreInside(Value &V) const;
  void demoteValues(SmallVectorImpl<AllocaInst *> &Slots);

public:
  AwaitRegion(PHINode &Task) : F(*Task.getFunction()), Task(Task) {}
  /// False where the task is used for more than the await.
  bool find();
  /// Gives the tasks that IsWanted a region of their own. False if none got it.
  bool split(function_ref<bool(Value *)> IsWanted);
};

bool AwaitRegion::usesAreInside(Value &V) const {
  return all_of(V.users(), [&](User *U) {
    auto *I = cast<Instruction>(U);
    bool Follows = isa<GetElementPtrInst>(I) || isa<CastInst>(I);
    bool IsBehind =
        I->getParent() == Destroy->getParent() && Destroy->comesBefore(I);
    return Blocks.contains(I->getParent()) && !IsBehind && !isa<PHINode>(I) &&
           (!Follows || usesAreInside(*I));
  });
}

bool AwaitRegion::find() {
  SmallVector<Value *, 4> Work{&Task};
  while (!Work.empty())
    for (User *U : Work.pop_back_val()->users())
      if (isIntrinsic(U, Intrinsic::coro_destroy)) {
        if (Destroy || isa<InvokeInst>(U)) // what follows may be either way
          return false;
        Destroy = cast<CallBase>(U);
      } else if (isa<CastInst>(U)) {
        Work.push_back(U);
      }
  if (!Destroy)
    return false;
  BasicBlock *First = Task.getParent(), *Last = Destroy->getParent();
  auto FromFirst = reachable({First}, Last);
  Blocks.insert(First);
  SmallVector<BasicBlock *, 16> Before{Last};
  while (!Before.empty()) {
    BasicBlock *BB = Before.pop_back_val();
    if (Blocks.insert(BB)) // First stands there already
      for (BasicBlock *Pred : predecessors(BB)) {
        if (!FromFirst.contains(Pred))
          return false;
        Before.push_back(Pred);
      }
  }
  unsigned Size = 0, Suspends = 0;
  for (BasicBlock *BB : Blocks) {
    Size += BB->size();
    for (Instruction &I : *BB) {
      Suspends += isIntrinsic(&I, Intrinsic::coro_suspend);
      if (auto *Call = dyn_cast<CallBase>(&I); Call && Call->cannotDuplicate())
        return false;
    }
  }
  bool IsLoop = any_of(predecessors(First),
                       [&](BasicBlock *Pred) { return Blocks.contains(Pred); });
  // The one suspend is the await's own, which uses the task.
  return Size <= MaxSize && Suspends == 1 && !IsLoop && usesAreInside(Task);
}

/// Values that live on behind the region go through memory meanwhile: several
/// copies will make them.
void AwaitRegion::demoteValues(SmallVectorImpl<AllocaInst *> &Slots) {
  SmallVector<Instruction *, 8> Leaving;
  for (BasicBlock *BB : Blocks)
    for (Instruction &I : *BB)
      if (!I.getType()->isTokenTy() && any_of(I.users(), [&](User *U) {
            return !Blocks.contains(cast<Instruction>(U)->getParent());
          }))
        Leaving.push_back(&I);
  auto AtEntry = F.getEntryBlock().begin();
  for (Instruction *I : Leaving)
    Slots.push_back(DemoteRegToStack(*I, /*VolatileLoads=*/false, AtEntry));
}

bool AwaitRegion::split(function_ref<bool(Value *)> IsWanted) {
  BasicBlock *First = Task.getParent();
  auto GetsOwn = [&](BasicBlock *Pred) {
    return IsWanted(Task.getIncomingValueForBlock(Pred)) &&
           llvm::count(successors(Pred), First) == 1;
  };
  if (none_of(Task.blocks(), GetsOwn))
    return false;
  SplitBlock(Destroy->getParent(), Destroy->getNextNode());
  SmallVector<AllocaInst *, 4> Slots;
  demoteValues(Slots);
  for (unsigned K = Task.getNumIncomingValues(); K-- > 0;) {
    BasicBlock *Pred = Task.getIncomingBlock(K);
    if (Task.getNumIncomingValues() == 1)
      break;
    if (!GetsOwn(Pred))
      continue;
    ValueToValueMapTy Map;
    SmallVector<BasicBlock *, 8> Copies;
    for (BasicBlock *BB : Blocks) {
      BasicBlock *Copy = CloneBasicBlock(BB, Map, "", &F);
      Map[BB] = Copy;
      Copies.push_back(Copy);
    }
    remapInstructionsInBlocks(Copies, Map);
    for (BasicBlock *BB : Blocks)
      for (BasicBlock *Next : successors(BB))
        if (!Blocks.contains(Next))
          for (PHINode &Phi : Next->phis()) {
            Value *V = Phi.getIncomingValueForBlock(BB);
            Value *Mapped = Map.lookup(V);
            Phi.addIncoming(Mapped ? Mapped : V,
                            cast<BasicBlock>(Map.lookup(BB)));
          }
    auto *FirstCopy = cast<BasicBlock>(Map.lookup(First));
    for (PHINode &Phi : FirstCopy->phis())
      for (unsigned N = Phi.getNumIncomingValues(); N-- > 0;)
        if (Phi.getIncomingBlock(N) != Pred)
          Phi.removeIncomingValue(N, /*DeletePHIIfEmpty=*/false);
    Pred->getTerminator()->replaceSuccessorWith(First, FirstCopy);
    First->removePredecessor(Pred, /*KeepOneInputPHIs=*/true);
    FoldSingleEntryPHINodes(FirstCopy);
  }
  if (Task.getNumIncomingValues() == 1)
    FoldSingleEntryPHINodes(First);
  if (!Slots.empty()) {
    DominatorTree DT(F);
    PromoteMemToReg(Slots, DT);
  }
  return true;
}

} // namespace

SmallVector<CallInst *, 2> coroinline::indirectRampsOf(Value *Task) {
  SmallVector<CallInst *, 2> Ramps;
  for (CallBase *Ramp : rampsOf(Task))
    if (isa<CallInst>(Ramp) && !Ramp->getCalledFunction())
      Ramps.push_back(cast<CallInst>(Ramp));
  return Ramps;
}

static bool separateOnce(Function &F, unsigned MaxTargets,
                         IsWantedRef IsWanted) {
  Coroutine Body;
  if (!Body.analyze(F))
    return false;
  bool Changed = false;
  SmallVector<AwaitSite, 4> Sites = awaitsOf(F, Body);
  for (AwaitSite &S : Sites)
    for (CallInst *Ramp : indirectRampsOf(S.Point.task()))
      Changed |= makeDirect(*Ramp, MaxTargets, IsWanted);
  for (AwaitSite &S : Sites) {
    auto *Task = dyn_cast<PHINode>(throughIntegers(S.Point.task()));
    auto IsWantedTask = [&](Value *V) {
      return any_of(rampsOf(V), [&](CallBase *Ramp) {
        return rampOf(Ramp) && IsWanted(*Ramp->getCalledFunction());
      });
    };
    if (!Task || none_of(Task->incoming_values(), IsWantedTask))
      continue;
    AwaitRegion Region(*Task);
    if (Region.find())
      Changed |= Region.split(IsWantedTask);
  }
  return Changed;
}

bool coroinline::separateAwaits(Function &F, unsigned MaxTargets,
                                IsWantedRef IsWanted) {
  // A phi of phis needs several turns.
  bool Changed = false;
  while (separateOnce(F, MaxTargets, IsWanted))
    Changed = true;
  return Changed;
}

CallInst *coroinline::duplicateAwait(AwaitSite &S) {
  auto *Ramp = cast<CallInst>(S.Ramp);
  BasicBlock *Head = Ramp->getParent();
  BasicBlock *Own = SplitBlock(Head, Ramp);
  BasicBlock *Join = SplitBlock(Own, Ramp->getNextNode());
  BasicBlock *Other =
      BasicBlock::Create(Head->getContext(), "", Head->getParent(), Own);
  auto *Twin = cast<CallInst>(Ramp->clone());
  Twin->insertInto(Other, Other->end());
  BranchInst::Create(Join, Other)->setDebugLoc(Ramp->getDebugLoc());
  // A choice, so that both are reached as long as they are looked at.
  Head->getTerminator()->eraseFromParent();
  BranchInst::Create(Other, Own, ConstantInt::getTrue(Head->getContext()),
                     Head);
  IRBuilder<> B(Join, Join->begin());
  PHINode *Task = B.CreatePHI(Ramp->getType(), 2);
  Ramp->replaceAllUsesWith(Task);
  Task->addIncoming(Ramp, Own);
  Task->addIncoming(Twin, Other);
  AwaitRegion Region(*Task);
  if (!Region.find()) {
    Task->replaceAllUsesWith(Ramp);
    Task->eraseFromParent();
    Head->getTerminator()->eraseFromParent();
    BranchInst::Create(Own, Head);
    DeleteDeadBlock(Other);
    MergeBlockIntoPredecessor(Join);
    MergeBlockIntoPredecessor(Own);
    return nullptr;
  }
  Region.split([Twin](Value *V) { return V == Twin; });
  Head->getTerminator()->eraseFromParent();
  BranchInst::Create(Other, Head);
  return Twin;
}

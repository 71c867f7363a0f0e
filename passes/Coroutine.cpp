//===- Coroutine.cpp - The parts of a prepared coroutine ------------------===//

#include "Coroutine.h"
#include "Markers.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/Dominators.h"

using namespace llvm;
using namespace coroinline;

SmallPtrSet<BasicBlock *, 32>
coroinline::reachable(SmallVector<BasicBlock *, 32> Work,
                      const BasicBlock *Stop) {
  SmallPtrSet<BasicBlock *, 32> Seen;
  while (!Work.empty()) {
    BasicBlock *BB = Work.pop_back_val();
    if (BB != Stop && Seen.insert(BB).second)
      append_range(Work, successors(BB));
  }
  return Seen;
}

bool coroinline::isIntrinsic(const Value *V, Intrinsic::ID ID) {
  auto *CB = dyn_cast<CallBase>(V);
  return CB && CB->getIntrinsicID() == ID;
}

bool coroinline::isOwnBegin(const Value &V) {
  if (!isIntrinsic(&V, Intrinsic::coro_begin))
    return false;
  const Value *Id = cast<CallBase>(V).getArgOperand(0);
  return isIntrinsic(Id, Intrinsic::coro_id) &&
         isa<ConstantPointerNull>(cast<CallBase>(Id)->getArgOperand(3));
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
  case Intrinsic::coro_alloc:
    return Only(Alloc);
  case Intrinsic::coro_suspend:
    if (II.hasFnAttr(tag::Leave))
      return Only(Leave);
    if (!isa<ConstantInt>(II.getArgOperand(1)))
      return false;
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
  for (User *U : Id->users())
    if (U != Begin && U != Alloc && !isIntrinsic(U, Intrinsic::coro_free))
      return false;
  if (Leave && !Final && !Await().findTransfer(*Leave))
    return false;
  Promise = dyn_cast<AllocaInst>(Id->getArgOperand(1)->stripPointerCasts());
  return Promise && isPromise(*Promise) && (finish() || neverEnds());
}

/// Whether control comes first to Begin, then to Start, each once, then to the
/// other suspends and never back from End to them; and no suspend and no return
/// can be reached past the parts.
bool Coroutine::isInOrder(Function &F) const {
  DominatorTree DT(F);
  BasicBlock *EndBlock = End->getParent();
  SmallPtrSet<BasicBlock *, 32> Body =
      reachable(to_vector<32>(successors(Begin->getParent())), EndBlock);
  SmallPtrSet<BasicBlock *, 32> AfterEnd =
      reachable(to_vector<32>(successors(EndBlock)), nullptr);
  if (!DT.dominates(Begin, Start) || !DT.dominates(Start, End) ||
      !DT.isReachableFromEntry(EndBlock) || Body.contains(Begin->getParent()))
    return false;
  for (BasicBlock *BB : Body)
    if (isa<ReturnInst>(BB->getTerminator()))
      return false;
  auto Follows = [&](IntrinsicInst *Suspend) {
    return !Suspend ||
           ((Suspend == Start || DT.dominates(Start, Suspend)) &&
            !AfterEnd.contains(Suspend->getParent()) &&
            (Suspend->getParent() != EndBlock || Suspend->comesBefore(End)));
  };
  return all_of(Suspends, Follows) && Follows(Final) && Follows(Leave) &&
         all_of(Promise->users(), [&](User *U) {
           auto *I = cast<Instruction>(U);
           return I == Id || I->isLifetimeStartOrEnd() ||
                  DT.dominates(Begin, I);
         });
}

bool Coroutine::analyze(Function &F) {
  return analyze<Function &>(F) && isInOrder(F);
}

SmallVector<Coroutine::Yield, 4> Coroutine::yields() const {
  SmallVector<Yield, 4> Found;
  for (IntrinsicInst *Plain : Suspends) {
    if (!Plain->hasFnAttr(tag::Yield) ||
        !isa<ConstantTokenNone>(Plain->getArgOperand(0)))
      continue;
    BasicBlock *From = Plain->getParent()->getSinglePredecessor();
    if (!From || !isa<BranchInst>(From->getTerminator()))
      continue;
    for (IntrinsicInst *Transfer : Suspends)
      if (Transfer != Plain && Transfer->hasFnAttr(tag::Yield) &&
          Transfer->getParent()->getSinglePredecessor() == From)
        Found.push_back({Plain, Transfer});
  }
  return Found;
}

unsigned Coroutine::suspendsOfSource() const {
  return Suspends.size() - yields().size();
}

BasicBlock *Coroutine::finish() const {
  // Whatever copies a block behind a jump may put it into the one before.
  if (!Leave || !Final)
    return Leave ? Leave->getParent() : Final ? Final->getParent() : nullptr;
  BasicBlock *Finish = Leave->getParent()->getSinglePredecessor();
  auto *Branch =
      Finish ? dyn_cast<BranchInst>(Finish->getTerminator()) : nullptr;
  return Branch && Branch->isConditional() &&
                 Final->getParent()->getSinglePredecessor() == Finish
             ? Finish
             : nullptr;
}

void Coroutine::eraseOnlyEnd() const {
  for (IntrinsicInst *Suspend : {Final, Leave}) {
    if (!Suspend)
      continue;
    Await Point;
    const bool HasTransfer = Point.findTransfer(*Suspend);
    // Where there are both, nothing leads to their blocks any more.
    Suspend->replaceAllUsesWith(PoisonValue::get(Suspend->getType()));
    Suspend->eraseFromParent();
    if (HasTransfer) {
      Point.Transfer->eraseFromParent();
      Point.Save->eraseFromParent();
    }
  }
}

/// Whether Return gives Begin where it comes behind End.
bool Coroutine::returnsTask(const ReturnInst &Return) const {
  SmallPtrSet<BasicBlock *, 32> AfterEnd =
      reachable({End->getParent()}, nullptr);
  if (!AfterEnd.contains(Return.getParent()))
    return true;
  // What comes to a phi from elsewhere is given where there is no task.
  SmallPtrSet<BasicBlock *, 32> AfterBegin =
      reachable({Begin->getParent()}, nullptr);
  SmallPtrSet<Value *, 4> Seen;
  SmallVector<Value *, 4> Work{Return.getReturnValue()};
  while (!Work.empty()) {
    Value *V = Work.pop_back_val();
    if (V == Begin || !Seen.insert(V).second)
      continue;
    auto *Phi = dyn_cast_or_null<PHINode>(V);
    if (Phi && AfterEnd.contains(Phi->getParent())) {
      for (unsigned I = 0; I != Phi->getNumIncomingValues(); ++I)
        if (AfterBegin.contains(Phi->getIncomingBlock(I)))
          Work.push_back(Phi->getIncomingValue(I));
    } else if (isa_and_nonnull<PtrToIntInst>(V)) {
      Work.push_back(cast<Instruction>(V)->getOperand(0));
    } else {
      return false;
    }
  }
  return true;
}

/// What clang puts behind a cleanup that several exits of a scope share: a
/// switch, or what LLVM has made of one with two ways.
static bool leavesCleanup(const Instruction &Terminator) {
  auto *Branch = dyn_cast<BranchInst>(&Terminator);
  auto *Compare = Branch && Branch->isConditional()
                      ? dyn_cast<ICmpInst>(Branch->getCondition())
                      : nullptr;
  auto *Phi = Compare ? dyn_cast<PHINode>(Compare->getOperand(0)) : nullptr;
  return isa<SwitchInst>(Terminator) ||
         (Phi && Compare->isEquality() &&
          isa<ConstantInt>(Compare->getOperand(1)) &&
          all_of(Phi->incoming_values(),
                 [](const Value *V) { return isa<ConstantInt, PHINode>(V); }));
}

bool Coroutine::canBeSpliced() const {
  BasicBlock *EndBlock = End->getParent();
  auto EndsBlock = [&](const Instruction &I) {
    return isa<PHINode>(I) || I.isDebugOrPseudoInst();
  };
  if (&*find_if_not(*EndBlock, EndsBlock) != End)
    return false;
  // Where control goes on, from suspend to suspend, up to the finish. Behind a
  // cleanup there are ways that are never taken: they are not looked at. A
  // suspend with one case alone would be followed by a branch in the copy.
  SmallPtrSet<BasicBlock *, 32> Seen, Undone;
  SmallVector<BasicBlock *, 32> Work, Undoing;
  DenseMap<BasicBlock *, BasicBlock *> Resumes;
  for (IntrinsicInst *Suspend : Suspends) {
    SuspendEdges Edges;
    if (!Edges.analyze(*Suspend) || !Edges.Resume || Edges.Exit != EndBlock)
      return false;
    Resumes[Suspend->getParent()] = Edges.Resume;
    Undoing.push_back(Edges.Destroy);
    if (Suspend == Start)
      Work.push_back(Edges.Resume);
  }
  for (IntrinsicInst *Suspend : {Final, Leave})
    if (Suspend) {
      SuspendEdges Edges;
      if (!Edges.analyze(*Suspend) || !Edges.Resume || Edges.Exit != EndBlock)
        return false;
      Resumes[Suspend->getParent()] = nullptr;
      Undoing.push_back(Edges.Destroy);
    }
  while (!Work.empty()) {
    BasicBlock *BB = Work.pop_back_val();
    if (!BB || !Seen.insert(BB).second)
      continue;
    if (BB == EndBlock)
      return false;
    auto It = Resumes.find(BB);
    if (It != Resumes.end())
      Work.push_back(It->second);
    else if (!leavesCleanup(*BB->getTerminator()))
      append_range(Work, successors(BB));
  }
  // What is destroyed does not go on.
  while (!Undoing.empty()) {
    BasicBlock *BB = Undoing.pop_back_val();
    if (!Undone.insert(BB).second)
      continue;
    if (Resumes.contains(BB))
      return false;
    if (!leavesCleanup(*BB->getTerminator()))
      append_range(Undoing, successors(BB));
  }
  return all_of(*End->getFunction(), [&](BasicBlock &BB) {
    auto *Return = dyn_cast<ReturnInst>(BB.getTerminator());
    return !Return || returnsTask(*Return);
  });
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
  return Destroy && Destroy != Exit && Resume != Exit && Resume != Destroy;
}

bool coroinline::isAwait(const IntrinsicInst &Suspend) {
  return Suspend.hasFnAttr(tag::Await) || Suspend.hasFnAttr(tag::AwaitLinked);
}

bool coroinline::isNext(const IntrinsicInst &Suspend) {
  return Suspend.hasFnAttr(tag::Next) || Suspend.hasFnAttr(tag::NextLinked);
}

bool Await::findTransfer(IntrinsicInst &II) {
  Suspend = &II;
  Save = dyn_cast<IntrinsicInst>(II.getArgOperand(0));
  if (!Save || Save->getIntrinsicID() != Intrinsic::coro_save ||
      !Save->hasOneUse())
    return false;
  // The transfer stands between the save and the suspend, in one block. (In
  // unreachable code the save may stand behind it.)
  for (Instruction *I = Save; I != &II; I = I->getNextNode())
    if (!I)
      return false;
    else if (isIntrinsic(I, Intrinsic::coro_await_suspend_handle)) {
      if (Transfer)
        return false;
      Transfer = cast<CallBase>(I);
    }
  return Transfer && Transfer->getArgOperand(1) == Save->getArgOperand(0);
}

bool Await::analyze(IntrinsicInst &II) {
  return findTransfer(II) && Edges.analyze(II) &&
         !isa<PHINode>(Edges.Exit->front());
}

Value *coroinline::throughIntegers(Value *Task) {
  // In unreachable code the casts may go in a circle.
  SmallPtrSet<Value *, 4> Seen;
  while (Task && (isa<IntToPtrInst>(Task) || isa<PtrToIntInst>(Task)) &&
         Seen.insert(Task).second)
    Task = cast<Instruction>(Task)->getOperand(0);
  return Task;
}

CallBase *coroinline::rampOf(Value *Task) {
  auto *Call = dyn_cast<CallBase>(throughIntegers(Task));
  Function *Callee = Call ? Call->getCalledFunction() : nullptr;
  return Callee && !Callee->isIntrinsic() ? Call : nullptr;
}

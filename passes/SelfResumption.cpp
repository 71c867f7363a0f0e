//===- SelfResumption.cpp - Resume functions that resume their own --------===//
//
//   define fastcc void @walk.resume(ptr %frame) {
//   entry:
//     %index = load i3, ptr (%frame + 72)
//     switch i3 %index [ 0: %start  1: %behind.left  ... ]
//     ...
//     musttail call fastcc void @walk.resume(ptr %child)    ; a new task
//     ret void
//     ...
//     musttail call fastcc void @walk.resume(ptr %awaiter)
//     ret void
// =>
//   entry:
//     br %dispatch
//   dispatch:
//     %self = phi ptr [ %frame, %entry ], [ %awaiter, ... ]
//     %index = load i3, ptr (%self + 72)
//     switch i3 %index [ 0: %start  1: %behind.left  ... ]
//   start:
//     %self.1 = phi ptr [ %self, %dispatch ], [ %child, ... ]
//     ...
//     br %start
//     ...
//     br %dispatch
//
// LLVM makes the loop of tail calls, too, but not the jump past the dispatch.
//
//===----------------------------------------------------------------------===//

#include "SelfResumption.h"
#include "CoroLowerAlloca.h"
#include "CoroSinkAddresses.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Analysis/ConstantFolding.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Module.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"
#include "llvm/Transforms/Utils/Local.h"
#include "llvm/Transforms/Utils/SSAUpdater.h"
#include "llvm/Transforms/Utils/ValueMapper.h"

using namespace llvm;
using namespace coroinline;

/// More than it takes to come to the dispatch, and to make it.
static constexpr unsigned MaxDispatch = 20;

/// On a resume function that is a loop.
static constexpr char LoopNote[] = "coroinline-loop";

namespace {

class DispatchLoop {
  Function &Resume;
  BasicBlock *Dispatch;
  PHINode *Self;
  /// What Dispatch defines is something else where a copy of it stands.
  struct Copy {
    BasicBlock *In;
    ValueToValueMapTy Values;
  };
  std::vector<std::unique_ptr<Copy>> Copies;

public:
  explicit DispatchLoop(Function &Resume);
  void close(const SelfResumption &Place);
  void updateUses();

private:
  bool canCopy() const;
  void copyDispatch(BasicBlock &Into, Value &Task, TaskState State);
  void updateUsesOf(Instruction &Value);
};

} // namespace

DispatchLoop::DispatchLoop(Function &Resume) : Resume(Resume) {
  BasicBlock &Entry = Resume.getEntryBlock();
  Argument *Frame = Resume.getArg(0);
  for (Instruction &I : make_early_inc_range(Entry))
    if (isa<AllocaInst>(I))
      I.moveBefore(Entry, Entry.begin());
  // Else an address would live on from task to task. With -g, CoroSplit
  // computes some earlier.
  sinkAddresses(*Frame);
  Dispatch = SplitBlock(&Entry, Entry.getFirstNonPHIOrDbgOrAlloca());
  Self = PHINode::Create(Frame->getType(), 2, "", Dispatch->begin());
  // What a debugger is told of the frame is told of each.
  auto Head = Dispatch->getFirstInsertionPt();
  for (Instruction &I : Entry)
    for (DbgRecord &R : make_early_inc_range(I.getDbgRecordRange())) {
      R.removeFromParent();
      Dispatch->insertDbgRecordBefore(&R, Head);
    }
  Frame->replaceAllUsesWith(Self);
  Self->addIncoming(Frame, &Entry);
  // It is one of several from now on.
  Resume.removeParamAttr(0, Attribute::NoAlias);
}

bool DispatchLoop::canCopy() const {
  return Dispatch->size() <= MaxDispatch &&
         none_of(*Dispatch,
                 [](const Instruction &I) { return I.mayHaveSideEffects(); });
}

void DispatchLoop::close(const SelfResumption &Place) {
  Value *Task = Place.Call->getArgOperand(0);
  BasicBlock *From = Place.Call->getParent();
  DebugLoc Where = Place.Call->getDebugLoc();
  Place.Call->getNextNode()->eraseFromParent();
  Place.Call->eraseFromParent();
  if (Place.State != TaskState::Any && canCopy()) {
    copyDispatch(*From, *Task, Place.State);
    return;
  }
  BranchInst::Create(Dispatch, From)->setDebugLoc(Where);
  Self->addIncoming(Task, From);
}

void DispatchLoop::copyDispatch(BasicBlock &Into, Value &Task,
                                TaskState State) {
  const DataLayout &DL = Resume.getParent()->getDataLayout();
  Copy &C = *Copies.emplace_back(std::make_unique<Copy>());
  C.In = &Into;
  C.Values[Self] = &Task;
  const RemapFlags Flags = RF_NoModuleLevelChanges | RF_IgnoreMissingLocals;
  for (Instruction &I :
       make_range(std::next(Self->getIterator()), Dispatch->end())) {
    Instruction *New = I.clone();
    New->insertInto(&Into, Into.end());
    New->cloneDebugInfoFrom(&I);
    RemapInstruction(New, C.Values, Flags);
    RemapDbgRecordRange(Resume.getParent(), New->getDbgRecordRange(), C.Values,
                        Flags);
    auto *Load = dyn_cast<LoadInst>(New);
    Constant *Known = Load ? indexLoadedBy(*Load, Task, Resume, State)
                           : ConstantFoldInstruction(New, DL);
    C.Values[&I] = Known ? cast<Value>(Known) : New;
    if (Known)
      New->eraseFromParent();
  }
  for (BasicBlock *Next : successors(Dispatch))
    for (PHINode &Phi : Next->phis()) {
      Value *V = Phi.getIncomingValueForBlock(Dispatch);
      Value *Mapped = C.Values.lookup(V);
      Phi.addIncoming(Mapped ? Mapped : V, &Into);
    }
  ConstantFoldTerminator(&Into, /*DeleteDeadConditions=*/true);
}

void DispatchLoop::updateUsesOf(Instruction &Value) {
  SmallVector<Use *, 16> Outside;
  for (Use &U : Value.uses()) {
    auto *User = cast<Instruction>(U.getUser());
    auto *Phi = dyn_cast<PHINode>(User);
    if ((Phi ? Phi->getIncomingBlock(U) : User->getParent()) != Dispatch)
      Outside.push_back(&U);
  }
  SSAUpdater Updater;
  Updater.Initialize(Value.getType(), "");
  Updater.AddAvailableValue(Dispatch, &Value);
  for (const auto &C : Copies)
    Updater.AddAvailableValue(C->In, C->Values.lookup(&Value));
  for (Use *U : Outside)
    Updater.RewriteUse(*U);
  Updater.UpdateDebugValues(&Value);
}

void DispatchLoop::updateUses() {
  for (Instruction &I : *Dispatch)
    if (!I.getType()->isVoidTy())
      updateUsesOf(I);
}

bool coroinline::canResumeInPlace(const Function &Resume) {
  // A call gives the stack back that it takes.
  return !hasDynamicAlloca(Resume) &&
         none_of(instructions(Resume),
                 [](const Instruction &I) { return isHiddenAlloca(I); });
}

void coroinline::resumeInPlace(Function &Resume,
                               ArrayRef<SelfResumption> Places) {
  DispatchLoop L(Resume);
  for (const SelfResumption &Place : Places)
    L.close(Place);
  L.updateUses();
  Resume.addFnAttr(LoopNote);
}

bool coroinline::isDispatchLoop(const Function &Resume) {
  return Resume.hasFnAttribute(LoopNote);
}

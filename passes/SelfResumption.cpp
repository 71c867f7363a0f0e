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
// An awaiter that is such a task is where it awaits one, and the one that it
// awaits is the one that has just come to its end:
//
//   musttail call fastcc void @walk.resume(ptr %awaiter)
// =>
//   %index.1 = load i3, ptr (%awaiter + 72)
//   switch i3 %index.1 [ 1: %behind.left  4: %behind.right ]
//   ...
// behind.left:
//   %child = phi ptr [ %handle, %dispatch ], [ %self, ... ]
//
// So each of both is a jump of its own, that a processor learns by itself, as
// in an interpreter with threaded code (Ertl, Gregg: The Structure and
// Performance of Efficient Interpreters, JILP 5, 2003).
//
//===----------------------------------------------------------------------===//

#include "SelfResumption.h"
#include "BlockCopies.h"
#include "CoroLowerAlloca.h"
#include "CoroSinkAddresses.h"
#include "Places.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Analysis/ConstantFolding.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/MDBuilder.h"
#include "llvm/IR/Module.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"
#include "llvm/Transforms/Utils/Local.h"

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
  /// Where the task goes on that awaits another: the handle of that.
  struct Behind {
    BasicBlock *Block;
    PHINode *Handle; // null where it is not looked at
  };
  DenseMap<ConstantInt *, Behind> Awaits; // by the index
  /// What Dispatch defines is something else where a copy of it stands.
  struct Copy {
    BasicBlock *In;
    ValueToValueMapTy Values;
    Value *valueOf(Value *V) const {
      Value *Mapped = Values.lookup(V);
      return Mapped ? Mapped : V;
    }
  };
  std::vector<std::unique_ptr<Copy>> Copies;

public:
  DispatchLoop(Function &Resume, ArrayRef<LinkedAwait> Known);
  void close(const SelfResumption &Place);
  void updateUses();

private:
  bool canCopy() const;
  Copy &copyDispatch(BasicBlock &Into, Value &Task, TaskState State);
  void addPhiValues(Copy &C);
  void takeHandleFromDispatch(const LinkedAwait &A);
  void expectSuspends(SwitchInst &Switch);
  void goOnBehindAwait(Copy &C, Value &Awaited);
};

} // namespace

DispatchLoop::DispatchLoop(Function &Resume, ArrayRef<LinkedAwait> Known)
    : Resume(Resume) {
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
  auto *Switch = dyn_cast<SwitchInst>(Dispatch->getTerminator());
  if (!Switch)
    return;
  for (const LinkedAwait &A : Known)
    takeHandleFromDispatch(A);
  if (!Awaits.empty())
    expectSuspends(*Switch);
}

/// A task that starts, or awaits another one of its coroutine, seldom comes to
/// the dispatch.
void DispatchLoop::expectSuspends(SwitchInst &Switch) {
  constexpr uint32_t Often = 1000;
  const ConstantInt *Start = startIndexOf(Resume);
  SmallVector<uint32_t, 8> Weights{0}; // of the default, which is unreachable
  for (auto &Case : Switch.cases()) {
    ConstantInt *Index = Case.getCaseValue();
    Weights.push_back(Index == Start || Awaits.contains(Index) ? 1 : Often);
  }
  Switch.setMetadata(
      LLVMContext::MD_prof,
      MDBuilder(Switch.getContext()).createBranchWeights(Weights));
}

/// Has the block behind an await get the handle from where it comes from.
void DispatchLoop::takeHandleFromDispatch(const LinkedAwait &A) {
  if (Awaits.contains(A.Index))
    return;
  const DataLayout &DL = Resume.getParent()->getDataLayout();
  auto *Switch = cast<SwitchInst>(Dispatch->getTerminator());
  BasicBlock *Block = Switch->findCaseValue(A.Index)->getCaseSuccessor();
  Behind &B = Awaits[A.Index] = {Block, nullptr};
  if (!A.Handle || Block->getUniquePredecessor() != Dispatch)
    return;
  LoadInst *Handle = nullptr;
  for (Instruction &I : *Block) {
    auto *Load = dyn_cast<LoadInst>(&I);
    if (Load && Load->isSimple() && Load->getType() == Self->getType() &&
        offsetFrom(*Self, *Load->getPointerOperand(), DL) == A.Handle)
      Handle = Load;
    if (Handle || I.mayWriteToMemory())
      break;
  }
  if (!Handle)
    return;
  BasicBlock *Edge = SplitEdge(Dispatch, Block);
  IRBuilder<> Builder(Edge->getTerminator());
  Value *Address =
      Builder.CreateConstInBoundsGEP1_64(Builder.getInt8Ty(), Self, *A.Handle);
  B.Handle = PHINode::Create(Self->getType(), 2, "", Block->begin());
  Handle->replaceAllUsesWith(B.Handle);
  Handle->setOperand(0, Address);
  Handle->moveBefore(*Edge, Edge->getTerminator()->getIterator());
  B.Handle->addIncoming(Handle, Edge);
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
  if (Place.AwaitsThis && !Awaits.empty() && canCopy()) {
    // At the end of From, the frame is no longer that one's.
    auto *Awaited = new BitCastInst(Self, Self->getType(), "", From);
    goOnBehindAwait(copyDispatch(*From, *Task, TaskState::Any), *Awaited);
    return;
  }
  if (Place.State != TaskState::Any && canCopy()) {
    addPhiValues(copyDispatch(*From, *Task, Place.State));
    ConstantFoldTerminator(From, /*DeleteDeadConditions=*/true);
    return;
  }
  BranchInst::Create(Dispatch, From)->setDebugLoc(Where);
  Self->addIncoming(Task, From);
}

/// Puts a copy of the dispatch for Task at the end of Into; the blocks that it
/// goes to are yet to be told.
DispatchLoop::Copy &DispatchLoop::copyDispatch(BasicBlock &Into, Value &Task,
                                               TaskState State) {
  const DataLayout &DL = Resume.getParent()->getDataLayout();
  Copy &C = *Copies.emplace_back(std::make_unique<Copy>());
  C.In = &Into;
  // What Dispatch defines is that one's own behind the copy.
  auto *Early = dyn_cast<Instruction>(&Task);
  C.Values[Self] = Early && Early->getParent() == Dispatch
                       ? new BitCastInst(&Task, Task.getType(), "", &Into)
                       : &Task;
  for (Instruction &I :
       make_range(std::next(Self->getIterator()), Dispatch->end())) {
    Instruction *New = appendCopy(I, Into, C.Values);
    auto *Load = dyn_cast<LoadInst>(New);
    Constant *Known = Load ? indexLoadedBy(*Load, Task, Resume, State)
                           : ConstantFoldInstruction(New, DL);
    C.Values[&I] = Known ? cast<Value>(Known) : New;
    if (Known)
      New->eraseFromParent();
  }
  return C;
}

/// Where the copy goes wherever the dispatch does.
void DispatchLoop::addPhiValues(Copy &C) {
  for (BasicBlock *Next : successors(Dispatch))
    for (PHINode &Phi : Next->phis())
      Phi.addIncoming(C.valueOf(Phi.getIncomingValueForBlock(Dispatch)), C.In);
}

/// Where the copy is for a task that awaits Awaited.
void DispatchLoop::goOnBehindAwait(Copy &C, Value &Awaited) {
  auto *Switch = cast<SwitchInst>(C.In->getTerminator());
  Switch->setMetadata(LLVMContext::MD_prof, nullptr);
  for (auto It = Switch->case_begin(); It != Switch->case_end();) {
    auto Await = Awaits.find(It->getCaseValue());
    if (Await == Awaits.end()) {
      It = Switch->removeCase(It);
      continue;
    }
    auto [Block, Handle] = Await->second;
    BasicBlock *From = It->getCaseSuccessor() == Block
                           ? Dispatch
                           : It->getCaseSuccessor(); // with the handle's load
    It->setSuccessor(Block);
    for (PHINode &Phi : Block->phis())
      Phi.addIncoming(&Phi == Handle
                          ? &Awaited
                          : C.valueOf(Phi.getIncomingValueForBlock(From)),
                      C.In);
    ++It;
  }
}

void DispatchLoop::updateUses() {
  for (Instruction &I : make_range(Dispatch->begin(),
                                   Dispatch->getTerminator()->getIterator())) {
    SmallVector<std::pair<BasicBlock *, Value *>, 4> Others;
    for (const auto &C : Copies)
      Others.push_back({C->In, C->Values.lookup(&I)});
    coroinline::updateUses(I, Others);
  }
}

bool coroinline::canResumeInPlace(const Function &Resume) {
  // A call gives the stack back that it takes.
  return !hasDynamicAlloca(Resume) &&
         none_of(instructions(Resume),
                 [](const Instruction &I) { return isHiddenAlloca(I); });
}

void coroinline::resumeInPlace(Function &Resume,
                               ArrayRef<SelfResumption> Places,
                               ArrayRef<LinkedAwait> Awaits) {
  DispatchLoop L(Resume, Awaits);
  for (const SelfResumption &Place : Places)
    L.close(Place);
  L.updateUses();
  Resume.addFnAttr(LoopNote);
}

bool coroinline::isDispatchLoop(const Function &Resume) {
  return Resume.hasFnAttribute(LoopNote);
}

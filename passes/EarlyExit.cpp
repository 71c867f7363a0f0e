//===- EarlyExit.cpp - The part of a coroutine that needs no task ---------===//
//
//   body:   %empty = icmp eq ptr %node, null
//           br i1 %empty, label %done, label %visit
//   done:   store i64 0, ptr %result
//           br label %finish
//   visit:  ...                             ; suspends sooner or later
//
// The awaiter can have all but %visit without a task, and make the task only
// there. It begins anew then, so what leads to %visit must leave no trace.
//
//===----------------------------------------------------------------------===//

#include "EarlyExit.h"
#include "Compat.h"
#include "Coroutine.h"
#include "IndirectAwaits.h"
#include "Markers.h"
#include "Splice.h"

#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/Dominators.h"
#include "llvm/Transforms/Utils/Cloning.h"
#include "llvm/Transforms/Utils/Local.h"

using namespace llvm;
using namespace coroinline;

namespace {

constexpr unsigned MaxSize = 100; // instructions that may run twice

/// Stands for the rest of a coroutine where a copy of its early exits ends.
constexpr char RestName[] = "coroinline.rest";

/// Whether I may run once more than the program says.
bool leavesNoTrace(const Instruction &I) {
  if (auto *Store = dyn_cast<StoreInst>(&I))
    return Store->isSimple() &&
           isa<AllocaInst>(getUnderlyingObject(Store->getPointerOperand()));
  if (auto *Load = dyn_cast<LoadInst>(&I))
    return Load->isSimple();
  if (I.isLifetimeStartOrEnd())
    return true;
  return !I.mayHaveSideEffects() && !I.mayReadFromMemory() &&
         !isa<AllocaInst>(I);
}

class Prefix {
  const Coroutine &Body;
  const LoopInfo &LI;
  SmallPtrSet<BasicBlock *, 32> Suspending; // those that a suspend may follow
  SmallSetVector<BasicBlock *, 8> Blocks;   // of the prefix
  unsigned Size = 0;

  bool startLeavesNoTrace() const;
  void findSuspending();
  bool canRepeat(const BasicBlock &BB) const {
    return !LI.getLoopFor(&BB) && all_of(BB, leavesNoTrace);
  }

public:
  Prefix(const Coroutine &Body, const LoopInfo &LI) : Body(Body), LI(LI) {}
  /// False where it leads to no early exit.
  bool find();
  /// Replaces what follows, but for the exits.
  void cut(Function &Rest) const;
};

/// Whether what runs at the call, before the task starts, may be repeated, as
/// far as an awaiter would have it.
bool Prefix::startLeavesNoTrace() const {
  auto IsOurs = [this](const Instruction &I) {
    auto *Call = dyn_cast<CallBase>(&I);
    return &I == Body.Id || &I == Body.Alloc || &I == Body.Begin ||
           (Call && Call->hasFnAttr(tag::Argument));
  };
  // One of these that is no variable would be alive across the start.
  auto IsKept = [&](const Instruction &I) {
    return IsOurs(I) || isa<AllocaInst>(I) || leavesNoTrace(I);
  };
  SmallSetVector<const BasicBlock *, 8> Before;
  Before.insert(&Body.Begin->getFunction()->getEntryBlock());
  for (unsigned K = 0; K < Before.size(); K++) { // Before grows
    const BasicBlock &BB = *Before[K];
    const Instruction &Last = *BB.getTerminator();
    if (isa<UnreachableInst>(Last))
      continue;
    const bool IsLast = &BB == Body.Start->getParent();
    const auto End = IsLast ? BasicBlock::const_iterator(Body.Start) : BB.end();
    if (!all_of(make_range(BB.begin(), End), IsKept))
      return false;
    auto *Branch = dyn_cast<BranchInst>(&Last);
    if (Branch && Branch->isConditional() &&
        Branch->getCondition() == Body.Alloc)
      Before.insert(Branch->getSuccessor(1)); // inlined, it needs no memory
    else if (!IsLast)
      Before.insert(succ_begin(&BB), succ_end(&BB));
  }
  return true;
}

void Prefix::findSuspending() {
  SmallVector<BasicBlock *, 32> Work;
  for (IntrinsicInst *Suspend : Body.Suspends)
    if (Suspend != Body.Start)
      Work.push_back(Suspend->getParent());
  while (!Work.empty()) {
    BasicBlock *BB = Work.pop_back_val();
    if (BB != Body.Start->getParent() && Suspending.insert(BB).second)
      append_range(Work, predecessors(BB));
  }
}

bool Prefix::find() {
  findSuspending();
  SuspendEdges Edges;
  Edges.analyze(*Body.Start);
  if (!Suspending.contains(Edges.Resume) || !canRepeat(*Edges.Resume) ||
      !startLeavesNoTrace())
    return false;
  Blocks.insert(Edges.Resume);
  bool HasExit = false;
  for (unsigned K = 0; K < Blocks.size(); K++) { // Blocks grows
    Size += Blocks[K]->size();
    for (BasicBlock *Next : successors(Blocks[K]))
      if (!Suspending.contains(Next))
        HasExit |= !isa<UnreachableInst>(Next->getTerminator());
      else if (canRepeat(*Next))
        Blocks.insert(Next);
  }
  return HasExit && Size <= MaxSize;
}

void Prefix::cut(Function &Rest) const {
  Function &F = *Body.Begin->getFunction();
  BasicBlock *Cut = BasicBlock::Create(F.getContext(), "coro.rest", &F);
  IRBuilder<> B(Cut);
  B.CreateCall(&Rest);
  B.CreateUnreachable();
  for (BasicBlock *BB : Blocks)
    for (unsigned K = 0; K < BB->getTerminator()->getNumSuccessors(); K++) {
      BasicBlock *Next = BB->getTerminator()->getSuccessor(K);
      if (Suspending.contains(Next) && !Blocks.contains(Next)) {
        Next->removePredecessor(BB, /*KeepOneInputPHIs=*/true);
        BB->getTerminator()->setSuccessor(K, Cut);
      }
    }
  removeUnreachableBlocks(F);
}

} // namespace

Function *coroinline::copyToInline(Function &F) {
  ValueToValueMapTy Map;
  if (DISubprogram *SP = F.getSubprogram())
    Map.MD()[SP].reset(SP);
  Function *Copy = CloneFunction(&F, Map);
  Copy->setSubprogram(nullptr); // which is F's alone
  Copy->setComdat(nullptr);
  Copy->setVisibility(GlobalValue::DefaultVisibility);
  Copy->setLinkage(GlobalValue::InternalLinkage);
  return Copy;
}

static Function &restOfBody(Module &M) {
  auto Rest = M.getOrInsertFunction(RestName, Type::getVoidTy(M.getContext()));
  auto *F = cast<Function>(Rest.getCallee());
  F->setDoesNotThrow();
  return *F;
}

/// A copy of the coroutine F that goes only as far as F may end without having
/// suspended. Where F would go on, it calls restOfBody(), having done nothing
/// yet that shows. The caller owns the copy. Null where F can't end like that.
static Function *copyEarlyExit(Function &F) {
  Function *Copy = copyToInline(F);
  Coroutine Body;
  if (Body.analyze(*Copy) && Body.canBeSpliced()) {
    DominatorTree DT(*Copy);
    LoopInfo LI(DT);
    Prefix P(Body, LI);
    if (P.find()) {
      P.cut(restOfBody(*F.getParent()));
      return Copy;
    }
  }
  Copy->eraseFromParent();
  return nullptr;
}

/// Whether an awaiter may do twice what it does between the call that makes the
/// task and the await.
static bool awaitsWithoutTrace(const CallBase &Ramp, const Await &Point) {
  SmallSetVector<const BasicBlock *, 8> Behind;
  auto Scan = [&](const Instruction *I) {
    const BasicBlock *BB = I->getParent();
    if (isa<UnreachableInst>(BB->getTerminator()))
      return true; // a check that fails
    for (; I; I = I->getNextNode())
      if (I == Point.Save)
        return true;
      else if (isa<StoreInst>(I) || !leavesNoTrace(*I))
        return false;
    Behind.insert(succ_begin(BB), succ_end(BB));
    return true;
  };
  if (!Scan(Ramp.getNextNode()))
    return false;
  for (unsigned K = 0; K < Behind.size(); K++) // Behind grows
    if (!Scan(&Behind[K]->front()))
      return false;
  return true;
}

unsigned EarlyExits::add(AwaitSite &S, AwaitGraph::Node &Callee,
                         unsigned Room) {
  if (!awaitsWithoutTrace(*S.Ramp, S.Point))
    return 0;
  if (!Callee.EarlyExit)
    Callee.EarlyExit = copyEarlyExit(Callee.body());
  Function *Body = *Callee.EarlyExit;
  const unsigned Size = Body ? Body->getInstructionCount() : 0;
  if (!Body || Size > Room)
    return 0;
  auto *Ramp = cast<CallInst>(S.Ramp);
  CallInst *Twin = duplicateAwait(S);
  if (!Twin)
    return 0;
  Twins[Twin] = {Ramp, &Callee};
  return Size;
}

bool EarlyExits::finish() {
  if (Twins.empty())
    return false;
  Coroutine Self;
  SmallVector<AwaitSite, 4> Sites;
  if (Self.analyze(F))
    Sites = awaitsOf(F, Self);
  Function &Rest = restOfBody(*F.getParent());
  for (AwaitSite &S : Sites) {
    auto [Linked, Callee] = Twins.lookup(S.Ramp);
    if (!Linked)
      continue;
    TaskUses Uses;
    SmallVector<AwaitSite, 1> None;
    if (findTaskUses(S, Callee->Body, Uses) ||
        spliceAwait(S, **Callee->EarlyExit, Self, Uses, None))
      continue; // the twin is a linked await like the other
    for (User *U : make_early_inc_range(Rest.users())) {
      auto *Call = cast<CallInst>(U);
      if (Call->getFunction() != &F)
        continue;
      BasicBlock *BB = Call->getParent();
      BB->getTerminator()->eraseFromParent();
      BranchInst::Create(Linked->getParent(), BB)
          ->setDebugLoc(Call->getDebugLoc());
      Call->eraseFromParent();
    }
  }
  return true;
}

void coroinline::eraseEarlyExits(Module &M, const AwaitGraph &Graph) {
  for (AwaitGraph::Node *N : Graph.calleesFirst())
    if (Function *Copy = N->EarlyExit.value_or(nullptr))
      Copy->eraseFromParent();
  if (Function *Rest = M.getFunction(RestName); Rest && Rest->use_empty())
    Rest->eraseFromParent();
}

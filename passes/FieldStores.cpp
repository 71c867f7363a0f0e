//===- FieldStores.cpp - Stores into frames that nobody needs -------------===//
//
// Where a task begins in the frame of one that has just ended, or goes on with
// what it has in registers, LLVM has to take all stores into frames for needed:
// it can't know that nobody else looks.
//
// Of a task that has ended, somebody may be asked for its result and whether
// it has ended, until its frame goes back, or another task begins in it:
//
//     store i64 %value, ptr (%frame + 32)        ; the result
//     store i2 2, ptr (%frame + 48)              ; the index: it has ended
//     br i1 %is.lookup, label %lookup, label %other
//   lookup:
//     ...                                        ; uses %value
//     store i2 1, ptr (%frame + 48)              ; a new task, which suspends
//     ret void
//   other:
//     musttail call fastcc void %fn(ptr %awaiter)
// =>
//     br i1 %is.lookup, label %lookup, label %other
//   lookup:
//     ...
//     store i2 1, ptr (%frame + 48)
//     ret void
//   other:
//     store i64 %value, ptr (%frame + 32)
//     store i2 2, ptr (%frame + 48)
//     musttail call fastcc void %fn(ptr %awaiter)
//
// That is the elimination of partially dead code (Knoop, Ruething, Steffen:
// Partial Dead Code Elimination, PLDI 1994), of one store at a time.
//
//===----------------------------------------------------------------------===//

#include "FieldStores.h"
#include "Coroutine.h"
#include "Markers.h"
#include "Places.h"
#include "ResumeFunction.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/PostOrderIterator.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Analysis/AliasAnalysis.h"
#include "llvm/Analysis/MemoryLocation.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"

#include <optional>

using namespace llvm;
using namespace coroinline;

namespace {

/// Looks for the stores of what lies in a field already, from a block on.
class IdleStores {
  ArrayRef<Field> Fields;
  const DataLayout &DL;
  // At the start of a block: a bit for each field that is as it was.
  DenseMap<BasicBlock *, unsigned> Unchanged;
  SmallVector<BasicBlock *, 16> Work;

  bool reaches(const Value &Address, std::optional<uint64_t> Size,
               const Field &To) const;
  unsigned writtenBy(const Instruction &I) const;
  bool isIdle(const StoreInst &Store, unsigned Known) const;
  void enter(BasicBlock &BB, unsigned Known);

public:
  IdleStores(ArrayRef<Field> Fields, const DataLayout &DL)
      : Fields(Fields), DL(DL) {}
  void drop(BasicBlock &At);
};

/// Moves a store by which a task has left something in its frame to where it is
/// needed.
class EndStore {
  StoreInst &Store;
  const Value &Task;
  const Function &Resume; // of the task
  AAResults &AA;
  const DataLayout &DL;
  const int64_t Offset;
  const uint64_t Bytes;

  enum class Effect { None, Needs, Kills };
  struct Stop {
    Instruction *At = nullptr; // the first with an effect
    Effect Has = Effect::None;
  };
  DenseMap<BasicBlock *, Stop> Stops; // from the start of a block
  DenseMap<BasicBlock *, bool> Waits; // at the start of a block
  DenseMap<BasicBlock *, bool> Dead;  // no way from there needs it

  Effect ofGiving(const Value &V) const;
  Effect ofAccess(Instruction &I, const Value &Address) const;
  Effect of(Instruction &I) const;
  Stop findStop(BasicBlock::iterator From) const;
  bool waitsAtEnd(BasicBlock &BB) {
    return &BB == Store.getParent() || (Waits.lookup(&BB) && !Stops[&BB].At);
  }
  void findWays();
  void findDead();
  bool isKilled();
  void putWhereNeeded();

public:
  EndStore(StoreInst &Store, const Value &Task, const Function &Resume,
           AAResults &AA)
      : Store(Store), Task(Task), Resume(Resume), AA(AA),
        DL(Store.getDataLayout()),
        Offset(*offsetFrom(Task, *Store.getPointerOperand(), DL)),
        Bytes(DL.getTypeStoreSize(Store.getValueOperand()->getType())) {}
  void sink();
};

} // namespace

//===----------------------------------------------------------------------===//
// Stores of what is there
//===----------------------------------------------------------------------===//

/// Whether a write of Size bytes at Address can be there; no size is any. It
/// has the frame from where the field has.
bool IdleStores::reaches(const Value &Address, std::optional<uint64_t> Size,
                         const Field &To) const {
  auto At = offsetFrom(*To.Frame, Address, DL);
  return At && (Size ? canOverlap({nullptr, *At}, *Size, {nullptr, To.Offset},
                                  To.bytes(DL))
                     : *At < To.Offset + int64_t(To.bytes(DL)));
}

/// The fields that I may write.
unsigned IdleStores::writtenBy(const Instruction &I) const {
  if (!I.mayWriteToMemory() || I.isLifetimeStartOrEnd() || isa<AssumeInst>(I) ||
      isIntrinsic(&I, Intrinsic::prefetch))
    return 0;
  const Value *Address = nullptr;
  std::optional<uint64_t> Size;
  if (auto *Store = dyn_cast<StoreInst>(&I)) {
    Address = Store->getPointerOperand();
    TypeSize Bytes = DL.getTypeStoreSize(Store->getValueOperand()->getType());
    if (!Bytes.isScalable())
      Size = Bytes.getFixedValue();
  } else if (auto *Set = dyn_cast<AnyMemIntrinsic>(&I)) {
    Address = Set->getRawDest();
    if (auto *Bytes = dyn_cast<ConstantInt>(Set->getLength()))
      Size = Bytes->getZExtValue();
  }
  unsigned Written = 0;
  for (auto [K, Each] : enumerate(Fields))
    if (Address ? reaches(*Address, Size, Each) : !Each.IsOwn)
      Written |= 1U << K;
  return Written;
}

bool IdleStores::isIdle(const StoreInst &Store, unsigned Known) const {
  for (auto [K, Each] : enumerate(Fields))
    if (Known >> K & 1 && Store.isSimple() &&
        Store.getValueOperand() == Each.Holds &&
        offsetFrom(*Each.Frame, *Store.getPointerOperand(), DL) == Each.Offset)
      return true;
  return false;
}

void IdleStores::enter(BasicBlock &BB, unsigned Known) {
  auto [It, IsNew] = Unchanged.try_emplace(&BB, Known);
  if (!IsNew && (It->second & Known) == It->second)
    return;
  It->second &= Known;
  Work.push_back(&BB);
}

void IdleStores::drop(BasicBlock &At) {
  auto Through = [this](BasicBlock &BB, bool Drop) {
    unsigned Known = Unchanged[&BB];
    for (Instruction &I : make_early_inc_range(BB)) {
      auto *Store = dyn_cast<StoreInst>(&I);
      if (!Store || !isIdle(*Store, Known))
        Known &= ~writtenBy(I);
      else if (Drop)
        Store->eraseFromParent();
    }
    return Known;
  };
  enter(At, ~0U);
  while (!Work.empty()) {
    BasicBlock *BB = Work.pop_back_val();
    const unsigned Known = Through(*BB, /*Drop=*/false);
    for (BasicBlock *Next : successors(BB))
      enter(*Next, Known);
  }
  for (auto &Each : Unchanged)
    Through(*Each.first, /*Drop=*/true);
}

void coroinline::dropIdleStores(BasicBlock &At, ArrayRef<Field> Fields) {
  IdleStores(Fields, At.getDataLayout()).drop(At);
}

//===----------------------------------------------------------------------===//
// Stores of tasks that end
//===----------------------------------------------------------------------===//

/// Whether V can be a frame as a whole, or is an object of its own: no address
/// within a frame, as the choice of two or an index can be.
static bool isObject(const Value *V) {
  SmallVector<const Value *, 4> Each{V};
  if (auto *Phi = dyn_cast<PHINode>(V))
    Each.assign(Phi->value_op_begin(), Phi->value_op_end());
  return all_of(Each, [](const Value *One) {
    return isa<LoadInst, Argument, CallBase, AllocaInst, GlobalValue>(One);
  });
}

/// Of a store of V in the free lists: a frame goes back, or V is the next one
/// where a frame is taken.
EndStore::Effect EndStore::ofGiving(const Value &V) const {
  if (&V == &Task)
    return Effect::Kills;
  auto *Next = dyn_cast<LoadInst>(&V);
  auto *First = Next ? dyn_cast<LoadInst>(Next->getPointerOperand()) : nullptr;
  return First && isInPool(First->getPointerOperand()) ? Effect::None
                                                       : Effect::Needs;
}

static bool isUnordered(const Instruction &I) {
  auto *Load = dyn_cast<LoadInst>(&I);
  return Load ? Load->isUnordered() : cast<StoreInst>(I).isUnordered();
}

/// Of an access by I.
EndStore::Effect EndStore::ofAccess(Instruction &I,
                                    const Value &Address) const {
  auto *Write = dyn_cast<StoreInst>(&I);
  if (isInPool(&Address)) // no frame lies there
    return Write ? ofGiving(*Write->getValueOperand()) : Effect::None;
  if (!isUnordered(I))
    return Effect::Needs;
  APInt At(DL.getIndexTypeSizeInBits(Address.getType()), 0);
  const Value *Base = Address.stripAndAccumulateConstantOffsets(DL, At, true);
  auto Own = offsetFrom(Task, Address, DL);
  const TypeSize Size = DL.getTypeStoreSize(getLoadStoreType(&I));
  if (!Own &&
      AA.isNoAlias(MemoryLocation::get(&I), MemoryLocation::get(&Store)))
    return Effect::None;
  if (Size.isScalable() || !isObject(Base))
    return Effect::Needs;
  // Another name of a frame may be one of this.
  const int64_t There = Own.value_or(At.getSExtValue());
  auto Begun = indexStoredBy(I, Task, Resume);
  if (Begun && *Begun && !isEndIndex(**Begun, Resume))
    return Effect::Kills;
  if (!canOverlap({nullptr, There}, Size, {nullptr, Offset}, Bytes))
    return Effect::None;
  const bool Covers =
      There <= Offset &&
      There + int64_t(Size.getFixedValue()) >= Offset + int64_t(Bytes);
  return Write && Own && Covers ? Effect::Kills : Effect::Needs;
}

EndStore::Effect EndStore::of(Instruction &I) const {
  if (isa<ReturnInst>(I) || I.mayThrow())
    return Effect::Needs;
  if (!I.mayReadOrWriteMemory() || I.isLifetimeStartOrEnd() ||
      isa<AssumeInst>(I) || isIntrinsic(&I, Intrinsic::prefetch))
    return Effect::None;
  if (const Value *Address = getLoadStorePointerOperand(&I))
    return ofAccess(I, *Address);
  auto *Call = dyn_cast<CallBase>(&I);
  const Function *Callee = Call ? Call->getCalledFunction() : nullptr;
  if (Callee && Callee->getName() == AllocateName)
    return Effect::None;
  if (Callee && Callee->getName() == ClosedPoolName &&
      is_contained(Call->args(), &Task))
    return Effect::Kills;
  return Effect::Needs;
}

EndStore::Stop EndStore::findStop(BasicBlock::iterator From) const {
  for (Instruction &I : make_range(From, From->getParent()->end()))
    if (Effect Has = of(I); Has != Effect::None)
      return {&I, Has};
  return {};
}

/// Forwards: where the store can wait.
void EndStore::findWays() {
  ReversePostOrderTraversal<Function *> Order(Store.getFunction());
  for (BasicBlock *BB : Order) {
    Stops[BB] = findStop(BB->begin());
    Waits[BB] = !BB->isEntryBlock();
  }
  for (bool Changed = true; Changed;) {
    Changed = false;
    for (BasicBlock *BB : Order) {
      bool W = Waits[BB] && all_of(predecessors(BB), [&](BasicBlock *Pred) {
                 return waitsAtEnd(*Pred);
               });
      Changed |= W != Waits[BB];
      Waits[BB] = W;
    }
  }
}

/// Backwards.
void EndStore::findDead() {
  SmallVector<BasicBlock *, 32> Order(
      post_order(&Store.getFunction()->getEntryBlock()));
  for (BasicBlock *BB : Order)
    Dead[BB] = Stops[BB].Has != Effect::Needs;
  for (bool Changed = true; Changed;) {
    Changed = false;
    for (BasicBlock *BB : Order) {
      bool D = Dead[BB] &&
               (Stops[BB].At || all_of(successors(BB), [&](BasicBlock *Next) {
                  return Dead[Next];
                }));
      Changed |= D != Dead[BB];
      Dead[BB] = D;
    }
  }
}

/// Whether there is a way on which nobody sees it.
bool EndStore::isKilled() {
  return any_of(Stops, [this](auto &Each) {
    return Waits[Each.first] && Each.second.Has == Effect::Kills;
  });
}

void EndStore::putWhereNeeded() {
  SmallVector<Instruction *, 4> Before;
  // A switch may have several cases of one.
  SmallSetVector<std::pair<BasicBlock *, BasicBlock *>, 4> Edges;
  for (BasicBlock &BB : *Store.getFunction()) {
    if (Waits.lookup(&BB) && Stops[&BB].Has == Effect::Needs)
      Before.push_back(Stops[&BB].At);
    if (waitsAtEnd(BB))
      for (BasicBlock *Next : successors(&BB))
        if (!Waits.lookup(Next) && !Dead.lookup(Next))
          Edges.insert({&BB, Next});
  }
  for (auto [From, To] : Edges)
    Before.push_back((From->getSingleSuccessor() ? From : SplitEdge(From, To))
                         ->getTerminator());
  for (Instruction *I : Before)
    Store.clone()->insertBefore(I->getIterator());
}

void EndStore::sink() {
  if (findStop(std::next(Store.getIterator())).At)
    return;
  findWays();
  if (!isKilled())
    return;
  findDead();
  putWhereNeeded();
  Store.eraseFromParent();
}

void coroinline::sinkEndStores(Function &F, Value &Task, const Function &Resume,
                               FunctionAnalysisManager &FAM) {
  const DataLayout &DL = F.getDataLayout();
  const int64_t Result = headerOffset(DL) + headerSize(DL);
  SmallVector<StoreInst *, 4> Ends;
  for (BasicBlock &BB : F) {
    SmallVector<StoreInst *, 2> Results; // since the index was stored
    for (Instruction &I : BB) {
      auto *Store = dyn_cast<StoreInst>(&I);
      if (!Store || !Store->isSimple())
        continue;
      if (auto Index = indexStoredBy(I, Task, Resume)) {
        if (*Index && isEndIndex(**Index, Resume)) {
          append_range(Ends, Results);
          Ends.push_back(Store);
        }
        Results.clear();
      } else if (offsetFrom(Task, *Store->getPointerOperand(), DL) == Result) {
        Results.push_back(Store);
      }
    }
  }
  for (StoreInst *Store : Ends) {
    EndStore(*Store, Task, Resume, FAM.getResult<AAManager>(F)).sink();
    FAM.invalidate(F, PreservedAnalyses::none());
  }
}

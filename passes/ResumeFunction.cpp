//===- ResumeFunction.cpp - What CoroSplit made of a coroutine ------------===//

#include "ResumeFunction.h"
#include "Places.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Analysis/ConstantFolding.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Transforms/Utils/Local.h"

#include <optional>

using namespace llvm;
using namespace coroinline;

/// On a resume function: where in the frame the index is, in bytes; its size in
/// bits; all that it can be before the task has ended, at the start first.
static constexpr char IndexNote[] = "coroinline-indices";

namespace {
struct Indices {
  uint64_t Offset = 0;
  IntegerType *T = nullptr;
  SmallVector<ConstantInt *, 4> All;
  /// The one that a task which has been resumed before is at.
  ConstantInt *onlyOther() const { return All.size() == 2 ? All[1] : nullptr; }
};
} // namespace

static std::optional<Indices> indicesOf(const Function &Resume) {
  Indices Result;
  unsigned Bits = 0;
  auto [First, Rest] =
      Resume.getFnAttribute(IndexNote).getValueAsString().split(';');
  auto [Second, List] = Rest.split(';');
  if (First.getAsInteger(10, Result.Offset) || Second.getAsInteger(10, Bits))
    return std::nullopt;
  Result.T = IntegerType::get(Resume.getContext(), Bits);
  for (StringRef Each : split(List, ',')) {
    uint64_t N;
    if (Each.getAsInteger(10, N))
      return std::nullopt;
    Result.All.push_back(ConstantInt::get(Result.T, N));
  }
  return Result;
}

ConstantInt *coroinline::startIndexOf(const Function &Resume) {
  auto Known = indicesOf(Resume);
  return Known ? Known->All[0] : nullptr;
}

bool coroinline::isEndIndex(const ConstantInt &Index, const Function &Resume) {
  auto Known = indicesOf(Resume);
  return Known && Index.getType() == Known->T &&
         !is_contained(Known->All, &Index);
}

SwitchInst *coroinline::findDispatch(Function &F) {
  BasicBlock *BB = &F.getEntryBlock();
  SmallPtrSet<BasicBlock *, 4> Seen;
  while (auto *Branch = dyn_cast<BranchInst>(BB->getTerminator())) {
    if (Branch->isConditional() || !Seen.insert(BB).second)
      return nullptr;
    BB = Branch->getSuccessor(0);
  }
  auto *Switch = dyn_cast<SwitchInst>(BB->getTerminator());
  bool OnLoad = Switch && isa<LoadInst>(Switch->getCondition());
  return OnLoad ? Switch : nullptr;
}

StoreInst *coroinline::storeIntoFrame(Function &F) {
  const DataLayout &DL = F.getParent()->getDataLayout();
  for (User *U : F.users()) {
    auto *Store = dyn_cast<StoreInst>(U);
    if (!Store || Store->getValueOperand() != &F)
      continue;
    APInt Offset(64, 0);
    Store->getPointerOperand()->stripAndAccumulateConstantOffsets(
        DL, Offset, /*AllowNonInbounds=*/true);
    if (Offset.isZero())
      return Store;
  }
  return nullptr;
}

/// What the ramp stores as the index when it makes a task.
static ConstantInt *findStart(StoreInst &MakesTask, uint64_t Offset, Type *T,
                              const DataLayout &DL) {
  Value *Task = MakesTask.getPointerOperand()->stripPointerCasts();
  SmallPtrSet<BasicBlock *, 4> Seen;
  // The ramp has yet to lose what CoroSplit has cut off behind the start.
  for (BasicBlock *BB = MakesTask.getParent(); BB && Seen.insert(BB).second;
       BB = BB->getSingleSuccessor())
    for (Instruction &I : *BB) {
      auto *Store = dyn_cast<StoreInst>(&I);
      auto *Start =
          Store ? dyn_cast<ConstantInt>(Store->getValueOperand()) : nullptr;
      if (Start && Start->getType() == T &&
          offsetFrom(*Task, *Store->getPointerOperand(), DL) == Offset)
        return Start;
    }
  return nullptr;
}

/// Where control goes to from BB, by a jump that is known; null elsewhere.
static BasicBlock *onlyWayFrom(BasicBlock &BB) {
  auto Constant = [&](Value *Condition) {
    auto *I = dyn_cast<Instruction>(Condition);
    return dyn_cast_or_null<ConstantInt>(
        I ? ConstantFoldInstruction(I, BB.getDataLayout()) : Condition);
  };
  if (auto *Switch = dyn_cast<SwitchInst>(BB.getTerminator())) {
    ConstantInt *Index = Constant(Switch->getCondition());
    return Index ? Switch->findCaseValue(Index)->getCaseSuccessor() : nullptr;
  }
  auto *Branch = dyn_cast<BranchInst>(BB.getTerminator());
  if (!Branch || Branch->isUnconditional())
    return Branch ? Branch->getSuccessor(0) : nullptr;
  ConstantInt *Is = Constant(Branch->getCondition());
  return Is ? Branch->getSuccessor(Is->isZero()) : nullptr;
}

/// Whether control comes from BB to a return without any effect, by jumps that
/// are known.
static bool returnsAtOnce(BasicBlock *BB) {
  SmallPtrSet<BasicBlock *, 4> Seen;
  while (Seen.insert(BB).second) {
    if (any_of(*BB, [](Instruction &I) { return I.mayHaveSideEffects(); }))
      return false;
    BasicBlock *Next = onlyWayFrom(*BB);
    if (!Next)
      return isa<ReturnInst>(BB->getTerminator());
    BB = Next;
  }
  return false;
}

/// A task that has left for its awaiter waits to be destroyed: to resume it
/// would be to return at once. LLVM has taken the way that coro-prepare made
/// unreachable for the other one.
static bool dropIdleCases(SwitchInst &Dispatch) {
  Function &F = *Dispatch.getFunction();
  BasicBlock *Never = nullptr;
  for (auto &Case : Dispatch.cases()) {
    BasicBlock *To = Case.getCaseSuccessor();
    if (!returnsAtOnce(To))
      continue;
    if (!Never) {
      Never = BasicBlock::Create(F.getContext(), "", &F);
      new UnreachableInst(F.getContext(), Never);
    }
    To->removePredecessor(Dispatch.getParent());
    Case.setSuccessor(Never);
  }
  return Never != nullptr;
}

bool coroinline::isJustSplit(const Function &Resume) {
  return !Resume.hasFnAttribute(IndexNote);
}

std::optional<IndexField> coroinline::indexFieldOf(const Function &Resume) {
  auto Known = indicesOf(Resume);
  return Known ? std::optional(IndexField{int64_t(Known->Offset), Known->T})
               : std::nullopt;
}

bool coroinline::noteIndices(Function &Resume) {
  const DataLayout &DL = Resume.getParent()->getDataLayout();
  if (!isJustSplit(Resume))
    return false; // what it begins with now need not be what CoroSplit made
  Resume.addFnAttr(IndexNote);
  SwitchInst *Dispatch = findDispatch(Resume);
  StoreInst *MakesTask = storeIntoFrame(Resume);
  if (!Dispatch || !MakesTask ||
      !isa<UnreachableInst>(Dispatch->getDefaultDest()->getTerminator()))
    return false;
  auto *Index = cast<LoadInst>(Dispatch->getCondition());
  auto Offset = offsetFrom(*Resume.getArg(0), *Index->getPointerOperand(), DL);
  ConstantInt *Start =
      Offset ? findStart(*MakesTask, *Offset, Index->getType(), DL) : nullptr;
  if (!Start)
    return false; // another load
  const bool Changed = dropIdleCases(*Dispatch);
  std::string All = utostr(Start->getZExtValue());
  for (auto &Case : Dispatch->cases())
    if (Case.getCaseValue() != Start &&
        !isa<UnreachableInst>(Case.getCaseSuccessor()->getTerminator()))
      All += "," + utostr(Case.getCaseValue()->getZExtValue());
  Resume.addFnAttr(
      IndexNote,
      formatv("{0};{1};{2}", *Offset, Start->getBitWidth(), All).str());
  return Changed;
}

/// What the index is in that state; null where it can be several.
static ConstantInt *indexIn(TaskState State, const Indices &Known) {
  switch (State) {
  case TaskState::Any:
    return nullptr;
  case TaskState::New:
    return Known.All[0];
  case TaskState::Started:
    return Known.onlyOther();
  }
  llvm_unreachable("no such state");
}

ConstantInt *coroinline::indexLoadedBy(const LoadInst &Load, const Value &Task,
                                       const Function &Resume,
                                       TaskState State) {
  auto Known = indicesOf(Resume);
  bool IsIndex = Known && Load.getType() == Known->T &&
                 offsetFrom(Task, *Load.getPointerOperand(),
                            Load.getDataLayout()) == Known->Offset;
  return IsIndex ? indexIn(State, *Known) : nullptr;
}

std::optional<ConstantInt *> coroinline::indexStoredBy(Instruction &I,
                                                       const Value &Task,
                                                       const Function &Resume) {
  auto Known = indicesOf(Resume);
  auto *Store = dyn_cast<StoreInst>(&I);
  if (!Known || !Store ||
      offsetFrom(Task, *Store->getPointerOperand(), I.getDataLayout()) !=
          Known->Offset)
    return std::nullopt;
  return dyn_cast<ConstantInt>(Store->getValueOperand());
}

bool coroinline::mayLeaveStart(const Instruction &I, const Value &Task,
                               const Function &Resume, AAResults &AA) {
  if (!I.mayWriteToMemory())
    return false;
  auto Known = indicesOf(Resume);
  if (!Known)
    return true;
  auto *Store = dyn_cast<StoreInst>(&I);
  auto Offset =
      Store ? offsetFrom(Task, *Store->getPointerOperand(), I.getDataLayout())
            : std::nullopt;
  if (!Offset)
    return AA.canInstructionRangeModRef(
        I, I, MemoryLocation::getBeforeOrAfter(&Task), ModRefInfo::Mod);
  if (*Offset == int64_t(Known->Offset) &&
      Store->getValueOperand() == Known->All[0])
    return false;
  const TypeSize Bytes =
      I.getDataLayout().getTypeStoreSize(Store->getValueOperand()->getType());
  return Bytes.isScalable() ||
         canOverlap({nullptr, *Offset}, Bytes.getFixedValue(),
                    {nullptr, int64_t(Known->Offset)},
                    divideCeil(Known->T->getBitWidth(), 8));
}

void coroinline::assumeState(const FusedBody &Body, TaskState State) {
  auto Known = indicesOf(Body.Resume);
  if (!Known || State != TaskState::Started)
    return;
  IRBuilder<> B(&Body.At, Body.At.getFirstInsertionPt());
  Value *Index = B.CreateLoad(
      Known->T, B.CreateConstGEP1_64(B.getInt8Ty(), &Body.Task, Known->Offset));
  ConstantInt *Only = indexIn(State, *Known);
  B.CreateAssumption(Only ? B.CreateICmpEQ(Index, Only)
                          : B.CreateICmpNE(Index, Known->All[0]));
}

/// Whether control goes from BB to Next wherever there is a Task.
static bool leadsTo(const BasicBlock &BB, const BasicBlock &Next,
                    const Value &Task) {
  if (BB.getSingleSuccessor())
    return true;
  auto *Branch = dyn_cast<BranchInst>(BB.getTerminator());
  auto *IsNull = Branch ? dyn_cast<ICmpInst>(Branch->getCondition()) : nullptr;
  return IsNull && IsNull->isEquality() && IsNull->getOperand(0) == &Task &&
         isa<ConstantPointerNull>(IsNull->getOperand(1)) &&
         Branch->getSuccessor(IsNull->getPredicate() == ICmpInst::ICMP_EQ) ==
             &Next;
}

/// Where the ramp stores the index that a new task starts with, if nothing but
/// Body comes behind; null elsewhere.
static StoreInst *storeOfStart(const FusedBody &Body, const Indices &Known) {
  const DataLayout &DL = Body.Resume.getParent()->getDataLayout();
  for (BasicBlock *Next = &Body.At, *BB; (BB = Next->getSinglePredecessor());
       Next = BB) {
    if (!leadsTo(*BB, *Next, Body.Task))
      return nullptr;
    for (Instruction &I : reverse(*BB)) {
      auto *Store = dyn_cast<StoreInst>(&I);
      if (Store && Store->getValueOperand() == Known.All[0] &&
          offsetFrom(Body.Task, *Store->getPointerOperand(), DL) ==
              Known.Offset)
        return Store;
      if (&I == &Body.Task)
        return nullptr;
    }
  }
  return nullptr;
}

void coroinline::beginAtStart(const FusedBody &Body, TaskState State) {
  auto Known = indicesOf(Body.Resume);
  if (!Known || State != TaskState::New)
    return;
  const DataLayout &DL = Body.Resume.getParent()->getDataLayout();
  auto IsIndex = [&](Value *Address) {
    return offsetFrom(Body.Task, *Address, DL) == Known->Offset;
  };
  bool IsStored = true; // on each way
  SmallVector<BasicBlock *, 16> Work{&Body.At};
  SmallPtrSet<BasicBlock *, 16> Seen{&Body.At};
  while (!Work.empty()) {
    BasicBlock *BB = Work.pop_back_val();
    bool IsNew = true;
    for (Instruction &I : make_early_inc_range(*BB)) {
      auto *Load = dyn_cast<LoadInst>(&I);
      auto *Store = dyn_cast<StoreInst>(&I);
      if (Load && Load->getType() == Known->T &&
          IsIndex(Load->getPointerOperand())) {
        Load->replaceAllUsesWith(Known->All[0]);
        Load->eraseFromParent();
      } else if (Store && IsIndex(Store->getPointerOperand())) {
        IsNew = false;
        break;
      }
    }
    if (!IsNew)
      continue;
    IsStored &= !isa<ReturnInst>(BB->getTerminator());
    BasicBlock *Only = onlyWayFrom(*BB);
    for (BasicBlock *Next : successors(BB)) {
      if (Only && Next != Only)
        continue;
      IsStored &= Next != Body.After;
      if (Next != Body.After && Seen.insert(Next).second)
        Work.push_back(Next);
    }
  }
  if (StoreInst *Start = IsStored ? storeOfStart(Body, *Known) : nullptr)
    Start->eraseFromParent();
}

void coroinline::replaceFirstLoads(BasicBlock &At,
                                   function_ref<Value *(LoadInst &)> Known) {
  SmallPtrSet<BasicBlock *, 8> Seen;
  for (BasicBlock *BB = &At; BB && Seen.insert(BB).second;
       BB = onlyWayFrom(*BB))
    for (Instruction &I : make_early_inc_range(*BB)) {
      if (I.mayWriteToMemory() && !I.isLifetimeStartOrEnd())
        return;
      auto *Load = dyn_cast<LoadInst>(&I);
      if (Value *V = Load && Load->isSimple() ? Known(*Load) : nullptr) {
        Load->replaceAllUsesWith(V);
        Load->eraseFromParent();
      }
    }
}

bool coroinline::cutTo(Function &Resume, ConstantInt &Index) {
  const DataLayout &DL = Resume.getParent()->getDataLayout();
  auto Known = indicesOf(Resume);
  bool IsCut = false;
  if (!Known || Known->T != Index.getType())
    return false;
  replaceFirstLoads(Resume.getEntryBlock(), [&](LoadInst &Load) -> Value * {
    const bool IsIndex =
        Load.getType() == Known->T &&
        offsetFrom(*Resume.getArg(0), *Load.getPointerOperand(), DL) ==
            Known->Offset;
    IsCut |= IsIndex;
    return IsIndex ? &Index : nullptr;
  });
  if (!IsCut)
    return false;
  for (BasicBlock &BB : Resume) {
    for (Instruction &I : make_early_inc_range(BB))
      if (Constant *C = ConstantFoldInstruction(&I, DL))
        I.replaceAllUsesWith(C);
    ConstantFoldTerminator(&BB, /*DeleteDeadConditions=*/true);
  }
  removeUnreachableBlocks(Resume);
  return true;
}

namespace {

/// What the index in the frame of one task is, at each point of a body.
class IndexFlow {
  const FusedBody &Body;
  const Indices &Known;
  const TaskState State; // ahead of the body
  const DataLayout &DL;
  // At the start of a block: the index; null where it can be several.
  DenseMap<BasicBlock *, ConstantInt *> AtStart;
  SmallVector<BasicBlock *, 16> Work;

  bool isIndex(Value *Address) const {
    return offsetFrom(Body.Task, *Address, DL) == Known.Offset;
  }
  bool isLoaded(Value *V) const {
    auto *Load = dyn_cast<LoadInst>(V);
    return Load && Load->getType() == Known.T &&
           isIndex(Load->getPointerOperand());
  }
  ConstantInt *through(BasicBlock &BB, ConstantInt *Index,
                       SmallVectorImpl<StoreInst *> *Idle) const;
  ConstantInt *along(BasicBlock &From, BasicBlock &To) const;
  void enter(BasicBlock &BB, ConstantInt *Index);

public:
  IndexFlow(const FusedBody &Body, const Indices &Known, TaskState State)
      : Body(Body), Known(Known), State(State),
        DL(Body.Resume.getParent()->getDataLayout()) {}
  void run();
  /// The stores of what is there already.
  SmallVector<StoreInst *, 4> idleStores() const;
};

ConstantInt *IndexFlow::through(BasicBlock &BB, ConstantInt *Index,
                                SmallVectorImpl<StoreInst *> *Idle) const {
  for (Instruction &I : BB) {
    auto *Store = dyn_cast<StoreInst>(&I);
    if (!Store || !isIndex(Store->getPointerOperand()))
      continue;
    auto *New = dyn_cast<ConstantInt>(Store->getValueOperand());
    if (New && New->getType() != Known.T)
      New = nullptr;
    if (New && New == Index && Idle)
      Idle->push_back(Store);
    Index = New;
  }
  return Index;
}

/// What a branch on the index tells that it was at the start of the body, where
/// control goes that way; null: any.
ConstantInt *IndexFlow::along(BasicBlock &From, BasicBlock &To) const {
  if (auto *Switch = dyn_cast<SwitchInst>(From.getTerminator());
      Switch && isLoaded(Switch->getCondition()))
    return Switch->findCaseDest(&To);
  auto *Branch = dyn_cast<BranchInst>(From.getTerminator());
  auto *Compare = Branch && Branch->isConditional()
                      ? dyn_cast<ICmpInst>(Branch->getCondition())
                      : nullptr;
  if (Compare && Compare->isEquality() && isLoaded(Compare->getOperand(0)) &&
      Branch->getSuccessor(0) != Branch->getSuccessor(1) &&
      (Branch->getSuccessor(0) == &To) ==
          (Compare->getPredicate() == ICmpInst::ICMP_EQ))
    return dyn_cast<ConstantInt>(Compare->getOperand(1));
  return nullptr;
}

void IndexFlow::enter(BasicBlock &BB, ConstantInt *Index) {
  auto [It, IsNew] = AtStart.try_emplace(&BB, Index);
  if (!IsNew && (!It->second || It->second == Index))
    return;
  if (!IsNew)
    It->second = nullptr;
  Work.push_back(&BB);
}

void IndexFlow::run() {
  enter(Body.At, indexIn(State, Known));
  while (!Work.empty()) {
    BasicBlock *BB = Work.pop_back_val();
    ConstantInt *Index = through(*BB, AtStart[BB], nullptr);
    for (BasicBlock *Next : successors(BB)) {
      ConstantInt *Told = along(*BB, *Next);
      const bool IsTaken = State != TaskState::Started || Told != Known.All[0];
      // The body loads the index once, to begin: it is still what it was.
      if (Next != Body.After && IsTaken)
        enter(*Next, Index ? Index : Told);
    }
  }
}

SmallVector<StoreInst *, 4> IndexFlow::idleStores() const {
  SmallVector<StoreInst *, 4> Idle;
  for (auto &[BB, Index] : AtStart)
    through(*BB, Index, &Idle);
  return Idle;
}

} // namespace

void coroinline::dropIndexStores(const FusedBody &Body, TaskState State) {
  auto Known = indicesOf(Body.Resume);
  if (!Known)
    return;
  IndexFlow Flow(Body, *Known, State);
  Flow.run();
  for (StoreInst *Store : Flow.idleStores())
    Store->eraseFromParent();
}

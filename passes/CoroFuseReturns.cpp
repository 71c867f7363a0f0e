//===- CoroFuseReturns.cpp - Awaiters go on in awaited tasks --------------===//
//
// A task that has come to its end resumes its awaiter, whoever that is: an
// indirect jump, the dispatch on the awaiter's index, and from its frame
// what it has kept there for the time of the await. Which coroutines await such
// tasks, and where, is known as a rule: see LinkedAwaits.cpp.
//
//   find.resume(ptr %frame):
//     ...
//     store i64 %value, ptr (%frame + 32)
//     %awaiter = load ptr, ptr (%frame + 24)
//     %fn = load ptr, ptr %awaiter
//     musttail call fastcc void %fn(ptr %awaiter)
//     ret void
// =>
//     ...
//     %is.lookup = icmp eq ptr %fn, @lookup.resume
//     br i1 %is.lookup, label %lookup, label %other
//   lookup:
//     ...          ; of lookup.resume, for %awaiter, what is behind the await;
//     ret void     ; the task that it awaited is %frame, and gave it %value
//   other:
//     musttail call fastcc void %fn(ptr %awaiter)
//     ret void
//
// One level: if lookup comes to its end in turn, it resumes its awaiter. More
// make fewer instructions, and save no time.
//
//===----------------------------------------------------------------------===//

#include "CoroFuseReturns.h"
#include "CoroDevirt.h"
#include "EarlyExit.h"
#include "LinkedAwaits.h"
#include "Markers.h"
#include "Places.h"
#include "ResumeFunction.h"
#include "SelfResumption.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/Statistic.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"
#include "llvm/Transforms/Scalar/DeadStoreElimination.h"
#include "llvm/Transforms/Scalar/EarlyCSE.h"
#include "llvm/Transforms/Scalar/GVN.h"
#include "llvm/Transforms/Scalar/SimplifyCFG.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"

#include <optional>
#include <tuple>
#include <utility>

using namespace llvm;
using namespace coroinline;

#define DEBUG_TYPE "coro-fuse-returns"

namespace {

TrackingStatistic NumFused(DEBUG_TYPE, "NumFused",
                           "Number of returns replaced by what the awaiter "
                           "does behind the await");

/// Of what an awaiter does behind an await, in instructions.
constexpr unsigned MaxBehind = 150;

/// Of the awaits of a coroutine's tasks; where there are more, they leave as
/// they did.
constexpr unsigned MaxAwaits = 4;

/// An await of the tasks that a resume function is of.
struct Awaiter {
  Function *Resume;           // of the task that awaits
  LinkedAwait Await;          // in its frame
  Function *Behind = nullptr; // a copy of Resume, for a task at that await
};
using Awaiters = SmallVector<Awaiter, 2>;

/// What is known to lie in a frame, as long as no one stores something else.
struct Field {
  const Value *Frame;
  int64_t Offset; // in bytes
  const Value *Holds;
  bool IsOwn; // by the functions of that coroutine alone
  uint64_t bytes(const DataLayout &DL) const {
    return DL.getTypeStoreSize(Holds->getType());
  }
};

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

/// Puts into a resume function what its awaiters do.
class ReturnFuser {
  Function &F;
  FunctionAnalysisManager &FAM;

  void fuse(CallInst &Leave, const Awaiter &A);

public:
  ReturnFuser(Function &F, FunctionAnalysisManager &FAM) : F(F), FAM(FAM) {}
  bool copyBehind(Awaiter &A);
  void fuse(ArrayRef<Awaiter> All);
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

//===----------------------------------------------------------------------===//
// Returns
//===----------------------------------------------------------------------===//

/// False where what A does behind the await can't be in F.
bool ReturnFuser::copyBehind(Awaiter &A) {
  if (A.Resume->hasOptNone() || isDispatchLoop(*A.Resume) ||
      !canResumeInPlace(*A.Resume))
    return false;
  A.Behind = copyToInline(*A.Resume);
  return cutTo(*A.Behind, *A.Await.Index) &&
         A.Behind->getInstructionCount() <= MaxBehind &&
         !checkFusion(*A.Behind, F, FAM);
}

/// Puts what A does in the place of Leave, for an awaiter that is at A's await.
void ReturnFuser::fuse(CallInst &Leave, const Awaiter &A) {
  const DataLayout &DL = F.getParent()->getDataLayout();
  Value *Task = Leave.getArgOperand(0), *Frame = F.getArg(0);
  BasicBlock *At = SplitBlock(Leave.getParent(), &Leave);
  Leave.setCalledFunction(A.Behind);
  if (DISubprogram *SP = F.getSubprogram(); SP && !Leave.getDebugLoc())
    Leave.setDebugLoc(DILocation::get(F.getContext(), 0, 0, SP));
  inlineCall(Leave, FAM);
  NumFused++;
  SmallVector<Field, 3> Fields = {
      {Task, indexFieldOf(*A.Resume)->Offset, A.Await.Index, true},
      {Frame, headerOffset(DL) + int64_t(DL.getPointerSize()), Task, false}};
  if (A.Await.Handle) {
    replaceFirstLoads(*At, [&](LoadInst &Load) {
      return Load.getType() == Frame->getType() &&
                     offsetFrom(*Task, *Load.getPointerOperand(), DL) ==
                         *A.Await.Handle
                 ? Frame
                 : nullptr;
    });
    Fields.push_back({Task, *A.Await.Handle, Frame, true});
  }
  IdleStores(Fields, DL).drop(*At);
}

static void eraseCopy(const Awaiter &A, FunctionAnalysisManager &FAM) {
  if (!A.Behind)
    return;
  FAM.clear(*A.Behind, A.Behind->getName());
  A.Behind->eraseFromParent();
}

/// Whether the awaiter, of A's coroutine, for which Leave leaves is at A.
static Value &isAt(CallInst &Leave, const Awaiter &A) {
  const IndexField Index = *indexFieldOf(*A.Resume);
  IRBuilder<> B(&Leave);
  Value *Address = B.CreateConstInBoundsGEP1_64(
      B.getInt8Ty(), Leave.getArgOperand(0), Index.Offset);
  return *B.CreateICmpEQ(B.CreateLoad(Index.T, Address), A.Await.Index);
}

/// Asks where a task leaves whether its awaiter is at one of these awaits; of
/// one coroutine, they come one behind the other.
void ReturnFuser::fuse(ArrayRef<Awaiter> All) {
  for (CallInst *Leave : findLeaves(F, *F.getArg(0))) {
    CallInst *Own = nullptr; // of the awaits of one coroutine
    for (auto [K, A] : enumerate(All)) {
      if (!Own)
        Own = &divideLeave(*Leave, *IRBuilder<>(Leave).CreateICmpEQ(
                                       Leave->getCalledOperand(), A.Resume));
      const bool IsLast = K + 1 == All.size() || All[K + 1].Resume != A.Resume;
      fuse(IsLast ? *std::exchange(Own, nullptr)
                  : divideLeave(*Own, isAt(*Own, A)),
           A);
    }
  }
  // What it was known for when it left for somewhere else.
  AttrBuilder Kept(F.getContext());
  for (Attribute Each : F.getAttributes().getParamAttrs(0))
    if (Each.hasAttribute(Attribute::NonNull) ||
        Each.hasAttribute(Attribute::NoUndef) ||
        Each.hasAttribute(Attribute::Alignment) ||
        Each.hasAttribute(Attribute::Dereferenceable))
      Kept.addAttribute(Each);
  F.setAttributes(F.getAttributes()
                      .removeParamAttributes(F.getContext(), 0)
                      .addParamAttributes(F.getContext(), 0, Kept));
}

//===----------------------------------------------------------------------===//
// The module
//===----------------------------------------------------------------------===//

/// The awaits of each resume function's tasks: the most frequent coroutine
/// first.
static MapVector<Function *, Awaiters> takeAwaiters(Module &M) {
  MapVector<Function *, Awaiters> Result;
  DenseMap<Function *, unsigned> Order;
  for (Function &F : M)
    for (const LinkedAwait &A : takeLinkedAwaits(F)) {
      Order.try_emplace(&F, Order.size());
      Result[A.Awaited].push_back({&F, A});
    }
  for (auto &Each : Result) {
    DenseMap<Function *, uint64_t> Often;
    for (const Awaiter &A : Each.second)
      Often[A.Resume] = SaturatingAdd(Often[A.Resume], A.Await.Often);
    auto Rank = [&](const Awaiter &A) {
      return std::tuple(~Often[A.Resume], Order[A.Resume],
                        A.Await.Index->getZExtValue());
    };
    sort(Each.second,
         [&](const Awaiter &A, const Awaiter &B) { return Rank(A) < Rank(B); });
  }
  return Result;
}

PreservedAnalyses CoroFuseReturnsPass::run(Module &M,
                                           ModuleAnalysisManager &AM) {
  if (!mayHaveLinkedAwaits(M.getContext()))
    return PreservedAnalyses::all();
  auto &FAM = AM.getResult<FunctionAnalysisManagerModuleProxy>(M).getManager();
  MapVector<Function *, Awaiters> All = takeAwaiters(M);
  // Copies of all as they are, before any is changed.
  for (auto &Each : All) {
    Function &F = *Each.first;
    if (F.isDeclaration() || F.hasOptNone() || isDispatchLoop(F) ||
        Each.second.size() > MaxAwaits)
      Each.second.clear();
    ReturnFuser Fuser(F, FAM);
    SmallPtrSet<Function *, 4> Refused;
    for (Awaiter &A : Each.second)
      if (!Fuser.copyBehind(A))
        Refused.insert(A.Resume);
    erase_if(Each.second, [&](const Awaiter &A) {
      if (!Refused.contains(A.Resume))
        return false;
      eraseCopy(A, FAM);
      return true;
    });
  }
  FunctionPassManager Simplify;
  Simplify.addPass(EarlyCSEPass(/*UseMemorySSA=*/true));
  Simplify.addPass(SimplifyCFGPass());
  Simplify.addPass(GVNPass());
  Simplify.addPass(DSEPass());
  Simplify.addPass(SimplifyCFGPass());
  for (auto &[F, Into] : All) {
    if (Into.empty())
      continue;
    ReturnFuser(*F, FAM).fuse(Into);
    for (const Awaiter &A : Into)
      eraseCopy(A, FAM);
    FAM.invalidate(*F, PreservedAnalyses::none());
    FAM.invalidate(*F, Simplify.run(*F, FAM));
  }
  return PreservedAnalyses::none();
}

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
// Where lookup comes to its end in turn, it goes on in its own awaiter in the
// same way, and that is where it stops: each level more multiplies the code.
//
// Then, what a task leaves behind when it ends is stored only where somebody
// can see it: see FieldStores.cpp. In a loop of awaits that is nowhere, as the
// next task begins in the same frame.
//
//===----------------------------------------------------------------------===//

#include "CoroFuseReturns.h"
#include "CoroDevirt.h"
#include "EarlyExit.h"
#include "FieldStores.h"
#include "LinkedAwaits.h"
#include "Markers.h"
#include "Places.h"
#include "ResumeFunction.h"
#include "SelfResumption.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/Statistic.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/MDBuilder.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/ValueHandle.h"
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
/// The same, of an awaiter that ends in turn.
constexpr unsigned MaxAwaitsOfAwaiter = 2;
/// Of awaiters, one above the other.
constexpr unsigned Levels = 2;

/// An await of the tasks that a resume function is of.
struct Awaiter {
  Function *Resume;           // of the task that awaits
  LinkedAwait Await;          // in its frame
  Function *Behind = nullptr; // a copy of Resume, for a task at that await
};
using Awaiters = SmallVector<Awaiter, 2>;
using AwaitersOf = MapVector<Function *, Awaiters>;

/// Puts into a resume function what its awaiters do.
class ReturnFuser {
  Function &F;
  const AwaitersOf &All;
  FunctionAnalysisManager &FAM;
  SmallSetVector<Value *, 8> Frames;
  // The tasks that end here, and what they are resumed by.
  SmallVector<std::pair<WeakTrackingVH, Function *>, 4> Ended;

  using Leaves = SmallVector<CallInst *, 2>;

  Leaves fuse(CallInst &Leave, Value &Task, const Awaiter &A);
  void fuse(const Leaves &From, Function &Resume, Value &Task, unsigned Level);

public:
  ReturnFuser(Function &F, const AwaitersOf &All, FunctionAnalysisManager &FAM)
      : F(F), All(All), FAM(FAM) {}
  bool copyBehind(Awaiter &A);
  void run(FunctionPassManager &Forward, FunctionPassManager &Simplify);
};

} // namespace

//===----------------------------------------------------------------------===//
// Returns
//===----------------------------------------------------------------------===//

/// False where what A does behind the await can't be in F.
bool ReturnFuser::copyBehind(Awaiter &A) {
  if (!canResumeInPlace(*A.Resume))
    return false;
  A.Behind = copyToInline(*A.Resume);
  return cutTo(*A.Behind, *A.Await.Index) &&
         A.Behind->getInstructionCount() <= MaxBehind &&
         !checkFusion(*A.Behind, F, FAM);
}

/// Puts what A does in the place of Leave, where Task leaves for one that is at
/// A's await. Gives where that one leaves in turn.
ReturnFuser::Leaves ReturnFuser::fuse(CallInst &Leave, Value &Task,
                                      const Awaiter &A) {
  const DataLayout &DL = F.getDataLayout();
  Value &Other = *Leave.getArgOperand(0);
  BasicBlock *At = SplitBlock(Leave.getParent(), &Leave);
  Leave.setCalledFunction(A.Behind);
  if (DISubprogram *SP = F.getSubprogram(); SP && !Leave.getDebugLoc())
    Leave.setDebugLoc(DILocation::get(F.getContext(), 0, 0, SP));
  // Where another task ends at once that Other's awaiter has awaited, that
  // looks as if Other left.
  const Leaves Before = findLeaves(F, Other);
  inlineCall(Leave, FAM);
  NumFused++;
  SmallVector<Field, 3> Fields = {
      {&Other, indexFieldOf(*A.Resume)->Offset, A.Await.Index, true},
      {&Task, headerOffset(DL) + int64_t(DL.getPointerSize()), &Other, false}};
  if (A.Await.Handle) {
    replaceFirstLoads(*At, [&](LoadInst &Load) -> Value * {
      const bool IsHandle =
          Load.getType() == Task.getType() &&
          offsetFrom(Other, *Load.getPointerOperand(), DL) == *A.Await.Handle;
      return IsHandle ? &Task : nullptr;
    });
    Fields.push_back({&Other, *A.Await.Handle, &Task, true});
  }
  dropIdleStores(*At, Fields);
  Leaves Of = findLeaves(F, Other);
  erase_if(Of, [&](CallInst *Each) { return is_contained(Before, Each); });
  return Of;
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

/// Asks where Task, which Resume resumes, leaves whether its awaiter is at one
/// of those awaits; of one coroutine, they come one behind the other.
void ReturnFuser::fuse(const Leaves &From, Function &Resume, Value &Task,
                       unsigned Level) {
  if (Level == 0)
    return;
  const Awaiters Into = All.lookup(&Resume);
  if (Level < Levels &&
      (Into.size() > MaxAwaitsOfAwaiter ||
       any_of(
           Into,
           [&](const Awaiter &A) {
             return checkFusion(*A.Behind, F, FAM).has_value();
           })))
    return;
  Ended.push_back({&Task, &Resume});
  Frames.insert(&Task);
  for (CallInst *Leave : From) {
    CallInst *Own = nullptr; // of the awaits of one coroutine
    for (auto [K, A] : enumerate(Into)) {
      if (!Own)
        Own = &divideLeave(*Leave, *IRBuilder<>(Leave).CreateICmpEQ(
                                       Leave->getCalledOperand(), A.Resume));
      Function *Of = A.Resume;
      const bool IsLast =
          none_of(drop_begin(Into, K + 1),
                  [Of](const Awaiter &B) { return B.Resume == Of; });
      CallInst &Here = IsLast ? *std::exchange(Own, nullptr)
                              : divideLeave(*Own, isAt(*Own, A));
      Value &Other = *Here.getArgOperand(0);
      Frames.insert(&Other);
      fuse(fuse(Here, Task, A), *A.Resume, Other, Level - 1);
    }
  }
}

/// An argument that is not loaded can't be copied from frame to frame.
static void showArguments(Function &F) {
  for (Instruction &I : make_early_inc_range(instructions(F))) {
    auto *Own = dyn_cast<CallInst>(&I);
    if (!Own || !Own->hasFnAttr(tag::Argument) || Own->arg_size() != 1 ||
        Own->getType() != Own->getArgOperand(0)->getType() ||
        isa<LoadInst, PHINode, SelectInst, CallBase>(Own->getArgOperand(0)))
      continue;
    Own->replaceAllUsesWith(Own->getArgOperand(0));
    Own->eraseFromParent();
  }
}

/// Tells LLVM of the frames of tasks that await one another that these are
/// different objects.
static void tellApart(Function &F, const SmallSetVector<Value *, 8> &Frames) {
  LLVMContext &C = F.getContext();
  MDBuilder MDB(C);
  MDNode *Domain = MDB.createAnonymousAliasScopeDomain("coroinline.frames");
  DenseMap<Value *, MDNode *> Own, Others;
  SmallVector<Metadata *, 8> Scopes;
  for (size_t K = 0; K < Frames.size(); K++)
    Scopes.push_back(MDB.createAnonymousAliasScope(Domain));
  IRBuilder<> B(&F.getEntryBlock(), F.getEntryBlock().getFirstInsertionPt());
  for (auto [K, Frame] : enumerate(Frames)) {
    SmallVector<Metadata *, 8> Rest = Scopes;
    Rest.erase(Rest.begin() + K);
    Own[Frame] = MDNode::get(C, Scopes[K]);
    Others[Frame] = MDNode::get(C, Rest);
    // In a loop that F is inlined into, they are others in each turn.
    B.CreateNoAliasScopeDeclaration(Own[Frame]);
  }
  auto Add = [](Instruction &I, unsigned Kind, MDNode *Node) {
    I.setMetadata(Kind, MDNode::concatenate(I.getMetadata(Kind), Node));
  };
  for (Instruction &I : instructions(F)) {
    const Value *Address = getLoadStorePointerOperand(&I);
    Value *Frame =
        Address ? const_cast<Value *>(getUnderlyingObject(Address)) : nullptr;
    if (!Frames.contains(Frame))
      continue;
    Add(I, LLVMContext::MD_alias_scope, Own[Frame]);
    Add(I, LLVMContext::MD_noalias, Others[Frame]);
  }
}

/// Of the frame, drops what was known while all that F did for another task was
/// to call.
static void dropWrongAttributes(Function &F) {
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

void ReturnFuser::run(FunctionPassManager &Forward,
                      FunctionPassManager &Simplify) {
  fuse(findLeaves(F, *F.getArg(0)), F, *F.getArg(0), Levels);
  dropWrongAttributes(F);
  showArguments(F);
  tellApart(F, Frames);
  FAM.invalidate(F, PreservedAnalyses::none());
  FAM.invalidate(F, Forward.run(F, FAM)); // results, to those who use them
  for (auto &[Task, Resume] : Ended)
    if (Task)
      sinkEndStores(F, *Task, *Resume, FAM);
  FAM.invalidate(F, PreservedAnalyses::none());
  FAM.invalidate(F, Simplify.run(F, FAM));
}

//===----------------------------------------------------------------------===//
// The module
//===----------------------------------------------------------------------===//

/// The awaits of each resume function's tasks: the most frequent coroutine
/// first.
static AwaitersOf takeAwaiters(Module &M) {
  AwaitersOf Result;
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
  AwaitersOf All = takeAwaiters(M);
  // Copies of all as they are, before any is changed.
  for (auto &Each : All) {
    Function &F = *Each.first;
    if (F.isDeclaration() || F.hasOptNone() || isDispatchLoop(F) ||
        Each.second.size() > MaxAwaits)
      Each.second.clear();
    ReturnFuser Fuser(F, All, FAM);
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
  FunctionPassManager Forward, Simplify;
  Forward.addPass(SimplifyCFGPass());
  Forward.addPass(GVNPass());
  Simplify.addPass(EarlyCSEPass(/*UseMemorySSA=*/true));
  Simplify.addPass(DSEPass());
  Simplify.addPass(SimplifyCFGPass());
  for (auto &[F, Into] : All)
    if (!Into.empty())
      ReturnFuser(*F, All, FAM).run(Forward, Simplify);
  for (auto &[F, Into] : All)
    for (const Awaiter &A : Into)
      eraseCopy(A, FAM);
  return PreservedAnalyses::none();
}

//===- CoroReuseFrames.cpp - One frame for tasks in turn ------------------===//
//
// A loop of linked awaits gives the frame of one task to the thread's free
// lists, and takes it from there again for the next one:
//
//   loop:
//     %alloc = call i1 @llvm.coro.alloc(token %id)
//     br i1 %alloc, label %allocate, label %begin
//   begin:
//     %memory = phi ptr [ %new, %allocate ], [ null, %loop ]
//     %task   = call ptr @llvm.coro.begin(token %id, ptr %memory)
//     ... await it
//     call fastcc void @child.destroy(ptr %task)
//     br i1 %more, label %loop, label %end
// =>
//   loop:
//     %spare    = phi ptr [ poison, %entry ], [ %task, %awaited ]
//     %is.spare = phi i1 [ false, %entry ], [ true, %awaited ]
//     br i1 %is.spare, label %begin, label %allocate
//   begin:
//     %memory = phi ptr [ %new, %allocate ], [ %spare, %loop ]
//     ...
//     br i1 %more, label %loop, label %leave
//   leave:
//     call fastcc void @child.destroy(ptr %task)
//     br label %end
//
// A task that has ended does nothing more when it is destroyed: that can wait.
// It waits for nothing but that next task, and across no suspend: on each way
// that does not come to one, the frame goes back, and where some ways come
// together with a frame and some without, all go on to a task. That is the
// placement of partial redundancy elimination, of a release instead of a
// computation (Knoop, Ruething, Steffen: Lazy Code Motion, PLDI 1992).
//
//===----------------------------------------------------------------------===//

#include "CoroReuseFrames.h"
#include "Coroutine.h"
#include "KnownTasks.h"
#include "Markers.h"
#include "Places.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/PostOrderIterator.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/Statistic.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/PatternMatch.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"
#include "llvm/Transforms/Utils/SSAUpdater.h"

using namespace llvm;
using namespace coroinline;

#define DEBUG_TYPE "coro-reuse-frames"

namespace {

TrackingStatistic NumReused(DEBUG_TYPE, "NumReused",
                            "Number of tasks that go on in a frame at hand");

/// Ways on which a frame goes back, for one coroutine; each is a copy of what
/// frees it.
constexpr unsigned MaxReleases = 4;

/// Where a task is made: the end of a block that asks for memory or not.
struct Make {
  BranchInst *Ask;
  IntrinsicInst *Begin;
};

/// All that happens in F to the frames of one coroutine.
struct Frames {
  SmallVector<Make, 2> Makes;
  SmallVector<CallInst *, 2> Releases; // of tasks that have ended
};

/// The frame that waits at a point, if one does.
class Spare {
  SSAUpdater Frame, IsThere; // of two: LLVM threads jumps on constants best
  Type *Ptr, *Bool;

public:
  explicit Spare(LLVMContext &C)
      : Ptr(PointerType::get(C, 0)), Bool(Type::getInt1Ty(C)) {
    Frame.Initialize(Ptr, "spare");
    IsThere.Initialize(Bool, "is.spare");
  }
  /// At the end of BB; null for none.
  void add(BasicBlock &BB, Value *V) {
    Frame.AddAvailableValue(&BB, V ? V : PoisonValue::get(Ptr));
    IsThere.AddAvailableValue(&BB, ConstantInt::getBool(Bool, V != nullptr));
  }
  Value *frameAtEndOf(BasicBlock &BB) {
    return Frame.GetValueAtEndOfBlock(&BB);
  }
  /// In the middle of BB, behind the release Before if that is not null: the
  /// frame, and whether it is there.
  std::pair<Value *, Value *> in(BasicBlock &BB, const CallInst *Before) {
    if (Before)
      return {Before->getArgOperand(0), ConstantInt::getTrue(Bool)};
    return {Frame.GetValueInMiddleOfBlock(&BB),
            IsThere.GetValueInMiddleOfBlock(&BB)};
  }
};

/// Where frames wait, and where they go back.
class Waiting {
  Function &F;
  Frames &Of;

  enum class Event { None, Make, Release, Stop };
  struct Block {
    Event First = Event::None, Last = Event::None;
    CallInst *Release = nullptr; // the last one, if nothing stops behind it
    bool MayMake = false;        // some way from its start comes to a Make
    bool AlwaysMakes = true;     // each, but for those that never end
    bool AlwaysWaits = true;     // a frame waits at its start
  };
  DenseMap<BasicBlock *, Block> Blocks;

  void findEvents();
  void findMakes();
  void findFrames();
  void solve();
  bool isTaken(BasicBlock &BB) {
    const Block &B = Blocks[&BB];
    return B.MayMake && (B.AlwaysMakes || B.AlwaysWaits);
  }
  bool waitsAtEnd(const Block &B) const {
    return B.Last == Event::Release ||
           (B.Last == Event::None && B.AlwaysWaits && B.MayMake);
  }
  bool isOfUse(CallInst &Release);

public:
  using EdgeSet = SmallSetVector<std::pair<BasicBlock *, BasicBlock *>, 4>;

  Waiting(Function &F, Frames &Of) : F(F), Of(Of) {}
  /// Leaves those releases that have a Make to wait for.
  void run();
  /// Where a frame goes back, as edges.
  EdgeSet releases();
  /// Tells which frame waits at the ends of blocks where that changes.
  void provide(Spare &Frames);
  /// In the block of a Make, which ends it.
  CallInst *releaseBefore(const Make &M) {
    return Blocks[M.Ask->getParent()].Release;
  }
};

void Waiting::findEvents() {
  Blocks.clear();
  for (BasicBlock &BB : F) {
    Block &B = Blocks[&BB];
    auto Add = [&B](Event E) {
      if (B.First == Event::None)
        B.First = E;
      B.Last = E;
    };
    for (Instruction &I : BB) {
      if (isIntrinsic(&I, Intrinsic::coro_suspend) ||
          isIntrinsic(&I, Intrinsic::coro_end)) {
        Add(Event::Stop);
        B.Release = nullptr;
      }
      auto *Release = dyn_cast<CallInst>(&I);
      if (Release && is_contained(Of.Releases, Release)) {
        Add(Event::Release);
        B.Release = Release;
      }
    }
    if (any_of(Of.Makes,
               [&](const Make &M) { return M.Ask == BB.getTerminator(); }))
      Add(Event::Make);
  }
}

/// Backwards.
void Waiting::findMakes() {
  SmallVector<BasicBlock *, 32> Order(post_order(&F.getEntryBlock()));
  for (bool Changed = true; Changed;) {
    Changed = false;
    for (BasicBlock *BB : Order) {
      Block &B = Blocks[BB];
      bool May = B.First == Event::Make, Always = May;
      if (B.First == Event::None) {
        May = any_of(successors(BB),
                     [&](BasicBlock *Next) { return Blocks[Next].MayMake; });
        Always = (succ_begin(BB) != succ_end(BB) ||
                  isa<UnreachableInst>(BB->getTerminator())) &&
                 all_of(successors(BB), [&](BasicBlock *Next) {
                   return Blocks[Next].AlwaysMakes;
                 });
      }
      Changed |= May != B.MayMake || Always != B.AlwaysMakes;
      B.MayMake = May;
      B.AlwaysMakes = Always;
    }
  }
}

/// Forwards.
void Waiting::findFrames() {
  ReversePostOrderTraversal<Function *> Order(&F);
  Blocks[&F.getEntryBlock()].AlwaysWaits = false;
  for (bool Changed = true; Changed;) {
    Changed = false;
    for (BasicBlock *BB : Order) {
      Block &B = Blocks[BB];
      bool Waits = B.AlwaysWaits && all_of(predecessors(BB), [&](auto *Pred) {
                     return waitsAtEnd(Blocks[Pred]);
                   });
      Changed |= Waits != B.AlwaysWaits;
      B.AlwaysWaits = Waits;
    }
  }
}

void Waiting::solve() {
  findEvents();
  findMakes();
  findFrames();
}

bool Waiting::isOfUse(CallInst &Release) {
  BasicBlock *BB = Release.getParent();
  const Block &B = Blocks[BB];
  return B.Release == &Release &&
         (B.Last == Event::Make ||
          any_of(successors(BB), [&](auto *Next) { return isTaken(*Next); }));
}

void Waiting::run() {
  solve();
  while (!Of.Releases.empty()) {
    SmallVector<CallInst *, 2> Kept;
    copy_if(Of.Releases, std::back_inserter(Kept),
            [&](CallInst *Release) { return isOfUse(*Release); });
    if (Kept.size() == Of.Releases.size())
      return;
    Of.Releases = std::move(Kept);
    solve();
  }
}

Waiting::EdgeSet Waiting::releases() {
  EdgeSet Edges; // a switch may have several cases of one
  for (BasicBlock &BB : F)
    if (waitsAtEnd(Blocks[&BB]))
      for (BasicBlock *Next : successors(&BB))
        if (!isTaken(*Next) && !Blocks[Next].AlwaysMakes)
          Edges.insert({&BB, Next});
  return Edges;
}

void Waiting::provide(Spare &Frames) {
  Frames.add(F.getEntryBlock(), nullptr);
  for (BasicBlock &BB : F) {
    const Block &B = Blocks[&BB];
    if (B.Last != Event::None)
      Frames.add(BB, B.Last == Event::Release ? B.Release->getArgOperand(0)
                                              : nullptr);
  }
}

} // namespace

/// Whether a frame that Destroy frees goes to the free lists of coro.h: where
/// there are none, each is to go to the allocator at once.
static bool isPooled(Function &Destroy) {
  return any_of(instructions(Destroy),
                [](Instruction &I) { return any_of(I.operands(), isPool); });
}

/// Whether Task, which is Release's, has been awaited to its end by then.
static bool hasEnded(Value &Task, CallInst &Release, DominatorTree &DT) {
  return any_of(Task.users(), [&](User *U) {
    if (!isIntrinsic(U, Intrinsic::coro_await_suspend_handle))
      return false;
    auto *Transfer = cast<CallBase>(U);
    for (Instruction &I : *Transfer->getParent()) {
      auto *Suspend = dyn_cast<IntrinsicInst>(&I);
      Await A;
      if (Suspend && isAwait(*Suspend) && A.analyze(*Suspend) &&
          A.task() == &Task)
        return DT.dominates(
            BasicBlockEdge(Suspend->getParent(), A.Edges.Resume),
            Release.getParent());
    }
    return false;
  });
}

/// The one that a task of it is destroyed by, if all that Task can be are of
/// one coroutine that has been split.
static Function *destroyOf(Value *Task) {
  Function *Destroy = nullptr;
  for (IntrinsicInst *Begin : beginsOf(Task)) {
    auto Of = coroutineOf(*Begin);
    if (!Of || (Destroy && Destroy != Of->Destroy))
      return nullptr;
    Destroy = Of->Destroy;
  }
  return Destroy;
}

/// By what frees the frames.
static MapVector<Function *, Frames> findReleases(Function &F) {
  MapVector<Function *, Frames> Found;
  std::optional<DominatorTree> DT;
  for (Instruction &I : instructions(F)) {
    auto *Call = dyn_cast<CallInst>(&I);
    Function *Callee = Call ? Call->getCalledFunction() : nullptr;
    if (!Callee || Call->arg_size() != 1 ||
        destroyOf(Call->getArgOperand(0)) != Callee || !isPooled(*Callee))
      continue;
    if (!DT)
      DT.emplace(F);
    if (hasEnded(*Call->getArgOperand(0), *Call, *DT))
      Found[Callee].Releases.push_back(Call);
  }
  return Found;
}

/// The value that Phi has where memory was asked for; null where it has
/// several, or one that is found out there.
static Value *valueOnceAllocated(PHINode &Phi, const BasicBlock &Ask) {
  Value *Only = nullptr;
  for (unsigned K = 0; K < Phi.getNumIncomingValues(); K++) {
    if (Phi.getIncomingBlock(K) == &Ask)
      continue;
    Value *V = Phi.getIncomingValue(K);
    if (isa<Instruction>(V) || (Only && Only != V))
      return nullptr;
    Only = V;
  }
  return Only;
}

/// Whether nothing is done from there up to Begin but to ask for memory: what
/// counts how often it is asked has to be done.
static bool onlyAllocates(BasicBlock &There, IntrinsicInst &Begin) {
  auto IsIdle = [](const Instruction &I) {
    auto *Store = dyn_cast<StoreInst>(&I);
    auto *Call = dyn_cast<CallInst>(&I);
    const Function *Callee = Call ? Call->getCalledFunction() : nullptr;
    return !I.mayHaveSideEffects() ||
           (Store && isInPool(Store->getPointerOperand())) ||
           (Call && Call->hasFnAttr(tag::Pin)) ||
           (Callee && Callee->getName() == AllocateName);
  };
  SmallPtrSet<BasicBlock *, 32> Blocks = reachable({&There}, Begin.getParent());
  Blocks.erase(Begin.getParent());
  return all_of(Blocks, [&](BasicBlock *BB) {
    return isa<UnreachableInst>(BB->getTerminator()) || all_of(*BB, IsIdle);
  });
}

/// Where Begin's task gets its memory, if that has the form shown above.
static std::optional<Make> makeOf(IntrinsicInst &Begin) {
  auto *Memory = dyn_cast<PHINode>(Begin.getArgOperand(1));
  if (!Memory || Memory->getParent() != Begin.getParent())
    return std::nullopt;
  for (User *U : Begin.getArgOperand(0)->users()) {
    if (!isIntrinsic(U, Intrinsic::coro_alloc) || !U->hasOneUse())
      continue;
    auto *Ask = dyn_cast<BranchInst>(U->user_back());
    if (!Ask || Ask->getSuccessor(1) != Begin.getParent() ||
        Ask->getSuccessor(0) == Begin.getParent() ||
        any_of(Begin.getParent()->phis(),
               [&](PHINode &Phi) {
                 return &Phi != Memory &&
                        !valueOnceAllocated(Phi, *Ask->getParent());
               }) ||
        !onlyAllocates(*Ask->getSuccessor(0), Begin))
      continue;
    return Make{Ask, &Begin};
  }
  return std::nullopt;
}

static SmallVector<Make, 2> findMakes(Function &F, const Function &Destroy) {
  SmallVector<Make, 2> Found;
  for (Instruction &I : instructions(F)) {
    if (!isIntrinsic(&I, Intrinsic::coro_begin))
      continue;
    auto Of = coroutineOf(I);
    auto M = Of && Of->Destroy == &Destroy ? makeOf(cast<IntrinsicInst>(I))
                                           : std::nullopt;
    if (M)
      Found.push_back(*M);
  }
  return Found;
}

/// Whether nothing but a comparison is done with what Load reads, if that can
/// be a frame that the header names.
static bool namesNobody(LoadInst &Load, IntrinsicInst &Begin) {
  const DataLayout &DL = Begin.getDataLayout();
  auto At = offsetFrom(Begin, *Load.getPointerOperand(), DL);
  return (At && (*At < headerOffset(DL) ||
                 *At >= headerOffset(DL) + headerSize(DL))) ||
         all_of(Load.users(), [](User *U) { return isa<ICmpInst>(U); });
}

/// Whether a task is made for its await, and for nothing else: where it is
/// driven by hand, it may have ended before, as a root, and not be resumable.
static bool isOnlyAwaited(IntrinsicInst &Begin) {
  const DataLayout &DL = Begin.getDataLayout();
  SmallVector<Value *, 8> Work{&Begin};
  SmallPtrSet<Value *, 8> Seen{&Begin};
  while (!Work.empty())
    for (Use &U : Work.pop_back_val()->uses()) {
      auto *I = cast<Instruction>(U.getUser());
      auto *Store = dyn_cast<StoreInst>(I);
      auto *Call = dyn_cast<CallBase>(I);
      if (isa<GetElementPtrInst, PHINode>(I)) {
        if (Seen.insert(I).second)
          Work.push_back(I);
      } else if (Store) {
        auto At = offsetFrom(Begin, *Store->getPointerOperand(), DL);
        // Its functions are stored where it is made: see storeFunctionsOnce().
        if (!At ||
            (*At < headerOffset(DL) && Store->getParent() != Begin.getParent()))
          return false;
      } else if (Call) {
        if (!isIntrinsic(I, Intrinsic::coro_await_suspend_handle) &&
            Call->getCalledFunction() != coroutineOf(Begin)->Destroy)
          return false;
      } else if (auto *Load = dyn_cast<LoadInst>(I)) {
        if (!namesNobody(*Load, Begin))
          return false;
      } else if (!isa<ICmpInst>(I)) {
        return false;
      }
    }
  return true;
}

/// Has only what is new in its frame store there which functions run it; a
/// frame that waits knows.
static void storeFunctionsOnce(const Make &M, const SplitCoroutine &Of) {
  IntrinsicInst *Begin = M.Begin;
  BasicBlock *From = M.Ask->getParent(), *To = Begin->getParent();
  const DataLayout &DL = To->getModule()->getDataLayout();
  const unsigned Width = DL.getPointerSize();
  StoreInst *Resume = nullptr, *Destroy = nullptr;
  for (Instruction &I : make_range(Begin->getIterator(), To->end())) {
    auto *Store = dyn_cast<StoreInst>(&I);
    auto At = Store ? offsetFrom(*Begin, *Store->getPointerOperand(), DL)
                    : std::nullopt;
    if (!At || *At >= headerOffset(DL))
      continue;
    if (At == 0 && Store->getValueOperand() == Of.Resume)
      Resume = Store;
    else if (At == Width && Store->getValueOperand() == Of.Destroy)
      Destroy = Store;
    else
      return;
  }
  if (!Resume || !Destroy)
    return;
  SmallVector<BasicBlock *, 4> Others;
  copy_if(predecessors(To), std::back_inserter(Others),
          [&](BasicBlock *Pred) { return Pred != From; });
  BasicBlock *New = SplitBlockPredecessors(To, Others, ".new");
  auto *Memory = cast<PHINode>(Begin->getArgOperand(1));
  IRBuilder<> B(New->getTerminator());
  Value *Frame = Memory->getIncomingValueForBlock(New);
  for (auto [Store, At] : {std::pair(Resume, 0u), std::pair(Destroy, Width)}) {
    B.SetCurrentDebugLocation(Store->getDebugLoc());
    B.CreateStore(Store->getValueOperand(),
                  B.CreateConstGEP1_64(B.getInt8Ty(), Frame, At));
  }
  // Whoever awaits it looks whether it has ended.
  B.SetInsertPoint(Resume);
  B.CreateAssumption(
      B.CreateICmpEQ(B.CreateLoad(B.getPtrTy(), Begin), Of.Resume));
  Resume->eraseFromParent();
  Destroy->eraseFromParent();
}

/// Has the task go on in Frame, where that is there. No task is elided any more
/// whose frame waits.
static void giveFrame(const Make &M, Value *Frame, Value *IsThere,
                      bool KnowsFunctions) {
  BasicBlock *From = M.Ask->getParent();
  auto *Memory = cast<PHINode>(M.Begin->getArgOperand(1));
  for (PHINode &Phi : make_early_inc_range(M.Begin->getParent()->phis())) {
    Value *Only = &Phi == Memory ? Frame : valueOnceAllocated(Phi, *From);
    Phi.setIncomingValueForBlock(From, Only);
    if (Value *Same = &Phi == Memory ? nullptr : Phi.hasConstantValue()) {
      Phi.replaceAllUsesWith(Same);
      Phi.eraseFromParent();
    }
  }
  M.Ask->setCondition(IRBuilder<>(M.Ask).CreateNot(IsThere));
  if (KnowsFunctions)
    storeFunctionsOnce(M, *coroutineOf(*M.Begin));
  NumReused++;
}

static bool reuse(Function &F, const Function &Destroy, Frames &Of) {
  Of.Makes = findMakes(F, Destroy);
  Waiting Frames(F, Of);
  Frames.run();
  auto Edges = Frames.releases();
  auto CanSplit = [](auto &Edge) {
    auto [From, To] = Edge;
    return !isa<IndirectBrInst, CallBrInst>(From->getTerminator()) &&
           To->canSplitPredecessors();
  };
  if (Of.Releases.empty() || Edges.size() > MaxReleases ||
      !all_of(Edges, CanSplit))
    return false;
  bool KnowFunctions = all_of(Of.Releases, [](CallInst *Release) {
    return all_of(beginsOf(Release->getArgOperand(0)),
                  [](IntrinsicInst *Begin) { return isOnlyAwaited(*Begin); });
  });
  Spare Frame(F.getContext());
  Frames.provide(Frame);
  SmallVector<std::pair<BasicBlock *, BasicBlock *>, 4> Freeing;
  for (auto [From, To] : Edges) {
    // Once one way to a landing pad is cut, the others lead to a copy of it.
    if (auto *Invoke = dyn_cast<InvokeInst>(From->getTerminator());
        Invoke && To != Invoke->getNormalDest())
      To = Invoke->getUnwindDest();
    BasicBlock *Between = SplitBlockPredecessors(To, {From}, ".free");
    Frame.add(*Between, nullptr);
    Freeing.push_back({From, Between});
  }
  for (auto [From, Between] : Freeing) {
    auto *Release = cast<CallInst>(Of.Releases[0]->clone());
    Release->setArgOperand(0, Frame.frameAtEndOf(*From));
    Release->insertBefore(Between->getTerminator()->getIterator());
  }
  for (const Make &M : Of.Makes) {
    auto [Memory, IsThere] =
        Frame.in(*M.Ask->getParent(), Frames.releaseBefore(M));
    if (!PatternMatch::match(IsThere, PatternMatch::m_Zero()))
      giveFrame(M, Memory, IsThere, KnowFunctions);
  }
  for (CallInst *Release : Of.Releases)
    Release->eraseFromParent();
  return true;
}

PreservedAnalyses CoroReuseFramesPass::run(Function &F,
                                           FunctionAnalysisManager &) {
  if (!F.isPresplitCoroutine())
    return PreservedAnalyses::all();
  bool Changed = false;
  for (auto &[Destroy, Of] : findReleases(F))
    Changed |= reuse(F, *Destroy, Of);
  return Changed ? PreservedAnalyses::none() : PreservedAnalyses::all();
}

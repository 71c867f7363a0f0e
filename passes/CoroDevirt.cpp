//===- CoroDevirt.cpp - Direct calls of known coroutines ------------------===//
//
//   %fn = call ptr @llvm.coro.subfn.addr(ptr %task, i8 0)
//   call fastcc void %fn(ptr %task)              ; %task: one of walk's
//   %entry = load ptr, ptr %task
//   %done = icmp eq ptr %entry, null
// =>
//   ... the body of @walk.resume
//   %done.1 = phi i1 [ true, where it has ended ], [ false, elsewhere ]
//   %entry = select i1 %done.1, ptr null, ptr @walk.resume
//   ...
//
// A scheduler looks in the header of a root for the innermost task of its
// chain. That is the root itself where its coroutine awaits nothing:
//
//   %innermost = load ptr, ptr (%task + 24)   =>   %task
//
// Nor is such a root told so when it suspends: see Tells.cpp.
//
// Where a coroutine awaits itself, its resume function becomes a loop: see
// SelfResumption.cpp. What destroys the awaited task after a suspend has the
// handle from the frame; a note from before the split tells whose task it is.
//
// Where tasks of several coroutines meet, each but the last is compared with:
//
//   %is.walk = icmp eq ptr %fn, @walk.resume
//   br i1 %is.walk, label %walks, label %others
//
//===----------------------------------------------------------------------===//

#include "CoroDevirt.h"
#include "Compat.h"
#include "CoroLowerAlloca.h"
#include "Coroutine.h"
#include "EarlyExit.h"
#include "FramesInPlace.h"
#include "InlineDecision.h"
#include "KnownTasks.h"
#include "LinkedAwaits.h"
#include "LinkedRecursion.h"
#include "Markers.h"
#include "Places.h"
#include "ResumeFunction.h"
#include "SelfResumption.h"
#include "Tells.h"

#include "llvm/ADT/PriorityWorklist.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/Statistic.h"
#include "llvm/Analysis/AliasAnalysis.h"
#include "llvm/Analysis/AssumptionCache.h"
#include "llvm/Analysis/BlockFrequencyInfo.h"
#include "llvm/Analysis/InlineCost.h"
#include "llvm/Analysis/OptimizationRemarkEmitter.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Transforms/Scalar/EarlyCSE.h"
#include "llvm/Transforms/Scalar/SROA.h"
#include "llvm/Transforms/Scalar/SimplifyCFG.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"
#include "llvm/Transforms/Utils/Cloning.h"
#include "llvm/Transforms/Utils/SSAUpdater.h"

#include <set>
#include <tuple>

using namespace llvm;
using namespace coroinline;

#define DEBUG_TYPE "coro-devirt"

namespace {

TrackingStatistic NumFused(DEBUG_TYPE, "NumFused",
                           "Number of resumptions replaced by the body");
TrackingStatistic NumDirect(DEBUG_TYPE, "NumDirect",
                            "Number of resumptions and destructions made "
                            "direct calls");

/// Of a resume function that is to be fused, in instructions; more would be
/// more than the scheduling around it.
constexpr unsigned MaxFused = 500, MaxFusedForSize = 50;

/// Of what a task does before it suspends for the first time, in instructions,
/// that is put where its own coroutine awaits it.
constexpr unsigned MaxStart = 100;

/// Where tasks of more coroutines meet, the calls stay indirect; so does what
/// enters the task of a linked await where there are two.
constexpr unsigned MaxKinds = 4;

/// Where a task is resumed or destroyed.
struct Site {
  CallInst *Call;
  bool IsResume;
  SmallVector<SplitCoroutine, 1> Of; // the most frequent first
  TaskState State = TaskState::Any;
  bool IsOwn = false; // nobody else ever sees the task
  Value *task() const { return Call->getArgOperand(0); }
  Function &callee(const SplitCoroutine &C) const {
    return IsResume ? *C.Resume : *C.Destroy;
  }
};

/// Where the source has it: not in the functions of coro.h that were inlined.
DebugLoc whereInSource(const CallInst &Call) {
  DILocation *Inner = Call.getDebugLoc().get(), *Place = Inner;
  while (Place && Place->getInlinedAt() &&
         Place->getFilename() == Inner->getFilename())
    Place = Place->getInlinedAt();
  return Place;
}

/// Says of each place where tasks are resumed once what came of it: a
/// coro_interleave resumes its tasks at several points.
class Reporter {
  FunctionAnalysisManager &FAM;
  // By coroutine, line and column; blocks of one macro lie at one place.
  std::set<std::tuple<Function *, unsigned, unsigned>> Reported;

  bool isFirst(Function *Ramp, const DebugLoc &Loc) {
    return Reported
        .insert({Ramp, Loc ? Loc.getLine() : 0, Loc ? Loc.getCol() : 0})
        .second;
  }
  OptimizationRemarkEmitter &emitterFor(const CallInst &Call) {
    return FAM.getResult<OptimizationRemarkEmitterAnalysis>(
        *const_cast<Function *>(Call.getFunction()));
  }

public:
  explicit Reporter(FunctionAnalysisManager &FAM) : FAM(FAM) {}

  void reportIndirect(const CallInst &Call, StringRef Why) {
    DebugLoc Loc = whereInSource(Call);
    if (!isFirst(nullptr, Loc))
      return;
    emitterFor(Call).emit([&] {
      OptimizationRemarkMissed R(DEBUG_TYPE, "NotDirect", Loc,
                                 Call.getParent());
      R << "'" << ore::NV("Driver", Call.getFunction())
        << "' resumes tasks by an indirect call: " << ore::NV("Reason", Why);
      return R;
    });
  }

  /// Why: none where the coroutine is fused.
  void report(const CallInst &Call, const SplitCoroutine &Of,
              const Refusal &Why) {
    const Function *F = Call.getFunction();
    DebugLoc Loc = whereInSource(Call);
    if (!isFirst(Of.Ramp, Loc))
      return;
    auto Say = [&](DiagnosticInfoOptimizationBase &R, const char *What) {
      R << "'" << ore::NV("Coroutine", Of.Ramp) << "' " << What << " '"
        << ore::NV("Driver", F) << "'";
    };
    const BasicBlock *Block = Call.getParent();
    auto &ORE = emitterFor(Call);
    if (Why)
      ORE.emit([&] {
        OptimizationRemarkMissed R(DEBUG_TYPE, "NotFused", Loc, Block);
        Say(R, "not fused into");
        R << ": " << ore::NV("Reason", *Why);
        return R;
      });
    else
      ORE.emit([&] {
        OptimizationRemark R(DEBUG_TYPE, "Fused", Loc, Block);
        Say(R, "fused into");
        return R;
      });
  }
};

/// Notes on a coroutine of ours, before it is split, whether an await is left.
void noteAwaits(Function &F) {
  if (hasStart(F))
    F.addFnAttr(tag::Awaits, awaitsAny(F) ? "some" : "none");
}

/// Whether that has been noted, on it or on what it was before the split.
bool isOurs(const Function &F) { return F.hasFnAttribute(tag::Awaits); }

/// On a call that resumes tasks: why it stays as it is, as far as is known by
/// now. Empty: that has been said.
constexpr char StaysIndirect[] = "coroinline.indirect";

void noteIndirect(CallInst &Call, const Twine &Why) {
  LLVMContext &C = Call.getContext();
  MDNode *Before = Call.getMetadata(StaysIndirect);
  if (!Before || Before->getNumOperands())
    Call.setMetadata(StaysIndirect,
                     MDNode::get(C, MDString::get(C, Why.str())));
}

/// On a call that resumes or destroys a task: the ramp that made it.
constexpr char MadeBy[] = "coroinline.made-by";

/// Notes on a coroutine, before it is split, what makes the tasks that it
/// resumes and destroys: then the handles are in its frame, and coroutines that
/// await each other can't all be split first.
void noteRamps(Function &F) {
  for (Instruction &I : instructions(F)) {
    auto *Call = dyn_cast<CallInst>(&I);
    if (!Call || Call->arg_size() != 1 ||
        !calledOn(*Call, *Call->getArgOperand(0)))
      continue;
    CallBase *Made = rampOf(Call->getArgOperand(0));
    if (Made && Made->getCalledFunction()->isPresplitCoroutine())
      Call->setMetadata(
          MadeBy, MDNode::get(F.getContext(),
                              ValueAsMetadata::get(Made->getCalledFunction())));
  }
}

/// What that note says, if the coroutine has been split since.
std::optional<KnownTask> notedTask(const CallInst &Call) {
  MDNode *Note = Call.getMetadata(MadeBy);
  auto *Ramp = Note && Note->getNumOperands() == 1
                   ? mdconst::dyn_extract_or_null<Function>(Note->getOperand(0))
                   : nullptr;
  auto Of = Ramp ? coroutineOfRamp(*Ramp) : std::nullopt;
  if (!Of)
    return std::nullopt;
  KnownTask Task;
  Task.Kinds.push_back({*Of, {}});
  Task.IsOwn = Task.HasStarted = false;
  return Task;
}

bool awaitsNothing(const Function &Resume) {
  return Resume.getFnAttribute(tag::Awaits).getValueAsString() == "none";
}

/// The call that resumes Task; null where there is none.
CallInst *resumeOf(Value &Task) {
  for (User *U : Task.users())
    if (calledOn(*U, Task) == 0u)
      return dyn_cast<CallInst>(U);
  return nullptr;
}

/// Whether that is where a pointer of the header lies in every frame.
bool isInHeader(int64_t Offset, const DataLayout &DL) {
  return Offset == headerOffset(DL) ||
         Offset == headerOffset(DL) + DL.getPointerSize();
}

/// The headers of tasks that await nothing, and that nobody else can await, are
/// what they were made with.
bool readHeaders(Function &F, FunctionAnalysisManager &FAM, Reporter &Remarks) {
  const DataLayout &DL = F.getParent()->getDataLayout();
  TaskSearch Search(FAM.getResult<DominatorTreeAnalysis>(F), DL);
  SmallVector<std::pair<LoadInst *, Value *>, 4> Known;
  SmallVector<Instruction *, 4> Frames; // addresses that are made to ask
  for (Instruction &I : instructions(F)) {
    auto *Load = dyn_cast<LoadInst>(&I);
    if (!Load || !Load->isSimple() || !Load->getType()->isPointerTy())
      continue;
    APInt Offset(DL.getIndexTypeSizeInBits(Load->getType()), 0);
    Value *Root = Load->getPointerOperand()->stripAndAccumulateConstantOffsets(
        DL, Offset, /*AllowNonInbounds=*/true);
    // A frame in a slot lies behind that.
    if (auto InFrame = Search.offsetInFrame(Load->getPointerOperand())) {
      if (!isInHeader(*InFrame, DL))
        continue;
      IRBuilder<> B(Load);
      Root = B.CreateConstGEP1_64(B.getInt8Ty(), Root,
                                  Offset.getSExtValue() - *InFrame);
      if (auto *Frame = dyn_cast<Instruction>(Root))
        Frames.push_back(Frame);
    } else if (!isInHeader(Offset.getSExtValue(), DL)) {
      continue;
    }
    auto Task = Search.find(Root, *Load);
    if (!Task || !Task->IsOwn)
      continue;
    auto *Awaiting = find_if(Task->Kinds, [](const TaskKind &Kind) {
      return !awaitsNothing(*Kind.Of.Resume);
    });
    if (Awaiting == Task->Kinds.end())
      Known.push_back({Load, Root});
    else if (CallInst *Call = resumeOf(*Load)) {
      Remarks.report(*Call, Awaiting->Of, "what it awaits runs in its place");
      Call->setMetadata(StaysIndirect, MDNode::get(F.getContext(), {}));
    }
  }
  for (auto &[Load, Root] : Known) {
    Load->replaceAllUsesWith(Root);
    Load->eraseFromParent();
  }
  for (Instruction *Frame : Frames)
    if (Frame->use_empty())
      Frame->eraseFromParent();
  return !Known.empty();
}

/// Whether the task has just been made, by what dominates S, and is where it
/// starts: nothing comes between that could resume it, nor what is left of its
/// resume function where that was put in the place of a call.
bool isNew(const Site &S, AAResults &AA) {
  auto *Made = dyn_cast<CallInst>(S.task());
  if (!Made)
    return false;
  auto Resumes = [&](Instruction &I) {
    return any_of(S.Of, [&](const SplitCoroutine &C) {
      return mayLeaveStart(I, *Made, *C.Resume, AA);
    });
  };
  SmallPtrSet<BasicBlock *, 8> Seen;
  SmallVector<Instruction *, 8> Work{S.Call};
  while (!Work.empty()) {
    Instruction *Last = Work.pop_back_val();
    Instruction *I = Last->getPrevNode();
    for (; I && I != Made; I = I->getPrevNode())
      if (Resumes(*I))
        return false;
    if (I)
      continue;
    for (BasicBlock *Pred : predecessors(Last->getParent())) {
      if (isa<CallBase>(Pred->getTerminator()))
        return false;
      if (Seen.insert(Pred).second)
        Work.push_back(Pred->getTerminator());
    }
  }
  return true;
}

/// How often the tasks of that kind are made, as the compiler or a profile
/// sees it.
uint64_t frequencyOf(const TaskKind &Kind, const BlockFrequencyInfo &BFI) {
  uint64_t Sum = 0;
  for (Instruction *Made : Kind.Made)
    Sum =
        SaturatingAdd(Sum, BFI.getBlockFreq(Made->getParent()).getFrequency());
  return Sum;
}

SmallVector<SplitCoroutine, 1> mostFrequentFirst(ArrayRef<TaskKind> Kinds,
                                                 Function &F,
                                                 FunctionAnalysisManager &FAM) {
  SmallVector<const TaskKind *, 4> Order;
  for (const TaskKind &Kind : Kinds)
    Order.push_back(&Kind);
  if (Kinds.size() > 1) {
    auto &BFI = FAM.getResult<BlockFrequencyAnalysis>(F);
    sort(Order, [&](const TaskKind *A, const TaskKind *B) {
      uint64_t OfA = frequencyOf(*A, BFI), OfB = frequencyOf(*B, BFI);
      return OfA != OfB ? OfA > OfB : A < B;
    });
  }
  SmallVector<SplitCoroutine, 1> Result;
  for (const TaskKind *Kind : Order)
    Result.push_back(Kind->Of);
  return Result;
}

/// Whether Call is what CoroElide makes of it where a resume function resumes a
/// task of its own coroutine that it has begun.
bool isSelfResumption(const CallInst &Call) {
  const Function *F = Call.getFunction();
  if (Call.getCalledFunction() != F || !isOurs(*F) || Call.arg_empty() ||
      !isIntrinsic(Call.getArgOperand(0), Intrinsic::coro_begin))
    return false;
  auto Of = coroutineOf(*Call.getArgOperand(0));
  return Of && Of->Resume == F;
}

SmallVector<Site, 4> findSites(Function &F, FunctionAnalysisManager &FAM) {
  TaskSearch Search(FAM.getResult<DominatorTreeAnalysis>(F),
                    F.getParent()->getDataLayout());
  // What a coroutine awaits is said of its await.
  const bool IsDriver = !isOurs(F) && any_of(*F.getParent(), isOurs);
  SmallVector<Site, 4> Sites;
  for (Instruction &I : instructions(F)) {
    auto *Call = dyn_cast<CallInst>(&I);
    auto Index = Call && Call->arg_size() == 1
                     ? calledOn(*Call, *Call->getArgOperand(0))
                     : std::nullopt;
    bool IsDirect = Call && isSelfResumption(*Call);
    if (!Index && !IsDirect)
      continue;
    // CoroElide looks for the destructions of what is begun in the function.
    Site S{Call, /*IsResume=*/Index.value_or(0) == 0, {}};
    if (!S.IsResume && isIntrinsic(S.task(), Intrinsic::coro_begin))
      continue;
    auto Task = Search.find(S.task(), *Call);
    if (!Task)
      Task = notedTask(*Call);
    if (!Task || Task->Kinds.size() > (Call->isMustTailCall() ? 1 : MaxKinds)) {
      if (S.IsResume && IsDriver)
        noteIndirect(*Call, Task ? formatv("they are of {0} coroutines ({1} at "
                                           "the most)",
                                           Task->Kinds.size(), MaxKinds)
                                       .str()
                                 : "which coroutine they are of is not seen");
      continue;
    }
    S.Of = mostFrequentFirst(Task->Kinds, F, FAM);
    S.IsOwn = Task->IsOwn;
    if (Task->HasStarted)
      S.State = TaskState::Started;
    else if (isNew(S, FAM.getResult<AAManager>(F)))
      S.State = TaskState::New;
    Sites.push_back(S);
  }
  return Sites;
}

/// What the first word of a task's frame is after a call that resumes it, as
/// far as no one can have changed it by then.
SmallVector<LoadInst *, 2> readsOfState(CallInst &Call, Value *Task) {
  SmallVector<LoadInst *, 2> Reads;
  for (Instruction *I = Call.getNextNode(); I && !I->mayWriteToMemory();
       I = I->getNextNode())
    if (auto *Load = dyn_cast<LoadInst>(I); Load && Load->isSimple() &&
                                            Load->getPointerOperand() == Task &&
                                            Load->getType()->isPointerTy())
      Reads.push_back(Load);
  return Reads;
}

/// Whether I is what a task does when it ends: where its resume function stands
/// in its frame, it stores NULL.
bool isEnd(const Instruction &I, const Value &Task) {
  auto *Store = dyn_cast<StoreInst>(&I);
  return Store && isa<ConstantPointerNull>(Store->getValueOperand()) &&
         offsetFrom(Task, *Store->getPointerOperand(), I.getDataLayout()) == 0;
}

/// Whether a task that ends in Resume can be seen to do so: by a store of NULL
/// at the start of its frame, and nothing else that writes there.
bool showsEnd(Function &Resume) {
  if (!awaitsNothing(Resume))
    return false; // what it awaits may resume it again, and to its end
  for (Instruction &I : instructions(Resume)) {
    auto *Store = dyn_cast<StoreInst>(&I);
    auto *Set = dyn_cast<MemIntrinsic>(&I);
    Value *Address = Store ? Store->getPointerOperand()
                     : Set ? Set->getRawDest()
                           : nullptr;
    if (Address &&
        offsetFrom(*Resume.getArg(0), *Address, Resume.getDataLayout()) == 0 &&
        !isEnd(I, *Resume.getArg(0)))
      return false;
  }
  return true;
}

/// Divides what Call does by whether it calls Callee; returns the call that
/// does, and what reads the task's state behind Call does so behind both.
CallInst &divide(CallInst &Call, Function &Callee) {
  SmallVector<LoadInst *, 2> Reads = readsOfState(Call, Call.getArgOperand(0));
  IRBuilder<> B(&Call);
  Value *IsCallee = B.CreateICmpEQ(Call.getCalledOperand(), &Callee);
  Instruction *Then, *Else;
  SplitBlockAndInsertIfThenElse(IsCallee, &Call, &Then, &Else);
  auto *Direct = cast<CallInst>(Call.clone());
  Direct->insertBefore(Then->getIterator());
  Call.moveBefore(*Else->getParent(), Else->getIterator());
  for (LoadInst *Read : Reads) {
    auto *Phi = PHINode::Create(Read->getType(), 2, "", Read->getIterator());
    for (Instruction *End : {Then, Else}) {
      Instruction *Each = Read->clone();
      Each->insertBefore(End->getIterator());
      Phi->addIncoming(Each, End->getParent());
    }
    Read->replaceAllUsesWith(Phi);
    Read->eraseFromParent();
  }
  return *Direct;
}

/// Of a root that awaits nothing.
void dropTells(const FusedBody &Body) {
  for (BasicBlock &BB :
       make_range(Body.At.getIterator(), Body.After->getIterator()))
    for (Instruction &I : make_early_inc_range(BB))
      if (isTell(I, Body.Task))
        eraseTell(I);
}

/// Puts the body of the task's resume function in the place of its call. IsOwn:
/// nobody else ever sees the task.
void fuse(CallInst &Call, TaskState State, bool IsOwn,
          FunctionAnalysisManager &FAM) {
  Function &F = *Call.getFunction(), &Resume = *Call.getCalledFunction();
  Value *Task = Call.getArgOperand(0);
  SmallVector<LoadInst *, 2> Reads;
  if (showsEnd(Resume))
    Reads = readsOfState(Call, Task);
  BasicBlock *At = SplitBlock(Call.getParent(), &Call);
  BasicBlock *After =
      Call.isMustTailCall() ? nullptr : SplitBlock(At, Call.getNextNode());
  const FusedBody Body{Resume, *Task, *At, After};
  assumeState(Body, State);
  inlineCall(Call, FAM);
  beginAtStart(Body, State);
  dropIndexStores(Body, State);
  if (IsOwn && After && awaitsNothing(Resume))
    dropTells(Body);
  if (Reads.empty())
    return;
  Type *Bool = Type::getInt1Ty(F.getContext());
  SSAUpdater HasEnded;
  HasEnded.Initialize(Bool, "");
  HasEnded.AddAvailableValue(At, ConstantInt::getFalse(Bool));
  for (BasicBlock &BB : make_range(At->getIterator(), After->getIterator()))
    if (any_of(BB, [&](Instruction &I) { return isEnd(I, *Task); }))
      HasEnded.AddAvailableValue(&BB, ConstantInt::getTrue(Bool));
  Value *Ended = HasEnded.GetValueInMiddleOfBlock(After);
  for (LoadInst *Read : Reads) {
    Read->replaceAllUsesWith(SelectInst::Create(
        Ended, ConstantPointerNull::get(cast<PointerType>(Read->getType())),
        &Resume, "", Read->getIterator()));
    Read->eraseFromParent();
  }
}

/// Has a destruction read from the frame what it calls. Where it asks by
/// coro.subfn.addr, CoroElide may yet put the frame on the stack, and answers
/// for that; what has been made a direct call would free it there.
void readFromFrame(CallInst &Destroy) {
  auto *Asks = cast<Instruction>(Destroy.getCalledOperand());
  IRBuilder<> B(&Destroy);
  Value *Address =
      B.CreateConstInBoundsGEP1_64(B.getPtrTy(), Destroy.getArgOperand(0), 1);
  Destroy.setCalledOperand(B.CreateLoad(B.getPtrTy(), Address));
  if (Asks->use_empty())
    Asks->eraseFromParent();
}

/// Makes of S calls of the coroutines that its task can be of, and puts their
/// bodies there.
void devirtualize(Site &S, FunctionAnalysisManager &FAM, Reporter &Remarks) {
  if (!S.IsResume)
    readFromFrame(*S.Call);
  for (const SplitCoroutine &C : S.Of) {
    Function &Callee = S.callee(C);
    CallInst &Call = &C == &S.Of.back() ? *S.Call : divide(*S.Call, Callee);
    Call.setCalledFunction(&Callee);
    NumDirect++;
    if (!S.IsResume)
      continue;
    Refusal Why = checkFusion(Callee, *Call.getFunction(), FAM);
    Remarks.report(Call, C, Why);
    if (Why)
      continue;
    fuse(Call, S.State, S.IsOwn, FAM);
    NumFused++;
  }
}

/// Whether S is where a resume function ends in a call of itself.
bool isOfItself(const Site &S) {
  Function *F = S.Call->getFunction();
  return S.IsResume && S.Call->isMustTailCall() && S.Of[0].Resume == F &&
         canResumeInPlace(*F);
}

/// The call by which Task, in its resume function, lets another task run that
/// it awaits; null where I is something else.
CallInst *enterAt(Instruction &I, const Value &Task) {
  auto *Call = dyn_cast<CallInst>(&I);
  return Call && Call->isMustTailCall() && !isLeave(*Call, Task) ? Call
                                                                 : nullptr;
}

/// In percent of the calls of its function, or as a profile has counted.
uint64_t frequencyOf(const BasicBlock &BB, const BlockFrequencyInfo &BFI) {
  if (auto Count = BFI.getBlockProfileCount(&BB))
    return *Count;
  const uint64_t Entry = BFI.getEntryFreq().getFrequency();
  return BFI.getBlockFreq(&BB).getFrequency() /
         std::max<uint64_t>(1, Entry / 100);
}

/// Where the coroutine awaits tasks; none where it is not known of each of them
/// which coroutine that is of.
SmallVector<LinkedAwait, 4> linkedAwaits(Function &F, ArrayRef<Site> Sites,
                                         FunctionAnalysisManager &FAM) {
  SmallVector<Enter, 4> Enters;
  if (isDispatchLoop(F))
    return {}; // those that it was made of are no calls any more
  for (Instruction &I : instructions(F)) {
    CallInst *Call = enterAt(I, *F.getArg(0));
    if (!Call)
      continue;
    auto *Known =
        find_if(Sites, [Call](const Site &S) { return S.Call == Call; });
    if (Known == Sites.end())
      return {};
    auto &BFI = FAM.getResult<BlockFrequencyAnalysis>(F);
    Enters.push_back(
        {Call, Known->Of[0].Resume, frequencyOf(*Call->getParent(), BFI)});
  }
  return findLinkedAwaits(F, Enters);
}

/// Where Task leaves for its awaiter, in its resume function, has it look
/// whether that is one of its coroutine, too: these places are added.
void compareAwaiters(Function &F, Value &Task,
                     SmallVectorImpl<SelfResumption> &OfItself) {
  for (CallInst *Call : findLeaves(F, Task)) {
    Value *IsOwn = IRBuilder<>(Call).CreateICmpEQ(Call->getCalledOperand(), &F);
    CallInst &Own = divideLeave(*Call, *IsOwn);
    Own.setCalledFunction(&F);
    OfItself.push_back({&Own, TaskState::Any, &Task == F.getArg(0)});
  }
}

/// What a new task of the coroutine does before it suspends, as a function; the
/// caller owns it. Null where it is too much, or awaits something by then.
Function *copyStart(Function &Resume) {
  ConstantInt *Start = startIndexOf(Resume);
  if (!Start)
    return nullptr;
  Function *Copy = copyToInline(Resume);
  if (!cutTo(*Copy, *Start) || Copy->getInstructionCount() > MaxStart ||
      any_of(instructions(*Copy),
             [Copy](Instruction &I) { return enterAt(I, *Copy->getArg(0)); })) {
    Copy->eraseFromParent();
    return nullptr;
  }
  return Copy;
}

/// Of a resume function that awaits tasks of its own coroutine, makes a loop.
void awaitItself(Function &F, ArrayRef<Site> Sites,
                 ArrayRef<LinkedAwait> Awaits, FunctionAnalysisManager &FAM) {
  SmallVector<SelfResumption, 4> OfItself;
  Function *Start = copyStart(F);
  const bool CanStart = Start && !checkFusion(*Start, F, FAM);
  for (const Site &S : Sites) {
    if (!CanStart || S.State != TaskState::New) {
      OfItself.push_back({S.Call, S.State});
      continue;
    }
    Value *Task = S.task();
    S.Call->setCalledFunction(Start);
    fuse(*S.Call, S.State, S.IsOwn, FAM);
    compareAwaiters(F, *Task, OfItself);
  }
  if (Start) {
    FAM.clear(*Start, Start->getName());
    Start->eraseFromParent();
  }
  compareAwaiters(F, *F.getArg(0), OfItself);
  // A child's arguments are known as long as no frame can be another one.
  FAM.invalidate(F, PreservedAnalyses::none());
  EarlyCSEPass(/*UseMemorySSA=*/true).run(F, FAM);
  resumeInPlace(F, OfItself, Awaits);
}

/// Where a task for which there is no memory is an error:
///   %task = phi ptr [ null, %no.frame ], [ %begin, %made ]
///   br (%task == null), label %fail, label %next
/// => %task = %begin, and %no.frame goes to %fail
/// CoroElide looks for what is done to the coro.begin.
bool leadPastNullCheck(PHINode &Task) {
  BasicBlock *BB = Task.getParent();
  auto *Branch = dyn_cast<BranchInst>(BB->getTerminator());
  auto *IsNull = Branch && Branch->isConditional()
                     ? dyn_cast<ICmpInst>(Branch->getCondition())
                     : nullptr;
  if (!IsNull || !IsNull->isEquality() || IsNull->getOperand(0) != &Task ||
      !isa<ConstantPointerNull>(IsNull->getOperand(1)) ||
      any_of(*BB, [&](Instruction &I) {
        return &I != &Task && &I != IsNull && &I != Branch &&
               !I.isDebugOrPseudoInst();
      }))
    return false;
  BasicBlock *Fail =
      Branch->getSuccessor(IsNull->getPredicate() != CmpInst::ICMP_EQ);
  if (!isa<UnreachableInst>(Fail->getTerminator()) ||
      any_of(predecessors(BB),
             [&](BasicBlock *Pred) {
               return is_contained(successors(Pred), Fail);
             }) ||
      IsNull->isUsedInBasicBlock(Fail) || Task.isUsedInBasicBlock(Fail))
    return false;
  for (unsigned K = Task.getNumIncomingValues(); K-- > 0;) {
    if (!isa<ConstantPointerNull>(Task.getIncomingValue(K)))
      continue;
    BasicBlock *Pred = Task.getIncomingBlock(K);
    for (PHINode &Phi : Fail->phis())
      Phi.addIncoming(Phi.getIncomingValueForBlock(BB), Pred);
    Pred->getTerminator()->replaceSuccessorWith(BB, Fail);
    Task.removeIncomingValue(K, /*DeletePHIIfEmpty=*/false);
  }
  Task.replaceAllUsesWith(Task.hasConstantValue());
  Task.eraseFromParent();
  return true;
}

bool leadPastNullChecks(Function &F) {
  SmallVector<PHINode *, 4> Tasks;
  for (Instruction &I : instructions(F))
    if (isIntrinsic(&I, Intrinsic::coro_begin))
      for (User *U : I.users())
        if (auto *Phi = dyn_cast<PHINode>(U);
            Phi && all_of(Phi->incoming_values(), [&](Value *V) {
              return V == &I || isa<ConstantPointerNull>(V);
            }))
          Tasks.push_back(Phi);
  bool Changed = false;
  for (PHINode *Task : Tasks)
    Changed |= leadPastNullCheck(*Task);
  return Changed;
}

/// What a frame that is used again is known to have in it: see
/// CoroReuseFrames.cpp.
bool useKnownFunctions(Function &F) {
  bool Changed = false;
  for (Instruction &I : instructions(F)) {
    auto *Assumed = isIntrinsic(&I, Intrinsic::assume)
                        ? dyn_cast<ICmpInst>(cast<CallInst>(I).getArgOperand(0))
                        : nullptr;
    auto *Load = Assumed && Assumed->getPredicate() == ICmpInst::ICMP_EQ &&
                         isa<Function>(Assumed->getOperand(1))
                     ? dyn_cast<LoadInst>(Assumed->getOperand(0))
                     : nullptr;
    if (Load && Load->getNextNode() == Assumed && Assumed->getNextNode() == &I)
      Load->replaceUsesWithIf(Assumed->getOperand(1), [&](Use &U) {
        Changed |= U.getUser() != Assumed;
        return U.getUser() != Assumed;
      });
  }
  return Changed;
}

bool runOn(Function &F, FunctionAnalysisManager &FAM) {
  if (F.isDeclaration())
    return false;
  if (F.hasOptNone())
    return placeFrames(F, /*InSlots=*/false);
  bool Changed = false;
  const bool IsNew = isOurs(F) && isJustSplit(F);
  if (F.isPresplitCoroutine()) {
    noteAwaits(F);
    noteRamps(F);
  } else if (isOurs(F)) {
    // Of coroutines that await each other, LLVM would inline them without end.
    F.removeFnAttr(Attribute::AlwaysInline);
    Changed = noteIndices(F);
  }
  Changed |= placeFrames(F, /*InSlots=*/true);
  if (Changed)
    FAM.invalidate(F, PreservedAnalyses::none());
  if (none_of(instructions(F), [](Instruction &I) {
        auto *Call = dyn_cast<CallInst>(&I);
        return isIntrinsic(&I, Intrinsic::coro_subfn_addr) ||
               (Call && isSelfResumption(*Call));
      }))
    return Changed;
  // What the inliner has just brought is not simplified yet.
  FunctionPassManager Simplify;
  Simplify.addPass(SROAPass(SROAOptions::ModifyCFG));
  Simplify.addPass(EarlyCSEPass(/*UseMemorySSA=*/true));
  Simplify.addPass(SimplifyCFGPass());
  PreservedAnalyses PA = Simplify.run(F, FAM);
  FAM.invalidate(F, PA);
  Changed |= !PA.areAllPreserved();
  if (useKnownFunctions(F)) {
    FAM.invalidate(F, Simplify.run(F, FAM));
    Changed = true;
  }
  if (leadPastNullChecks(F)) {
    FAM.invalidate(F, PreservedAnalyses::none());
    Changed = true;
  }
  Reporter Remarks(FAM);
  if (readHeaders(F, FAM, Remarks)) {
    FAM.invalidate(F, EarlyCSEPass().run(F, FAM));
    Changed = true;
  }
  SmallVector<Site, 4> Sites = findSites(F, FAM);
  SmallVector<LinkedAwait, 4> Awaits = linkedAwaits(F, Sites, FAM);
  SmallVector<Site, 4> OfItself;
  for (Site &S : Sites)
    if (!isOfItself(S))
      devirtualize(S, FAM, Remarks);
    else {
      Remarks.report(*S.Call, S.Of[0], std::nullopt);
      OfItself.push_back(S);
    }
  if (Sites.empty())
    return Changed;
  if (!OfItself.empty()) {
    erase_if(Awaits, [&F](const LinkedAwait &A) { return A.Awaited != &F; });
    awaitItself(F, OfItself, Awaits, FAM);
  } else if (IsNew) {
    noteLinkedAwaits(F, Awaits); // later, some may no longer be there
  }
  FAM.invalidate(F, PreservedAnalyses::none());
  // A task that ends looks whether it is a root.
  if (readHeaders(F, FAM, Remarks))
    FAM.invalidate(F, PreservedAnalyses::none());
  return true;
}

/// On a ramp whose resume function has been visited again.
constexpr char Again[] = "coroinline-again";

/// The resume function that calls F, its ramp, and was visited before F was
/// simplified, when LLVM would not inline it there. Once.
Function *recursiveResume(Function &F) {
  if (F.hasFnAttribute(Again))
    return nullptr;
  auto Of = coroutineOfRamp(F);
  if (!Of || none_of(F.users(), [&](User *U) {
        auto *Call = dyn_cast<CallBase>(U);
        return Call && Call->getFunction() == Of->Resume;
      }))
    return nullptr;
  F.addFnAttr(Again);
  return Of->Resume;
}

} // namespace

Refusal coroinline::checkFusion(Function &Resume, Function &F,
                                FunctionAnalysisManager &FAM) {
  if (&Resume == &F || isDispatchLoop(Resume))
    return "it is recursive";
  if (Resume.isDeclaration())
    return "its resume function is not in this file";
  if (Resume.hasFnAttribute(Attribute::NoInline))
    return "it has the attribute noinline";
  // CoroSplit is yet to come to F, and takes none.
  if (F.isPresplitCoroutine() && hasDynamicAlloca(Resume))
    return "it has a variable-length array, and its driver is a coroutine";
  if (any_of(instructions(Resume), [](const Instruction &I) {
        auto *Call = dyn_cast<CallBase>(&I);
        return Call && Call->cannotDuplicate();
      }))
    return "it has a call that must not be copied (noduplicate)";
  InlineResult Viable = isInlineViable(Resume);
  if (!Viable.isSuccess())
    return Viable.getFailureReason();
  if (!haveCompatibleAttributes(F, Resume, FAM))
    return "its attributes (target features, sanitizers) are not the driver's";
  const unsigned Limit = F.hasOptSize() ? MaxFusedForSize : MaxFused;
  if (unsigned Size = Resume.getInstructionCount(); Size > Limit)
    return formatv("its resume function has {0} instructions ({1} at the most)",
                   Size, Limit)
        .str();
  return std::nullopt;
}

void coroinline::inlineCall(CallInst &Call, FunctionAnalysisManager &FAM) {
  auto Assumptions = [&](Function &Caller) -> AssumptionCache & {
    return FAM.getResult<AssumptionAnalysis>(Caller);
  };
  InlineFunctionInfo IFI(Assumptions);
  [[maybe_unused]] InlineResult Result =
      InlineFunction(Call, IFI, /*MergeAttributes=*/true);
  assert(Result.isSuccess() && "checked before");
}

void coroinline::reportIndirect(Module &M, FunctionAnalysisManager &FAM) {
  // To ask for a kind of metadata makes one, and bitcode tells of them all.
  SmallVector<StringRef, 64> Kinds;
  M.getContext().getMDKindNames(Kinds);
  if (!is_contained(Kinds, StaysIndirect))
    return;
  for (Function &F : M) {
    Reporter Remarks(FAM);
    for (Instruction &I : instructions(F)) {
      auto *Call = dyn_cast<CallInst>(&I);
      MDNode *Note = Call ? Call->getMetadata(StaysIndirect) : nullptr;
      if (!Note)
        continue;
      Call->setMetadata(StaysIndirect, nullptr);
      if (Note->getNumOperands())
        Remarks.reportIndirect(
            *Call, cast<MDString>(Note->getOperand(0))->getString());
    }
  }
}

PreservedAnalyses CoroDevirtPass::run(LazyCallGraph::SCC &First,
                                      CGSCCAnalysisManager &AM,
                                      LazyCallGraph &CG,
                                      CGSCCUpdateResult &UR) {
  LazyCallGraph::SCC *C = &First;
  SmallVector<LazyCallGraph::Node *, 2> Nodes;
  for (LazyCallGraph::Node &N : *C)
    Nodes.push_back(&N);
  bool Changed = false;
  const Module &M = *Nodes[0]->getFunction().getParent();
  if (!compat::findIntrinsic(M, Intrinsic::coro_begin) &&
      !M.getFunction(nameOf(Marker::FrameBytes)))
    return PreservedAnalyses::all();
  for (LazyCallGraph::Node *N : Nodes) {
    if (Function *Resume = recursiveResume(N->getFunction()))
      UR.CWorklist.insert(CG.lookupSCC(*CG.lookup(*Resume)));
    auto &FAM =
        AM.getResult<FunctionAnalysisManagerCGSCCProxy>(*C, CG).getManager();
    if (!runOn(N->getFunction(), FAM))
      continue;
    Changed = true;
    C = &updateCGAndAnalysisManagerForCGSCCPass(CG, *CG.lookupSCC(*N), *N, AM,
                                                UR, FAM);
  }
  return Changed ? PreservedAnalyses::none() : PreservedAnalyses::all();
}

PreservedAnalyses CoroDevirtPass::run(Module &M, ModuleAnalysisManager &AM) {
  auto &FAM = AM.getResult<FunctionAnalysisManagerModuleProxy>(M).getManager();
  return exitRecursionEarly(M, FAM) ? PreservedAnalyses::none()
                                    : PreservedAnalyses::all();
}

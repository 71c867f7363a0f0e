//===- CoroInline.cpp - Inlines awaited coroutines ------------------------===//
//
// Splices the body of an awaited coroutine into its awaiter, before CoroSplit
// and callees first. What was a frame of its own, a link in the call chain and
// a transfer becomes a jump:
//
//   awaiter:  %task = call ptr @child(%args)     ; the ramp
//             ...
//             await %task  [ resumed: %cont, destroyed: %cleanup ], exit: %exit
//   cont:     %v = load (%task + result)
//             call void @llvm.coro.destroy(ptr %task)
// =>
//             <child up to its initial suspend>
//             ...
//             br label %child.body
//   child.body: ...
//             a suspend of child: [ as before, and exit: %exit ]
//             child's destroy path: <child's cleanups>; br label %cleanup
//             child's final suspend: br label %cont
//   cont:     %v = load (child's promise + result)
//
// child's handle becomes the awaiter's: what child did to itself, such as
// linking itself above a task that it awaits, now concerns the awaiter.
// child's locals and promise become locals of the awaiter, alive from the call
// to the destroy.
//
//===----------------------------------------------------------------------===//

#include "CoroInline.h"
#include "Compat.h"
#include "Coroutine.h"
#include "Markers.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Analysis/OptimizationRemarkEmitter.h"
#include "llvm/Analysis/TargetTransformInfo.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"
#include "llvm/Transforms/Utils/Cloning.h"
#include "llvm/Transforms/Utils/Local.h"

#include <optional>

using namespace llvm;
using namespace coroinline;

#define DEBUG_TYPE "coro-inline"

namespace {

using Refusal = std::optional<std::string>; // why not; none: go ahead

/// An await of an awaiter, and what is known of the task.
struct Site {
  Await Point;
  CallInst *Ramp = nullptr;  // the call that made the task, if it is known
  bool IsMadeInBody = false; // behind the awaiter's coro.begin
  Function *callee() const {
    return Ramp ? Ramp->getCalledFunction() : nullptr;
  }
};

/// Whether V is what the header of Task says of its root.
bool isRootOf(Value *V, Value &Task) {
  auto *Load = dyn_cast<LoadInst>(V);
  auto *GEP = Load ? dyn_cast<GEPOperator>(Load->getPointerOperand()) : nullptr;
  if (!GEP || GEP->getPointerOperand() != &Task)
    return false;
  const DataLayout &DL = Load->getModule()->getDataLayout();
  APInt Offset(DL.getIndexTypeSizeInBits(GEP->getType()), 0);
  return GEP->accumulateConstantOffset(DL, Offset) && Offset == HeaderOffset;
}

/// The uses that the macro coro_await makes of the task, beside the await: it
/// compares it with NULL and with its root, reads from the frame, and destroys
/// in the end.
Refusal checkUses(Instruction &Task, const Await &Point,
                  SmallVectorImpl<Instruction *> &Checks,
                  SmallVectorImpl<CallBase *> &Destroys) {
  for (User *U : Task.users()) {
    auto *I = cast<Instruction>(U);
    if (I == Point.Transfer)
      continue;
    if (isa<IntToPtrInst>(I) || isa<PtrToIntInst>(I)) {
      if (Refusal Why = checkUses(*I, Point, Checks, Destroys))
        return Why;
    } else if (auto *Cmp = dyn_cast<ICmpInst>(I)) {
      Value *Other = Cmp->getOperand(Cmp->getOperand(0) == &Task);
      if (!Cmp->isEquality() ||
          !(isa<ConstantPointerNull>(Other) || isRootOf(Other, Task)))
        return "its task is compared with another one";
      Checks.push_back(I);
    } else if (isa<GetElementPtrInst>(I)) {
      for (User *Access : I->users())
        if (!isa<LoadInst>(Access) && !isa<MemCpyInst>(Access))
          return "its task is used for more than the await";
    } else if (isIntrinsic(I, Intrinsic::coro_destroy)) {
      Destroys.push_back(cast<CallBase>(I));
    } else if (isIntrinsic(I, Intrinsic::coro_await_suspend_handle)) {
      return "its task is awaited in more than one place";
    } else {
      return "its task is used for more than the await";
    }
  }
  return std::nullopt;
}

/// Whether a call of F can return anything but a new task or NULL for want of
/// memory: whether a return can be reached past the coro.begin when every
/// allocation succeeds.
bool returnsBeforeBegin(Function &F, const Coroutine &C) {
  SmallPtrSet<BasicBlock *, 16> Seen;
  SmallVector<BasicBlock *, 16> Work{&F.getEntryBlock()};
  while (!Work.empty()) {
    BasicBlock *BB = Work.pop_back_val();
    if (BB == C.Begin->getParent() || !Seen.insert(BB).second)
      continue;
    if (isa<ReturnInst>(BB->getTerminator()))
      return true;
    auto *Branch = dyn_cast<BranchInst>(BB->getTerminator());
    if (Branch && Branch->isConditional() &&
        isIntrinsic(Branch->getCondition(), Intrinsic::coro_alloc))
      Work.push_back(Branch->getSuccessor(1)); // inlined, it needs no memory
    else
      append_range(Work, successors(BB));
  }
  return false;
}

/// What no function can be inlined with. LLVM's isInlineViable would do, but
/// that the one of LLVM 19 also refuses a function which calls itself.
Refusal checkBody(Function &F) {
  for (BasicBlock &BB : F)
    if (BB.hasAddressTaken())
      return "it takes the address of a label";
  for (Instruction &I : instructions(F)) {
    if (isIntrinsic(&I, Intrinsic::localescape))
      return "it gives its locals to outlined functions";
    if (isIntrinsic(&I, Intrinsic::vastart))
      return "it takes variable arguments";
    auto *Call = dyn_cast<CallBase>(&I);
    if (Call && Call->hasFnAttr(Attribute::ReturnsTwice))
      return "it calls a function that returns twice";
  }
  return std::nullopt;
}

/// Inlines the awaits of one awaiter.
class Inliner {
  Function &F;
  Coroutine &Self;
  FunctionAnalysisManager &FAM;
  OptimizationRemarkEmitter &ORE;
  const CoroInlineOptions &Options;
  unsigned Size; // instructions of F

  Refusal checkCallee(Function &Callee, const Coroutine *Body,
                      bool IsRecursive) const;
  Refusal splice(Site &S, ArrayRef<Instruction *> Checks,
                 ArrayRef<CallBase *> Destroys);
  Refusal tryInline(Site &S, const Coroutine *Body, bool IsRecursive);

public:
  Inliner(Function &F, Coroutine &Self, FunctionAnalysisManager &FAM,
          const CoroInlineOptions &Options)
      : F(F), Self(Self), FAM(FAM),
        ORE(FAM.getResult<OptimizationRemarkEmitterAnalysis>(F)),
        Options(Options), Size(F.getInstructionCount()) {}

  /// Body: the callee's parts, null where it has none that can be spliced.
  bool run(Site &S, const Coroutine *Body, bool IsRecursive);
};

Refusal Inliner::checkCallee(Function &Callee, const Coroutine *Body,
                             bool IsRecursive) const {
  if (Callee.isDeclaration())
    return "its definition is not in this file";
  if (Callee.isInterposable())
    return "the linker may choose another definition of it";
  if (!Body)
    return "it is not a coroutine that coro.h made";
  if (IsRecursive)
    return "it is recursive";
  if (Callee.hasFnAttribute(Attribute::NoInline))
    return "it has the attribute noinline";
  if (F.hasOptNone())
    return "the awaiter has the attribute optnone";
  if (returnsBeforeBegin(Callee, *Body))
    return "it can return before coro_begin";
  if (Refusal Why = checkBody(Callee))
    return Why;
  if (!AttributeFuncs::areInlineCompatible(F, Callee) ||
      !FAM.getResult<TargetIRAnalysis>(F).areInlineCompatible(&F, &Callee))
    return "its attributes (target features, sanitizers) are not the awaiter's";
  unsigned After = Size + Callee.getInstructionCount();
  if (After > Options.Limit)
    return formatv("the awaiter would have {0} instructions (limit={1})", After,
                   Options.Limit)
        .str();
  return std::nullopt;
}

/// The blocks from First up to Last, which is not one of them.
iterator_range<Function::iterator> blocks(BasicBlock *First, BasicBlock *Last) {
  return {First->getIterator(), Last->getIterator()};
}

Refusal Inliner::splice(Site &S, ArrayRef<Instruction *> Checks,
                        ArrayRef<CallBase *> Destroys) {
  Await &Point = S.Point;
  LLVMContext &Context = F.getContext();
  Function &Callee = *S.callee();

  // Put the ramp's call into a block of its own, between From and After.
  CallInst *Ramp = S.Ramp;
  BasicBlock *From = SplitBlock(Ramp->getParent(), Ramp);
  BasicBlock *After = SplitBlock(From, Ramp->getNextNode());

  // What stands for the task meanwhile; the ramp's own result is then unused,
  // so that no phi of it comes into being.
  auto *Task = new FreezeInst(PoisonValue::get(Ramp->getType()), "",
                              After->getFirstInsertionPt());
  Ramp->replaceAllUsesWith(Task);
  // While the body runs, the awaiter stands at the await, to a debugger too.
  Ramp->setDebugLoc(Point.Suspend->getDebugLoc());
  InlineFunctionInfo Info;
  InlineResult Result = InlineFunction(*Ramp, Info, /*MergeAttributes=*/true,
                                       nullptr, /*InsertLifetime=*/false);
  if (!Result.isSuccess()) {
    Task->replaceAllUsesWith(Ramp);
    Task->eraseFromParent();
    return std::string(Result.getFailureReason());
  }
  Coroutine Child;
  bool Whole = Child.analyze(blocks(From, After));
  assert(Whole && "checked before the inlining");
  (void)Whole;

  // Two blocks that lead on to where the await went on to, so that phis there
  // keep one entry each.
  auto LeadTo = [&](BasicBlock *Target) {
    BasicBlock *Lead = BasicBlock::Create(Context, "coro.inlined", &F, After);
    BranchInst::Create(Target, Lead)->setDebugLoc(Point.Suspend->getDebugLoc());
    Target->replacePhiUsesWith(Point.Suspend->getParent(), Lead);
    return Lead;
  };
  BasicBlock *Cont = LeadTo(Point.Edges.Resume);
  BasicBlock *Cleanup = LeadTo(Point.Edges.Destroy);
  BasicBlock *Exit = Point.Edges.Exit;

  // The child's suspends become the awaiter's.
  for (IntrinsicInst *Suspend : Child.Suspends) {
    if (Suspend == Child.Start)
      continue;
    SuspendEdges Edges;
    [[maybe_unused]] bool OK = Edges.analyze(*Suspend);
    assert(OK && "checked before the inlining");
    Edges.Exit->removePredecessor(Suspend->getParent());
    Edges.Switch->setDefaultDest(Exit);
  }

  auto Jump = [](BasicBlock *BB, BasicBlock *Target) {
    Instruction *Old = BB->getTerminator();
    auto *New = BranchInst::Create(Target, Old->getIterator());
    New->setDebugLoc(Old->getDebugLoc());
    Old->eraseFromParent();
  };

  // The ramp ends where the task would have been suspended first, and the await
  // goes on from there.
  SuspendEdges Start;
  Start.analyze(*Child.Start);
  BasicBlock *StartBlock = Child.Start->getParent();
  BasicBlock *AwaitBlock = Point.Suspend->getParent();
  Start.Resume->replacePhiUsesWith(StartBlock, AwaitBlock);
  Start.Destroy->removePredecessor(StartBlock);
  Start.Exit->removePredecessor(StartBlock);
  Jump(StartBlock, After);
  Child.Start->eraseFromParent();

  // The child's end, and the end of its destruction.
  if (BasicBlock *Finish = Child.finish()) {
    for (BasicBlock *Successor : successors(Finish))
      Successor->removePredecessor(Finish);
    Jump(Finish, Cont);
    if (!Child.Leave)
      Child.Final->eraseFromParent();
  }
  BasicBlock *EndBlock = Child.End->getParent();
  SplitBlock(EndBlock, Child.End);
  Jump(EndBlock, Cleanup);

  // The await itself.
  Jump(AwaitBlock, Start.Resume);
  Exit->removePredecessor(AwaitBlock);
  Point.Suspend->eraseFromParent();
  Point.Transfer->eraseFromParent();
  Point.Save->eraseFromParent();

  // The frame: never allocated, never freed, never NULL.
  for (User *U : make_early_inc_range(Child.Id->users())) {
    auto *I = cast<Instruction>(U);
    if (isIntrinsic(I, Intrinsic::coro_alloc))
      I->replaceAllUsesWith(ConstantInt::getFalse(Context));
    else if (isIntrinsic(I, Intrinsic::coro_free))
      I->replaceAllUsesWith(Constant::getNullValue(I->getType()));
    else
      continue;
    I->eraseFromParent();
  }
  for (BasicBlock &BB : blocks(From, After)) {
    // With no frame to copy them to, arguments are values like any other.
    for (Instruction &I : make_early_inc_range(BB))
      if (auto *Call = dyn_cast<CallInst>(&I);
          Call && Call->hasFnAttr(tag::Argument)) {
        if (!Call->getType()->isVoidTy())
          Call->replaceAllUsesWith(Call->getArgOperand(0));
        Call->eraseFromParent();
      }
    ConstantFoldTerminator(&BB);
  }

  // A task in the making is not NULL, and its own root; and what reads its
  // result finds it behind the header in the child's promise.
  for (Instruction *Check : Checks) {
    auto *Cmp = cast<ICmpInst>(Check);
    bool WithNull = isa<ConstantPointerNull>(Cmp->getOperand(0)) ||
                    isa<ConstantPointerNull>(Cmp->getOperand(1));
    bool IsEqual = Cmp->getPredicate() == CmpInst::ICMP_EQ;
    Cmp->replaceAllUsesWith(ConstantInt::getBool(Context, WithNull != IsEqual));
    Cmp->eraseFromParent();
  }
  IRBuilder<> AtPromise(Child.Promise->getNextNode());
  // The frame would begin two pointers before its promise.
  const DataLayout &DL = F.getParent()->getDataLayout();
  Value *Frame = AtPromise.CreateGEP(
      AtPromise.getInt8Ty(), Child.Promise,
      AtPromise.getInt64(-(int64_t)alignTo(2 * DL.getPointerSize(),
                                           Child.Promise->getAlign())));
  Child.Begin->replaceAllUsesWith(Self.Begin);
  Child.Begin->eraseFromParent();
  Task->replaceAllUsesWith(
      AtPromise.CreateBitOrPointerCast(Frame, Task->getType()));
  Task->eraseFromParent();

  // The child's variables live at most as long as its frame would have. clang
  // says where the life of some begins; parameters, say, are left to us.
  IRBuilder<> Builder(From, From->getFirstInsertionPt());
  for (AllocaInst *AI : Info.StaticAllocas)
    if (none_of(AI->users(), [](User *U) {
          return cast<Instruction>(U)->isLifetimeStartOrEnd();
        }))
      compat::createLifetimeStart(Builder, AI);
  auto EndLives = [&](Instruction *Where) {
    Builder.SetInsertPoint(Where);
    for (AllocaInst *AI : Info.StaticAllocas)
      compat::createLifetimeEnd(Builder, AI);
  };
  EndLives(Cleanup->getTerminator());
  for (CallBase *Destroy : Destroys) {
    EndLives(Destroy);
    Destroy->eraseFromParent();
  }
  Child.Id->eraseFromParent();
  Size += Callee.getInstructionCount();
  return std::nullopt;
}

Refusal Inliner::tryInline(Site &S, const Coroutine *Body, bool IsRecursive) {
  if (S.Point.Transfer->hasFnAttr(tag::AwaitLinked))
    return "CORO_NO_INLINE is defined";
  if (!S.Ramp)
    return "its coroutine is not known here";
  if (Refusal Why = checkCallee(*S.callee(), Body, IsRecursive))
    return Why;
  if (!S.Point.Edges.Resume)
    return "its await does not go on";
  SmallVector<Instruction *, 2> Checks;
  SmallVector<CallBase *, 2> Destroys;
  if (Refusal Why = checkUses(*S.Ramp, S.Point, Checks, Destroys))
    return Why;
  if (!S.IsMadeInBody)
    return "its task is made before coro_begin";
  return splice(S, Checks, Destroys);
}

bool Inliner::run(Site &S, const Coroutine *Body, bool IsRecursive) {
  DebugLoc Loc = S.Point.Transfer->getDebugLoc();
  BasicBlock *Block = S.Point.Transfer->getParent();
  Function *Callee = S.callee();
  Refusal Why = tryInline(S, Body, IsRecursive);
  if (!Why)
    ORE.emit([&] {
      return OptimizationRemark(DEBUG_TYPE, "Inlined", Loc, Block)
             << "'" << ore::NV("Callee", Callee) << "' inlined into '"
             << ore::NV("Caller", &F) << "'";
    });
  else
    ORE.emit([&] {
      OptimizationRemarkMissed R(DEBUG_TYPE, "NotInlined", Loc, Block);
      if (Callee)
        R << "'" << ore::NV("Callee", Callee) << "'";
      else
        R << "an awaited task";
      R << " not inlined into '" << ore::NV("Caller", &F)
        << "': " << ore::NV("Reason", *Why);
      return R;
    });
  return !Why;
}

/// Whether every task of F is known to be a root: the calls are all in sight,
/// and schedulers made them. An await that was inlined has left no call.
bool isNeverAwaited(Function &F) {
  return F.hasLocalLinkage() && all_of(F.uses(), [](Use &U) {
           auto *Call = dyn_cast<CallInst>(U.getUser());
           return Call && Call->isCallee(&U) && Call->hasFnAttr(tag::Root);
         });
}

/// A root ends by its final suspend:
///   br i1 %is.root, label %final, label %leave   =>   br label %final
void dropLeave(Coroutine &C) {
  BasicBlock *Finish = C.finish();
  Instruction *Old = Finish->getTerminator();
  C.Leave->getParent()->removePredecessor(Finish);
  BranchInst::Create(C.Final->getParent(), Old->getIterator())
      ->setDebugLoc(Old->getDebugLoc());
  Old->eraseFromParent();
  C.Leave = nullptr; // unreachable
}

/// The coroutines of a module, with their awaits, callees before awaiters.
class AwaitGraph {
public:
  struct Node {
    Function *F;
    Coroutine Body;
    SmallVector<Site, 4> Sites;
    bool CanBeSpliced = false;
    unsigned Scc = 0, Low = 0, Index = 0;
    bool OnStack = false;
  };

private:
  MapVector<Function *, Node> Nodes;
  SmallVector<Node *, 16> Order;

  void visit(Node &N, unsigned &Next, SmallVectorImpl<Node *> &Stack);

public:
  explicit AwaitGraph(Module &M);
  ArrayRef<Node *> calleesFirst() const { return Order; }
  Node *find(Function *F) {
    auto It = Nodes.find(F);
    return It == Nodes.end() ? nullptr : &It->second;
  }
};

AwaitGraph::AwaitGraph(Module &M) {
  for (Function &F : M) {
    if (!F.isPresplitCoroutine() || F.isDeclaration())
      continue;
    Node N{&F, {}, {}};
    if (!N.Body.analyze(F))
      continue;
    N.CanBeSpliced = all_of(N.Body.Suspends, [](IntrinsicInst *Suspend) {
      SuspendEdges Edges;
      return Edges.analyze(*Suspend);
    });
    SuspendEdges Start;
    N.CanBeSpliced &= Start.analyze(*N.Body.Start) && Start.Resume;
    for (IntrinsicInst *Suspend : N.Body.Suspends) {
      Site S;
      if ((Suspend->hasFnAttr(tag::Await) ||
           Suspend->hasFnAttr(tag::AwaitLinked)) &&
          S.Point.analyze(*Suspend)) {
        S.Ramp = rampOf(S.Point.task());
        N.Sites.push_back(S);
      }
    }
    if (!N.Sites.empty()) {
      DominatorTree DT(F);
      for (Site &S : N.Sites)
        S.IsMadeInBody = S.Ramp && DT.dominates(N.Body.Begin, S.Ramp);
    }
    Nodes.insert({&F, std::move(N)});
  }
  unsigned Next = 0;
  SmallVector<Node *, 16> Stack;
  for (auto &[F, N] : Nodes)
    if (!N.Index)
      visit(N, Next, Stack);
}

/// Tarjan's strongly connected components: an await within one is recursive.
void AwaitGraph::visit(Node &N, unsigned &Next,
                       SmallVectorImpl<Node *> &Stack) {
  N.Index = N.Low = ++Next;
  N.OnStack = true;
  Stack.push_back(&N);
  for (Site &S : N.Sites) {
    Node *Callee = find(S.callee());
    if (!Callee)
      continue;
    if (!Callee->Index) {
      visit(*Callee, Next, Stack);
      N.Low = std::min(N.Low, Callee->Low);
    } else if (Callee->OnStack) {
      N.Low = std::min(N.Low, Callee->Index);
    }
  }
  if (N.Low != N.Index)
    return;
  Node *Member;
  do {
    Member = Stack.pop_back_val();
    Member->OnStack = false;
    Member->Scc = N.Index;
    Order.push_back(Member);
  } while (Member != &N);
}

} // namespace

Expected<CoroInlineOptions> CoroInlineOptions::parse(StringRef Params) {
  CoroInlineOptions Options;
  while (!Params.empty()) {
    StringRef Param;
    std::tie(Param, Params) = Params.split(';');
    StringRef Value = Param;
    if (!Value.consume_front("limit=") || Value.getAsInteger(10, Options.Limit))
      return createStringError(
          inconvertibleErrorCode(),
          "invalid parameter '%s' of coro-inline: expected limit=N",
          Param.str().c_str());
  }
  return Options;
}

void CoroInlinePass::printPipeline(raw_ostream &OS,
                                   function_ref<StringRef(StringRef)>) {
  OS << passName() << "<limit=" << Options.Limit << '>';
}

PreservedAnalyses CoroInlinePass::run(Module &M, ModuleAnalysisManager &AM) {
  if (!compat::findIntrinsic(M, Intrinsic::coro_await_suspend_handle))
    return PreservedAnalyses::all();
  auto &FAM = AM.getResult<FunctionAnalysisManagerModuleProxy>(M).getManager();
  AwaitGraph Graph(M);
  bool Changed = false;
  for (AwaitGraph::Node *N : Graph.calleesFirst()) {
    if (N->Sites.empty())
      continue;
    Inliner I(*N->F, N->Body, FAM, Options);
    bool ChangedHere = false;
    for (Site &S : N->Sites) {
      AwaitGraph::Node *Callee = Graph.find(S.callee());
      const Coroutine *Body =
          Callee && Callee->CanBeSpliced ? &Callee->Body : nullptr;
      ChangedHere |= I.run(S, Body, Callee && Callee->Scc == N->Scc);
    }
    if (ChangedHere) {
      removeUnreachableBlocks(*N->F);
      FAM.invalidate(*N->F, PreservedAnalyses::none());
      Changed = true;
    }
  }
  for (AwaitGraph::Node *N : Graph.calleesFirst())
    if (N->Body.Leave && N->Body.finish() && isNeverAwaited(*N->F)) {
      dropLeave(N->Body);
      removeUnreachableBlocks(*N->F);
      FAM.invalidate(*N->F, PreservedAnalyses::none());
      Changed = true;
    }
  return Changed ? PreservedAnalyses::none() : PreservedAnalyses::all();
}

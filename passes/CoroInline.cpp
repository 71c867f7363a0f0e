//===- CoroInline.cpp - Inlines awaited coroutines ------------------------===//
//
// Callees first, each coroutine takes in the bodies of those that it awaits:
// Splice.cpp does that to the IR, InlineDecision.cpp says to which awaits. The
// awaits that come with a body are looked at in turn, since more may be known
// of them now, so a coroutine is gone over until nothing is left to inline.
// That is also how a body comes in that is called from one place alone: as it
// stands, and what it awaits after it. A chain is copied once then, not at
// every link.
//
// Coroutines that await each other in turn first take in all others; then each
// is copied, and the copies are what they take in of each other:
//
//   f:  await g; await f      =>   f, copy:  <g>; await f
//   f:  <g>; <<g>; <g>; await f>, at 2 levels
//
// Where that ends, and before what is too large, the callee's early exits are
// inlined at least: a task is made only to suspend.
//
//===----------------------------------------------------------------------===//

#include "CoroInline.h"
#include "Compat.h"
#include "EarlyExit.h"
#include "FrameReport.h"
#include "IndirectAwaits.h"
#include "InlineDecision.h"
#include "Markers.h"
#include "SpliceGenerator.h"
#include "TaskHelpers.h"
#include "Tells.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/Statistic.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Analysis/BranchProbabilityInfo.h"
#include "llvm/Analysis/OptimizationRemarkEmitter.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/ValueMap.h"
#include "llvm/Transforms/Scalar/LowerExpectIntrinsic.h"
#include "llvm/Transforms/Utils/Local.h"

#include <vector>

using namespace llvm;
using namespace coroinline;

#define DEBUG_TYPE "coro-inline"

namespace {

TrackingStatistic NumInlined(DEBUG_TYPE, "NumInlined",
                             "Number of awaits inlined");
TrackingStatistic NumUnrolled(DEBUG_TYPE, "NumUnrolled",
                              "Number of them inlined into their own body");
TrackingStatistic NumEarlyExits(DEBUG_TYPE, "NumEarlyExits",
                                "Number of linked awaits with early exits");
TrackingStatistic NumLinked(DEBUG_TYPE, "NumLinked",
                            "Number of awaits left linked");
TrackingStatistic
    NumInstructions(DEBUG_TYPE, "NumInstructions",
                    "Number of instructions that came with inlined bodies");

/// Whether awaits of F can be inlined, as far as F alone tells.
bool isInlinable(Function &F) {
  Coroutine Body;
  return F.isPresplitCoroutine() && !F.isDeclaration() && Body.analyze(F) &&
         InlineDecision::isInlinable(F, Body);
}

/// Makes branch weights of what the source expects: they tell what is cold.
bool lowerExpectations(const AwaitGraph::Node &N,
                       FunctionAnalysisManager &FAM) {
  Function &F = *N.F;
  if (N.Sites.empty() || InlineDecision::checkAwaiter(F))
    return false;
  PreservedAnalyses PA = LowerExpectIntrinsicPass().run(F, FAM);
  FAM.invalidate(F, PA);
  return !PA.areAllPreserved();
}

/// Cold are the ones behind a branch that the source or a profile says is taken
/// less than once in a thousand times.
void findColdSites(MutableArrayRef<AwaitSite> Sites, Function &F,
                   FunctionAnalysisManager &FAM) {
  if (Sites.empty() || InlineDecision::checkAwaiter(F))
    return;
  auto &BPI = FAM.getResult<BranchProbabilityAnalysis>(F);
  auto &DT = FAM.getResult<DominatorTreeAnalysis>(F);
  for (AwaitSite &S : Sites) {
    auto *Node = DT.getNode(S.Point.Transfer->getParent());
    for (; Node && Node->getIDom() && !S.IsCold; Node = Node->getIDom()) {
      BasicBlock *BB = Node->getBlock(), *Pred = BB->getSinglePredecessor();
      S.IsCold =
          Pred && BPI.getEdgeProbability(Pred, BB) < BranchProbability(1, 1000);
    }
  }
}

/// Inlines the awaits of one awaiter.
class Inliner {
  AwaitGraph::Node &Awaiter;
  Function &F;
  const AwaitGraph &Graph;
  const InlineDecision &Decision;
  const CoroInlineOptions &Options;
  FunctionAnalysisManager &FAM;
  const unsigned SizeBefore; // in instructions
  unsigned Size;

  // Of an await that came with a body: the body, and the await that brought it.
  struct Origin {
    const AwaitGraph::Node *Callee;
    int Parent; // index in Origins; -1: one of F's own
  };
  struct Fate {
    int Origin = -1;
    bool IsRefused = false;
    bool MayExitEarly = false;
  };
  std::vector<Origin> Origins;
  ValueMap<const CallBase *, Fate> Fates;      // by transfer
  DenseSet<const AwaitGraph::Node *> Unrolled; // whose end has had its remark
  unsigned Inlined = 0;
  bool HasEarlyExits = false;

  SmallVector<const AwaitGraph::Node *, 8> pathOf(int Origin) const;
  const Function &writtenIn(int Origin) const;
  bool arePlain(ArrayRef<AwaitSite> NewAwaits, AwaitGraph::Node &Callee);
  bool tryInline(AwaitSite &S, const Coroutine &Self);
  void findSites();
  void finishRound();
  void inlineEarlyExits();
  void reportInlined(const char *Name, const Twine &What,
                     const AwaitGraph::Node *Callee, int Origin,
                     const DebugLoc &Loc, const BasicBlock *Block);
  void reportRefused(const AwaitSite &S, StringRef Why, int Origin);

public:
  Inliner(AwaitGraph::Node &Awaiter, const AwaitGraph &Graph,
          const InlineDecision &Decision, const CoroInlineOptions &Options,
          FunctionAnalysisManager &FAM)
      : Awaiter(Awaiter), F(*Awaiter.F), Graph(Graph), Decision(Decision),
        Options(Options), FAM(FAM), SizeBefore(sizeOf(F)), Size(SizeBefore) {}

  /// Inlines the awaits of coroutines that do not await F, or of all, and of
  /// what then remains the early exits.
  void run(bool IntoRecursion);
  /// Says, in remarks and statistics, what that came to.
  void report() const;
  bool hasChanged() const { return Inlined != 0 || HasEarlyExits; }
};

SmallVector<const AwaitGraph::Node *, 8> Inliner::pathOf(int Origin) const {
  SmallVector<const AwaitGraph::Node *, 8> Path;
  for (; Origin >= 0; Origin = Origins[Origin].Parent)
    Path.push_back(Origins[Origin].Callee);
  return Path;
}

/// The coroutine that remarks say an await stands in: one that was taken in as
/// it stood has had no remarks of its own.
const Function &Inliner::writtenIn(int Origin) const {
  return Origin >= 0 && Origins[Origin].Callee->IsCalledOnce
             ? *Origins[Origin].Callee->F
             : F;
}

void Inliner::reportInlined(const char *Name, const Twine &What,
                            const AwaitGraph::Node *Callee, int Origin,
                            const DebugLoc &Loc, const BasicBlock *Block) {
  FAM.getResult<OptimizationRemarkEmitterAnalysis>(F).emit([&] {
    return OptimizationRemark(DEBUG_TYPE, Name, Loc, Block)
           << What.str() << "'" << ore::NV("Callee", Callee->F)
           << "' inlined into '" << ore::NV("Caller", &writtenIn(Origin))
           << "'";
  });
}

void Inliner::reportRefused(const AwaitSite &S, StringRef Why, int Origin) {
  // What came with a body has been spoken of where that body is; but for the
  // end of a recursion.
  const AwaitGraph::Node *Callee = Graph.find(S.callee());
  const Function &Caller = writtenIn(Origin);
  if (Origin >= 0 && &Caller == &F &&
      !(Callee && Awaiter.awaitsInTurn(*Callee) &&
        Unrolled.insert(Callee).second))
    return;
  FAM.getResult<OptimizationRemarkEmitterAnalysis>(F).emit([&] {
    OptimizationRemarkMissed R(DEBUG_TYPE, "NotInlined",
                               S.Point.Transfer->getDebugLoc(),
                               S.Point.Transfer->getParent());
    if (S.Ramp)
      R << "'" << ore::NV("Callee", S.callee()) << "'";
    else
      R << "an awaited task";
    R << " not inlined into '" << ore::NV("Caller", &Caller)
      << "': " << ore::NV("Reason", Why);
    return R;
  });
}

/// Whether enough is known of the awaits that came with the body of Callee to
/// go on with them, without an analysis of what the awaiter has become.
bool Inliner::arePlain(ArrayRef<AwaitSite> NewAwaits,
                       AwaitGraph::Node &Callee) {
  if (NewAwaits.empty() ||
      !all_of(NewAwaits, [](const AwaitSite &New) { return New.IsMadeInBody; }))
    return false;
  findColdSites(Callee.Sites, *Callee.F, FAM);
  return none_of(Callee.Sites, [](const AwaitSite &Own) { return Own.IsCold; });
}

bool Inliner::tryInline(AwaitSite &S, const Coroutine &Self) {
  CallBase *Transfer = S.Point.Transfer;
  DebugLoc Loc = Transfer->getDebugLoc();
  BasicBlock *Block = Transfer->getParent();
  AwaitGraph::Node *Callee = Graph.find(S.callee());
  const int Parent = Fates.lookup(Transfer).Origin;
  TaskUses Uses;
  SmallVector<AwaitSite, 4> NewAwaits;
  bool IsLegal = false;
  Refusal Why = Decision.checkLegality(Awaiter, S, Uses);
  if (!Why) {
    IsLegal = true;
    Why = Decision.checkBudget(Awaiter, S, pathOf(Parent), Size);
  }
  if (!Why)
    Why = spliceAwait(S, Callee->body(), Self, Uses, NewAwaits);
  if (Why) {
    Fates[Transfer].IsRefused = true;
    Fates[Transfer].MayExitEarly = IsLegal && !S.IsCold;
    reportRefused(S, *Why, Parent);
    return false;
  }
  Origins.push_back({Callee, Parent});
  for (AwaitSite &New : NewAwaits)
    Fates[New.Point.Transfer].Origin = Origins.size() - 1;
  if (Callee->IsCalledOnce && arePlain(NewAwaits, *Callee))
    append_range(Awaiter.Sites, NewAwaits);
  const unsigned Added = sizeOf(Callee->body());
  const bool IsUnrolled = Awaiter.awaitsInTurn(*Callee);
  Size += Added;
  Callee->WasInlined = true;
  Inlined++;
  NumInlined++;
  NumInstructions += Added;
  NumUnrolled += IsUnrolled;
  if (Parent < 0 || !IsUnrolled)
    reportInlined("Inlined", "", Callee, Parent, Loc, Block);
  return true;
}

void Inliner::finishRound() {
  removeUnreachableBlocks(F);
  FAM.invalidate(F, PreservedAnalyses::none());
  findSites();
}

void Inliner::findSites() {
  Awaiter.Body = {};
  Awaiter.Sites.clear();
  // Behind a task that never ends, the awaiter's own end may be gone.
  Coroutine Body;
  bool IsWhole = Body.analyze(F);
  Awaiter.CanBeSpliced = IsWhole && Body.canBeSpliced();
  if (IsWhole) {
    Awaiter.Body = Body;
    Awaiter.Sites = awaitsOf(F, Body);
  }
}

/// Of awaits that had to stay linked.
void Inliner::inlineEarlyExits() {
  EarlyExits Exits(F);
  for (AwaitSite &S : Awaiter.Sites) {
    if (!Fates.lookup(S.Point.Transfer).MayExitEarly || Size > Options.Limit)
      continue;
    AwaitGraph::Node *Callee = Graph.find(S.callee());
    CallBase *Ramp = S.Ramp;
    const DebugLoc Loc = S.Point.Transfer->getDebugLoc();
    const unsigned Added = Exits.add(S, *Callee, Options.Limit - Size);
    if (Added == 0)
      continue;
    Fates[S.Point.Transfer].MayExitEarly = false;
    Size += Added;
    NumEarlyExits++;
    if (const int Origin = Fates.lookup(S.Point.Transfer).Origin;
        Origin < 0 || &writtenIn(Origin) != &F)
      reportInlined("InlinedEarlyExit", "the early exits of ", Callee, Origin,
                    Loc, Ramp->getParent());
  }
  if (!Exits.finish())
    return;
  HasEarlyExits = true;
  finishRound();
}

void Inliner::run(bool IntoRecursion) {
  for (bool Progress = true; Progress;) {
    findColdSites(Awaiter.Sites, F, FAM);
    Progress = false;
    for (size_t K = 0; K < Awaiter.Sites.size(); K++) { // tryInline adds some
      AwaitSite S = Awaiter.Sites[K];
      const AwaitGraph::Node *Callee = Graph.find(S.callee());
      if (!Fates.lookup(S.Point.Transfer).IsRefused &&
          (IntoRecursion || !Callee || !Awaiter.awaitsInTurn(*Callee)))
        Progress |= tryInline(S, Awaiter.Body);
    }
    if (Progress) {
      finishRound();
      if (any_of(Awaiter.Sites, [](AwaitSite &S) { return !S.Ramp; }) &&
          separateAwaits(F, Options.Targets, isInlinable))
        finishRound();
    }
  }
  if (IntoRecursion || !Awaiter.IsRecursive)
    inlineEarlyExits();
}

void Inliner::report() const {
  const unsigned Linked = Awaiter.Sites.size();
  NumLinked += Linked;
  if (!Inlined)
    return;
  updateNote(F, Awaiter.Body.suspendsOfSource(), Inlined);
  FAM.getResult<OptimizationRemarkEmitterAnalysis>(F).emit([&] {
    return OptimizationRemarkAnalysis(DEBUG_TYPE, "Growth", F.getSubprogram(),
                                      &F.getEntryBlock())
           << "'" << ore::NV("Caller", &F)
           << "': awaits inlined: " << ore::NV("Inlined", Inlined)
           << ", linked: " << ore::NV("Linked", Linked) << "; grew from "
           << ore::NV("Before", SizeBefore) << " to "
           << ore::NV("After", sizeOf(F)) << " instructions";
  });
}

/// Inlines what the coroutines of one component of the graph await.
bool inlineInto(ArrayRef<AwaitGraph::Node *> Scc, const AwaitGraph &Graph,
                const InlineDecision &Decision,
                const CoroInlineOptions &Options,
                FunctionAnalysisManager &FAM) {
  SmallVector<std::unique_ptr<Inliner>, 1> Members;
  for (AwaitGraph::Node *N : Scc) {
    Members.push_back(
        std::make_unique<Inliner>(*N, Graph, Decision, Options, FAM));
    Members.back()->run(/*IntoRecursion=*/false);
  }
  if (Scc.front()->IsRecursive) {
    for (AwaitGraph::Node *N : Scc)
      if (N->CanBeSpliced)
        N->Pristine = copyToInline(*N->F);
    for (auto &Member : Members)
      Member->run(/*IntoRecursion=*/true);
  }
  bool Changed = false;
  for (auto &Member : Members) {
    Member->report();
    Changed |= Member->hasChanged();
  }
  return Changed;
}

/// Whether every task of F is known to be a root: the calls are all in sight,
/// and schedulers made them. An await that was inlined has left no call.
bool isNeverAwaited(Function &F) {
  return F.hasLocalLinkage() && all_of(F.uses(), [](Use &U) {
           auto *Call = dyn_cast<CallInst>(U.getUser());
           return Call && Call->isCallee(&U) && Call->hasFnAttr(tag::Root);
         });
}

/// The calls whose task is awaited where it is made, and nothing else.
DenseSet<CallBase *> findAwaitedCalls(const AwaitGraph &Graph) {
  DenseSet<CallBase *> Calls;
  for (AwaitGraph::Node *N : Graph.calleesFirst()) {
    if (N->F->empty())
      continue; // its awaits are another's now
    for (AwaitSite &S : N->Sites) {
      TaskUses Uses;
      AwaitGraph::Node *Callee = Graph.find(S.callee());
      if (Callee && Callee->Body.Promise &&
          !findTaskUses(S, Callee->Body, Uses))
        Calls.insert(S.Ramp);
    }
  }
  return Calls;
}

/// Whether no task of F is a root: the calls are all in sight, and awaited.
bool isAlwaysAwaited(Function &F, const DenseSet<CallBase *> &AwaitedCalls) {
  return F.hasLocalLinkage() && !F.use_empty() && all_of(F.uses(), [&](Use &U) {
           auto *Call = dyn_cast<CallBase>(U.getUser());
           return Call && Call->isCallee(&U) && AwaitedCalls.contains(Call);
         });
}

///   br i1 %is.root, label %kept, label %dropped   =>   br label %kept
void leadAlways(IntrinsicInst &Kept, IntrinsicInst &Dropped) {
  BasicBlock *From = Kept.getParent()->getSinglePredecessor();
  Instruction *Old = From->getTerminator();
  Dropped.getParent()->removePredecessor(From);
  BranchInst::Create(Kept.getParent(), Old->getIterator())
      ->setDebugLoc(Old->getDebugLoc());
  Old->eraseFromParent();
}

/// A root ends by its final suspend, an awaited task by leaving.
void endAlways(IntrinsicInst *&Kept, IntrinsicInst *&Dropped) {
  leadAlways(*Kept, *Dropped);
  Dropped = nullptr; // unreachable
}

/// A generator that is never awaited gives its values to who resumes it.
void yieldToDriver(const Coroutine &Body) {
  for (auto &[Plain, Transfer] : Body.yields())
    leadAlways(*Plain, *Transfer);
}

/// Brings into sight which coroutines make the tasks that F awaits.
bool exposeRamps(Function &F, const CoroInlineOptions &Options,
                 TaskHelpers &Helpers) {
  auto IsWanted = [&Helpers](Function &Callee) {
    return isInlinable(Callee) || Helpers.isHelper(Callee);
  };
  bool Changed = Helpers.inlineInto(F);
  while (separateAwaits(F, Options.Targets, IsWanted)) {
    Changed = true;
    if (!Helpers.inlineInto(F))
      break;
  }
  return Changed;
}

} // namespace

static constexpr std::pair<const char *, unsigned CoroInlineOptions::*>
    Parameters[] = {{"limit", &CoroInlineOptions::Limit},
                    {"callee", &CoroInlineOptions::Callee},
                    {"small-callee", &CoroInlineOptions::SmallCallee},
                    {"targets", &CoroInlineOptions::Targets},
                    {"unroll", &CoroInlineOptions::Unroll},
                    {"unroll-limit", &CoroInlineOptions::UnrollLimit}};

Expected<CoroInlineOptions> CoroInlineOptions::parse(StringRef Params) {
  CoroInlineOptions Options;
  while (!Params.empty()) {
    StringRef Param;
    std::tie(Param, Params) = Params.split(';');
    auto [Name, Value] = Param.split('=');
    auto *Known =
        find_if(Parameters, [Name = Name](auto &P) { return Name == P.first; });
    if (Known == std::end(Parameters) ||
        Value.getAsInteger(10, Options.*Known->second)) {
      std::string Names;
      for (auto &P : Parameters)
        Names += std::string(Names.empty() ? "" : ", ") + P.first + "=N";
      return createStringError(
          inconvertibleErrorCode(),
          "invalid parameter '%s' of coro-inline: expected any of %s",
          Param.str().c_str(), Names.c_str());
    }
  }
  return Options;
}

void CoroInlineOptions::print(raw_ostream &OS) const {
  ListSeparator Separator(";");
  for (auto &[Name, Member] : Parameters)
    OS << Separator << Name << '=' << this->*Member;
}

void CoroInlinePass::printPipeline(raw_ostream &OS,
                                   function_ref<StringRef(StringRef)>) {
  OS << passName() << '<';
  Options.print(OS);
  OS << '>';
}

PreservedAnalyses CoroInlinePass::run(Module &M, ModuleAnalysisManager &AM) {
  if (!compat::findIntrinsic(M, Intrinsic::coro_await_suspend_handle))
    return PreservedAnalyses::all();
  auto &FAM = AM.getResult<FunctionAnalysisManagerModuleProxy>(M).getManager();
  bool Changed = false;
  TaskHelpers Helpers(Options, FAM);
  for (Function &F : M)
    if (F.isPresplitCoroutine() && !InlineDecision::checkAwaiter(F) &&
        exposeRamps(F, Options, Helpers)) {
      FAM.invalidate(F, PreservedAnalyses::none());
      Changed = true;
    }
  Changed |= Helpers.eraseUnused();
  Changed |= inlineGenerators(M, Options, FAM);
  AwaitGraph Graph(M);
  InlineDecision Decision(Graph, Options, FAM);
  for (AwaitGraph::Node *N : Graph.calleesFirst())
    Changed |= lowerExpectations(*N, FAM);
  ArrayRef<AwaitGraph::Node *> Rest = Graph.calleesFirst();
  while (!Rest.empty()) {
    auto Scc = Rest.take_while(
        [&](AwaitGraph::Node *N) { return N->Scc == Rest.front()->Scc; });
    if (!Scc.front()->IsCalledOnce)
      Changed |= inlineInto(Scc, Graph, Decision, Options, FAM);
    Rest = Rest.drop_front(Scc.size());
  }
  // Awaiters first: with a body go its calls of others.
  for (AwaitGraph::Node *N : reverse(Graph.calleesFirst())) {
    if (N->WasInlined && N->F->hasLocalLinkage() && N->F->use_empty()) {
      FAM.clear(*N->F, N->F->getName());
      N->F->dropAllReferences(); // remarks may name it still
    } else if (N->IsCalledOnce) {
      Changed |= inlineInto({N}, Graph, Decision, Options, FAM);
    }
  }
  for (AwaitGraph::Node *N : Graph.calleesFirst())
    if (N->Pristine)
      N->Pristine->eraseFromParent();
  eraseEarlyExits(M, Graph);
  const DenseSet<CallBase *> AwaitedCalls = findAwaitedCalls(Graph);
  for (AwaitGraph::Node *N : Graph.calleesFirst()) {
    if (N->F->empty()) {
      N->F->eraseFromParent();
      continue;
    }
    Coroutine &Body = N->Body;
    const bool IsRoot = isNeverAwaited(*N->F);
    // Without a place to leave from, it was known in the compile step.
    if (Body.Begin)
      Changed |= dropIdleTells(Body, IsRoot || (Body.Final && !Body.Leave));
    if (!Body.Leave || !Body.Final || !Body.finish())
      continue;
    if (IsRoot) {
      endAlways(Body.Final, Body.Leave);
      yieldToDriver(Body);
    } else if (isAlwaysAwaited(*N->F, AwaitedCalls)) {
      endAlways(Body.Leave, Body.Final);
    } else {
      continue;
    }
    removeUnreachableBlocks(*N->F);
    FAM.invalidate(*N->F, PreservedAnalyses::none());
    Changed = true;
  }
  compat::printStatistics();
  return Changed ? PreservedAnalyses::none() : PreservedAnalyses::all();
}

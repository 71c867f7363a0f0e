//===- CoroForwardFrames.cpp - From one task's end to a new one -----------===//
//
// Behind an await that has come to its end, a resume function gives the awaited
// task's frame to the thread's free lists, and as a rule takes it from there
// again soon, for the next task:
//
//   ended:
//     %open = load atomic i8, ptr (pool + 264)
//     br i1 %open, label %open, label %closed
//   open:
//     %next = load ptr, ptr (pool + 8)
//     store ptr %next, ptr %frame
//     store ptr %frame, ptr (pool + 8)
//     br label %behind
//   closed:
//     call void @coro__frame_to_closed_pool(ptr %frame, i64 64)
//     br label %behind
//   behind:                                ; from elsewhere, too
//     %right = load ptr, ptr %node
//     br i1 %has.right, label %make, label %end
//   make:
//     %head = load ptr, ptr (pool + 8)
//     br i1 %is.null, label %allocate, label %pop
//   pop:
//     %rest = load ptr, ptr %head
//     store ptr %rest, ptr (pool + 8)
//     br label %begin
//   begin:
//     %new = phi ptr [ %head, %pop ], [ %allocated, %allocate ]
// =>
//   ended:
//     %right.1 = load ptr, ptr %node
//     br i1 %has.right.1, label %make.1, label %give
//   make.1:
//     br label %begin
//   give:
//     ...                                  ; what was at the end of %ended
//     br label %end
//   begin:
//     %new = phi ptr [ %frame, %make.1 ], [ %head, %pop ], ...
//
// CoroReuseFrames does it ahead of the split, where all is in one coroutine;
// here the awaiter, and what it awaits, have come into one resume function. The
// copy of a way that is known to come from somewhere is that of jump threading;
// the give is sunk to where it is still needed, as a partially dead assignment
// is (Knoop, Ruething, Steffen: Partial Dead Code Elimination, PLDI 1994).
//
//===----------------------------------------------------------------------===//

#include "CoroForwardFrames.h"
#include "BlockCopies.h"
#include "Coroutine.h"
#include "Markers.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/Statistic.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"
#include "llvm/Transforms/Utils/Cloning.h"

#include <optional>

using namespace llvm;
using namespace coroinline;

#define DEBUG_TYPE "coro-forward-frames"

namespace {

TrackingStatistic NumForwarded(DEBUG_TYPE, "NumForwarded",
                               "Number of frames that go to the next task "
                               "without the free lists");

/// Of what is copied, from where a frame goes back to where one is taken.
constexpr unsigned MaxInstructions = 40, MaxBlocks = 8;
/// Of the places where it goes back still, for each one that there was.
constexpr unsigned MaxExits = 4;
/// In one function.
constexpr unsigned MaxForwarded = 8;

/// Where a frame goes back to the thread's free lists, if these are open.
struct Give {
  BasicBlock *Ask, *Open, *Closed;
  SmallVector<Instruction *, 3> Asking; // all that it takes, in that order
  BasicBlock *Behind;
  Value *Frame;
  int64_t List; // in bytes, from the pool's start
};

/// Where a frame is taken from them, unless there is none.
struct Take {
  LoadInst *Frame;
  BasicBlock *Pop, *Begin;
};

using Way = SmallVector<BasicBlock *, MaxBlocks>;

} // namespace

/// Whether what BB defines is used in it alone.
static bool keepsAll(const BasicBlock &BB) {
  return all_of(BB, [&](const Instruction &I) {
    return none_of(I.users(), [&](const User *U) {
      return cast<Instruction>(U)->getParent() != &BB;
    });
  });
}

/// Whether BB does nothing in memory but those, in any order that they allow.
static bool doesNothingBut(const BasicBlock &BB,
                           ArrayRef<const Instruction *> Known) {
  return all_of(BB, [&](const Instruction &I) {
    return is_contained(Known, &I) ||
           (!I.mayHaveSideEffects() && !I.mayReadFromMemory());
  });
}

static bool isListAt(const Value &Address, int64_t List, const DataLayout &DL) {
  return offsetInPool(Address, DL) == List;
}

//===----------------------------------------------------------------------===//
// Where frames go back
//===----------------------------------------------------------------------===//

/// Puts into G what it takes, in Ask, to find out whether the free lists are
/// open; false where that is something else.
static bool findAsking(Give &G) {
  Value *V = cast<BranchInst>(G.Ask->getTerminator())->getCondition();
  for (;;) {
    auto *I = dyn_cast<Instruction>(V);
    if (!I || I->getParent() != G.Ask || !I->hasOneUse())
      return false;
    G.Asking.insert(G.Asking.begin(), I);
    if (auto *Load = dyn_cast<LoadInst>(I))
      return isInPool(Load->getPointerOperand()) && !Load->isVolatile();
    if (!isa<CastInst, ICmpInst, BinaryOperator>(I) ||
        !all_of(drop_begin(I->operands()),
                [](Use &U) { return isa<Constant>(U); }))
      return false;
    V = I->getOperand(0);
  }
}

/// What Open does with a frame, if it puts one at the head of a list.
static bool findPush(Give &G, const DataLayout &DL) {
  LoadInst *Next = nullptr;
  StoreInst *Link = nullptr, *Put = nullptr;
  for (Instruction &I : *G.Open) {
    if (auto *Load = dyn_cast<LoadInst>(&I))
      Next = Load;
    else if (auto *Store = dyn_cast<StoreInst>(&I))
      (Link ? Put : Link) = Store;
  }
  if (!Next || !Put || !Next->isSimple() || !Link->isSimple() ||
      !Put->isSimple() || !doesNothingBut(*G.Open, {Next, Link, Put}))
    return false;
  auto List = offsetInPool(*Next->getPointerOperand(), DL);
  G.Frame = Link->getPointerOperand();
  G.List = List.value_or(0);
  return List && Link->getValueOperand() == Next &&
         Put->getValueOperand() == G.Frame &&
         isListAt(*Put->getPointerOperand(), *List, DL);
}

static bool findClosed(const Give &G) {
  auto Gives = [&](const Instruction &I) {
    auto *Call = dyn_cast<CallInst>(&I);
    const Function *Callee = Call ? Call->getCalledFunction() : nullptr;
    return Callee && Callee->getName() == ClosedPoolName &&
           is_contained(Call->args(), G.Frame);
  };
  auto Call = find_if(*G.Closed, Gives);
  return Call != G.Closed->end() && doesNothingBut(*G.Closed, {&*Call});
}

/// None where BB does not end by asking whether a frame can go back.
static std::optional<Give> giveAtEndOf(BasicBlock &BB) {
  auto *Branch = dyn_cast<BranchInst>(BB.getTerminator());
  if (!Branch || !Branch->isConditional())
    return std::nullopt;
  Give G;
  G.Ask = &BB;
  G.Open = Branch->getSuccessor(0);
  G.Closed = Branch->getSuccessor(1);
  if (find_if(*G.Open, [](Instruction &I) { return isa<CallInst>(I); }) !=
      G.Open->end())
    std::swap(G.Open, G.Closed);
  G.Behind = G.Open->getSingleSuccessor();
  if (!G.Behind || G.Closed->getSingleSuccessor() != G.Behind ||
      G.Open->getSinglePredecessor() != &BB ||
      G.Closed->getSinglePredecessor() != &BB || !findAsking(G) ||
      !findPush(G, BB.getDataLayout()) || !findClosed(G))
    return std::nullopt;
  for (PHINode &Phi : G.Behind->phis())
    if (Phi.getIncomingValueForBlock(G.Open) !=
        Phi.getIncomingValueForBlock(G.Closed))
      return std::nullopt;
  return G;
}

//===----------------------------------------------------------------------===//
// Where they are taken
//===----------------------------------------------------------------------===//

/// None where BB does not end by asking for one of that list.
static std::optional<Take> takeAtEndOf(BasicBlock &BB, int64_t List) {
  const DataLayout &DL = BB.getDataLayout();
  auto *Branch = dyn_cast<BranchInst>(BB.getTerminator());
  auto *IsNone = Branch && Branch->isConditional()
                     ? dyn_cast<ICmpInst>(Branch->getCondition())
                     : nullptr;
  if (!IsNone || !IsNone->isEquality() ||
      !isa<ConstantPointerNull>(IsNone->getOperand(1)))
    return std::nullopt;
  Take T;
  T.Frame = dyn_cast<LoadInst>(IsNone->getOperand(0));
  T.Pop = Branch->getSuccessor(IsNone->getPredicate() == ICmpInst::ICMP_EQ);
  T.Begin = T.Pop->getSingleSuccessor();
  if (!T.Frame || T.Frame->getParent() != &BB || !T.Frame->isSimple() ||
      !T.Begin || !isListAt(*T.Frame->getPointerOperand(), List, DL))
    return std::nullopt;
  LoadInst *Rest = nullptr;
  StoreInst *Put = nullptr;
  for (Instruction &I : *T.Pop) {
    if (auto *Load = dyn_cast<LoadInst>(&I))
      Rest = Load;
    else if (auto *Store = dyn_cast<StoreInst>(&I))
      Put = Store;
  }
  if (!Rest || !Put || !Rest->isSimple() || !Put->isSimple() ||
      Rest->getPointerOperand() != T.Frame || Put->getValueOperand() != Rest ||
      !isListAt(*Put->getPointerOperand(), List, DL) ||
      !doesNothingBut(*T.Pop, {Rest, Put}) || !keepsAll(*T.Pop))
    return std::nullopt;
  return T;
}

//===----------------------------------------------------------------------===//
// Ways from the one to the other
//===----------------------------------------------------------------------===//

/// Whether I can be there twice, and a frame can wait while it is done: nobody
/// looks at the free lists, or leaves.
static bool canWait(const Instruction &I) {
  if (const Value *Address = getLoadStorePointerOperand(&I))
    return !I.isVolatile() && !I.isAtomic() && !isInPool(Address);
  auto *Marks = dyn_cast<IntrinsicInst>(&I);
  if (auto *Call = dyn_cast<CallInst>(&I))
    return !Call->cannotDuplicate() && !Call->isConvergent() &&
           ((Marks && Marks->isAssumeLikeIntrinsic()) ||
            isIntrinsic(&I, Intrinsic::prefetch) ||
            (Call->doesNotAccessMemory() && Call->doesNotThrow() &&
             (Call->willReturn() || Call->hasFnAttr(tag::Argument) ||
              Call->hasFnAttr(tag::Pin))));
  return !I.mayReadOrWriteMemory();
}

/// Where BB goes, each once.
static SmallSetVector<BasicBlock *, 4> nextOf(BasicBlock &BB) {
  return {succ_begin(&BB), succ_end(&BB)};
}

namespace {

/// Looks for a way from where a frame goes back to where one is taken.
class Search {
  const Give &G;
  unsigned Room = MaxInstructions, Exits = MaxExits;

  bool canCopy(BasicBlock &BB, const Instruction *But) const {
    return !BB.hasAddressTaken() &&
           isa<BranchInst, SwitchInst>(BB.getTerminator()) &&
           all_of(BB, [&](const Instruction &I) {
             return &I == But || canWait(I);
           });
  }

public:
  Way Blocks;
  std::optional<Take> To;

  explicit Search(const Give &G) : G(G) {}
  bool goOn(BasicBlock &BB);
};

} // namespace

bool Search::goOn(BasicBlock &BB) {
  To = takeAtEndOf(BB, G.List);
  const unsigned Size = BB.sizeWithoutDebug(),
                 Leaves = To ? 0 : nextOf(BB).size() - 1;
  // A copy of what computes Frame would be another frame.
  auto *Frame = dyn_cast<Instruction>(G.Frame);
  if (Size > Room || Leaves > Exits || Blocks.size() == MaxBlocks ||
      (Frame && &BB == Frame->getParent()) || is_contained(Blocks, &BB) ||
      !canCopy(BB, To ? To->Frame : nullptr))
    return false;
  Room -= Size;
  Exits -= Leaves;
  Blocks.push_back(&BB);
  if (To || any_of(successors(&BB), [&](auto *Next) { return goOn(*Next); }))
    return true;
  Room += Size;
  Exits += Leaves;
  Blocks.pop_back();
  return false;
}

//===----------------------------------------------------------------------===//
// Copies of them
//===----------------------------------------------------------------------===//

/// Has From end by going to To.
static void jumpInstead(BasicBlock &From, BasicBlock &To) {
  auto *Branch = cast<BranchInst>(From.getTerminator());
  BranchInst::Create(&To, &From)->setDebugLoc(Branch->getDebugLoc());
  Branch->eraseFromParent();
}

namespace {

class Forwarder {
  Function &F;
  const Give &G;
  const Way &Blocks;
  const Take &To;
  ValueToValueMapTy Map;
  SmallVector<BasicBlock *, MaxBlocks> Copies;

  Value *valueOf(Value &V) const {
    Value *Copy = Map.lookup(&V);
    return Copy ? Copy : &V;
  }
  void copy();
  void giveBetween(BasicBlock &From, BasicBlock &Copy, BasicBlock &Next);
  void connect();

public:
  Forwarder(Function &F, const Give &G, const Search &S)
      : F(F), G(G), Blocks(S.Blocks), To(*S.To) {}
  void run();
};

} // namespace

void Forwarder::copy() {
  SmallVector<MDNode *, 4> Scopes;
  identifyNoAliasScopesToClone(Blocks, Scopes);
  BasicBlock *From = G.Open, *FromCopy = G.Ask;
  for (BasicBlock *BB : Blocks) {
    auto *Copy = BasicBlock::Create(F.getContext(), BB->getName(), &F,
                                    BB->getNextNode());
    // All at once: one of them may be what another gets. What they get may have
    // a copy further on.
    SmallVector<std::pair<PHINode *, Value *>, 4> Phis;
    for (PHINode &Phi : BB->phis())
      Phis.push_back({&Phi, valueOf(*Phi.getIncomingValueForBlock(From))});
    for (auto [Phi, V] : Phis) {
      auto *New = PHINode::Create(Phi->getType(), 1, Phi->getName(), Copy);
      New->addIncoming(V, FromCopy);
      Map[Phi] = New;
    }
    for (Instruction &I : make_range(BB->getFirstNonPHIIt(), BB->end()))
      Map[&I] = &I == To.Frame ? G.Frame : appendCopy(I, *Copy, Map);
    Copies.push_back(Copy);
    From = BB;
    FromCopy = Copy;
  }
  cloneAndAdaptNoAliasScopes(Scopes, Copies, F.getContext(), "forward");
}

/// Has New come to Next as Like does; which values these are there is yet to be
/// told.
static void addPhiValues(BasicBlock &Next, BasicBlock &Like, BasicBlock &New) {
  for (PHINode &Phi : Next.phis())
    Phi.addIncoming(Phi.getIncomingValueForBlock(&Like), &New);
}

/// Has the frame go back where the copy of From goes to Next.
void Forwarder::giveBetween(BasicBlock &From, BasicBlock &Copy,
                            BasicBlock &Next) {
  LLVMContext &C = F.getContext();
  BasicBlock *Ask = BasicBlock::Create(C, "give", &F, &Next),
             *Open = BasicBlock::Create(C, "open", &F, &Next),
             *Closed = BasicBlock::Create(C, "closed", &F, &Next),
             *Given = BasicBlock::Create(C, "given", &F, &Next);
  ValueToValueMapTy In;
  In[G.Open] = Open;
  In[G.Closed] = Closed;
  In[G.Behind] = Given;
  for (Instruction *I : G.Asking)
    In[I] = appendCopy(*I, *Ask, In);
  appendCopy(*G.Ask->getTerminator(), *Ask, In);
  for (auto [BB, New] : {std::pair(G.Open, Open), std::pair(G.Closed, Closed)})
    for (Instruction &I : *BB)
      In[&I] = appendCopy(I, *New, In);
  BranchInst::Create(&Next, Given)
      ->setDebugLoc(G.Open->getTerminator()->getDebugLoc());
  addPhiValues(Next, From, *Given);
  Copy.getTerminator()->replaceSuccessorWith(&Next, Ask);
}

void Forwarder::connect() {
  for (auto [BB, Copy, NextBB, NextCopy] :
       zip(Blocks, Copies, drop_begin(Blocks), drop_begin(Copies))) {
    for (BasicBlock *Next : nextOf(*BB))
      if (Next != NextBB)
        giveBetween(*BB, *Copy, *Next);
    Copy->getTerminator()->replaceSuccessorWith(NextBB, NextCopy);
  }
  addPhiValues(*To.Begin, *To.Pop, *Copies.back());
  jumpInstead(*Copies.back(), *To.Begin);
  jumpInstead(*G.Ask, *Copies.front());
  for (Instruction *I : reverse(G.Asking))
    I->eraseFromParent();
}

void Forwarder::run() {
  copy();
  connect();
  for (auto [BB, Copy] : zip(Blocks, Copies))
    for (Instruction &I :
         make_range(BB->begin(), BB->getTerminator()->getIterator()))
      updateUses(I, {{Copy, Map.lookup(&I)}});
  EliminateUnreachableBlocks(F);
  NumForwarded++;
}

static bool forwardOne(Function &F) {
  for (BasicBlock &BB : F) {
    auto G = giveAtEndOf(BB);
    if (!G)
      continue;
    Search S(*G);
    if (!S.goOn(*G->Behind))
      continue;
    Forwarder(F, *G, S).run();
    return true;
  }
  return false;
}

PreservedAnalyses CoroForwardFramesPass::run(Function &F,
                                             FunctionAnalysisManager &) {
  if (F.isPresplitCoroutine() || F.hasOptSize() ||
      !F.getParent()->getNamedValue(PoolName))
    return PreservedAnalyses::all();
  unsigned Forwarded = 0;
  while (Forwarded < MaxForwarded && forwardOne(F))
    Forwarded++;
  return Forwarded ? PreservedAnalyses::none() : PreservedAnalyses::all();
}

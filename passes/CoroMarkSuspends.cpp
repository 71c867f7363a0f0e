//===- CoroMarkSuspends.cpp - Where tasks stand, for debuggers ------------===//
//
// CoroSplit leaves a debugger without two things: which line a suspend index
// stands for, and, in the resume function, where in the frame it put the
// variables that the optimizer had turned into values. So every suspend of a
// function with debug info gets a mark, and the variables in scope with it:
//
//     %s = call i8 @llvm.coro.suspend(token none, i1 false), !dbg !7
//       #dbg_value(i64 %key, !8, !DIExpression(), !9)
//       #dbg_label(!"coro__suspend", !7)
//     switch i8 %s, ...
//
// CoroSplit makes each of these values the one that it reloads, if it keeps
// that in the frame at all, and the index leads to the mark.
// coro-describe-frame reads there what it needs. Nothing but debug records is
// added: the code is the same as without. (At -O0, where it is not in C++
// either, see keepVariables.)
//
//===----------------------------------------------------------------------===//

#include "CoroMarkSuspends.h"
#include "Coroutine.h"
#include "DebugScopes.h"
#include "Markers.h"
#include "ValueFormula.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/PostOrderIterator.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/BinaryFormat/Dwarf.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/DebugInfo.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"

using namespace llvm;
using namespace coroinline;

namespace {

/// A variable, or a part of one, of one inlined instance of its function.
using Variable = std::pair<DILocalVariable *, const DILocation *>;

/// What a debug record says of a variable.
struct Place {
  DILocation *Scope = nullptr;
  Metadata *Location = nullptr;
  SmallVector<Value *, 1> Values; // that the location consists of
  DIExpression *Expression = nullptr;

  bool operator==(const Place &Other) const {
    return Location == Other.Location && Expression == Other.Expression;
  }
};

/// The places of the variables at a point of the function.
using State = MapVector<Variable, SmallVector<Place, 1>>;

/// Of a value that is not known, none. A store that a dbg_assign tells of keeps
/// its variable in memory, where others may change it.
Place placeOf(DbgVariableRecord &R) {
  if (R.isDbgAssign() && !R.isKillAddress() &&
      !at::getAssignmentInsts(&R).empty()) {
    DIExpression *Expression =
        DIExpression::append(R.getAddressExpression(), dwarf::DW_OP_deref);
    if (auto Part = R.getExpression()->getFragmentInfo())
      Expression = DIExpression::createFragmentExpression(
                       Expression, Part->OffsetInBits, Part->SizeInBits)
                       .value_or(nullptr);
    return {R.getDebugLoc(), R.getRawAddress(), {R.getAddress()}, Expression};
  }
  if (R.isKillLocation())
    return {};
  SmallVector<Value *, 1> Values(R.location_ops());
  return {R.getDebugLoc(), R.getRawLocation(), Values, R.getExpression()};
}

void apply(DbgVariableRecord &R, State &At) {
  if (R.isDbgDeclare())
    return;
  auto &Places = At[{R.getVariable(), R.getDebugLoc()->getInlinedAt()}];
  DIExpression *Expression = R.getExpression();
  erase_if(Places, [&](const Place &Old) {
    return Expression->fragmentsOverlap(Old.Expression);
  });
  Place New = placeOf(R);
  if (New.Expression)
    Places.push_back(New);
}

void applyUpTo(BasicBlock::iterator End, BasicBlock &BB, State &At) {
  for (Instruction &I : BB) {
    for (DbgVariableRecord &R : filterDbgVars(I.getDbgRecordRange()))
      apply(R, At);
    if (I.getIterator() == End)
      return;
  }
}

/// Leaves in A what B says as well.
void meet(State &A, const State &B) {
  for (auto &[Key, Places] : A) {
    auto It = B.find(Key);
    erase_if(Places, [&](const Place &P) {
      return It == B.end() || !is_contained(It->second, P);
    });
  }
}

/// Whether B says all that A does.
bool holdsIn(const State &A, const State &B) {
  return all_of(A, [&](auto &Entry) {
    const auto Others = B.lookup(Entry.first);
    return all_of(Entry.second,
                  [&](const Place &P) { return is_contained(Others, P); });
  });
}

/// In whatever order, and with or without variables of which nothing is said:
/// those go round in circles where a loop has several entries.
bool isSame(const State &A, const State &B) {
  return holdsIn(A, B) && holdsIn(B, A);
}

/// Follows the variables through a function, to the end of every block that can
/// be reached.
class VariableFlow {
  DenseMap<BasicBlock *, State> AtEnd;

  State atStart(BasicBlock &BB) const {
    State At;
    bool IsFirst = true;
    for (BasicBlock *Before : predecessors(&BB)) {
      auto It = AtEnd.find(Before);
      if (It == AtEnd.end())
        continue; // not visited yet: takes part in the next round
      if (IsFirst)
        At = It->second;
      else
        meet(At, It->second);
      IsFirst = false;
    }
    return At;
  }

public:
  explicit VariableFlow(Function &F) {
    ReversePostOrderTraversal<Function *> Blocks(&F);
    for (bool Changed = true; Changed;) {
      Changed = false;
      for (BasicBlock *BB : Blocks) {
        State At = atStart(*BB);
        applyUpTo(BB->end(), *BB, At);
        auto [It, IsNew] = AtEnd.try_emplace(BB);
        if (!IsNew && isSame(It->second, At))
          continue;
        It->second = std::move(At);
        Changed = true;
      }
    }
  }

  /// What holds at a suspend, and what coro-note-variables has said of it.
  State at(IntrinsicInst &Suspend) const {
    State At = atStart(*Suspend.getParent());
    applyUpTo(std::next(Suspend.getIterator()), *Suspend.getParent(), At);
    return At;
  }
};

/// Which values outlive which blocks, asked for as needed.
class Liveness {
  DenseMap<const Value *, SmallPtrSet<const BasicBlock *, 8>> Blocks;

  const SmallPtrSet<const BasicBlock *, 8> &outlivedBy(const Instruction &V) {
    auto [It, IsNew] = Blocks.try_emplace(&V);
    SmallPtrSet<const BasicBlock *, 8> &Outlived = It->second;
    if (!IsNew)
      return Outlived;
    SmallVector<const BasicBlock *, 16> Work; // V is alive at their start
    auto IsAliveAtEnd = [&](const BasicBlock *BB) {
      if (Outlived.insert(BB).second && V.getParent() != BB)
        Work.push_back(BB);
    };
    for (const Use &U : V.uses()) {
      auto *User = cast<Instruction>(U.getUser());
      if (auto *Phi = dyn_cast<PHINode>(User))
        IsAliveAtEnd(Phi->getIncomingBlock(U));
      else if (User->getParent() != V.getParent())
        Work.push_back(User->getParent());
    }
    while (!Work.empty())
      for (const BasicBlock *Before : predecessors(Work.pop_back_val()))
        IsAliveAtEnd(Before);
    return Outlived;
  }

public:
  bool isAliveAfter(const Value &V, const BasicBlock &BB) {
    auto *I = dyn_cast<Instruction>(&V);
    return I && outlivedBy(*I).contains(&BB);
  }

  /// Whether it can be said behind BB, where a suspend stands, that a variable
  /// is V. If V is not in the frame then, coro-describe-frame will see that it
  /// is not; but for a load from memory CoroSplit would name the memory, which
  /// may have changed since.
  bool canBeTold(const Value &V, const BasicBlock &BB, unsigned Depth = 0) {
    auto *I = dyn_cast<Instruction>(&V);
    if (!I || outlivedBy(*I).contains(&BB))
      return true;
    if (isa<CastInst>(I) || isa<GetElementPtrInst>(I) || isa<BinaryOperator>(I))
      return Depth < ValueFormula::MaxDepth &&
             all_of(
                 I->operands(),
                 [&](const Value *Operand) {
                   return canBeTold(*Operand, BB, Depth + 1);
                 });
    return !I->mayReadFromMemory();
  }
};

/// Puts debug records behind a suspend, the last ones first.
class Teller {
  IntrinsicInst &Suspend;
  Liveness &Alive;

  bool canBeTold(const Value &V) {
    return Alive.canBeTold(V, *Suspend.getParent());
  }
  void tell(Metadata *Location, DILocalVariable *V, DIExpression *Expression,
            DILocation *Scope) {
    insertAtHead(new DbgVariableRecord(Location, V, Expression, Scope),
                 std::next(Suspend.getIterator()));
  }
  void tellFormula(DILocalVariable &V, const Place &P);

public:
  Teller(IntrinsicInst &Suspend, Liveness &Alive)
      : Suspend(Suspend), Alive(Alive) {}
  void mark(const State &At);
};

void Teller::tellFormula(DILocalVariable &V, const Place &P) {
  auto Formula = ValueFormula::create(P.Values, *P.Expression);
  if (!Formula)
    return;
  // What is computed from a load is in the frame itself, or the load is.
  bool IsKept = P.Values.size() == 1 &&
                Alive.isAliveAfter(*P.Values[0], *Suspend.getParent());
  if (!IsKept && !all_of(Formula->Operands,
                         [&](Value *Operand) { return canBeTold(*Operand); }))
    return;
  LLVMContext &C = Suspend.getContext();
  auto *Nothing = ValueAsMetadata::get(ConstantInt::getFalse(C));
  auto *Plain = DIExpression::get(C, {}), *Part = Plain;
  if (auto Fragment = P.Expression->getFragmentInfo())
    Part = *DIExpression::createFragmentExpression(
        Plain, Fragment->OffsetInBits, Fragment->SizeInBits);
  tell(Nothing, createFormula(V, Formula->Text), Part, P.Scope);
  for (Value *Operand : reverse(Formula->Operands))
    tell(ValueAsMetadata::get(Operand),
         createOperand(V, ValueFormula::bitsOf(*Operand->getType())), Plain,
         P.Scope);
}

/// Puts the mark there, and before it what is known of the variables in scope.
void Teller::mark(const State &At) {
  DILocation *Where = Suspend.getDebugLoc();
  auto Kind =
      Suspend.hasFnAttr(tag::Start) ? SuspendMark::Start : SuspendMark::Other;
  insertAtHead(createSuspendMark(*Where, Kind),
               std::next(Suspend.getIterator()));
  for (auto &[Key, Places] : At)
    for (const Place &P : Places) {
      if (!isInScope(*Key.first, *P.Scope, *Where) ||
          !all_of(P.Values, [&](Value *V) { return canBeTold(*V); }))
        continue;
      tellFormula(*Key.first, P);
      tell(P.Location, Key.first, P.Expression, P.Scope);
    }
}

/// Without optimisation the variables are in memory, and a debugger is to see
/// all of them. CoroSplit takes those into the frame that are used behind a
/// suspend: a load that nothing uses costs no instruction, and is of no concern
/// to sanitizers: another thread may be writing there. (The address sanitizer
/// had better find the variables where they are.)
void keepVariables(IntrinsicInst &Suspend,
                   ArrayRef<DbgVariableRecord *> Homes) {
  IRBuilder<> B(Suspend.getNextNode());
  MDNode *Nothing = MDNode::get(B.getContext(), {});
  for (DbgVariableRecord *R : Homes) {
    auto *AI = dyn_cast_or_null<AllocaInst>(R->getAddress());
    if (AI && AI->isStaticAlloca() &&
        isInScope(*R->getVariable(), *R->getDebugLoc(), *Suspend.getDebugLoc()))
      B.CreateLoad(B.getInt8Ty(), AI)
          ->setMetadata(LLVMContext::MD_nosanitize, Nothing);
  }
}

/// What coro-note-variables has said, or this pass before a further inlining,
/// is known.
void dropNotes(IntrinsicInst &Suspend) {
  for (DbgRecord &R :
       make_early_inc_range(Suspend.getNextNode()->getDbgRecordRange()))
    if (isa<DbgVariableRecord>(R) || suspendMarkOf(R) != SuspendMark::None)
      R.eraseFromParent();
}

} // namespace

PreservedAnalyses CoroMarkSuspendsPass::run(Function &F,
                                            FunctionAnalysisManager &AM) {
  if (!F.isPresplitCoroutine() || !describesVariables(F))
    return PreservedAnalyses::all();
  SmallVector<IntrinsicInst *, 8> Suspends = suspendsToMark(F);
  if (Suspends.empty())
    return PreservedAnalyses::all();
  PreservedAnalyses PA = PreservedAnalyses::all();
  if (F.hasOptNone() && !F.hasFnAttribute(Attribute::SanitizeAddress)) {
    SmallVector<DbgVariableRecord *, 16> Homes;
    for (Instruction &I : instructions(F))
      for (DbgVariableRecord &R : filterDbgVars(I.getDbgRecordRange()))
        if (R.isDbgDeclare())
          Homes.push_back(&R);
    for (IntrinsicInst *Suspend : Suspends)
      keepVariables(*Suspend, Homes);
    PA = PreservedAnalyses::none();
    PA.preserveSet<CFGAnalyses>();
  }
  F.addFnAttr(tag::Marked);
  VariableFlow Flow(F);
  Liveness Alive;
  for (IntrinsicInst *Suspend : Suspends) {
    State At = Flow.at(*Suspend);
    dropNotes(*Suspend);
    Teller(*Suspend, Alive).mark(At);
  }
  return PA;
}

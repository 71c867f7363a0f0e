//===- KnownTasks.cpp - Which coroutine a task is of ----------------------===//
//
//   %id   = call token @llvm.coro.id(..., ptr @walk, ptr @walk.resumers)
//   %task = call ptr @llvm.coro.begin(token %id, ptr %memory)
//   store ptr %task, ptr %slot                    ; %slots = alloca ...
//   ...
//   %other = load ptr, ptr %any.slot              ; a task of walk, or NULL
//
// Regardless of the order in which things happen, but for one: whether a task
// has been resumed before it is stored.
//
//===----------------------------------------------------------------------===//

#include "KnownTasks.h"
#include "CoroLowerAlloca.h"
#include "Coroutine.h"
#include "Places.h"

#include "llvm/ADT/SetVector.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"

#include <numeric>

using namespace llvm;
using namespace coroinline;

static std::optional<SplitCoroutine> coroutineOfId(const Value *Id) {
  auto *Call = dyn_cast<IntrinsicInst>(Id);
  if (!Call || Call->getIntrinsicID() != Intrinsic::coro_id)
    return std::nullopt;
  auto *Resumers =
      dyn_cast<GlobalVariable>(Call->getArgOperand(3)->stripPointerCasts());
  if (!Resumers)
    return std::nullopt;
  // Which the verifier wants it to have.
  const Constant *Array = Resumers->getInitializer();
  auto Entry = [Array](unsigned K) -> Function * {
    Constant *C = Array->getAggregateElement(K);
    return C ? dyn_cast<Function>(C->stripPointerCasts()) : nullptr;
  };
  bool IsAllocated = any_of(Call->users(), [](const User *U) {
    return isIntrinsic(U, Intrinsic::coro_alloc);
  });
  SplitCoroutine Result{
      dyn_cast<Function>(Call->getArgOperand(2)->stripPointerCasts()), Entry(0),
      Entry(IsAllocated ? 1 : 2)};
  return Result.Ramp && Result.Resume && Result.Destroy ? std::optional(Result)
                                                        : std::nullopt;
}

/// Of a ramp that CoroSplit has been at: every task that it returns is the one
/// that it begins.
std::optional<SplitCoroutine> coroinline::coroutineOfRamp(const Function &F) {
  if (!F.hasExactDefinition() || F.isPresplitCoroutine())
    return std::nullopt;
  const IntrinsicInst *Begin = nullptr;
  for (const Instruction &I : instructions(F))
    if (isIntrinsic(&I, Intrinsic::coro_begin)) {
      if (Begin)
        return std::nullopt;
      Begin = cast<IntrinsicInst>(&I);
    }
  if (!Begin)
    return std::nullopt;
  SmallVector<const Value *, 4> Work;
  SmallPtrSet<const Value *, 4> Seen;
  for (const BasicBlock &BB : F)
    if (auto *Return = dyn_cast<ReturnInst>(BB.getTerminator()))
      Work.push_back(Return->getReturnValue());
  while (!Work.empty()) {
    const Value *V = Work.pop_back_val();
    if (!V)
      return std::nullopt;
    if (!Seen.insert(V).second || V == Begin || isa<ConstantPointerNull>(V))
      continue;
    auto *Phi = dyn_cast<PHINode>(V);
    if (!Phi)
      return std::nullopt;
    append_range(Work, Phi->incoming_values());
  }
  return coroutineOfId(Begin->getArgOperand(0));
}

std::optional<SplitCoroutine> coroinline::coroutineOf(const Value &V) {
  if (isIntrinsic(&V, Intrinsic::coro_begin))
    return coroutineOfId(cast<CallBase>(V).getArgOperand(0));
  auto *Call = dyn_cast<CallBase>(&V);
  Function *Ramp = Call ? Call->getCalledFunction() : nullptr;
  return Ramp ? coroutineOfRamp(*Ramp) : std::nullopt;
}

std::optional<unsigned> coroinline::calledOn(const User &U,
                                             const Value &Handle) {
  auto *Call = dyn_cast<CallBase>(&U);
  auto *Address =
      Call ? dyn_cast<IntrinsicInst>(Call->getCalledOperand()) : nullptr;
  if (!Address || Address->getIntrinsicID() != Intrinsic::coro_subfn_addr ||
      Address->getArgOperand(0) != &Handle || Call->arg_size() != 1 ||
      Call->getArgOperand(0) != &Handle)
    return std::nullopt;
  return cast<ConstantInt>(Address->getArgOperand(1))->getZExtValue();
}

static bool isZeroing(const Instruction &I) {
  auto *Set = dyn_cast<MemSetInst>(&I);
  auto *Byte = Set ? dyn_cast<ConstantInt>(Set->getValue()) : nullptr;
  return Byte && Byte->isZero();
}

/// Of a variable that is looked at: each handle that is loaded from it is
/// compared with all that is stored.
static constexpr unsigned MaxUses = 1000;

/// Where Address points to; no base where that is not known.
static Place whereIs(Value *Address, const DataLayout &DL) {
  return placeOf(Address, DL).value_or(Place{nullptr});
}

const TaskSearch::Object &TaskSearch::object(Value &Alloca) {
  auto [It, IsNew] = Objects.try_emplace(&Alloca);
  Object &O = It->second;
  if (!IsNew)
    return O;
  SetVector<Value *> Addresses;
  Addresses.insert(&Alloca);
  unsigned Uses = 0;
  for (unsigned K = 0; K < Addresses.size() && O.IsPrivate; K++) // it grows
    for (Use &U : Addresses[K]->uses()) {
      O.IsPrivate &= ++Uses <= MaxUses;
      auto *I = cast<Instruction>(U.getUser());
      if (auto *Store = dyn_cast<StoreInst>(I)) {
        O.Stores.push_back(Store);
        O.IsPrivate &= U.getOperandNo() == Store->getPointerOperandIndex();
      } else if (auto *Load = dyn_cast<LoadInst>(I)) {
        O.Loads.push_back(Load);
      } else if (isa<GetElementPtrInst, PHINode, SelectInst>(I)) {
        Addresses.insert(I);
      } else if (isIntrinsic(I, Intrinsic::coro_begin)) {
        // One of two variables, say, is a base of its own.
        const Place At = whereIs(Addresses[K], DL);
        auto Of = coroutineOf(*I);
        O.IsPrivate &= At.Base == &Alloca && Of;
        if (O.IsPrivate)
          O.Frames.push_back(
              {At, Of->Resume->getArg(0)->getDereferenceableBytes(), I});
      } else if (auto *Copy = dyn_cast<MemTransferInst>(I)) {
        // From one element to another: each member goes to its like.
        const Place From = whereIs(Copy->getSource(), DL),
                    To = whereIs(Copy->getDest(), DL);
        bool IsWithin = From == To && From.Base == &Alloca;
        bool IsFrom = U.getOperandNo() == 1;
        if (IsWithin)
          O.Between = std::gcd(O.Between, From.Stride);
        else if (IsFrom)
          O.CopiesOut.push_back(Copy);
        O.IsPrivate &= IsWithin || IsFrom;
      } else {
        O.IsPrivate &= isa<ICmpInst>(I) || I->isLifetimeStartOrEnd() ||
                       calledOn(*I, *Addresses[K]) ||
                       isIntrinsic(I, Intrinsic::coro_subfn_addr) ||
                       isIntrinsic(I, Intrinsic::assume) || isZeroing(*I);
      }
    }
  return O;
}

Place TaskSearch::Object::withCopies(Place P) const {
  P.Stride = std::gcd(P.Stride, Between);
  if (P.Stride)
    P.Offset %= int64_t(P.Stride);
  return P;
}

const TaskSearch::Object *TaskSearch::privateObject(const Place &P) {
  bool IsVariable = isa<AllocaInst>(P.Base) || isHiddenAlloca(*P.Base);
  const Object *O = IsVariable ? &object(*P.Base) : nullptr;
  return O && O->IsPrivate ? O : nullptr;
}

/// Whether the Size bytes at At are copied out of a private variable.
bool TaskSearch::isCopied(const Object &O, const Place &At,
                          uint64_t Size) const {
  const Place Where = O.withCopies(At);
  return any_of(O.CopiesOut, [&](MemTransferInst *Copy) {
    auto *Length = dyn_cast<ConstantInt>(Copy->getLength());
    return !Length || canTouch(Copy->getRawSource(), Length->getZExtValue(),
                               Where, Size, DL);
  });
}

/// Those of a private variable that can read the Size bytes at At.
SmallVector<LoadInst *, 8>
TaskSearch::loadsFrom(const Object &O, const Place &At, uint64_t Size) const {
  const Place Where = O.withCopies(At);
  SmallVector<LoadInst *, 8> Found;
  for (LoadInst *Load : O.Loads) {
    TypeSize Width = DL.getTypeStoreSize(Load->getType());
    if (Width.isScalable() ||
        canTouch(Load->getPointerOperand(), Width, Where, Size, DL))
      Found.push_back(Load);
  }
  return Found;
}

/// LLVM copies what is as long as a pointer as an integer.
static bool canHoldTask(Type &T, const DataLayout &DL) {
  return T.isPointerTy() || T.isIntegerTy(DL.getPointerSizeInBits());
}

/// The stores that Load can read from. False where there may be others.
bool TaskSearch::storesTo(LoadInst &Load, SmallVectorImpl<StoreInst *> &Found) {
  auto At = placeOf(Load.getPointerOperand(), DL);
  const Object *O = At ? privateObject(*At) : nullptr;
  if (!O)
    return false;
  const Place From = O->withCopies(*At);
  uint64_t Size = DL.getTypeStoreSize(Load.getType());
  for (const Frame &Each : O->Frames)
    if (canOverlap(From, Size, Each.At, Each.Size))
      return false;
  for (StoreInst *Store : O->Stores) {
    Value *Address = Store->getPointerOperand();
    Type *T = Store->getValueOperand()->getType();
    TypeSize Width = DL.getTypeStoreSize(T);
    if (Width.isScalable())
      return false;
    if (!canTouch(Address, Width, From, Size, DL))
      continue;
    const Place To = O->withCopies(whereIs(Address, DL));
    if (To.Base != From.Base || From.Offset != To.Offset ||
        !canHoldTask(*T, DL) || !canHoldTask(*Load.getType(), DL))
      return false;
    Found.push_back(Store);
  }
  return true;
}

/// Whether a call gets the handle for its own time only.
static bool isBorrowed(const Use &U) {
  auto *Call = dyn_cast<CallBase>(U.getUser());
  return Call && Call->isArgOperand(&U) &&
         Call->doesNotCapture(Call->getArgOperandNo(&U));
}

/// Whether the task that Origin makes is seen by nobody but its own functions
/// and this one, which keeps it in private variables.
bool TaskSearch::isOwn(Value &Origin) {
  auto [It, IsNew] = Own.try_emplace(&Origin, false);
  if (!IsNew)
    return It->second;
  bool Result = true;
  SmallVector<Value *, 8> Work{&Origin};
  SmallPtrSet<Value *, 16> Handles{&Origin};
  auto Follow = [&](Value *V) {
    if (Handles.insert(V).second)
      Work.push_back(V);
  };
  while (!Work.empty() && Result) {
    Value *V = Work.pop_back_val();
    for (Use &U : V->uses()) {
      auto *I = cast<Instruction>(U.getUser());
      if (auto *Store = dyn_cast<StoreInst>(I)) {
        if (U.getOperandNo() == Store->getPointerOperandIndex())
          continue;
        auto To = placeOf(Store->getPointerOperand(), DL);
        if (To && To->Base == V) // its header
          continue;
        const Object *O = To ? privateObject(*To) : nullptr;
        const TypeSize Width = DL.getTypeStoreSize(V->getType());
        Result &= O && !Width.isScalable() && !isCopied(*O, *To, Width);
        if (Result)
          for (LoadInst *Load : loadsFrom(*O, *To, Width))
            Follow(Load);
      } else if (isa<GetElementPtrInst, PHINode, SelectInst, CastInst>(I)) {
        Follow(I);
      } else {
        Result &= isa<LoadInst, ICmpInst>(I) || calledOn(*I, *V) ||
                  isIntrinsic(I, Intrinsic::assume) || isBorrowed(U);
      }
    }
  }
  return Own[&Origin] = Result;
}

/// One search: back from a handle to all that can make it.
class TaskSearch::Walk {
  TaskSearch &Search;
  SmallPtrSet<Value *, 16> Seen[2]; // as ones that have started, and not

  bool isStarted(Value &Handle, const Instruction &At) const {
    return any_of(Handle.users(), [&](User *U) {
      return calledOn(*U, Handle) == 0u &&
             Search.DT.dominates(cast<Instruction>(U), &At);
    });
  }

public:
  std::optional<KnownTask> Found;

  explicit Walk(TaskSearch &Search) : Search(Search) {}
  bool run(Value *V, bool HasStarted);
  bool runInPlace(Value *Address, const Instruction &User);

private:
  bool isStartedBefore(Instruction &Begin, const Instruction &User) const;
  bool add(Value &Origin, bool HasStarted);
};

bool TaskSearch::Walk::run(Value *V, bool HasStarted) {
  V = throughIntegers(V);
  if (isa<ConstantPointerNull, UndefValue>(V) ||
      !Seen[HasStarted].insert(V).second)
    return true;
  if (auto *Phi = dyn_cast<PHINode>(V))
    return all_of(Phi->incoming_values(),
                  [&](Value *Each) { return run(Each, HasStarted); });
  if (auto *Select = dyn_cast<SelectInst>(V))
    return run(Select->getTrueValue(), HasStarted) &&
           run(Select->getFalseValue(), HasStarted);
  if (auto *Load = dyn_cast<LoadInst>(V)) {
    SmallVector<StoreInst *, 8> Stores;
    return Load->isSimple() && Search.storesTo(*Load, Stores) &&
           all_of(Stores, [&](StoreInst *Store) {
             Value *Stored = Store->getValueOperand();
             return run(Stored, HasStarted || isStarted(*Stored, *Store));
           });
  }
  return add(*V, HasStarted);
}

bool TaskSearch::Walk::add(Value &Origin, bool HasStarted) {
  auto Of = coroutineOf(Origin);
  if (!Of)
    return false;
  if (!Found)
    Found.emplace();
  auto *Kind = find_if(Found->Kinds,
                       [&](const TaskKind &Each) { return Each.Of == *Of; });
  if (Kind == Found->Kinds.end())
    Kind = &Found->Kinds.emplace_back(TaskKind{*Of, {}});
  Kind->Made.push_back(cast<Instruction>(&Origin));
  Found->IsOwn &= Search.isOwn(Origin);
  Found->HasStarted &= HasStarted;
  return true;
}

/// Whether control does not come from Begin to User but past a call that
/// resumes the task.
bool TaskSearch::Walk::isStartedBefore(Instruction &Begin,
                                       const Instruction &User) const {
  SmallPtrSet<const BasicBlock *, 16> Seen;
  SmallVector<const Instruction *, 8> Work{Begin.getNextNode()};
  while (!Work.empty()) {
    const Instruction *I = Work.pop_back_val();
    while (I && I != &User && calledOn(*I, Begin) != 0u) {
      if (I->isTerminator())
        for (const BasicBlock *Next : successors(I->getParent()))
          if (Seen.insert(Next).second)
            Work.push_back(&Next->front());
      I = I->getNextNode();
    }
    if (I == &User)
      return false;
  }
  return true;
}

/// What lies at Address, if that is where a variable holds frames.
bool TaskSearch::Walk::runInPlace(Value *Address, const Instruction &User) {
  auto At = placeOf(Address, Search.DL);
  const Object *O = At ? Search.privateObject(*At) : nullptr;
  return O && all_of(O->Frames, [&](const Frame &Each) {
           if (Each.At == *At)
             return add(*Each.Begin, isStartedBefore(*Each.Begin, User));
           return !canOverlap(*At, 1, Each.At, Each.Size);
         });
}

std::optional<KnownTask> TaskSearch::find(Value *Handle,
                                          const Instruction &User) {
  Walk ByValue(*this), ByPlace(*this);
  if (ByValue.run(Handle, false))
    return ByValue.Found;
  return ByPlace.runInPlace(Handle, User) ? ByPlace.Found : std::nullopt;
}

std::optional<uint64_t> TaskSearch::offsetInFrame(Value *Address) {
  auto At = placeOf(Address, DL);
  const Object *O = At ? privateObject(*At) : nullptr;
  if (!O)
    return std::nullopt;
  std::optional<uint64_t> Result;
  for (const Frame &Each : O->Frames) {
    const uint64_t Offset = At->Offset - Each.At.Offset; // large where negative
    if (At->Stride != Each.At.Stride || Offset >= Each.Size ||
        (Result && *Result != Offset))
      return std::nullopt;
    Result = Offset;
  }
  return Result;
}

SmallVector<IntrinsicInst *, 1> coroinline::beginsOf(Value *Task) {
  SmallVector<IntrinsicInst *, 1> Begins;
  SmallSetVector<Value *, 4> Work;
  Work.insert(Task);
  for (unsigned K = 0; K < Work.size(); K++) // it grows
    if (auto *Phi = dyn_cast<PHINode>(Work[K]))
      Work.insert(Phi->op_begin(), Phi->op_end());
    else if (isIntrinsic(Work[K], Intrinsic::coro_begin))
      Begins.push_back(cast<IntrinsicInst>(Work[K]));
    else if (!isa<ConstantPointerNull>(Work[K]))
      return {};
  return Begins;
}

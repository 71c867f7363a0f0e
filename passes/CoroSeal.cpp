//===- CoroSeal.cpp - Takes coroutines to the link unsplit ----------------===//
//
// With LTO, an await of a coroutine of another file can be inlined at the link,
// if LLVM has neither split nor changed the two before. So each coroutine
// travels in the form that coro-inline knows, and looks like any other function
// meanwhile:
//
//     define ptr @f(...) presplitcoroutine {
//       %id = call token @llvm.coro.id(i32 0, ptr %promise, ptr null, ptr null)
//       %s = call i8 @llvm.coro.suspend(token none, i1 false) "a-tag"
//   =>
//     define ptr @f(...) noinline optnone "coroinline-sealed"="..." {
//       %id = call ptr @"CoroInline: ..."(i32 0, ptr %promise, ptr null, ...)
//       %s = call i8 @coroinline.sealed.llvm.coro.suspend(ptr null, i1 false)
//                "a-tag"
//
// coro-seal does this at the start of the compile step; optnone keeps the
// optimizer off. coro-ship comes at its end, and makes of noinline optnone an
// alwaysinline, since that is what ThinLTO imports whatever the size.
// coro-unseal undoes both, first thing at the link.
//
// A linker without the plugin finds that nobody defines what is called. Its
// error names the function, so that name is the advice. The others are weak:
// one error is enough.
//
//===----------------------------------------------------------------------===//

#include "CoroSeal.h"
#include "Compat.h"
#include "CoroInline.h"
#include "Coroutine.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Verifier.h"

using namespace llvm;
using namespace coroinline;

namespace {

/// On a sealed function: what a Seal says.
constexpr char Sealed[] = "coroinline-sealed";
/// On one that coro-ship has seen.
constexpr char Shipped[] = "coroinline-shipped";
/// On one that has been restored, and on what it was split into; and on one
/// that is to be split in the compile step.
constexpr char Unsealed[] = "coroinline-unsealed";

/// The name that coro.id has in a sealed function.
constexpr char Advice[] =
    "CoroInline: the linker needs the plugin as well: add -fuse-ld=lld "
    "-Wl,--load-pass-plugin=<path>/libCoroInline.so (or "
    "--config=<path>/coroinline-lto.cfg); with ThinLTO, don't link at -O0";
/// What the names of the others begin with; the intrinsic's own follows.
constexpr char Prefix[] = "coroinline.sealed.";

/// What optnone does not tolerate, and noinline, which it demands.
constexpr Attribute::AttrKind SetAside[] = {
    Attribute::NoInline, Attribute::AlwaysInline, Attribute::OptimizeForSize,
    Attribute::MinSize, Attribute::OptimizeForDebugging};

/// What the attribute Sealed says: format;LLVM;attributes set aside;file
struct Seal {
  unsigned Format = 2, Llvm = LLVM_VERSION_MAJOR;
  SmallVector<Attribute::AttrKind, 5> Had;
  StringRef File;

  bool isCurrent() const {
    return Format == Seal().Format && Llvm == Seal().Llvm;
  }
  bool had(Attribute::AttrKind Kind) const { return is_contained(Had, Kind); }
  void attachTo(Function &F) const;
  static Seal of(const Function &F);
};

void Seal::attachTo(Function &F) const {
  SmallVector<StringRef, 5> Names;
  for (Attribute::AttrKind Kind : Had)
    Names.push_back(Attribute::getNameFromAttrKind(Kind));
  F.addFnAttr(Sealed, (Twine(Format) + ";" + Twine(Llvm) + ";" +
                       join(Names, ",") + ";" + File)
                          .str());
}

Seal Seal::of(const Function &F) {
  Seal S;
  auto [Format, Rest] = F.getFnAttribute(Sealed).getValueAsString().split(';');
  auto [Llvm, Tail] = Rest.split(';');
  auto [Names, File] = Tail.split(';');
  if (Format.getAsInteger(10, S.Format) || Llvm.getAsInteger(10, S.Llvm))
    S.Format = 0;
  for (StringRef Name : split(Names, ','))
    if (auto Kind = Attribute::getAttrKindFromName(Name))
      S.Had.push_back(Kind);
  S.File = File;
  return S;
}

/// T with pointers for tokens.
FunctionType *withoutTokens(FunctionType *T) {
  auto Replace = [](Type *Old) -> Type * {
    return Old->isTokenTy() ? PointerType::getUnqual(Old->getContext()) : Old;
  };
  SmallVector<Type *, 4> Params(map_range(T->params(), Replace));
  return FunctionType::get(Replace(T->getReturnType()), Params, T->isVarArg());
}

/// Makes Callee, of that type, what Call calls, and of its constants what the
/// type demands: every token among them is none, and NULL stands for it.
void redirect(CallBase &Call, FunctionType *T, Value *Callee) {
  Call.mutateFunctionType(T);
  Call.setCalledOperand(Callee);
  for (Use &Arg : Call.args()) {
    Type *Wanted = T->getParamType(Call.getArgOperandNo(&Arg));
    if (isa<Constant>(Arg) && Arg->getType() != Wanted)
      Arg = Constant::getNullValue(Wanted);
  }
}

void sealCall(CallBase &Call) {
  Function &Intrinsic = *Call.getCalledFunction();
  bool IsId = Intrinsic.getIntrinsicID() == Intrinsic::coro_id;
  FunctionType *T = withoutTokens(Intrinsic.getFunctionType());
  auto *Hidden = cast<Function>(
      Call.getModule()
          ->getOrInsertFunction(
              IsId ? Advice : (Prefix + Intrinsic.getName()).str(), T)
          .getCallee());
  // A shared library may lack definitions, but not of what is hidden.
  Hidden->setVisibility(GlobalValue::HiddenVisibility);
  if (!IsId)
    Hidden->setLinkage(GlobalValue::ExternalWeakLinkage);
  redirect(Call, T, Hidden);
}

/// The intrinsic that a function stands for in sealed coroutines.
Intrinsic::ID intrinsicOf(const Function &Hidden) {
  StringRef Name = Hidden.getName();
  if (Name == Advice)
    return Intrinsic::coro_id;
  return Name.consume_front(Prefix) ? compat::lookupIntrinsic(Name)
                                    : Intrinsic::not_intrinsic;
}

void unsealCall(CallBase &Call) {
  Function *Hidden = Call.getCalledFunction();
  Intrinsic::ID ID = Hidden ? intrinsicOf(*Hidden) : Intrinsic::not_intrinsic;
  if (ID == Intrinsic::not_intrinsic)
    return;
  // Of those there are, coro.size and coro.align alone are overloaded.
  SmallVector<Type *, 1> Types;
  if (Intrinsic::isOverloaded(ID))
    Types.push_back(Call.getType());
  Function *Callee = compat::intrinsic(*Call.getModule(), ID, Types);
  redirect(Call, Callee->getFunctionType(), Callee);
}

/// Sanitizers instrument at compile time, and what is instrumented is no longer
/// what coro-inline knows, nor what LLVM should split.
bool isSanitized(const Function &F) {
  return any_of(F.getAttributes().getFnAttrs(), [](Attribute A) {
    return A.isEnumAttribute() &&
           Attribute::getNameFromAttrKind(A.getKindAsEnum())
               .starts_with("sanitize_");
  });
}

bool canBeSealed(Function &F) {
  return F.isPresplitCoroutine() && !F.isDeclaration() && !F.hasOptNone() &&
         !F.hasFnAttribute(Attribute::Naked) && Coroutine().analyze(F);
}

void seal(Function &F) {
  for (Instruction &I : instructions(F)) {
    auto *Call = dyn_cast<CallBase>(&I);
    Function *Callee = Call ? Call->getCalledFunction() : nullptr;
    if (Callee && Callee->getName().starts_with("llvm.coro."))
      sealCall(*Call);
  }
  // __attribute__((flatten)) is on calls, and stronger than noinline; LLVM does
  // not heed it as long as the callee is known for a coroutine.
  for (User *U : F.users())
    if (auto *Call = dyn_cast<CallBase>(U);
        Call && Call->getCalledOperand() == &F)
      Call->removeFnAttr(Attribute::AlwaysInline);
  Seal S;
  S.File = F.getParent()->getSourceFileName();
  for (Attribute::AttrKind Kind : SetAside)
    if (F.hasFnAttribute(Kind)) {
      S.Had.push_back(Kind);
      F.removeFnAttr(Kind);
    }
  S.attachTo(F);
  F.removeFnAttr(Attribute::PresplitCoroutine);
  F.addFnAttr(Attribute::OptimizeNone);
  F.addFnAttr(Attribute::NoInline);
}

/// coro-inline takes no larger ones.
bool isWorthImporting(const Function &F) {
  return F.getInstructionCount() <= CoroInlineOptions().Limit;
}

void ship(Function &F) {
  Seal S = Seal::of(F);
  F.removeFnAttr(Attribute::OptimizeNone);
  F.removeFnAttr(Attribute::NoInline);
  for (Attribute::AttrKind Kind : S.Had)
    F.addFnAttr(Kind);
  if (!S.had(Attribute::NoInline) && isWorthImporting(F))
    F.addFnAttr(Attribute::AlwaysInline);
  F.addFnAttr(Shipped);
}

/// Reports F, and leaves nothing of it that a later pass could trip over. The
/// error is that of the file which defines F, not of those that import it.
void reject(Function &F, const Seal &S, const Twine &Why) {
  if (!F.hasAvailableExternallyLinkage())
    F.getContext().emitError("CoroInline: '" + F.getName() + "' in " + S.File +
                             " was " + Why + ": compile it again");
  F.deleteBody();
  F.removeFnAttr(Sealed);
  F.removeFnAttr(Shipped);
}

void unseal(Function &F) {
  Seal S = Seal::of(F);
  if (!S.isCurrent())
    return reject(
        F, S,
        "compiled with the plugin for LLVM " + Twine(S.Llvm) + " (format " +
            Twine(S.Format) + "), and the one that links it is for LLVM " +
            Twine(Seal().Llvm) + " (format " + Twine(Seal().Format) + ")");
  for (Instruction &I : instructions(F))
    if (auto *Call = dyn_cast<CallBase>(&I))
      unsealCall(*Call);
  // What is a pointer meanwhile can go where no token can.
  if (verifyFunction(F))
    return reject(F, S, "optimized on its way to the link");
  if (!S.had(Attribute::AlwaysInline))
    F.removeFnAttr(Attribute::AlwaysInline);
  F.removeFnAttr(Sealed);
  F.removeFnAttr(Shipped);
  F.addFnAttr(Unsealed);
  F.setPresplitCoroutine();
}

void eraseUnused(Module &M) {
  for (Function &F : make_early_inc_range(M))
    if (F.isDeclaration() && F.use_empty() &&
        intrinsicOf(F) != Intrinsic::not_intrinsic)
      F.eraseFromParent();
}

} // namespace

bool coroinline::isForLink(const Module &M) {
  // clang says so before it runs the passes, to thin and to full LTO.
  return M.getModuleFlag("EnableSplitLTOUnit") &&
         none_of(M, [](const Function &F) { return wasSealed(F); });
}

bool coroinline::isSealed(const Function &F) {
  return F.hasFnAttribute(Sealed);
}

bool coroinline::wasSealed(const Function &F) {
  return F.hasFnAttribute(Unsealed);
}

PreservedAnalyses CoroSealPass::run(Module &M, ModuleAnalysisManager &) {
  if (!isForLink(M))
    return PreservedAnalyses::all();
  bool Changed = false;
  for (Function &F : M)
    if (canBeSealed(F)) {
      if (isSanitized(F))
        F.addFnAttr(Unsealed);
      else
        seal(F);
      Changed = true;
    }
  return Changed ? PreservedAnalyses::none() : PreservedAnalyses::all();
}

PreservedAnalyses CoroShipPass::run(Module &M, ModuleAnalysisManager &) {
  bool Changed = false;
  for (Function &F : M)
    if (isSealed(F)) {
      ship(F);
      Changed = true;
    }
  return Changed ? PreservedAnalyses::none() : PreservedAnalyses::all();
}

static void runPipeline(const CoroUnsealPass::PipelineT &Pipeline, Module &M,
                        ModuleAnalysisManager &AM) {
  AM.invalidate(M, PreservedAnalyses::none());
  ModulePassManager MPM;
  Pipeline(MPM);
  MPM.run(M, AM);
}

PreservedAnalyses CoroUnsealPass::run(Module &M, ModuleAnalysisManager &AM) {
  bool Changed = false;
  if (Split) {
    Changed = any_of(
        M, [](Function &F) { return F.isPresplitCoroutine() && wasSealed(F); });
    if (Changed)
      runPipeline(Split, M, AM);
    for (Function &F : M)
      F.removeFnAttr(Unsealed);
  }
  bool Restored = false;
  for (Function &F : M)
    if (F.hasFnAttribute(Shipped)) {
      unseal(F);
      Restored = true;
    }
  if (Restored) {
    eraseUnused(M);
    if (Then)
      runPipeline(Then, M, AM);
  }
  return Changed || Restored ? PreservedAnalyses::none()
                             : PreservedAnalyses::all();
}

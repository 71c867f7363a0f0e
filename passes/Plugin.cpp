//===- Plugin.cpp - Registers the passes of CoroInline --------------------===//
//
//   clang -Xclang -fcoroutines -fpass-plugin=libCoroInline.so ...
//   opt -load-pass-plugin=libCoroInline.so -passes='coro-prepare,coro-inline'
//
//===----------------------------------------------------------------------===//

#include "AwaitPrinter.h"
#include "Compat.h"
#include "CoroDescribeFrame.h"
#include "CoroDevirt.h"
#include "CoroForwardFrames.h"
#include "CoroFuseReturns.h"
#include "CoroInline.h"
#include "CoroLifetimes.h"
#include "CoroLowerAlloca.h"
#include "CoroMarkSuspends.h"
#include "CoroNoteVariables.h"
#include "CoroPackSlots.h"
#include "CoroPin.h"
#include "CoroPrepare.h"
#include "CoroReuseFrames.h"
#include "CoroSeal.h"
#include "CoroShareSlots.h"
#include "CoroSinkAddresses.h"
#include "CoroSuspendResults.h"
#include "FrameReport.h"
#include "FramesInPlace.h"
#include "LinkTime.h"
#include "Markers.h"

#include "llvm/Passes/PassBuilder.h"

#include <cstdio>
#include <dlfcn.h>

using namespace llvm;
using namespace coroinline;

namespace {

/// Runs function passes on a module that has coroutines; to go through all
/// functions of another one costs more than all else that we do there.
class OnCoroutinesPass : public PassInfoMixin<OnCoroutinesPass> {
  ModuleToFunctionPassAdaptor Adaptor;

public:
  explicit OnCoroutinesPass(FunctionPassManager FPM)
      : Adaptor(createModuleToFunctionPassAdaptor(std::move(FPM))) {}
  PreservedAnalyses run(Module &M, ModuleAnalysisManager &AM) {
    // CoroCleanup leaves none of the intrinsics.
    bool AreThere =
        compat::findIntrinsic(M, Intrinsic::coro_begin) ||
        hasHiddenAllocas(M) ||
        any_of(M, [](Function &F) { return F.hasFnAttribute(tag::Marked); });
    return AreThere ? Adaptor.run(M, AM) : PreservedAnalyses::all();
  }
  void printPipeline(raw_ostream &OS,
                     function_ref<StringRef(StringRef)> NameOf) {
    Adaptor.printPipeline(OS, NameOf);
  }
  static bool isRequired() { return true; }
};

void addSinkAddresses(ModulePassManager &MPM) {
  FunctionPassManager FPM;
  FPM.addPass(CoroSinkAddressesPass());
  MPM.addPass(createModuleToFunctionPassAdaptor(std::move(FPM)));
}

/// What brings together what several resume functions do.
void addFuseReturns(ModulePassManager &MPM) {
  MPM.addPass(CoroFuseReturnsPass());
  MPM.addPass(createModuleToFunctionPassAdaptor(CoroForwardFramesPass()));
}

/// Adds the pass where Name is its.
template <typename PassT, typename ManagerT>
bool addIfNamed(StringRef Name, ManagerT &Passes) {
  bool IsNamed = Name == PassT::passName();
  if (IsNamed)
    Passes.addPass(PassT());
  return IsNamed;
}

bool parseFunctionPass(StringRef Name, FunctionPassManager &FPM,
                       ArrayRef<PassBuilder::PipelineElement>) {
  return addIfNamed<CoroDescribeFramePass>(Name, FPM) ||
         addIfNamed<CoroForwardFramesPass>(Name, FPM) ||
         addIfNamed<CoroLifetimesPass>(Name, FPM) ||
         addIfNamed<CoroLowerAllocaPass>(Name, FPM) ||
         addIfNamed<CoroMarkSuspendsPass>(Name, FPM) ||
         addIfNamed<CoroNoteVariablesPass>(Name, FPM) ||
         addIfNamed<CoroPackSlotsPass>(Name, FPM) ||
         addIfNamed<CoroPinPass>(Name, FPM) ||
         addIfNamed<CoroReuseFramesPass>(Name, FPM) ||
         addIfNamed<CoroShareSlotsPass>(Name, FPM) ||
         addIfNamed<CoroSinkAddressesPass>(Name, FPM) ||
         addIfNamed<CoroSuspendResultsPass>(Name, FPM) ||
         addIfNamed<FrameReportPass>(Name, FPM);
}

bool parseSccPass(StringRef Name, CGSCCPassManager &CGPM,
                  ArrayRef<PassBuilder::PipelineElement>) {
  return addIfNamed<CoroDevirtPass>(Name, CGPM);
}

bool parseModulePass(StringRef Name, ModulePassManager &MPM,
                     ArrayRef<PassBuilder::PipelineElement>) {
  if (addIfNamed<CoroPreparePass>(Name, MPM) ||
      addIfNamed<CoroDevirtPass>(Name, MPM) ||
      addIfNamed<CoroFuseReturnsPass>(Name, MPM) ||
      addIfNamed<CoroSealPass>(Name, MPM) ||
      addIfNamed<CoroShipPass>(Name, MPM) ||
      addIfNamed<CoroUnsealPass>(Name, MPM) ||
      addIfNamed<FrameReportPass>(Name, MPM) ||
      addIfNamed<CoroDropPlacesPass>(Name, MPM))
    return true;
  if (Name == AwaitPrinterPass::passName()) {
    MPM.addPass(AwaitPrinterPass(errs()));
    return true;
  }
  if (PassBuilder::checkParametrizedPassName(Name,
                                             CoroInlinePass::passName())) {
    auto Options = PassBuilder::parsePassParameters(
        CoroInlineOptions::parse, Name, CoroInlinePass::passName());
    if (!Options) {
      errs() << "CoroInline: " << toString(Options.takeError()) << '\n';
      return false;
    }
    MPM.addPass(CoroInlinePass(*Options));
    return true;
  }
  return false;
}

/// Lets -print-after=, -print-pipeline-passes and the like know a pass's name.
template <typename PassT> void registerName(PassBuilder &PB) {
  if (PassInstrumentationCallbacks *PIC = PB.getPassInstrumentationCallbacks())
    PIC->addClassToPassName(PassT::name(), PassT::passName());
}

void registerPasses(PassBuilder &PB) {
  registerName<CoroDescribeFramePass>(PB);
  registerName<CoroDevirtPass>(PB);
  registerName<CoroMarkSuspendsPass>(PB);
  registerName<CoroNoteVariablesPass>(PB);
  registerName<CoroPackSlotsPass>(PB);
  registerName<CoroPinPass>(PB);
  registerName<CoroPreparePass>(PB);
  registerName<CoroForwardFramesPass>(PB);
  registerName<CoroFuseReturnsPass>(PB);
  registerName<CoroInlinePass>(PB);
  registerName<CoroLifetimesPass>(PB);
  registerName<CoroLowerAllocaPass>(PB);
  registerName<AwaitPrinterPass>(PB);
  registerName<FrameReportPass>(PB);
  registerName<CoroDropPlacesPass>(PB);
  registerName<CoroReuseFramesPass>(PB);
  registerName<CoroSealPass>(PB);
  registerName<CoroShareSlotsPass>(PB);
  registerName<CoroShipPass>(PB);
  registerName<CoroSinkAddressesPass>(PB);
  registerName<CoroSuspendResultsPass>(PB);
  registerName<CoroUnsealPass>(PB);
  PB.registerPipelineParsingCallback(parseModulePass);
  PB.registerPipelineParsingCallback(parseSccPass);
  PB.registerPipelineParsingCallback(parseFunctionPass);
  PB.registerPipelineStartEPCallback(
      [](ModulePassManager &MPM, OptimizationLevel Level) {
        MPM.addPass(CoroUnsealPass());
        MPM.addPass(CoroPreparePass());
        MPM.addPass(CoroInlinePass());
        if (Level != OptimizationLevel::O0) {
          MPM.addPass(CoroDevirtPass());
          MPM.addPass(CoroSealPass());
        }
        // What is sealed has its turn at the link.
        FunctionPassManager FPM;
        if (Level == OptimizationLevel::O0)
          FPM.addPass(CoroMarkSuspendsPass());
        else
          FPM.addPass(CoroNoteVariablesPass());
        MPM.addPass(OnCoroutinesPass(std::move(FPM)));
      });
  // What CoroSplit has split comes here again, before anything else changes it.
  PB.registerCGSCCOptimizerLateEPCallback(
      [](CGSCCPassManager &CGPM, OptimizationLevel Level) {
        if (Level == OptimizationLevel::O0)
          return; // it would come before CoroSplit there
        CGPM.addPass(createCGSCCToFunctionPassAdaptor(CoroDescribeFramePass()));
        CGPM.addPass(createCGSCCToFunctionPassAdaptor(CoroPinPass()));
        CGPM.addPass(createCGSCCToFunctionPassAdaptor(FrameReportPass()));
        CGPM.addPass(CoroDevirtPass());
      });
  registerLinkTime(PB);
  PB.registerScalarOptimizerLateEPCallback(
      [](FunctionPassManager &FPM, OptimizationLevel Level) {
        if (Level == OptimizationLevel::O0)
          return;
        FPM.addPass(CoroLowerAllocaPass());
        FPM.addPass(CoroReuseFramesPass());
        FPM.addPass(CoroMarkSuspendsPass());
        FPM.addPass(CoroShareSlotsPass());
        // At -O1, which is -Og, a debugger finds the slots as the source has
        // them.
        if (Level != OptimizationLevel::O1)
          FPM.addPass(CoroPackSlotsPass());
      });
  // The last thing before CoroSplit is one of these.
  PB.registerPeepholeEPCallback(
      [](FunctionPassManager &FPM, OptimizationLevel) {
        FPM.addPass(CoroLifetimesPass());
        if constexpr (!compat::KeepsSuspendResults)
          FPM.addPass(CoroSuspendResultsPass());
      });
  // -O0 has no other points between its inliner and CoroSplit, and behind that.
  PB.registerOptimizerEarlyEPCallback(
      [](ModulePassManager &MPM, OptimizationLevel Level, auto...) {
        if (Level != OptimizationLevel::O0) {
          addFuseReturns(MPM);
          return;
        }
        FunctionPassManager FPM;
        FPM.addPass(CoroLowerAllocaPass());
        MPM.addPass(OnCoroutinesPass(std::move(FPM)));
      });
  PB.registerOptimizerLastEPCallback(
      [](ModulePassManager &MPM, OptimizationLevel Level, auto...) {
        if (Level == OptimizationLevel::O0) {
          FunctionPassManager FPM;
          FPM.addPass(CoroDescribeFramePass());
          FPM.addPass(CoroLowerAllocaPass());
          MPM.addPass(OnCoroutinesPass(std::move(FPM)));
        } else {
          addSinkAddresses(MPM);
        }
        MPM.addPass(CoroDropPlacesPass());
        MPM.addPass(FrameReportPass());
      });
  PB.registerFullLinkTimeOptimizationLastEPCallback(
      [](ModulePassManager &MPM, OptimizationLevel Level) {
        if (Level != OptimizationLevel::O0) {
          addFuseReturns(MPM);
          addSinkAddresses(MPM);
        }
        MPM.addPass(FrameReportPass());
      });
}

/// The major version of the LLVM that this plugin has been loaded into; 0 where
/// it exports no way to tell, as before LLVM 16.
unsigned hostMajor() {
  using GetVersion = void (*)(unsigned *, unsigned *, unsigned *);
  auto Get =
      reinterpret_cast<GetVersion>(dlsym(RTLD_DEFAULT, "LLVMGetVersion"));
  unsigned Major = 0;
  if (Get)
    Get(&Major, nullptr, nullptr);
  return Major;
}

} // namespace

// Nothing in this library may touch LLVM before the host is known to be the
// LLVM that it was built for: no static constructors, no cl::opt.
extern "C" __attribute__((visibility("default"))) PassPluginLibraryInfo
llvmGetPassPluginInfo() {
  unsigned Host = hostMajor();
  if (Host != LLVM_VERSION_MAJOR) {
    char Name[16] = "another LLVM";
    if (Host)
      std::snprintf(Name, sizeof Name, "LLVM %u", Host);
    std::fprintf(stderr,
                 "CoroInline: this plugin is built for LLVM %d and was loaded "
                 "into %s: use the libCoroInline.so of that version\n",
                 LLVM_VERSION_MAJOR, Name);
    return {0, "CoroInline", COROINLINE_VERSION, nullptr};
  }
  return {LLVM_PLUGIN_API_VERSION, "CoroInline", COROINLINE_VERSION,
          registerPasses};
}

# Runs pipelines on a C program, verified after each pass, and again from what -print-pipeline-passes
# says of them: the same IR and the same text have to come out.
#   sh round-trip.sh 'CC WITH FLAGS' 'OPT WITH THE PLUGIN' SCRATCH PROGRAM...
cc=$1 opt=$2 scratch=$3
shift 3
mkdir -p "$scratch" && cd "$scratch" || exit 1

fail() {
    echo "round-trip: $program, $pipeline: $1" >&2
    exit 1
}

# LLVM 19 does not print this parameter of a pass of its own, which is set from -O1 on.
printed() {
    $opt -passes="$1" -print-pipeline-passes -disable-output program.bc >text || fail 'not printed'
    sed -i 's/,verify$//' text # opt's own, at the end of every pipeline
    case $pipeline in
    *O1* | *O2*) sed -i 's/coro-split\([,)]\)/coro-split<reuse-storage>\1/' text ;;
    esac
}

for program in "$@"; do
    $cc -w -g -O1 -Xclang -disable-llvm-passes -emit-llvm -c "$program" -o program.bc || exit 1
    for pipeline in 'default<O0>' 'default<O1>' 'default<O2>' 'default<O3>' 'default<Os>' 'default<Oz>' \
        'lto-pre-link<O2>' 'thinlto-pre-link<O2>'; do
        $opt -passes="$pipeline" -verify-each -S program.bc -o first.ll || fail 'not valid'
        case $pipeline in # LLVM does not print the thresholds of its inliner
        'default<O3>' | 'default<Os>' | 'default<Oz>') continue ;;
        esac
        printed "$pipeline" && cp text first.text
        grep -q 'coro-prepare,coro-inline<limit=20000;' text || fail 'without the passes of the plugin'
        $opt -passes="$(cat text)" -verify-each -S program.bc -o second.ll || fail 'not read back'
        cmp first.ll second.ll || fail 'other IR'
        printed "$(cat first.text)"
        cmp first.text text || fail 'other text'
    done
done

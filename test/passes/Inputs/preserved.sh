# Puts C programs through whole pipelines in which opt compares what passes change with what they say of it.
#   sh preserved.sh 'OPT WITH THE PLUGIN' 'CLANG THAT MAKES IR FOLDER' SCRATCH NAME...
opt=$1 clang=$2 scratch=$3
shift 3
for name; do
    $clang/"$name".c >"$scratch.ll" || exit
    for pipeline in 'default<O0>' 'default<O2>' 'thinlto-pre-link<O2>'; do
        $opt -passes="$pipeline" -verify-analysis-invalidation -disable-output "$scratch.ll" || {
            echo "$name, $pipeline" >&2
            exit 1
        }
    done
done

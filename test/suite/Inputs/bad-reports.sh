# Prints what report.py makes of files that it can't use, a line each.
#   bad-reports.sh PYTHON REPORT.PY CHANGE.PY FOLDER, in which suite.json lies
python=$1 report=$2 change=$3
cd "$4" || exit 1

try() {
    told=$("$python" "$report" page "$@" 2>&1)
    echo "status $?: $told"
    [ ! -e page ] || echo 'there is a page'
}

changed() {
    "$python" "$change" suite.json "$1" >bad.json
    try bad.json
}

try nowhere.json
echo '{"context":' >bad.json && try bad.json
echo '[]' >bad.json && try bad.json
changed 'runs[:] = [1]'
changed 'del all["context"]["machine"]'
changed 'runs.clear()'
changed 'del median["label"]'
changed 'median["cpu_time"] = "fast"'
changed 'median["cpu_time"] = float("nan")'
changed 'del median["group"]'
changed 'runs.remove(median)'
try suite.json suite.json
"$python" "$change" suite.json 'all["context"]["machine"] = "another"' >bad.json && try suite.json bad.json
echo '{"search/amac": 1}' >bad.json && try suite.json --figures bad.json

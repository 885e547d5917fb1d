# Sourced by script tests: `law NAME EXPECTED-EXIT COMMAND...` runs the command and counts; laws_end
# reports. The output of a command stands in $out for further looks with `holds`.
passed=0
failed=0
out=

law() {
    law_name=$1
    law_expected=$2
    shift 2
    law_code=0
    out=$("$@" 2>&1) || law_code=$?
    holds "$law_name" [ "$law_code" -eq "$law_expected" ]
}

# holds NAME TEST...: a law about what is there now.
holds() {
    law_name=$1
    shift
    if "$@"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf 'FAIL %s: %s\n%s\n' "$law_name" "$*" "$out"
    fi
}

says() {
    case $out in *"$1"*) return 0 ;; esac
    return 1
}

laws_end() {
    echo "$passed passed, $failed failed"
    [ "$failed" -eq 0 ]
}

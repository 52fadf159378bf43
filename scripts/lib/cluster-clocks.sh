# A clock for each process of a cluster, that can be set wrong: libfaketime. To be sourced after cluster-layout.sh; uses dir,
# say and fail of scripts/cluster.
# shellcheck shell=bash
# shellcheck disable=SC2154 # set by scripts/cluster

# Prints the library, or nothing.
clock_library() {
  local path
  for path in /usr/lib/*/faketime/libfaketime.so.1 /usr/lib64/faketime/libfaketime.so.1 /usr/lib/faketime/libfaketime.so.1; do
    [ ! -f "$path" ] || { echo "$path"; return 0; }
  done
}

# Says why this machine cannot have such clocks, and fails.
clocks_usable() {
  [ -n "$(clock_library)" ] || { say "clocks of their own need libfaketime (scripts/faults/install)"; return 1; }
}

# Sets `timed` to what runs a program by the clock of a process. The clock that only ever goes on stays right.
# Without the last setting libfaketime takes that clock for another one where the JVM waits, and waits end at once.
clock_of() { # process
  # shellcheck disable=SC2034 # used where it is started
  timed=()
  [ "$s_clocks" = yes ] || return 0
  [ -f "$dir/$1/clock" ] || echo +0 >"$dir/$1/clock"
  # shellcheck disable=SC2034
  timed=(env "LD_PRELOAD=$(clock_library)" "FAKETIME_TIMESTAMP_FILE=$dir/$1/clock" FAKETIME_CACHE_DURATION=1
    FAKETIME_DONT_FAKE_MONOTONIC=1 FAKETIME_FORCE_MONOTONIC_FIX=0)
}

# Clocks show this much more or less, such as +3600 or -60, in seconds, or run at another rate, such as x2.
set_clocks() { # how, processes
  [ "$s_clocks" = yes ] || fail "$command is for a cluster that was made with --clocks" 2
  local how=$1 id
  shift
  case "$how" in
    [+-][0-9]*) ;;
    x[0-9]*) how="+0 $how" ;;
    *) fail "clock wants seconds such as +3600 or -60, or a rate such as x2, got '$how'" 2 ;;
  esac
  for id in "$@"; do
    printf '%s\n' "$how" >"$dir/$id/clock.new"
    mv "$dir/$id/clock.new" "$dir/$id/clock"
  done
}

# Builds the distribution in a source tree when it is older than the sources. To be sourced, after toolchain.sh.
# shellcheck shell=bash

# What runs is a copy under target/ringkv, one directory per build, so that neither the next build nor a test run takes
# the libraries away from processes that still run on them.

# Succeeds when the marker exists and nothing that goes into the distribution is newer.
build_is_fresh() { # root, marker
  local newer
  [ -f "$2" ] || return 1
  newer=$(cd "$1" && find pom.xml .mvn client/pom.xml client/src/main ratis-kv/pom.xml ratis-kv/src/main \
    shard-manager/pom.xml shard-manager/src/main tests/pom.xml tests/src/main tests/src/assembly conf scripts \
    -newer "$2" -print -quit 2>/dev/null)
  [ -z "$newer" ]
}

# Runs a command while nothing else builds in this tree, waiting for its turn. The command must not inherit the lock:
# a server that it starts would hold it for ever.
build_alone() { # root, command
  local root=$1
  shift
  mkdir -p "$root/target/ringkv"
  (
    if command -v flock >/dev/null 2>&1 && ! flock -n 8; then
      toolchain_say "waiting for another build of RingKV ..."
      flock 8
    fi
    "$@" 8>&-
  ) 8>"$root/target/ringkv/lock"
}

# Sets BUILT_HOME to a distribution that is as new as the sources.
build_if_stale() { # root
  local current=$1/target/ringkv/current
  if ! build_is_fresh "$1" "$current/.built"; then
    build_alone "$1" build_unless_fresh "$1" || return 1
  fi
  # Resolved now, because the link may point elsewhere while a process still starts.
  # shellcheck disable=SC2034
  BUILT_HOME=$(cd -P "$current" && pwd)
}

build_unless_fresh() { # root
  build_is_fresh "$1" "$1/target/ringkv/current/.built" || build_now "$1"
}

build_now() { # root
  local log=$1/target/ringkv/build.log marker=$1/target/ringkv/started version built copy
  toolchain_for_building || return 1
  toolchain_say "building RingKV (first run takes some minutes) ..."
  # The marker is as old as the start of the build: what changes meanwhile counts as newer.
  touch "$marker"
  if ! (cd "$1" && "$MVN" -B -ntp -pl tests -am package -Dmaven.test.skip -Djacoco.skip -Dspotless.check.skip \
    -Ddistribution.archive.skip) >"$log" 2>&1 </dev/null; then
    grep '^\[ERROR\]' "$log" | head -n 20 >&2 || tail -n 20 "$log" >&2
    toolchain_say "ringkv: the build failed; all of its output is in $log"
    return 1
  fi
  version=$(sed -n 's/^  <version>\(.*\)<\/version>/\1/p' "$1/pom.xml" | head -n 1)
  built=$1/tests/target/ringkv-$version
  copy=$1/target/ringkv/$(date +%Y%m%d-%H%M%S)-$$
  cp -R "$built" "$copy"
  mv "$marker" "$copy/.built"
  ln -sfn "$copy" "$1/target/ringkv/current.new"
  mv -f -T "$1/target/ringkv/current.new" "$1/target/ringkv/current" 2>/dev/null \
    || { rm -f "$1/target/ringkv/current.new"; ln -sfn "$copy" "$1/target/ringkv/current"; }
  build_forget_old "$1"
}

# Keeps the last three builds: processes that were started from an older one may still load classes.
build_forget_old() { # root
  local old=() index
  for index in "$1"/target/ringkv/[0-9]*-[0-9]*; do
    [ ! -d "$index" ] || old+=("$index")
  done
  for ((index = 0; index < ${#old[@]} - 3; index++)); do
    rm -rf "${old[$index]}"
  done
}

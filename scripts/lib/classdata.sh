# Lets JVMs start from an archive of loaded classes (class data sharing): starting takes about a third less time, and a
# cluster on one machine about half. To be sourced, after toolchain_for_running.
# shellcheck shell=bash

# Sets CLASS_DATA to options for the JVM: those that use the archive of this distribution for this Java, if there is one.
# The JVM itself checks that the archive fits and does without it otherwise. What it has to say about that, and all its
# other warnings, would go to standard output, which is for data.
class_data() { # distribution, yes to make an archive that is missing
  local archive=$1/cds/${JAVA//\//_}-${JAVA_VERSION_TEXT:-unknown}.jsa
  CLASS_DATA=(-Xlog:disable '-Xlog:all=warning,cds=off,cds+dynamic=off:stderr')
  [ "${RINGKV_CLASS_DATA:-}" != off ] || return 0
  if [ "$2" = yes ] && [ ! -f "$archive" ] && [ ! -f "$archive.failed" ]; then
    class_data_make "$1" "$archive" || true
  fi
  [ ! -f "$archive" ] || CLASS_DATA+=(-Xshare:auto "-XX:SharedArchiveFile=$archive")
}

# Makes the archive from a small cluster's life. That it fails is no reason to fail; it is not tried twice.
class_data_make() { # distribution, archive
  mkdir -p "$1/cds" 2>/dev/null && [ -w "$1/cds" ] || return 0
  (
    # Whoever comes second goes without.
    ! command -v flock >/dev/null 2>&1 || flock -n 7 || exit 0
    [ ! -f "$2" ] || exit 0
    toolchain_say "preparing faster starts (once) ..."
    limit=()
    ! command -v timeout >/dev/null 2>&1 || limit=(timeout 120)
    # What is left of an attempt that was broken off.
    rm -f "$2".[0-9]*
    new=$2.$$
    # shellcheck disable=SC2086
    ${limit[@]+"${limit[@]}"} "$JAVA" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx1g "-XX:ArchiveClassesAtExit=$new" \
      "-Dlogback.configurationFile=$1/conf/logback-client.xml" \
      "-Djava.util.logging.config.file=$1/conf/logging-client.properties" -cp "$1/lib/*" io.ringkv.cli.Main dev \
      --exec 'put a 1; get a; mget a b; incr n; cas b 1 --if-absent; scan; get a --consistency stale; status; del a' \
      >"$1/cds/log" 2>&1 </dev/null 7>&- || true
    if [ -s "$new" ]; then mv -f "$new" "$2"; else rm -f "$new"; : >"$2.failed"; fi
  ) 7>"$1/cds/lock"
}

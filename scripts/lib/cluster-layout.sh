# What a cluster's directory holds: its settings, its members and their addresses, and which process runs which of them.
# To be sourced; uses dir, settings and say and fail of scripts/cluster.
# shellcheck shell=bash
# shellcheck disable=SC2154 # set by scripts/cluster

# The settings file is written once, whole, before the first process starts.
load_settings() {
  [ -f "$settings" ] || fail "no cluster in $dir (start one: scripts/cluster up --dir $dir)"
  local key value
  while IFS='=' read -r key value; do
    case "$key" in
      BASE_PORT) s_base_port=$value ;;
      SERVERS) s_servers=$value ;;
      MANAGERS) s_managers=$value ;;
      SHARDS) s_shards=$value ;;
      REPLICATION_FACTOR) s_replication_factor=$value ;;
      PER_JVM) s_per_jvm=$value ;;
      STANDBYS) s_standbys=$value ;;
      NETWORK) s_network=$value ;;
      DISKS) s_disks=$value ;;
      CLOCKS) s_clocks=$value ;;
    esac
  done <"$settings"
  [ -n "${s_base_port:-}" ] && [ -n "${s_servers:-}" ] && [ -n "${s_managers:-}" ] \
    || fail "$settings is damaged: it must name BASE_PORT, SERVERS and MANAGERS"
  s_per_jvm=${s_per_jvm:-1} s_standbys=${s_standbys:-0} s_network=${s_network:-}
  s_disks=${s_disks:-no} s_clocks=${s_clocks:-no}
  default_timeout
}

# Many servers take long to start. Longer than 300 s no command waits for a cluster.
default_timeout() {
  [ -n "$timeout" ] || timeout=$((120 + 3 * s_servers))
  [ "$timeout" -le 300 ] || timeout=300
}

# A Java process takes seconds of a core to start and warm up: on few cores many servers share a few.
default_per_jvm() {
  local cores
  cores=$(nproc 2>/dev/null || echo 2)
  if [ "$s_servers" -le $((8 * cores)) ]; then echo 1; else echo 10; fi
}

first_settings() {
  s_base_port=${base_port:-7400} s_servers=${servers:-3} s_managers=${managers:-3}
  s_shards=$shards s_replication_factor=$replication_factor s_standbys=${standbys:-0}
  s_per_jvm=${per_jvm:-$(default_per_jvm)}
  s_network='' s_disks=$disks s_clocks=$clocks
  default_timeout
  [ $((s_base_port + 1000 + 10 * (s_managers + s_standbys))) -le 65535 ] || fail "--base-port $s_base_port is too high: manager ports would pass 65535" 2
  [ "$s_servers" -le 100 ] || fail "--servers $s_servers is over the limit of 100 (their ports would run into the managers')" 2
  if [ -n "$(find "$dir" -mindepth 1 -maxdepth 1 ! -name .lock 2>/dev/null | head -n 1)" ]; then
    fail "$dir is not empty and holds no cluster: choose another --dir" 2
  fi
  [ "$networks$disks$clocks" = nonono ] || [ "$s_per_jvm" = 1 ] \
    || fail "--networks, --disks and --clocks are for servers with processes of their own: not with --per-jvm" 2
  [ "$disks" = no ] || disks_usable || fail "--disks is not possible here"
  [ "$clocks" = no ] || clocks_usable || fail "--clocks is not possible here"
  [ "$networks" = no ] || claim_network
  printf 'BASE_PORT=%s\nSERVERS=%s\nMANAGERS=%s\nSHARDS=%s\nREPLICATION_FACTOR=%s\nPER_JVM=%s\nSTANDBYS=%s\nNETWORK=%s\nDISKS=%s\nCLOCKS=%s\n' \
    "$s_base_port" "$s_servers" "$s_managers" "$s_shards" "$s_replication_factor" "$s_per_jvm" "$s_standbys" "$s_network" "$s_disks" "$s_clocks" >"$settings.new"
  mv "$settings.new" "$settings"
}

refuse_contradiction() { # flag, wanted, existing
  [ -z "$2" ] || [ "$2" = "$3" ] \
    || fail "$1 $2 contradicts the existing cluster in $dir, which has ${3:-the default} (use another --dir and --base-port, or destroy it first)" 2
}

server_port() { echo $((s_base_port + 10 * ($1 - 1))); }
manager_port() { echo $((s_base_port + 1000 + 10 * ($1 - 1))); }

port_of() { # id of a member
  case "$1" in s*) server_port "${1#s}" ;; m*) manager_port "${1#m}" ;; esac
}

manager_addresses() {
  local k list=''
  for ((k = 1; k <= s_managers; k++)); do list+=${list:+,}$(host_of "m$k"):$(manager_port "$k"); done
  echo "$list"
}

# Endpoints for clients: the servers first, then all managers; one live one is enough.
endpoints() {
  local k id list=''
  for ((k = 1; k <= s_servers && k <= 3; k++)); do list+=${list:+,}$(host_of "s$k"):$(server_port "$k"); done
  for id in $(all_ids | grep '^m'); do list+=,$(host_of "$id"):$(port_of "$id"); done
  echo "$list"
}

# All members: managers, those that stand by, the first servers, and those that joined later (they have a directory).
all_ids() {
  local k path first=$((s_managers + s_standbys))
  for ((k = 1; k <= first; k++)); do echo "m$k"; done
  for path in "$dir"/m[0-9]*; do
    [ -d "$path" ] || continue
    k=${path##*/m}
    [ "$k" -le "$first" ] || echo "m$k"
  done | sort -V
  for ((k = 1; k <= s_servers; k++)); do echo "s$k"; done
  for path in "$dir"/s[0-9]*; do
    [ -d "$path" ] || continue
    k=${path##*/s}
    [ "$k" -le "$s_servers" ] || echo "s$k"
  done | sort -V
}

# The process that runs a member: one of its own, unless the first servers share processes.
process_of() { # id
  local k=${1#?}
  case "$1" in
    s*) if [ "$s_per_jvm" -gt 1 ] && [ "$k" -le "$s_servers" ]; then echo "p$(((k - 1) / s_per_jvm + 1))"; else echo "$1"; fi ;;
    *) echo "$1" ;;
  esac
}

members_of() { # process -> the members it runs, a line each
  local k=${1#?} first last
  case "$1" in
    p*)
      first=$(((k - 1) * s_per_jvm + 1)) last=$((k * s_per_jvm))
      for ((k = first; k <= last && k <= s_servers; k++)); do echo "s$k"; done
      ;;
    *) echo "$1" ;;
  esac
}

# The members of a process for people: s1 to s10.
describe_members() { # process
  local members
  mapfile -t members < <(members_of "$1")
  if [ ${#members[@]} -gt 1 ]; then echo "${members[0]} to ${members[-1]}"; else echo "${members[0]}"; fi
}

all_processes() {
  local id
  all_ids | while read -r id; do process_of "$id"; done | uniq
}

# Sets `named` to the members that the command is about.
name_members() {
  local id
  [ ${#ids[@]} -gt 0 ] || fail "$command wants an ID: s1, s2, ..., m1, m2, ..., servers, managers, or all" 2
  named=()
  for id in "${ids[@]}"; do
    case "$id" in
      all) mapfile -t -O ${#named[@]} named < <(all_ids) ;;
      servers) mapfile -t -O ${#named[@]} named < <(all_ids | grep '^s') ;;
      managers) mapfile -t -O ${#named[@]} named < <(all_ids | grep '^m') ;;
      s[0-9]* | m[0-9]*) named+=("$id") ;;
      p[0-9]*) mapfile -t -O ${#named[@]} named < <(members_of "$id") ;;
      *) fail "'$id' is no ID (expected s1, s2, ..., m1, m2, ..., servers, managers, or all)" 2 ;;
    esac
  done
}

# Sets `chosen` to the processes of the named members, each once. A process that runs others as well is announced: what is
# done concerns them all.
choose_processes() {
  local id process others
  name_members
  chosen=()
  for id in "${named[@]}"; do
    process=$(process_of "$id")
    case " ${chosen[*]-} " in *" $process "*) continue ;; esac
    chosen+=("$process")
    others=$(members_of "$process" | grep -vxF "$(printf '%s\n' "${named[@]}")" || true)
    [ -z "$others" ] || say "$id runs in one process with others: this is done to all of $(describe_members "$process")"
  done
}

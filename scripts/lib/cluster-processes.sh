# Processes of a cluster: start them, find them again, signal them, wait for them.
# To be sourced after cluster-layout.sh; uses dir, ringkv, timeout and say and fail of scripts/cluster.
# shellcheck shell=bash
# shellcheck disable=SC2154 # set by scripts/cluster

# A process is ours only if its pid AND its start time are those we wrote down: a pid that was given to somebody else
# in the meantime is never touched.
# Sets `found` to its pid, or to nothing. Starts no process itself: it is asked for many, again and again.
find_pid() { # process
  local pid='' started='' stat fields
  found=''
  { read -r pid started <"$dir/$1/pid"; } 2>/dev/null || return 0
  [ -n "$pid" ] && [ -n "$started" ] || return 0
  if { read -r stat <"/proc/$pid/stat"; } 2>/dev/null; then
    # The command name may hold blanks and parentheses; the start time is the 20th field after it.
    read -r -a fields <<<"${stat##*) }"
    [ "${fields[0]}" = Z ] || [ "${fields[19]}" != "$started" ] || found=$pid
  elif [ ! -d /proc/self ]; then
    [ "$(ps -o lstart= -p "$pid" 2>/dev/null | tr ' ' '_')" != "$started" ] || found=$pid
  fi
}

is_running() { # process
  find_pid "$1"
  [ -n "$found" ]
}

# Sets `arguments` to the command line of a process.
command_line_of() { # process
  local id=$1 k=${1#?} members
  case "$id" in
    m*)
      arguments=(manager --label "$id" --data "$(data_of "$id")" --base-port "$(manager_port "$k")" -D "down-after=10s"
        -D "member.replace-after=10s")
      # The first managers found the cluster; later ones stand by in it.
      [ "$k" -le "$s_managers" ] || arguments+=(--join "$(endpoints)")
      ;;
    s*) arguments=(server --label "$id" --data "$(data_of "$id")" --base-port "$(server_port "$k")" --join "$(manager_addresses)") ;;
    p*)
      members=$(members_of "$id" | tr '\n' ',')
      # A process is a zone: where there are enough, none holds two replicas of a shard.
      arguments=(servers --members "${members%,}" --data "$(data_of "$id")" --join "$(manager_addresses)" --zone "$id"
        --base-port "$(port_of "${members%%,*}")")
      ;;
  esac
  [ -z "$s_network" ] || arguments+=(-D "listen-host=$(host_of "$id")")
  # A server beside others that have zones must not be the only one without.
  case "$id" in s*) [ "$s_per_jvm" = 1 ] || arguments+=(--zone "$id") ;; esac
  [ "$s_servers" -le 8 ] || ease "$id"
}

# Many servers on one machine get little time each: what they say only to show that they live is said less often.
ease() { # process; adds to `arguments`
  set_unless_told raft.election-timeout-min RINGKV_RAFT_ELECTION_TIMEOUT_MIN 1s
  set_unless_told raft.election-timeout-max RINGKV_RAFT_ELECTION_TIMEOUT_MAX 2s
  case "$1" in
    m*) ;;
    *)
      set_unless_told manager.heartbeat RINGKV_MANAGER_HEARTBEAT 1s
      set_unless_told stale-reads.freshness RINGKV_STALE_READS_FRESHNESS 5s
      ;;
  esac
}

set_unless_told() { # key, variable, value
  [ -n "${!2:-}" ] || arguments+=(-D "$1=$3")
}

launch() { # process: start it unless it runs
  local id=$1 arguments small=${RINGKV_SMALL:-} within=() timed=()
  ! is_running "$id" || return 0
  mkdir -p "$dir/$id"
  rm -f "$dir/$id/pid"
  command_line_of "$id"
  connect "$id"
  attach_disk "$id"
  clock_of "$id"
  [ -z "$s_network" ] || within=(nsenter "--net=/run/netns/$(namespace_of "$id")")
  [ $((s_servers / s_per_jvm)) -le 8 ] || small=yes
  # The child writes down who it is before it becomes the process, so that an interrupted `up` leaves nothing unknown.
  # A session of its own keeps the terminal's Ctrl-C away from it.
  (
    exec 9>&- # the lock of this script is not inherited
    [ -z "$small" ] || export RINGKV_SMALL=$small
    # shellcheck disable=SC2016
    exec setsid bash -c '
      file=$1; shift
      stat=$(cat /proc/$$/stat 2>/dev/null) && { set -f; fields=(${stat##*) }); started=${fields[19]}; } \
        || started=$(ps -o lstart= -p $$ | tr " " "_")
      echo "$$ $started" >"$file.new" && mv "$file.new" "$file"
      exec "$@"
    ' launch "$dir/$id/pid" "${within[@]}" "${timed[@]}" "$ringkv" "${arguments[@]}"
  ) </dev/null >>"$dir/$id/log" 2>&1 &
  disown
}

await_pid_file() { # process: until the child has written down who it is, or 10 s are over
  local deadline=$((SECONDS + 10))
  until [ -s "$dir/$1/pid" ]; do
    [ $SECONDS -lt $deadline ] || { show_end_of_log "$1"; fail "$1 did not start"; }
    sleep 0.05
  done
}

show_end_of_log() {
  [ -s "$dir/$1/log" ] || return 0
  say "--- last lines of $dir/$1/log"
  tail -n 12 "$dir/$1/log" >&2
}

signal() { # name, process
  is_running "$2" || { say "$2 is not running"; return 1; }
  kill "-$1" "$found"
}

await_end() { # process
  local deadline=$((SECONDS + timeout))
  while is_running "$1"; do
    [ $SECONDS -lt $deadline ] || { say "$1 did not stop within $timeout s (kill -9 it: scripts/cluster kill $1)"; return 1; }
    sleep 0.05
  done
}

stop_processes() { # processes: in good order, all at once, then wait
  local id result=0 signalled=()
  for id in "$@"; do
    if is_running "$id"; then
      # A frozen process could never obey.
      signal CONT "$id" || true
      signal TERM "$id" && signalled+=("$id")
    fi
  done
  for id in "${signalled[@]}"; do await_end "$id" || result=1; done
  return $result
}

# Gives processes so much of 100 of their time, for some seconds: they stand still for the rest of every fifth of a second.
starve() { # percent, seconds, processes
  need_number starve "$1"
  need_number starve "$2"
  [ "$1" -lt 100 ] || fail "starve wants less than 100 percent, got $1" 2
  local run pause end=$((SECONDS + $2)) id pids=()
  run=$(printf '0.%03d' $((2 * $1))) pause=$(printf '0.%03d' $((200 - 2 * $1)))
  shift 2
  for id in "$@"; do
    is_running "$id" || fail "$id is not running"
    pids+=("$found")
  done
  # Whatever ends this, they go on.
  # shellcheck disable=SC2064
  trap "kill -CONT ${pids[*]} 2>/dev/null || true" EXIT
  while [ $SECONDS -lt $end ]; do
    kill -STOP "${pids[@]}"
    sleep "$pause"
    kill -CONT "${pids[@]}"
    sleep "$run"
  done
}

# Runs a program that waits for processes, and ends it as soon as one of them is gone: it could wait for ever.
unless_dead() { # processes, --, program, arguments
  local id waiting watched=()
  while [ "$1" != -- ]; do watched+=("$1"); shift; done
  shift
  "$@" &
  waiting=$!
  # What runs in the background does not hear Ctrl-C.
  trap 'kill "$waiting" 2>/dev/null; exit 130' INT TERM
  while kill -0 "$waiting" 2>/dev/null; do
    for id in "${watched[@]}"; do
      if ! is_running "$id"; then
        kill "$waiting" 2>/dev/null || true
        wait "$waiting" 2>/dev/null || true
        trap - INT TERM
        return 1
      fi
    done
    sleep 0.2
  done
  trap - INT TERM
  wait "$waiting"
}

report_dead() { # processes: after a failed wait: who is gone, and what it said last
  local id
  for id in "$@"; do
    if ! is_running "$id"; then
      say "$id is not running"
      show_end_of_log "$id"
    fi
  done
}

# Whether so many managers run as a group of the first size needs; which of them are members now, only the cluster knows.
majority_of_managers_runs() {
  local id running=0
  for id in $(all_ids | grep '^m'); do ! is_running "$id" || running=$((running + 1)); done
  [ $((2 * running)) -gt "$s_managers" ]
}

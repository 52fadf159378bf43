# Finds the JDK and Maven that RingKV needs; installs what is missing where it knows how. To be sourced.
# shellcheck shell=bash

# Where the file system begins in which tools and the name of the system are looked for; tests set it.
readonly TOOLCHAIN_ROOT=${RINGKV_TOOLCHAIN_ROOT:-}
readonly RINGKV_JAVA_MINIMUM=17
readonly RINGKV_MAVEN_MINIMUM=3.8

toolchain_say() { printf '%s\n' "$*" >&2; }

# Version of the Java in a directory, such as 17.0.15; nothing when there is none. Reads a file where possible, because
# starting a JVM to ask it costs more than many a command.
toolchain_java_version() { # java home
  local version=''
  if [ -r "$1/release" ]; then
    version=$(sed -n 's/^JAVA_VERSION="\([^"]*\)".*/\1/p' "$1/release")
  fi
  if [ -z "$version" ] && [ -x "$1/bin/java" ]; then
    version=$("$1/bin/java" -version 2>&1 | sed -n 's/.*version "\([^"]*\)".*/\1/p' | head -n 1)
  fi
  printf '%s' "$version"
}

# Major version of the Java in a directory, such as 17; nothing when there is none.
toolchain_java_major() { # java home
  local version
  version=$(toolchain_java_version "$1")
  version=${version#1.} # 1.8.0 is Java 8
  version=${version%%[!0-9]*}
  printf '%s' "$version"
}

# Succeeds when the directory holds that tool, java or javac, of a version we can use.
toolchain_usable() { # java home, tool
  local major
  [ -n "$1" ] && [ -x "$1/bin/$2" ] || return 1
  major=$(toolchain_java_major "$1")
  [ -n "$major" ] && [ "$major" -ge "$RINGKV_JAVA_MINIMUM" ]
}

# The directory of the Java installation that a program on the PATH belongs to.
toolchain_home_of() { # program
  local path target
  path=$(command -v "$1" 2>/dev/null) || return 0
  while [ -L "$path" ]; do
    target=$(readlink "$path")
    case "$target" in
      /*) path=$target ;;
      *) path=$(dirname "$path")/$target ;;
    esac
  done
  (cd -P "$(dirname "$path")/.." && pwd)
}

# Prints the home of a usable Java: JAVA_HOME, else the one on the PATH, else any in the usual places.
# A JAVA_HOME that is set but unusable is an error (exit code 1 with text), never silently replaced.
# Prints nothing when none is found.
toolchain_find_java() { # tool: java or javac
  local home
  if [ -n "${JAVA_HOME:-}" ]; then
    if toolchain_usable "$JAVA_HOME" "$1"; then
      printf '%s' "$JAVA_HOME"
      return 0
    fi
    local major
    major=$(toolchain_java_major "$JAVA_HOME")
    if [ -z "$major" ]; then
      toolchain_say "WRONG_JDK: JAVA_HOME is $JAVA_HOME, which holds no Java. Unset it, or set it to a JDK $RINGKV_JAVA_MINIMUM or newer."
    elif [ "$major" -lt "$RINGKV_JAVA_MINIMUM" ]; then
      toolchain_say "WRONG_JDK: JAVA_HOME is $JAVA_HOME, a Java $major, but RingKV needs $RINGKV_JAVA_MINIMUM or newer. Unset it, or set it to a JDK $RINGKV_JAVA_MINIMUM or newer."
    else
      toolchain_say "WRONG_JDK: JAVA_HOME is $JAVA_HOME, a Java without compiler, but building RingKV needs a JDK. Unset it, or set it to a JDK $RINGKV_JAVA_MINIMUM or newer."
    fi
    return 1
  fi
  for home in "$(toolchain_home_of "$1")" "$TOOLCHAIN_ROOT"/usr/lib/jvm/* "$TOOLCHAIN_ROOT"/Library/Java/JavaVirtualMachines/*/Contents/Home \
    "$TOOLCHAIN_ROOT"/opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
    "$TOOLCHAIN_ROOT"/usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
    if toolchain_usable "$home" "$1"; then
      printf '%s' "$home"
      return 0
    fi
  done
}

# Prints the path of a usable Maven, or nothing.
toolchain_find_maven() {
  local candidate version major minor
  for candidate in "$(command -v mvn 2>/dev/null || true)" "$TOOLCHAIN_ROOT/usr/bin/mvn"; do
    [ -x "$candidate" ] || continue
    version=$("$candidate" --version 2>/dev/null | sed -n 's/.*Apache Maven \([0-9][0-9.]*\).*/\1/p' | head -n 1) || true
    major=${version%%.*}
    minor=${version#*.}
    minor=${minor%%.*}
    case "$major$minor" in '' | *[!0-9]*) continue ;; esac
    if [ "$major" -gt "${RINGKV_MAVEN_MINIMUM%.*}" ] \
      || { [ "$major" -eq "${RINGKV_MAVEN_MINIMUM%.*}" ] && [ "$minor" -ge "${RINGKV_MAVEN_MINIMUM#*.}" ]; }; then
      printf '%s' "$candidate"
      return 0
    fi
  done
}

# debian, fedora, alpine, arch, macos, or other.
toolchain_system() {
  if [ "$(uname -s)" = Darwin ]; then
    echo macos
    return
  fi
  local release=''
  # shellcheck source=/dev/null
  [ ! -r "$TOOLCHAIN_ROOT/etc/os-release" ] \
    || release=$(. "$TOOLCHAIN_ROOT/etc/os-release" && echo " ${ID:-} ${ID_LIKE:-} ")
  case "$release" in
    *' debian '* | *' ubuntu '*) echo debian ;;
    *' fedora '* | *' rhel '*) echo fedora ;;
    *' alpine '*) echo alpine ;;
    *' arch '*) echo arch ;;
    *) echo other ;;
  esac
}

# The newest-known-good JDK package this Debian or Ubuntu offers.
toolchain_debian_jdk() {
  local package
  for package in openjdk-17-jdk-headless openjdk-21-jdk-headless openjdk-25-jdk-headless; do
    if [ -n "$(apt-cache show --no-all-versions "$package" 2>/dev/null)" ]; then
      echo "$package"
      return
    fi
  done
  echo default-jdk-headless
}

toolchain_apt_install() { # missing: jdk, maven, or both
  local packages=() name
  apt-get -o DPkg::Lock::Timeout=300 update || return 1
  for name in "$@"; do
    case "$name" in
      jdk) packages+=("$(toolchain_debian_jdk)") ;;
      *) packages+=("$name") ;;
    esac
  done
  DEBIAN_FRONTEND=noninteractive \
    apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "${packages[@]}"
}

# Installs what is missing, or says which command would, and fails.
toolchain_install() { # missing: jdk, maven, or both
  local missing=$* log
  case "$(toolchain_system)" in
    debian)
      if [ "$(id -u)" != 0 ]; then
        toolchain_say "ringkv: missing: $missing. Install it with:  sudo apt-get update && sudo apt-get install -y openjdk-17-jdk-headless maven"
        return 1
      fi
      toolchain_say "ringkv: missing: $missing; installing it with apt-get ..."
      log=$(mktemp)
      if ! toolchain_apt_install "$@" >"$log" 2>&1 </dev/null; then
        tail -n 20 "$log" >&2
        toolchain_say "ringkv: apt-get could not install: $missing. All it said is in $log; install a JDK $RINGKV_JAVA_MINIMUM or newer and Maven $RINGKV_MAVEN_MINIMUM or newer by hand, then try again."
        return 1
      fi
      rm -f "$log"
      ;;
    fedora) toolchain_need "$missing" 'sudo dnf install java-17-openjdk-devel maven' ;;
    alpine) toolchain_need "$missing" 'sudo apk add openjdk17-jdk maven' ;;
    arch) toolchain_need "$missing" 'sudo pacman -S jdk17-openjdk maven' ;;
    macos) toolchain_need "$missing" 'brew install openjdk@17 maven' ;;
    *)
      toolchain_say "ringkv: missing: $missing. Install a JDK $RINGKV_JAVA_MINIMUM or newer and Maven $RINGKV_MAVEN_MINIMUM or newer and put them on the PATH."
      return 1
      ;;
  esac
}

toolchain_need() { # what is missing, command
  toolchain_say "ringkv: missing: $1. Install it with:  $2"
  return 1
}

# For building: sets and exports JAVA_HOME (a JDK) and sets MVN; installs what is missing.
toolchain_for_building() {
  local home missing=()
  home=$(toolchain_find_java javac) || return 1
  [ -n "$home" ] || missing+=(jdk)
  MVN=$(JAVA_HOME=$home toolchain_find_maven)
  [ -n "$MVN" ] || missing+=(maven)
  if [ ${#missing[@]} -gt 0 ]; then
    toolchain_install "${missing[@]}" || return 1
    home=$(toolchain_find_java javac) || return 1
    MVN=$(JAVA_HOME=$home toolchain_find_maven)
    if [ -z "$home" ] || [ -z "$MVN" ]; then
      toolchain_say "ringkv: installed ${missing[*]}, yet no JDK $RINGKV_JAVA_MINIMUM or newer with Maven $RINGKV_MAVEN_MINIMUM or newer is found; put them on the PATH."
      return 1
    fi
  fi
  export JAVA_HOME=$home
}

# For running: sets JAVA, the program, and JAVA_MAJOR and JAVA_VERSION_TEXT, its version.
toolchain_for_running() {
  local home
  home=$(toolchain_find_java java) || return 1
  if [ -z "$home" ]; then
    toolchain_install jdk || return 1
    home=$(toolchain_find_java java) || return 1
    if [ -z "$home" ]; then
      toolchain_say "ringkv: installed a JDK, yet no Java $RINGKV_JAVA_MINIMUM or newer is found; put it on the PATH."
      return 1
    fi
  fi
  # shellcheck disable=SC2034
  JAVA=$home/bin/java
  # shellcheck disable=SC2034
  JAVA_MAJOR=$(toolchain_java_major "$home")
  # shellcheck disable=SC2034
  JAVA_VERSION_TEXT=$(toolchain_java_version "$home")
}

#!/usr/bin/env bash
# Proves by linking that no panic of the codec is reachable: at optimisation levels 2, 3, s and z, on x86-64 and, with
# Debian's compiler beside rustup's (packages rustc-web and rust-web-src), on thumbv7em.
set -euo pipefail
cd "$(dirname "$0")"
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-../../target}/proof

links() {
  local target=$1 level=$2
  shift 2
  case $target in
    x86_64-unknown-linux-gnu)
      RUSTFLAGS='-C relocation-model=static -C link-arg=-nostartfiles -C link-arg=-lc -C link-arg=-Wl,--no-undefined' \
        cargo build --quiet --release --target "$target" --config "profile.release.opt-level=$level" "$@"
      ;;
    thumbv7em-none-eabihf)
      RUSTC_BOOTSTRAP=1 RUSTFLAGS='-C link-arg=--no-undefined' \
        CARGO_TARGET_THUMBV7EM_NONE_EABIHF_LINKER="$(rustc --print sysroot)/lib/rustlib/x86_64-unknown-linux-gnu/bin/rust-lld" \
        cargo +deb build --quiet --release -Zbuild-std=core --target "$target" \
        --config "profile.release.opt-level=$level" "$@"
      ;;
  esac
}

targets=(x86_64-unknown-linux-gnu)
if cargo +deb --version >/dev/null 2>&1; then
  targets+=(thumbv7em-none-eabihf)
else
  echo 'no second toolchain named deb: thumbv7em is left out'
fi

for target in "${targets[@]}"; do
  for level in 2 3 '"s"' '"z"'; do
    links "$target" "$level" || { echo "$target at $level: does not link; if a_panic_is_reachable is undefined, a panic is reachable"; exit 1; }
    echo "$target at $level: no panic is reachable"
    # A planted panic must make the check fail.
    if links "$target" "$level" --features planted-panic 2>/dev/null; then
      echo "$target at $level: a planted panic was not noticed"
      exit 1
    fi
  done
done

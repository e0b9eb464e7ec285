#!/usr/bin/env bash
# Builds docs/reference/inspect.html, or the named file: WebAssembly, style sheet and script in one. Needs Debian's
# compiler as the toolchain `deb`: `bash .ci/install build-std` installs it.
set -euo pipefail
cd "$(dirname "$0")"
page=$(realpath "${1:-../../docs/reference/inspect.html}")
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-../../target}/inspect-page

RUSTC_BOOTSTRAP=1 RUSTFLAGS="--remap-path-prefix=$HOME=/ --remap-path-prefix=$(realpath ../..)=/" \
  CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER="$(rustc --print sysroot)/lib/rustlib/x86_64-unknown-linux-gnu/bin/rust-lld" \
  cargo +deb build --quiet --locked --release -Zbuild-std=core,alloc --target wasm32-unknown-unknown

python3 - "$CARGO_TARGET_DIR/wasm32-unknown-unknown/release/inspect_page.wasm" "$page" <<'PYTHON'
import base64, hashlib, pathlib, sys

def sha256(text):
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()

def fill(text, **values):
    for name, value in values.items():
        text = text.replace("{{" + name + "}}", value)
    return text

def aggregate(message):
    return b"\xf3\x89\x9a\xc2" + message + hashlib.md5(message).digest()

wasm, page = map(pathlib.Path, sys.argv[1:])
message = (
    b"\x0a\x08sensor-7\x0a\x08sensor-8\x12\x0242"
    b"\x1a\x12\x08\x00\x1a\x0e" b'{"celsius":21}'
    b"\x1a\x0a\x08\x01\x10\x00\x1a\x0419.0"
    b"\x1a\x0b\x08\x00\x1a\x07\x00\x01\x02\x03\xfd\xfe\xff"
)
example = aggregate(message)
style = pathlib.Path("../kinesis-agg-inspect/src/page.css").read_text()
script = fill(
    pathlib.Path("page.js").read_text(),
    WASM=base64.b64encode(wasm.read_bytes()).decode(),
    EXAMPLE=base64.b64encode(example).decode(),
    BROKEN=base64.b64encode(example[:-25]).decode(),
)
html = fill(
    pathlib.Path("page.html").read_text(),
    STYLE_SHA256=sha256(style), SCRIPT_SHA256=sha256(script), STYLE=style, SCRIPT=script,
)
page.write_text(html)
print(f"{page}: {len(html)} bytes, of which WebAssembly {wasm.stat().st_size} before base64")
PYTHON

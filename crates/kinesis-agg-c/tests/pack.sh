#!/usr/bin/env bash
# pack.sh PACK: examples/pack.c, compiled to PACK, keeps every byte of a line and every line, and reports input
# and output that fail.
set -euo pipefail
pack=$1
fails() { echo "$*"; exit 1; }

printf 'one\ta\0b\ntwo\t\n\nno tab\nlast\tc' | "$pack" | python3 -c 'import base64, json, sys
data = base64.b64decode(json.loads(sys.stdin.read())["Data"])
# User records as the format writes them: field 3, an index, and the data.
for index, part in enumerate([b"a\0b", b"", b"", b"no tab", b"c"]):
    field = bytes([0x08, [0, 1, 2, 2, 3][index], 0x1A, len(part)]) + part
    place = data.find(bytes([0x1A, len(field)]) + field)
    assert place >= 0, part
    data = data[place + 2 + len(field):]
assert len(data) == 16, "only the digest is left"' || fails 'lines or bytes were lost'

# exits CODE INPUT OUTPUT
exits() {
  local code=0
  "$pack" <"$2" >"$3" 2>/dev/null || code=$?
  [ "$code" = "$1" ] || fails "from $2 to $3: exit code $code in place of $1"
}
lines=$(mktemp)
trap 'rm "$lines"' EXIT
printf 'key\tdata\n' >"$lines"
exits 0 "$lines" /dev/null
exits 0 /dev/null /dev/full
exits 2 "$lines" /dev/full
exits 2 / /dev/null
{ head -c 70000 /dev/zero; printf '\nkey\tdata\n'; } >"$lines"
exits 1 "$lines" /dev/null
{ "$pack" <"$lines" 2>/dev/null || true; } | grep -q '"PartitionKey":"key"' || fails 'the line after one that is too long was lost'
echo 'pack keeps every line, and reports what fails'

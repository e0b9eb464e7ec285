"""Opens docs/reference/inspect.html, or the named page, in headless Chromium, pastes records and checks what it shows.

Speaks WebDriver to chromedriver with Python's own library alone. With a directory as second argument, it writes
screenshots there, in light and dark.
"""

import base64
import hashlib
import json
import pathlib
import subprocess
import sys
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[3]
PAGE = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "docs/reference/inspect.html").resolve()
SHOTS = pathlib.Path(sys.argv[2]).resolve() if len(sys.argv) > 2 else None
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"


class Browser:
    def __init__(self, scheme):
        self.driver = subprocess.Popen(["chromedriver", "--port=0"], stdout=subprocess.PIPE, text=True)
        port = next(line.rsplit(" ", 1)[1].strip(".\n") for line in self.driver.stdout if "started successfully on port" in line)
        self.url = f"http://127.0.0.1:{port}/session"
        arguments = ["--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=1180,1500"]
        options = {"args": arguments, "prefs": {}}
        if scheme == "dark":
            arguments.append("--blink-settings=preferredColorScheme=0")
        wanted = {"goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}
        session = self.call("POST", "", {"capabilities": {"alwaysMatch": wanted}})
        self.url += "/" + session["sessionId"]

    def call(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, {"Content-Type": "application/json"}, method=method)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)["value"]

    def run(self, script, *arguments):
        return self.call("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def element(self, selector):
        return self.call("POST", "/element", {"using": "css selector", "value": selector})[ELEMENT]

    def open(self, page):
        self.call("POST", "/url", {"url": page.as_uri()})
        self.wait(lambda: self.run("return document.getElementById('found') !== null"))

    def type(self, text):
        self.call("POST", f"/element/{self.element('#pasted')}/value", {"text": text})

    def paste(self, text):
        """Acts like a paste: sets the whole text, then sends one event."""
        self.run("const box = document.getElementById('pasted'); box.value = arguments[0]; box.dispatchEvent(new Event('input'));", text)

    def says(self, *words):
        self.wait(lambda: all(word in self.text() for word in words), lambda: f"{words} in {self.text()[:2000]}")
        return self.text()

    def text(self):
        return self.run("return document.getElementById('found').innerText")

    def wait(self, holds, why=lambda: "the page is ready"):
        for _ in range(100):
            if holds():
                return
            time.sleep(0.1)
        raise AssertionError(why())

    def screenshot(self, name):
        if SHOTS:
            SHOTS.mkdir(parents=True, exist_ok=True)
            (SHOTS / name).write_bytes(base64.b64decode(self.call("GET", "/screenshot")))

    def close(self):
        try:
            self.call("DELETE", "")
        finally:
            self.driver.terminate()
            self.driver.wait()


def field(tag, content):
    assert len(content) < 128
    return bytes([tag, len(content)]) + content


def aggregate(key, data):
    message = field(0x0A, key) + field(0x1A, b"\x08\x00" + field(0x1A, data))
    return b"\xf3\x89\x9a\xc2" + message + hashlib.md5(message).digest()


def text(data):
    return base64.b64encode(data).decode()


def vector(identity):
    lines = (ROOT / "tests/vectors/deaggregation.jsonl").read_text().splitlines()
    return next(line for line in map(json.loads, lines) if line["id"] == identity)


def check(browser):
    usual = vector("deagg-v_simple-000")
    browser.type(usual["blob_b64"])
    records = usual["reader"]["protobuf"]["records"]
    said = browser.says("Aggregated record, whole and correct", f"Consumers deliver {len(records)} user records.")
    assert all(f'"{record["pk"]}"' in said for record in records), said

    key, data = b"<script>window.hit=1</script>", b"<img src=x onerror=window.hit=1>"
    browser.paste(text(aggregate(key, data)))
    browser.says('"<script>window.hit=1</script>"', '"<img src=x onerror=window.hit=1>"')
    browser.paste(text(aggregate(b"\x1b]0;x\x07-------", "user\u202egpj.exe".encode())))
    said = browser.says(r'"\u{1b}]0;x\u{7}-------"', r'"user\u{202e}gpj.exe"')
    assert "\x1b" not in said and "\u202e" not in said, said
    made = "return [document.querySelectorAll('#found script, #found img').length, window.hit ?? null]"
    assert browser.run(made) == [0, None], browser.run(made)

    browser.paste(text(aggregate(b"sensor-7", b"21.5")[:-18]))
    browser.says("Broken aggregated record", "truncated", "Recoverable: 0 of 1 user record")
    browser.paste("<b>no base64</b>")
    browser.says("neither base64 nor hex digits")
    browser.paste(json.dumps({"Records": [{"PartitionKey": "a", "Data": text(aggregate(b"k", b"of get-records"))}]}))
    browser.says("of get-records")
    browser.paste(text(aggregate(b"k", b"")[:4] + b"\x1a\x00" * 500_000))
    # The last sixteen bytes are where the digest would be.
    browser.says("499,992", "not listed")
    browser.paste(text(aggregate(b"k", b"after a large one")))
    browser.says("after a large one")
    browser.paste("")
    browser.wait(lambda: browser.text() == "")

    assert browser.run("return performance.getEntriesByType('resource').length") == 0, "nothing was loaded"
    refused = "const done = arguments[0]; fetch('data:,x').then(() => done('loaded'), () => done('refused'));"
    assert browser.call("POST", "/execute/async", {"script": refused, "args": []}) == "refused", "the policy holds"
    words = [entry["message"] for entry in browser.call("POST", "/se/log", {"type": "browser"}) or []]
    assert all("data:,x" in word for word in words), words


for scheme in ("light", "dark"):
    browser = Browser(scheme)
    try:
        browser.open(PAGE)
        if scheme == "light":
            check(browser)
        for button in ("example", "broken"):
            browser.call("POST", f"/element/{browser.element('#' + button)}/click", {})
            browser.says("aggregated record" if button == "broken" else "Aggregated record", "Byte by byte")
            browser.screenshot(f"{button}-{scheme}.png")
        dark = browser.run("return matchMedia('(prefers-color-scheme: dark)').matches")
        assert dark == (scheme == "dark"), f"{scheme}: {dark}"
    finally:
        browser.close()
print(f"{PAGE}: as it should be")

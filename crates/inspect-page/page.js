"use strict";
(async () => {
  const element = (id) => document.getElementById(id);
  const [pasted, limit, found] = ["pasted", "limit", "found"].map(element);
  const program = Uint8Array.from(atob("{{WASM}}"), (symbol) => symbol.charCodeAt(0));
  let walk;
  const start = async () => { walk = (await WebAssembly.instantiate(program)).instance.exports; };

  const explain = (text, sizeLimit) => {
    const bytes = new TextEncoder().encode(text);
    const at = walk.reserve(bytes.length) >>> 0;
    new Uint8Array(walk.memory.buffer).set(bytes, at);
    const answer = BigInt.asUintN(64, walk.explain_pasted(at, bytes.length, sizeLimit));
    const [start, length] = [Number(answer >> 32n), Number(answer & 0xffffffffn)];
    const html = new TextDecoder().decode(new Uint8Array(walk.memory.buffer, start, length));
    walk.release(start, length);
    return html;
  };

  const show = async () => {
    if (pasted.value.trim() === "") { found.replaceChildren(); return; }
    try {
      // The HTML comes from templates that escape everything from the record.
      found.innerHTML = explain(pasted.value, Math.max(1, Number(limit.value) || 51200));
    } catch (error) {
      found.textContent = `This is too large for the page: ${error.message}. The command kinagg inspect has no such limit.`;
      await start();
    }
  };

  const put = (text) => { pasted.value = text; show(); };
  await start();
  pasted.addEventListener("input", show);
  limit.addEventListener("input", show);
  element("example").addEventListener("click", () => put("{{EXAMPLE}}"));
  element("broken").addEventListener("click", () => put("{{BROKEN}}"));
  show();
})();

"""What is run in a deno kernel besides the blocks: it sends a message a line, and some only after the block's end."""

MARK = "\u2404interpreter\u2404"
"""Printed after a block: what came before it is all that the block printed."""

PRINT_MARK = f"""(globalThis[Symbol.for("interpreter.mark")] ?? (() => console.log("{MARK}")))()"""

PRELUDE = """
(() => {
  const inspect = Deno[Deno.internal].inspectArgs;
  const print = { out: console.log.bind(console), err: console.error.bind(console) };
  let lines = [], size = 0, stream = "out", queued = 0, flushed = 0, direct = false;
  const cut = (text) => {
    if (text.length <= 1_000_000) return text;
    const left = (text.length - 80_000).toLocaleString("en");
    return `${text.slice(0, 40_000)}\\n... ${left} characters left out ...\\n${text.slice(-40_000)}`;
  };
  const flush = () => {
    if (lines.length === 0) return;
    const text = lines.join("\\n");
    lines = [], size = 0, flushed = Date.now();
    print[stream]("%s", text);
  };
  const rest = () => { flush(); queued = flushed = 0; };
  const add = (to, words) => {
    if (to !== stream) flush();
    stream = to;
    const line = cut(inspect(words, { colors: false })), now = Date.now();
    lines.push(line);
    size += line.length + 1;
    if (direct || size >= 65536 || now - flushed > 50) flush();
    if (now - queued > 50) { queued = now; queueMicrotask(rest); }
  };
  for (const [name, method] of Object.entries(console)) {
    if (typeof method !== "function") continue;
    console[name] = (...words) => {
      flush();
      direct = true;
      try { return method.apply(console, words); } finally { direct = false; }
    };
  }
  for (const name of ["log", "info", "debug"]) console[name] = (...words) => add("out", words);
  for (const name of ["error", "warn"]) console[name] = (...words) => add("err", words);
  globalThis[Symbol.for("interpreter.mark")] = () => { rest(); print.out("%s", "MARK"); };
})();
""".replace("MARK", MARK)
"""Lines that follow one another at once are printed together; 200,000 messages would block the blocks to come.

Of a huge line the middle is left out: it would be one message, and of 500 MB nothing would come at all. What is kept
is less than what is kept of all output, so that the count is seen.
"""

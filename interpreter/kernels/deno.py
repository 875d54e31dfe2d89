"""What is run first in a deno kernel, which sends one message for each line that is printed."""

PRELUDE = """
(() => {
  const inspect = Deno[Deno.internal].inspectArgs;
  const print = { out: console.log.bind(console), err: console.error.bind(console) };
  let lines = [], size = 0, stream = "out", queued = false, flushed = 0, direct = false;
  const flush = () => {
    const text = lines.join("\\n"), some = lines.length > 0;
    lines = [], size = 0, queued = false, flushed = Date.now();
    if (some) print[stream]("%s", text);
  };
  const add = (to, words) => {
    if (to !== stream) flush();
    stream = to;
    const line = inspect(words, { colors: false });
    lines.push(line);
    size += line.length + 1;
    if (direct || size >= 65536 || Date.now() - flushed > 50) flush();
    else if (!queued) { queued = true; queueMicrotask(flush); }
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
})();
"""
"""Lines that follow one another at once are printed together; 200,000 messages would block the blocks to come."""

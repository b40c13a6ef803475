// A large file goes up in pieces, goes on after a break and after the page was left; the form then sends its key
// (docs/uploads.md). Nothing here is needed: without it the file goes with the form. Nothing is kept in the browser.
"use strict";

(() => {
  const url = document.currentScript.dataset.url;
  const english = document.documentElement.lang === "en";
  const words = english ? {
    broken: "Connection lost, trying again…", checking: "Preparing…", done: "Uploaded", after: "Will be submitted when uploaded",
    cancel: "Cancel", remove: "Remove", again: "choose this file again to go on", reached: "stopped at",
    session: "Signed out. Sign in again and choose the same file: it goes on where it stopped.",
    left: (minutes) => (minutes > 1 ? `about ${minutes} min` : "less than a minute"), progress: (name) => `Upload of ${name}`,
  } : {
    broken: "网络中断，正在重试…", checking: "正在准备…", done: "已传完", after: "传完后自动提交",
    cancel: "取消", remove: "移除", again: "再选这个文件，会接着传", reached: "上次传到",
    session: "登录已过期，请重新登录；再选同一个文件会接着传。",
    left: (minutes) => (minutes > 1 ? `约 ${minutes} 分钟` : "不到 1 分钟"), progress: (name) => `${name} 上传进度`,
  };
  const SMALL = 256 * 1024; // goes with the form
  const LEAST = 64 * 1024, MOST = 1024 * 1024; // bytes of a piece
  const EVEN = 1500; // milliseconds a piece should take: little is lost when it breaks
  const PATIENCE = 90000;
  const PAUSES = [1, 2, 4, 8, 15, 30]; // seconds
  const ENDINGS = { refused: [400, 413, 507], session: [401, 403], gone: [404, 410] };

  const megabytes = (bytes) => (bytes / 1048576).toFixed(1);
  const coded = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));
  const made = (tag, name, text = "") => Object.assign(document.createElement(tag), { className: name, textContent: text });

  // One request; a line that breaks rejects. An answer from elsewhere is the page for signing in.
  const ask = (method, where, { headers = {}, body = null, token = "", seen = null, hold = null } = {}) => new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, where);
    request.timeout = PATIENCE;
    request.setRequestHeader("Tus-Resumable", "1.0.0");
    if (token) request.setRequestHeader("X-CSRFToken", token);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    if (seen) request.upload.addEventListener("progress", (event) => seen(event.loaded));
    request.onload = () => {
      const strayed = new URL(request.responseURL).pathname !== new URL(where, location.href).pathname;
      resolve({ status: strayed ? 401 : request.status, text: request.responseText, header: (name) => request.getResponseHeader(name) });
    };
    request.onerror = request.ontimeout = request.onabort = () => reject(new Error("line"));
    if (hold) hold(request);
    request.send(body);
  });

  // The line under the input: name, bar, figures, a word, and a way out.
  const line = (input, name, end) => {
    const parts = {
      all: made("div", "k-upload"), name: made("span", "k-upload-name", name), bar: made("progress", "k-upload-bar"),
      figures: made("span", "k-upload-figures"), percent: made("span", "k-upload-percent"), left: made("span", "k-upload-left"),
      word: made("span", "k-upload-word"), end: made("button", "k-upload-end", words.cancel),
    };
    parts.name.title = name;
    parts.bar.max = 1000;
    parts.bar.setAttribute("aria-label", words.progress(name));
    parts.word.setAttribute("role", "status");
    parts.end.type = "button";
    parts.end.setAttribute("aria-label", `${words.cancel} ${name}`);
    parts.end.addEventListener("click", end);
    parts.all.append(parts.name, parts.bar, parts.figures, parts.percent, parts.left, parts.word, parts.end);
    input.after(parts.all);
    return parts;
  };

  const attach = (input) => {
    const form = input.form, name = input.name;
    const token = () => form.querySelector("[name=csrfmiddlewaretoken]")?.value || "";
    const page = new URL(form.getAttribute("action") || location.href, location.href).pathname;
    let run = null, waiting = null;

    const show = (state, word = "") => {
      const { parts, got, size } = run;
      const share = size ? got / size : 0;
      run.state = parts.all.dataset.state = state;
      parts.bar.value = Math.round(share * 1000);
      parts.figures.textContent = state === "done" ? `${megabytes(size)} MB` : `${megabytes(got)} / ${megabytes(size)} MB`;
      parts.percent.textContent = `${Math.floor(share * 100)}%`;
      if (parts.word.textContent !== word) parts.word.textContent = word;
    };
    const running = () => show("running", waiting ? words.after : "");
    const timed = () => {
      const rate = (run.got - run.first) / Math.max(1, performance.now() - run.since);
      const seconds = rate ? (run.size - run.got) / rate / 1000 : 0;
      run.parts.left.textContent = seconds > 15 && run.got > run.first ? words.left(Math.ceil(seconds / 60)) : "";
    };

    const key = () => form.querySelector(`input[type=hidden][name="resumed:${name}"]`);
    // Stop what runs here; `forget` gives it up on the server too.
    const stop = (forget) => {
      if (!run) return;
      const { where, parts } = run;
      run.stopped = true;
      run.request?.abort();
      clearTimeout(run.timer);
      parts.all.remove();
      key()?.remove();
      input.name = name;
      run = null;
      if (forget && where) ask("DELETE", where, { token: token() }).catch(() => {});
    };
    const cancel = () => { waiting = null; input.value = ""; stop(true); input.focus(); };
    const take = (row) => {
      form.append(Object.assign(document.createElement("input"), { type: "hidden", name: `resumed:${name}`, value: row.key }));
      if (input.files.length) input.removeAttribute("name"); // the bytes are there already
      run.parts.left.textContent = "";
      run.parts.end.textContent = words.remove;
      show("done", words.done);
      if (waiting) { const button = waiting.button; waiting = null; form.requestSubmit(button); }
    };
    const refuse = (state, sentence) => {
      if (state === "refused") input.value = "";
      waiting = null;
      run.parts.left.textContent = "";
      run.parts.end.textContent = words.remove;
      show(state, sentence);
    };

    const pause = (mine) => new Promise((resolve) => {
      const go = () => { clearTimeout(mine.timer); window.removeEventListener("online", go); resolve(); };
      mine.timer = setTimeout(go, PAUSES[Math.min(mine.tries, PAUSES.length - 1)] * 1000);
      mine.tries += 1;
      window.addEventListener("online", go);
    });

    const find = async (file) => {
      const answer = await ask("GET", url);
      if (answer.status !== 200) return answer;
      const rows = JSON.parse(answer.text).uploads;
      const row = rows.find((one) => one.name === file.name && one.size === file.size && one.modified === file.lastModified);
      return row ? { status: 200, where: row.url, got: row.received } : null;
    };
    const begin = async (file) => {
      const told = { filename: file.name, modified: String(file.lastModified), page, field: name };
      const header = Object.entries(told).map(([word, value]) => `${word} ${coded(value)}`).join(",");
      const answer = await ask("POST", url, { token: token(), headers: { "Upload-Length": String(file.size), "Upload-Metadata": header } });
      return answer.status === 201 ? { status: 201, where: answer.header("Location"), got: 0 } : answer;
    };
    const where = async (mine) => { // after a break: how far did it come?
      const answer = await ask("HEAD", mine.where);
      return answer.status === 200 ? { status: 200, where: mine.where, got: Number(answer.header("Upload-Offset")) } : answer;
    };
    const send = async (mine) => {
      const from = mine.got, piece = mine.file.slice(from, from + mine.step), began = performance.now();
      const headers = { "Upload-Offset": String(from), "Content-Type": "application/offset+octet-stream" };
      if (mine.override) headers["X-HTTP-Method-Override"] = "PATCH";
      const answer = await ask(mine.override ? "POST" : "PATCH", mine.where, {
        headers, body: piece, token: token(), hold: (request) => { mine.request = request; },
        seen: (loaded) => { if (run === mine) { mine.got = Math.min(from + loaded, from + piece.size); running(); } },
      });
      const took = performance.now() - began;
      mine.step = Math.min(MOST, Math.max(LEAST, took < EVEN ? mine.step * 2 : Math.round(mine.step * EVEN / took)));
      if ([405, 501].includes(answer.status) && !mine.override) { // something on the way lets no PATCH through
        mine.override = true;
        return where(mine);
      }
      if (answer.status === 409) return where(mine);
      return answer.status === 204 ? { status: 204, where: mine.where, got: Number(answer.header("Upload-Offset")) } : answer;
    };

    // What comes next for this upload; the answer is a place to go on from, or an end.
    const next = async (mine) => {
      if (!mine.where) return (await find(mine.file)) || begin(mine.file);
      return mine.unsure ? where(mine) : send(mine);
    };
    const went = (mine, answer) => {
      if (ENDINGS.gone.includes(answer.status) && mine.where) { mine.where = ""; mine.got = 0; return true; }
      for (const state of ["refused", "session"]) {
        if (!ENDINGS[state].includes(answer.status)) continue;
        refuse(state, state === "session" ? words.session : answer.text);
        return false;
      }
      if (answer.where === undefined) throw new Error("line"); // the server is busy or restarts
      if (!mine.where) { mine.first = answer.got; mine.since = performance.now(); }
      Object.assign(mine, { where: answer.where, got: answer.got, unsure: false, tries: 0 });
      running();
      timed();
      return true;
    };
    const start = async (file) => {
      const mine = run = { file, name: file.name, size: file.size, got: 0, first: 0, since: 0, where: "", step: LEAST * 2, tries: 0, unsure: false };
      mine.parts = line(input, file.name, cancel);
      show("checking", words.checking);
      while (!mine.stopped && !(mine.where && mine.got === mine.size && !mine.unsure)) {
        try {
          if (!went(mine, await next(mine))) return;
        } catch (fault) {
          if (mine.stopped) return;
          mine.unsure = Boolean(mine.where);
          mine.parts.left.textContent = "";
          show("broken", words.broken);
          await pause(mine);
          mine.since = performance.now();
          mine.first = mine.got;
        }
      }
      if (!mine.stopped) take({ key: mine.where.split("/").at(-2) });
    };

    input.addEventListener("change", () => {
      const [file] = input.files;
      const same = run && file && run.name === file.name && run.size === file.size;
      stop(!same);
      if (file && file.size > SMALL) start(file);
    });
    form.addEventListener("submit", (event) => {
      if (!run || !["checking", "running", "broken"].includes(run.state)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      waiting = { button: event.submitter };
      run.parts.word.textContent = run.state === "broken" ? words.broken : words.after;
    }, true);

    window.addEventListener("offline", () => run?.request?.abort()); // said at once, not when the request gives up

    // What was sent from this page before and not yet used.
    const found = async () => {
      const answer = await ask("GET", `${url}?page=${encodeURIComponent(page)}`);
      const row = answer.status === 200 && JSON.parse(answer.text).uploads.filter((one) => one.field === name).at(-1);
      if (!row || run) return;
      run = { name: row.name, size: row.size, got: row.received, where: row.url };
      run.parts = line(input, row.name, cancel);
      if (row.received === row.size) { take(row); return; }
      run.parts.end.textContent = words.remove;
      show("waiting", words.again);
      run.parts.figures.prepend(`${words.reached} `);
    };
    found().catch(() => {});
  };

  document.querySelectorAll("input[type=file][data-resumable]").forEach((input) => { if (input.form) attach(input); });
})();

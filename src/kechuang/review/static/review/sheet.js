// Autosave of a score sheet. What is unsaved lives in the page and nowhere else; a broken line is tried again.
"use strict";

(() => {
  const form = document.querySelector("form[data-sheet]");
  if (!form) return;
  const [saving, saved, lost, wrong] = form.dataset.words.split("|");
  const state = form.querySelector("[data-state]");
  const total = form.querySelector("[data-total]");
  const version = form.elements.namedItem("version");
  const token = form.elements.namedItem("csrfmiddlewaretoken").value;
  const waiting = new Map();
  const RETRY = 4000, PAUSE = 900;
  let busy = false, stale = false, timer = 0, sending = false;

  const tell = (text, isLost) => {
    state.textContent = text;
    state.classList.toggle("is-lost", Boolean(isLost));
  };
  const later = (milliseconds) => { clearTimeout(timer); timer = setTimeout(flush, milliseconds); };

  const flush = async () => {
    if (busy || stale || !waiting.size) return;
    busy = true;
    const batch = new Map(waiting);
    const body = new URLSearchParams([...batch, ["version", version.value]]);
    tell(saving);
    try {
      const answer = await fetch(form.dataset.sheet, { method: "POST", body, headers: { "X-CSRFToken": token } });
      const told = answer.headers.get("content-type")?.includes("json") ? await answer.json() : null;
      if (answer.ok && told) {
        version.value = told.version;
        for (const [name, value] of batch) if (waiting.get(name) === value) waiting.delete(name);
        total.textContent = told.total || "—";
        tell(`${saved} ${told.saved}`);
      } else if (answer.status === 422 && told) {
        if (batch.size === 1) waiting.delete([...batch.keys()][0]);
        else if (told.field) waiting.delete(told.field);
        tell(`${wrong}：${told.problem}`, true);
      } else if (answer.status === 409 && told) {
        stale = true;
        tell(told.problem, true);
      } else tell(lost, true);
    } catch {
      tell(lost, true);
    }
    busy = false;
    if (waiting.size && !stale) later(state.classList.contains("is-lost") ? RETRY : PAUSE);
  };

  form.addEventListener("input", (event) => {
    const { name, value } = event.target;
    if (!name || name === "version") return;
    waiting.set(name, value);
    later(PAUSE);
  });
  form.addEventListener("change", () => later(0));
  window.addEventListener("online", () => later(0));
  // Sending waits for the saving under way, so that the form carries the newest version.
  form.addEventListener("submit", async (event) => {
    clearTimeout(timer);
    if (!busy) { sending = true; return; }
    event.preventDefault();
    while (busy) await new Promise((done) => setTimeout(done, 60));
    clearTimeout(timer);
    sending = true;
    form.requestSubmit(event.submitter);
  });
  window.addEventListener("beforeunload", (event) => { if (waiting.size && !sending) event.preventDefault(); });
})();

// Autosave of a section: every field as it is left, with a receipt. Without it the whole section is saved by its button.
"use strict";

(() => {
  const form = document.querySelector("form[data-autosave]");
  if (!form) return;
  const waiting = new Map();
  const retryAfter = 5000;
  let running = false;

  const lineOf = (code) => [...form.querySelectorAll(".calls-line")].find((line) => line.dataset.code === code);
  const versionOf = (code) => form.elements.namedItem(`v:${code}`);

  const receipt = (code, text, unsaved) => {
    const line = lineOf(code);
    let place = line.querySelector(".calls-receipt-line");
    if (!place) {
      const old = line.querySelector(".k-saved");
      if (old) old.remove();
      place = document.createElement("div");
      place.className = "calls-receipt-line";
      place.setAttribute("role", "status");
      (line.querySelector(".k-field") || line).append(place);
    }
    place.classList.toggle("k-saved", !unsaved);
    place.classList.toggle("calls-unsaved", Boolean(unsaved));
    place.textContent = text;
  };

  const body = (code) => {
    const data = new FormData();
    data.append("csrfmiddlewaretoken", form.elements.namedItem("csrfmiddlewaretoken").value);
    data.append("code", code);
    data.append(`v:${code}`, versionOf(code).value);
    for (const [name, value] of new FormData(form)) if (name === code) data.append(name, value);
    return data;
  };

  const shown = (answer) => {
    if (answer.version) versionOf(answer.code).value = answer.version;
    if (answer.kept) receipt(answer.code, `${form.dataset.saved} ${answer.at}`);
    else if (answer.sentence) receipt(answer.code, answer.sentence, true);
    else receipt(answer.code, `${answer.by} ${form.dataset.by}${answer.standing}`, true);
    if (answer.asked) {
      const asked = new Set(answer.asked);
      form.querySelectorAll(".calls-line").forEach((line) => { line.hidden = !asked.has(line.dataset.code); });
    }
  };

  const send = async () => {
    if (running) return;
    running = true;
    while (waiting.size) {
      const [code] = waiting.keys();
      waiting.delete(code);
      receipt(code, form.dataset.saving);
      try {
        const response = await fetch(form.dataset.autosave, { method: "POST", body: body(code), headers: { Accept: "application/json" } });
        if (![200, 409, 422].includes(response.status) || response.redirected) throw new Error(String(response.status));
        shown(await response.json());
      } catch {
        waiting.set(code, true);
        receipt(code, form.dataset.unsaved, true);
        await new Promise((done) => setTimeout(done, retryAfter));
      }
    }
    running = false;
  };

  form.addEventListener("change", (event) => {
    const code = event.target.name;
    if (!code || code.startsWith("v:") || !lineOf(code)) return;
    waiting.set(code, true);
    send();
  });
  window.addEventListener("beforeunload", (event) => { if (waiting.size || running) event.preventDefault(); });
  form.addEventListener("submit", () => { waiting.clear(); });
})();

// What a page gains when scripts run. Nothing here is needed to read, search or submit.
"use strict";

(() => {
  const root = document.documentElement;
  root.classList.add("has-script");

  const system = matchMedia("(prefers-color-scheme: dark)");
  system.addEventListener("change", () => {
    if (root.dataset.themeChoice !== "auto") return;
    root.dataset.bsTheme = system.matches ? "dark" : "light";
    document.dispatchEvent(new CustomEvent("kechuang:theme"));
  });

  const typing = (target) => target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]") !== null;

  // Rows: j and k move, Enter opens the row's link, / goes to the search field.
  const rows = () => [...document.querySelectorAll("table[data-rows] tbody tr")];
  const move = (by) => {
    const all = rows();
    if (!all.length) return;
    const at = all.findIndex((row) => row.classList.contains("is-here"));
    const next = all[Math.min(all.length - 1, Math.max(0, at + by))];
    all.forEach((row) => row.classList.toggle("is-here", row === next));
    const link = next.querySelector("a");
    if (link) link.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) {
      if (event.key === "Escape" && typing(event.target)) event.target.blur();
      return;
    }
    if (event.key === "j") move(1);
    else if (event.key === "k") move(-1);
    else if (event.key === "/") {
      const search = document.querySelector("#site-search, .k-chips input[type=search], .k-chips input[type=text]");
      if (search) { event.preventDefault(); search.focus(); }
    } else if (event.key === "Escape") closeMenus(null);
  });
  document.querySelectorAll("[data-keys]").forEach((line) => { line.hidden = !rows().length; });

  // Menus close when the eye is elsewhere; one is open at a time.
  const closeMenus = (except) => document.querySelectorAll("details.k-menu[open]").forEach((menu) => {
    if (menu === except) return;
    const held = menu.contains(document.activeElement);
    menu.open = false;
    if (held && except === null) menu.querySelector("summary").focus();
  });
  document.addEventListener("click", (event) => {
    const inside = event.target.closest("details.k-menu");
    document.querySelectorAll("details.k-menu[open]").forEach((menu) => { if (menu !== inside) menu.open = false; });
    const dismiss = event.target.closest("[data-dismiss]");
    if (dismiss) dismiss.parentElement.remove();
    const copy = event.target.closest("[data-copy]");
    if (copy) copyText(copy);
    if (event.target.closest("[data-print]")) window.print();
  });
  document.querySelectorAll("[data-dismiss], [data-copy], [data-print]").forEach((button) => { button.hidden = false; });

  const copyText = async (button) => {
    const source = document.querySelector(button.dataset.copy);
    await navigator.clipboard.writeText((source || button).textContent.trim());
    button.dataset.copied = "true";
    setTimeout(() => delete button.dataset.copied, 1600);
  };

  // Filters send themselves when a choice is made; text waits for Enter.
  document.querySelectorAll("form[data-autosubmit]").forEach((form) => {
    form.addEventListener("change", (event) => {
      const list = event.target.closest("details");
      if (list) list.dataset.changed = "true";
      else if (event.target.matches("select, input[type=checkbox], input[type=radio], input[type=date]")) form.requestSubmit();
    });
    // A list of several is sent once, when it is closed.
    form.addEventListener("toggle", (event) => {
      if (!event.target.open && event.target.dataset.changed) form.requestSubmit();
    }, true);
    // An address without empty parameters reads as what was asked.
    form.addEventListener("formdata", (event) => {
      for (const [name, value] of [...event.formData.entries()]) if (value === "") event.formData.delete(name);
    });
  });

  // Errors: the summary takes the focus, its links take it to the field.
  const summary = document.querySelector("[data-focus]");
  if (summary) summary.focus();

  document.querySelectorAll("[data-counter-for]").forEach((counter) => {
    const area = document.getElementById(counter.dataset.counterFor);
    if (!area) return;
    const limit = Number(counter.dataset.limit);
    const english = root.lang === "en";
    const count = () => {
      const left = limit - [...area.value].length;
      if (english) counter.textContent = left >= 0 ? `${left} of ${limit} characters left` : `${-left} characters too many`;
      else counter.textContent = left >= 0 ? `还可填 ${left} 字（最多 ${limit} 字）` : `超出 ${-left} 字（最多 ${limit} 字）`;
      counter.classList.toggle("is-over", left < 0);
    };
    area.addEventListener("input", count);
    count();
  });

  // Leaving a form with unsent changes asks first; sending it does not.
  document.querySelectorAll("form[data-guard]").forEach((form) => {
    let changed = false;
    form.addEventListener("input", () => { changed = true; });
    form.addEventListener("submit", () => { changed = false; });
    window.addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
  });

  // A table wider than its place scrolls in it; any other lets its head stick to the page.
  document.querySelectorAll(".k-table-wrap").forEach((wrap) => {
    const table = wrap.querySelector("table");
    // Only what scrolls needs a place in the order of keys, and then a name.
    const mark = () => {
      const wide = wrap.classList.toggle("is-wide", table.scrollWidth > wrap.clientWidth + 1);
      for (const [name, value] of [["tabindex", "0"], ["role", "group"], ["aria-label", table.caption?.textContent || ""]]) {
        if (wide && value) wrap.setAttribute(name, value);
        else wrap.removeAttribute(name);
      }
    };
    new ResizeObserver(mark).observe(wrap);
    mark();
  });
})();

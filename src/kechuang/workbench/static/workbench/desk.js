// What the desk gains by keys: x ticks the row one is at, ? shows the keys. Everything works without.
"use strict";

(() => {
  const desk = document.querySelector("form[data-desk]");
  const keys = document.getElementById("keys");
  const told = document.querySelector("[data-picked]");
  const typing = (target) => target.closest("input:not([type=checkbox]), textarea, select") !== null;

  const count = () => {
    if (!told) return;
    const picked = desk.querySelectorAll("input[name=case]:checked").length;
    told.hidden = picked === 0;
    told.textContent = `${told.dataset.word} ${picked}`;
  };
  if (desk) desk.addEventListener("change", count);

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (event.key === "?" && keys) {
      keys.open = !keys.open;
      if (keys.open) keys.querySelector("summary").focus();
    } else if (event.key === "x" && desk) {
      const row = desk.querySelector("tr.is-here") || event.target.closest("tr");
      const box = row && row.querySelector("input[name=case]");
      if (box) { box.checked = !box.checked; count(); }
    }
  });
})();

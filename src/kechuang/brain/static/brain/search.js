// Suggestions below a search box while somebody types. Without it the box is a plain form.
(() => {
  "use strict";
  const WAIT = 180;
  let count = 0;

  function attach(form) {
    const input = form.querySelector("input[type=search]");
    const list = document.createElement("ul");
    const holder = input.parentElement;
    list.className = "k-suggestions";
    list.id = `k-suggestions-${(count += 1)}`;
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", input.labels.length ? input.labels[0].textContent.trim() : "");
    holder.classList.add("k-suggested");
    holder.append(list);
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", list.id);
    input.setAttribute("aria-expanded", "false");
    let timer = 0;
    let asked = null;
    let chosen = -1;

    function show(open) {
      list.hidden = !open;
      input.setAttribute("aria-expanded", String(open));
      if (!open) choose(-1);
    }

    function choose(place) {
      const options = [...list.children];
      chosen = place;
      options.forEach((option, index) => option.setAttribute("aria-selected", String(index === place)));
      if (place >= 0) {
        input.setAttribute("aria-activedescendant", options[place].id);
        options[place].scrollIntoView({ block: "nearest" });
      } else {
        input.removeAttribute("aria-activedescendant");
      }
    }

    async function ask() {
      const text = input.value.trim();
      if (asked) asked.abort();
      if (!text) {
        show(false);
        return;
      }
      asked = new AbortController();
      try {
        const answer = await fetch(`${form.dataset.suggest}?q=${encodeURIComponent(text)}`, { signal: asked.signal });
        if (!answer.ok) return;
        list.innerHTML = await answer.text();
        [...list.children].forEach((option, index) => { option.id = `${list.id}-${index}`; });
        chosen = -1;
        show(list.children.length > 0 && document.activeElement === input);
      } catch (reason) {
        if (reason.name !== "AbortError") show(false);
      }
    }

    function go(option) {
      if (option) window.location.assign(option.dataset.url);
    }

    list.addEventListener("mousedown", (event) => event.preventDefault()); // the box keeps the focus
    list.addEventListener("click", (event) => go(event.target.closest("[role=option]")));
    input.addEventListener("input", (event) => {
      if (event.isComposing) return; // a Chinese word is still being chosen
      clearTimeout(timer);
      timer = setTimeout(ask, WAIT);
    });
    input.addEventListener("compositionend", () => { clearTimeout(timer); timer = setTimeout(ask, WAIT); });
    input.addEventListener("keydown", (event) => {
      const last = list.children.length - 1;
      if (event.isComposing || list.hidden || last < 0) return;
      if (event.key === "ArrowDown") choose(chosen >= last ? 0 : chosen + 1);
      else if (event.key === "ArrowUp") choose(chosen <= 0 ? last : chosen - 1);
      else if (event.key === "Escape") show(false);
      else if (event.key === "Enter" && chosen >= 0) go(list.children[chosen]);
      else return;
      event.preventDefault();
    });
    input.addEventListener("blur", () => setTimeout(() => show(false), 150));
  }

  document.querySelectorAll("form[data-suggest]").forEach(attach);
})();

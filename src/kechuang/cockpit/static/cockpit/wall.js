// The wall: one picture at a time, changing by itself. Without scripts all of them stand below each other.
"use strict";

(() => {
  const wall = document.querySelector("[data-wall]");
  if (!wall) return;
  const slides = [...wall.querySelectorAll("[data-slide]")];
  const find = (name) => wall.querySelector(`[data-wall-${name}]`);
  const pause = find("pause");
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  let at = Math.min(Math.max(Number(new URLSearchParams(location.hash.slice(1)).get("slide")) || 0, 0), slides.length - 1);
  let running = !still;
  let timer = 0;

  const show = (place) => {
    at = (place + slides.length) % slides.length;
    slides.forEach((slide, number) => { slide.hidden = number !== at; });
    find("at").textContent = `${at + 1} / ${slides.length}`;
    history.replaceState(null, "", `#slide=${at}`);
    schedule();
  };
  const schedule = () => {
    clearTimeout(timer);
    if (running && !document.hidden) timer = setTimeout(() => show(at + 1), Number(wall.dataset.seconds) * 1000);
    pause.textContent = running ? pause.dataset.halt : pause.dataset.run;
    pause.setAttribute("aria-pressed", String(!running));
  };
  const toggle = () => { running = !running; schedule(); };
  const fill = () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen());

  wall.classList.add("is-running");
  wall.querySelectorAll("[data-wall-back], [data-wall-pause], [data-wall-next], [data-wall-full], [data-wall-keys]").forEach((one) => { one.hidden = false; });
  find("back").addEventListener("click", () => show(at - 1));
  find("next").addEventListener("click", () => show(at + 1));
  pause.addEventListener("click", toggle);
  find("full").addEventListener("click", fill);
  document.addEventListener("visibilitychange", schedule);
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, button, a") && event.key === " ") return;
    if (event.target.closest("input")) return;
    if (event.key === "ArrowRight" || event.key === "PageDown") show(at + 1);
    else if (event.key === "ArrowLeft" || event.key === "PageUp") show(at - 1);
    else if (event.key === " ") { event.preventDefault(); toggle(); }
    else if (event.key === "f" || event.key === "F") fill();
    else if (event.key === "Escape" && running) toggle();
  });

  // The slider shows the year while it is drawn and asks for it when it is let go.
  const years = wall.querySelector("[data-years]");
  const year = years.querySelector("input");
  years.querySelector("button").hidden = true;
  year.addEventListener("input", () => { years.querySelector("output").textContent = year.value; });
  year.addEventListener("change", () => {
    const next = new URL(location.href);
    next.searchParams.delete("on");
    next.searchParams.set("year", year.value);
    location.assign(next);
  });
  show(at);
})();

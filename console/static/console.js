/* Conveniences only: every page works without this file. */
(() => {
  "use strict";

  /* A list marked data-refresh="/address" asks for its news every data-every seconds and keeps the focus where it is. */
  const refresh = async (list) => {
    if (document.hidden) return;
    let answer;
    try {
      answer = await fetch(list.dataset.refresh, { credentials: "same-origin", headers: { "X-Fragment": "1" } });
    } catch {
      return; /* The network is away: the next turn asks again. */
    }
    if (answer.status === 401) return location.reload();
    if (!answer.ok) return;
    const html = await answer.text();
    if (list.dataset.last === html) return;
    const known = new Set([...list.querySelectorAll("[id]")].map((element) => element.id));
    const first = list.dataset.last === undefined;
    const focused = list.contains(document.activeElement) ? document.activeElement.id : "";
    list.dataset.last = html;
    list.innerHTML = html;
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
    if (first) return;
    for (const row of list.querySelectorAll(".row"))
      if (![...row.querySelectorAll("[id]")].every((element) => known.has(element.id))) row.classList.add("is-new");
  };
  for (const list of document.querySelectorAll("[data-refresh]"))
    setInterval(refresh, Number(list.dataset.every || 10) * 1000, list);

  /* j and k, or the arrows, walk through a list; Enter opens (it is a link). */
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select")) return;
    const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
    const links = [...document.querySelectorAll("[data-walk] h2 a")];
    if (!step || !links.length) return;
    const at = links.indexOf(document.activeElement);
    if (at < 0 && event.key.startsWith("Arrow")) return;
    event.preventDefault();
    links[Math.min(links.length - 1, Math.max(0, at + step))].focus();
  });

  /* A button or link marked data-code is pressed by that key, in whatever language the keyboard writes. */
  document.addEventListener("keydown", (event) => {
    if (event.repeat || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select")) return;
    const pressed = document.querySelector(`[data-code="${CSS.escape(event.code)}"]`);
    if (!pressed?.checkVisibility()) return;
    event.preventDefault();
    pressed.click();
  });

  /* Where the menu is longer than the screen, the page that is open stands in view. */
  const menu = document.querySelector(".menu");
  const lit = menu?.querySelector("[aria-current]");
  if (lit && menu.scrollHeight > menu.clientHeight) menu.scrollTop = lit.offsetTop - menu.clientHeight / 2;

  /* In a grid of buttons the arrows lead from one to the next; left and right as they are seen. */
  document.addEventListener("keydown", (event) => {
    const cell = event.target.closest("[data-grid] td");
    const step = { ArrowLeft: [0, 1], ArrowRight: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] }[event.key];
    if (!cell || !step || event.ctrlKey || event.metaKey || event.altKey) return;
    const rows = [...cell.closest("[data-grid]").querySelectorAll("tr")].filter((row) => row.querySelector("td button"));
    const row = rows[rows.indexOf(cell.parentElement) + step[0]];
    const next = row?.cells[cell.cellIndex + step[1]]?.querySelector("button");
    if (!next) return;
    event.preventDefault();
    next.focus();
  });

  /* A choice marked data-follows="name" offers what fits the choice of that name alone. */
  for (const choice of document.querySelectorAll("select[data-follows]")) {
    const leads = choice.form.elements[choice.dataset.follows];
    const follow = () => {
      for (const option of choice.querySelectorAll("option[data-fits]"))
        option.hidden = option.disabled = !option.dataset.fits.split(" ").includes(leads.value);
      for (const group of choice.querySelectorAll("optgroup")) group.hidden = ![...group.children].some((option) => !option.hidden);
      if (choice.selectedOptions[0]?.disabled) choice.value = "";
    };
    leads.addEventListener("change", follow);
    follow();
  }

  /* Filters apply as soon as one is changed. */
  for (const form of document.querySelectorAll("form[data-auto]"))
    form.addEventListener("change", () => form.requestSubmit());

  /* What was typed into a form marked data-keep comes back where the step was refused; nothing is kept once it was taken. */
  const typed = (form) => [...form.querySelectorAll("textarea, select, input:not([type=hidden], [type=file], [type=password])")];
  const known = (form) => `${form.getAttribute("action")} ${form.elements.kind?.value ?? ""}`;
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-keep]")) return;
    const values = typed(event.target).map((field) => [field.name, field.type === "checkbox" || field.type === "radio" ? field.checked : field.value]);
    sessionStorage.setItem("typed", JSON.stringify({ form: known(event.target), values }));
  });
  const kept = JSON.parse(sessionStorage.getItem("typed") || "null");
  if (kept && !document.querySelector("[data-fault]")) {
    sessionStorage.removeItem("typed");
    const form = document.querySelector("[data-moved]") ? null : [...document.querySelectorAll("form[data-keep]")].find((each) => known(each) === kept.form);
    for (const [place, field] of form ? typed(form).entries() : []) {
      const [name, value] = kept.values[place] ?? [];
      if (name !== field.name) continue;
      field[typeof value === "boolean" ? "checked" : "value"] = value;
      field.dispatchEvent(new Event("change"));
    }
    for (let fold = form?.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    form?.scrollIntoView({ block: "center" });
  }

  /* A form is sent once, however often its button is pressed. */
  document.addEventListener("submit", (event) => {
    if (event.target.method !== "post") return;
    if (event.target.dataset.sent) return event.preventDefault();
    event.target.dataset.sent = "1";
    setTimeout(() => delete event.target.dataset.sent, 5000);
  });
})();

// Suggestions while someone types: an ARIA combobox. Without it, the form still searches.
for (const form of document.querySelectorAll("form[data-suggest]:not([data-ready])")) {
  form.dataset.ready = "";
  const input = form.elements.q;
  const make = (tag, role, className) => {
    const element = document.createElement(tag);
    element.role = role;
    element.className = className;
    return element;
  };
  const list = make("ul", "listbox", "search-form__list");
  const status = make("p", "status", "search-form__status");
  let options = [], active = -1, waiting, request;

  list.id = input.id + "-list";
  list.hidden = true;
  list.ariaLabel = "Suggestions";
  input.after(list, status);
  input.role = "combobox";
  input.ariaAutoComplete = "list";
  input.setAttribute("aria-controls", list.id);

  const choose = (index) => {
    active = index;
    options.forEach((option, at) => (option.ariaSelected = at === active));
    options[active]?.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", options[active]?.id ?? "");
  };
  const show = (pages, words) => {
    options = pages.map(({ title, name, kind, url }, at) => {
      const option = make("li", "option", "");
      const after = document.createElement("span");
      after.textContent = kind;
      option.id = list.id + at;
      option.dataset.url = url;
      option.append(name ? `${title} (${name}) ` : title + " ", after);
      return option;
    });
    list.replaceChildren(...options);
    list.hidden = !options.length;
    input.ariaExpanded = !list.hidden;
    status.textContent = words;
    choose(-1);
  };
  const close = () => {
    clearTimeout(waiting);
    request?.abort();
    show([], "");
  };
  const ask = async () => {
    request = new AbortController();
    try {
      const address = form.dataset.suggest + "?" + new URLSearchParams({ q: input.value });
      const answer = await fetch(address, { signal: request.signal });
      const { suggestions: found } = await answer.json();
      show(found, found.length ? `Suggestions: ${found.length}` : "No suggestions");
    } catch (error) {
      if (error.name !== "AbortError") close();
    }
  };
  const go = (option) => option && location.assign(option.dataset.url);

  input.addEventListener("input", () => {
    clearTimeout(waiting);
    request?.abort();
    if (input.value.trim().length > 1) waiting = setTimeout(ask, 150);
    else close();
  });
  input.addEventListener("keydown", (event) => {
    const { key } = event, end = options.length - 1;
    if (end < 0 || event.isComposing) return;
    if (key === "Escape") close();
    else if (key === "ArrowDown") choose(active < end ? active + 1 : -1);
    else if (key === "ArrowUp") choose(active < 0 ? end : active - 1);
    else if (key === "Enter" && active >= 0) go(options[active]);
    else return;
    event.preventDefault();
  });
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => go(event.target.closest("li")));
  input.addEventListener("blur", close);
  close();
}

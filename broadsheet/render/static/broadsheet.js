// The only script: "/" goes to the search box, j and k walk from paper to paper, and on the page of results these follow
// what is typed. Every page works without it.
(() => {
  "use strict";
  const cards = () => [...document.querySelectorAll("article.card h2 a, article.card h3 a")];
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (/^(input|textarea|select)$/i.test(event.target.tagName)) return;
    if (event.key === "/") {
      event.preventDefault();
      document.getElementById("q").focus();
    } else if (event.key === "j" || event.key === "k") {
      const all = cards();
      const at = all.indexOf(document.activeElement);
      const next = all[event.key === "j" ? at + 1 : Math.max(0, at - 1)];
      if (next) {
        next.focus();
        next.scrollIntoView({ block: "center" });
      }
    }
  });

  const box = document.getElementById("q");
  if (!box || !document.getElementById("results")) return;
  let timer = 0;
  let running = null;
  let shown = box.value.trim();

  const look = async () => {
    const text = box.value.trim();
    if (text.length < 2 || text === shown) return;
    const address = `${box.form.action}?${new URLSearchParams({ q: text })}`;
    running = new AbortController();
    const mine = running;
    try {
      const answer = await fetch(address, { signal: mine.signal });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById("results");
      if (mine.signal.aborted || !answer.ok || !fresh) return;
      document.getElementById("results").replaceWith(document.adoptNode(fresh));
      document.getElementById("told").textContent = fresh.querySelector(".count, .empty h2")?.textContent ?? "";
      document.title = page.title;
      history.replaceState(history.state, "", address);
      shown = text;
    } catch {
      // Aborted, or the network is gone: what is shown stays, and Enter still asks the usual way.
    }
  };

  box.addEventListener("input", (event) => {
    clearTimeout(timer);
    running?.abort();
    if (!event.isComposing) timer = setTimeout(look, 250);
  });
  box.addEventListener("compositionend", () => {
    clearTimeout(timer);
    timer = setTimeout(look, 250);
  });
  box.form.addEventListener("submit", () => {
    clearTimeout(timer);
    running?.abort();
  });
})();

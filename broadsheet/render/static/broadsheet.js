// The only script: "/" goes to the search box, j and k walk from paper to paper. Every page works without it.
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
})();

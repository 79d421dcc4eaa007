// Shows the rows and entries that hold every word that is typed.
const field = document.querySelector("input[data-search]");
field.closest("[hidden]").hidden = false;
field.addEventListener("input", () => {
  const words = field.value.toLowerCase().split(/\s+/);
  for (const row of document.querySelectorAll(field.dataset.search)) {
    const text = (row.querySelector("th") ?? row).textContent.toLowerCase();
    row.hidden = !words.every((word) => text.includes(word));
  }
  for (const fold of document.querySelectorAll("details.fold")) {
    fold.open = Boolean(field.value.trim());
    fold.hidden = !fold.querySelector("li:not([hidden])");
  }
});

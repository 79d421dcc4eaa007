const field = document.querySelector("input[data-search]");
field.closest("[hidden]").hidden = false;
field.addEventListener("input", () => {
  const words = field.value.toLowerCase().split(/\s+/);
  for (const row of document.querySelectorAll(field.dataset.search)) {
    const text = row.querySelector("th").textContent.toLowerCase();
    row.hidden = !words.every((word) => text.includes(word));
  }
});

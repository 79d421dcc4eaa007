// Filters the requirements by verdict and by what is typed. Without it they are all there, folded.
const buttons = document.querySelectorAll("button[data-show]");
const field = document.querySelector("input[data-find]");
const entries = document.querySelectorAll("details.requirement");
let verdict = "";
function filter() {
  const words = field.value.toLowerCase().split(/\s+/);
  const filtering = Boolean(verdict || field.value.trim());
  for (const entry of entries) {
    const text = entry.textContent.toLowerCase();
    const fits = !verdict || entry.dataset.verdict === verdict;
    entry.hidden = !(fits && words.every((word) => text.includes(word)));
  }
  const shown = "details.requirement:not([hidden])";
  for (const fold of document.querySelectorAll("details.fold")) {
    fold.open = filtering;
    fold.hidden = !fold.querySelector(shown);
  }
  for (const section of document.querySelectorAll("section"))
    section.hidden = !section.querySelector(shown);
}
if (field) {
  for (const button of buttons)
    button.addEventListener("click", () => {
      verdict = button.dataset.show;
      for (const each of buttons) each.setAttribute("aria-pressed", String(each === button));
      filter();
    });
  field.addEventListener("input", filter);
  for (const each of document.querySelectorAll("[data-script]")) each.hidden = false;
}
function opened() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  for (let each = target; each; each = each.parentElement)
    if (each instanceof HTMLDetailsElement) each.open = true;
  target?.scrollIntoView();
}
addEventListener("hashchange", opened);
opened();

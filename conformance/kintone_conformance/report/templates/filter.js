const buttons = document.querySelectorAll("button[data-show]");
for (const button of buttons) {
  button.addEventListener("click", () => {
    for (const each of buttons) each.setAttribute("aria-pressed", String(each === button));
    for (const entry of document.querySelectorAll("details.requirement"))
      entry.hidden = Boolean(button.dataset.show) && entry.dataset.verdict !== button.dataset.show;
    for (const section of document.querySelectorAll("section"))
      section.hidden = !section.querySelector("details.requirement:not([hidden])");
  });
}
function opened() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target instanceof HTMLDetailsElement) target.open = true;
}
addEventListener("hashchange", opened);
opened();

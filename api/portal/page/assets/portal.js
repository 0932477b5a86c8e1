// The pages are whole without this script. It adds three comforts: a copy
// button on code, a shadow where a table goes on, and exact numbers on the
// clipboard.
"use strict";

for (const pre of document.querySelectorAll("pre[data-copy]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = pre.dataset.copy;
  button.setAttribute("aria-live", "polite");
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(pre.textContent);
    button.textContent = pre.dataset.copied;
    setTimeout(() => { button.textContent = pre.dataset.copy; }, 2000);
  });
  if (navigator.clipboard) pre.after(button);
}

for (const region of document.querySelectorAll(".scroll-frame > .scroll")) {
  const mark = () => {
    const rest = region.scrollWidth - region.clientWidth - region.scrollLeft;
    region.parentElement.classList.toggle("goes-on", rest > 1);
  };
  region.addEventListener("scroll", mark, { passive: true });
  new ResizeObserver(mark).observe(region);
  mark();
}

// Grouping and rounding are for the eye: what is copied from a table is what
// the data says, cells parted by tabs.
document.addEventListener("copy", (event) => {
  const selection = document.getSelection();
  if (!selection || selection.isCollapsed) return;
  const part = selection.getRangeAt(0).cloneContents();
  const rows = [...part.querySelectorAll("tr")];
  if (rows.length < 1 || !part.querySelector("td")) return;
  const text = (cell) => {
    const data = cell.querySelector("data");
    if (data) return data.value;
    const label = cell.querySelector(".col-label");
    if (label) return label.textContent;
    return cell.classList.contains("null") ? "" : cell.textContent.trim();
  };
  const lines = rows.map((row) => [...row.cells].map((cell) => text(cell).replace(/\s+/g, " ")).join("\t"));
  event.clipboardData.setData("text/plain", lines.join("\n"));
  event.preventDefault();
});

// On a wide screen the facets stand open.
const wide = matchMedia("(min-width: 60rem)");
for (const fold of document.querySelectorAll("details[data-open-wide]")) {
  const follow = () => { fold.open = wide.matches; };
  wide.addEventListener("change", follow);
  follow();
}

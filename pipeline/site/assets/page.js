// Nothing here is needed: every page works without it.
const inField = (event) => /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) || event.target.isContentEditable;
if (document.body.classList.contains("framed") && localStorage.theme) {
  document.documentElement.dataset.theme = localStorage.theme === "dark" ? "dark" : "light";
}
for (const field of document.querySelectorAll("[data-own-zone]")) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zone && !field.value) field.value = zone;
}
const go = { t: "/", m: "/meetings", f: "/feeds", a: "/alerts" };
let waiting = false;
document.addEventListener("keydown", (event) => {
  if (inField(event) || event.ctrlKey || event.metaKey || event.altKey || localStorage.keys === "off") return;
  const reports = [...document.querySelectorAll("article.rep")].filter((one) => one.offsetParent);
  const at = reports.indexOf(document.activeElement);
  if (waiting && go[event.key]) {
    const home = document.querySelector("a.brand").getAttribute("href").replace(/\/$/, "");
    location.href = home + go[event.key];
  } else if (event.key === "/") {
    event.preventDefault();
    document.getElementById("find").focus();
  } else if ((event.key === "j" || event.key === "k") && reports.length) {
    const next = reports[Math.max(0, Math.min(reports.length - 1, at + (event.key === "j" ? 1 : -1)))];
    next.tabIndex = -1;
    next.focus();
  }
  waiting = event.key === "g";
});
for (const area of document.querySelectorAll("textarea[data-send]")) {
  area.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) area.form.requestSubmit();
  });
}
const copied = (button, words) => {
  const before = button.textContent;
  navigator.clipboard.writeText(words).then(() => {
    button.textContent = button.dataset.done;
    setTimeout(() => (button.textContent = before), 2000);
  });
};
if (navigator.clipboard) {
  for (const button of document.querySelectorAll("[data-copy], [data-copy-link]")) {
    button.hidden = false;
    button.addEventListener("click", () => copied(button, button.dataset.copy ?? location.href.split("#")[0]));
  }
}

// Has the site count again what is ticked in a form, at each change, so that the sum is never another one than the
// site's own. Without it, and where that fails, a button does the same.
const form = document.querySelector("form[data-counts]");
const sum = form?.querySelector("[data-sum]");
const button = form?.querySelector("[data-count]");
let asked = 0;

async function answered() {
  const body = new URLSearchParams(new FormData(form));
  body.set("do", "look");
  const answer = await fetch(form.action, { method: "POST", body });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  // The list of another role that was typed meanwhile is not the one on this page.
  const same = page.querySelector("input[name=seen]")?.value === form.elements.seen.value;
  return answer.ok && same ? page.querySelector("[data-sum]") : null;
}

async function count() {
  const now = ++asked;
  // Several ticks in a row are counted once.
  await new Promise((wait) => setTimeout(wait, 150));
  if (now !== asked) return;
  const counted = await answered().catch(() => null);
  if (now !== asked) return;
  if (counted) sum.textContent = counted.textContent;
  button.hidden = Boolean(counted);
}

if (sum) {
  button.hidden = true;
  form.addEventListener("change", (event) => {
    if (["item", "hours"].includes(event.target.name)) count();
  });
  // Browsers bring ticks back when a page is loaded again.
  const ticks = [...form.elements].filter((element) => element.type === "checkbox");
  if (ticks.some((tick) => tick.checked !== tick.defaultChecked)) count();
}

// Lets items be dragged to a place. Each has a form that says the same with buttons, and this sends that form.
const list = document.querySelector("[data-order]");
let dragged;

function place(item) {
  return [...list.children].indexOf(item) + 1;
}

function send() {
  const form = dragged.querySelector("form");
  form.elements.to.value = place(dragged);
  form.requestSubmit(form.querySelector("button[value=move]"));
}

for (const item of list?.children ?? []) {
  item.draggable = true;
  item.addEventListener("dragstart", (event) => {
    // Text in a field is dragged as text.
    if (event.target !== item) return;
    dragged = item;
    event.dataTransfer.effectAllowed = "move";
    item.classList.add("ordered-dragged");
  });
  item.addEventListener("dragover", (event) => {
    if (!dragged || dragged === item) return;
    event.preventDefault();
    const box = item.getBoundingClientRect();
    item[event.clientY < box.top + box.height / 2 ? "before" : "after"](dragged);
  });
  item.addEventListener("drop", (event) => event.preventDefault());
  item.addEventListener("dragend", () => {
    item.classList.remove("ordered-dragged");
    if (dragged) send();
    dragged = undefined;
  });
}

// Keeps what is typed into a form on the server, some seconds after the last key, until it is saved.
const form = document.querySelector("form[data-unsaved]");
if (form) {
  const told = form.querySelector("[data-told]");
  let timer, sending = false;
  const keep = async () => {
    sending = true;
    const body = new URLSearchParams(new FormData(form));
    body.set("part", form.getAttribute("action"));
    try {
      const answer = await fetch(form.dataset.unsaved, { method: "POST", body });
      // The entry left or moved meanwhile: said before more is typed.
      if (answer.status === 409) told.textContent = await answer.text();
    } finally {
      sending = false;
    }
  };
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => sending || keep(), 4000);
  });
  form.addEventListener("submit", () => clearTimeout(timer));
}

// Keeps what is typed into a form on the server, some seconds after the last key, until it is saved.
const form = document.querySelector("form[data-unsaved]");
if (form) {
  let timer, sending = false;
  const keep = async () => {
    sending = true;
    const body = new URLSearchParams(new FormData(form));
    body.set("part", form.getAttribute("action"));
    try {
      await fetch(form.dataset.unsaved, { method: "POST", body });
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

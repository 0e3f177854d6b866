// Asks the device for a passkey: a new one, or one to sign in with. Without it the page says that the password stays.
const form = document.querySelector("form[data-passkey]");
const button = form?.querySelector("button");
const told = form?.querySelector("[data-told]");
const creates = form?.dataset.passkey === "create";
const read = creates ? "parseCreationOptionsFromJSON" : "parseRequestOptionsFromJSON";

async function ask() {
  button.disabled = true;
  told.textContent = "";
  try {
    const publicKey = PublicKeyCredential[read](JSON.parse(form.dataset.options));
    const credential = creates
      ? await navigator.credentials.create({ publicKey })
      : await navigator.credentials.get({ publicKey });
    form.elements.answer.value = JSON.stringify(credential);
    form.submit();
  } catch (error) {
    // What the device says when it has one of those that the page named.
    told.textContent = error.name === "InvalidStateError" ? form.dataset.known : form.dataset.failed;
    button.disabled = false;
  }
}

if (form) {
  form.querySelector("[data-without]").hidden = true;
  if (window.PublicKeyCredential?.[read]) {
    button.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      ask();
    });
    ask();
  } else {
    told.textContent = form.dataset.old;
  }
}

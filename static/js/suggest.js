// Names while somebody types, in the browser's own list. Without it the form works the same. The attribute may say of
// which kind: data-suggest="role".
for (const input of document.querySelectorAll("[data-suggest]")) {
  const list = document.createElement("datalist");
  list.id = `${input.id}-names`;
  input.after(list);
  input.setAttribute("list", list.id);
  let asked = 0;
  input.addEventListener("input", async () => {
    const now = ++asked;
    const words = input.value.trim();
    if (words.length < 2) return list.replaceChildren();
    // A pause in typing, so that not every letter is asked about.
    await new Promise((wait) => setTimeout(wait, 120));
    if (now !== asked) return;
    const query = new URLSearchParams({ q: words, kind: input.dataset.suggest });
    const answer = await fetch(`/search/suggest?${query}`).catch(() => null);
    if (!answer?.ok || now !== asked) return;
    const names = await answer.json();
    list.replaceChildren(...names.map(({ name }) => Object.assign(document.createElement("option"), { value: name })));
  });
}

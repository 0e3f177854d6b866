// Chooses the time zone that the browser keeps, where nobody has chosen one yet. One that the list does not have
// leaves the list as it is.
const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
for (const list of document.querySelectorAll("select[data-zone]")) {
  const known = [...list.options].find((option) => option.value === timeZone);
  if (known) known.selected = true;
}

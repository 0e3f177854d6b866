// Marks in the side rail the section being read: the last one whose head has passed the
// upper third of the window.
const links = new Map();
for (const link of document.querySelectorAll("[data-rail] a[href^='#']")) {
  const section = document.getElementById(decodeURIComponent(link.hash.slice(1)));
  if (section) links.set(section, link);
}

function mark() {
  const passed = [...links.keys()].filter(
    (section) => section.getBoundingClientRect().top <= window.innerHeight / 3,
  );
  const current = passed.at(-1) ?? links.keys().next().value;
  for (const [section, link] of links) {
    if (section === current) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

if (links.size > 0) {
  // The observer wakes the module only when a section crosses that line.
  const observer = new IntersectionObserver(mark, { rootMargin: "0px 0px -66% 0px" });
  for (const section of links.keys()) observer.observe(section);
  mark();
}

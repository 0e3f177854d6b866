// Marks in the side rail the section being read: the last one whose head has passed the
// upper third of the window, and at the page's end the last of all.
const links = new Map();
for (const link of document.querySelectorAll("[data-rail] a[href^='#']")) {
  const section = document.getElementById(decodeURIComponent(link.hash.slice(1)));
  if (section) links.set(section, link);
}

const foot = document.querySelector(".foot");

function atEnd() {
  return foot && window.scrollY > 0 && foot.getBoundingClientRect().bottom <= window.innerHeight + 2;
}

function mark() {
  const passed = [...links.keys()].filter(
    (section) => section.getBoundingClientRect().top <= window.innerHeight / 3,
  );
  const current = (atEnd() ? [...links.keys()] : passed).at(-1) ?? links.keys().next().value;
  for (const [section, link] of links) {
    if (section === current) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

if (links.size > 0) {
  // The observer wakes the module only when a section crosses that line.
  const observer = new IntersectionObserver(mark, { rootMargin: "0px 0px -66% 0px" });
  for (const section of links.keys()) observer.observe(section);
  // The end has come when the whole foot is in sight.
  if (foot) new IntersectionObserver(mark, { threshold: [0.99, 1] }).observe(foot);
  mark();
}

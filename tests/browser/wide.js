// What sticks out of the window at its right edge, if the page can be scrolled that way.
const page = document.documentElement;
if (page.scrollWidth <= page.clientWidth) return [];
const out = [...document.querySelectorAll("body *")].filter(
  (element) => element.getBoundingClientRect().right > page.clientWidth + 0.5,
);
return [
  `${page.scrollWidth} of ${page.clientWidth} px`,
  ...out.slice(0, 8).map((element) => element.outerHTML.slice(0, 120)),
];

// Where the focus is: its place among all that Tab should reach, in the order of the text, and what is
// wrong with how that shows.
const reachable = [
  ...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']"),
].filter(
  (element) =>
    element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) &&
    !element.disabled &&
    !(element.type === "radio" && !element.checked),
);
const at = document.activeElement;
if (at === document.body) return { place: null, of: reachable.length, wrong: [] };

const wrong = [];
const name = `${at.localName} "${(at.textContent.trim() || at.id).slice(0, 60)}"`;
const boxes = [...at.getClientRects()].filter((box) => box.width > 0 && box.height > 0);
// Browsers scroll to whole pixels, so a part of one may be missing.
const inside = (box, frame) =>
  box.left > frame.left - 1 &&
  box.top > frame.top - 1 &&
  box.right < frame.right + 1 &&
  box.bottom < frame.bottom + 1;
const screen = { left: 0, top: 0, right: innerWidth, bottom: innerHeight };
if (boxes.length === 0) wrong.push(`${name} has no size`);
else if (!boxes.some((box) => inside(box, screen))) wrong.push(`${name} is outside the window`);
else {
  const box = boxes.find((box) => inside(box, screen));
  const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  if (!at.contains(top)) wrong.push(`${name} is covered by ${top?.outerHTML.slice(0, 80)}`);

  const style = getComputedStyle(at);
  const width = parseFloat(style.outlineWidth);
  if (style.outlineStyle === "none" || width < 2) wrong.push(`${name} has no outline`);
  const reach = width + parseFloat(style.outlineOffset);
  const ring = { left: box.left - reach, top: box.top, right: box.right + reach, bottom: box.bottom };
  if (ring.left < 0 || ring.right > innerWidth) wrong.push(`the outline of ${name} leaves the window`);
  for (let frame = at.parentElement; frame; frame = frame.parentElement) {
    if (frame === document.documentElement || frame === document.body) break;
    if (getComputedStyle(frame).overflowX === "visible") continue;
    const edge = frame.getBoundingClientRect();
    if (ring.left < edge.left || ring.right > edge.right) wrong.push(`the outline of ${name} is cut off`);
  }
}
return { place: reachable.indexOf(at), of: reachable.length, wrong, name };

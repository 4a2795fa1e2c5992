// Elements made in one expression; files handed to the learner. In front of every component's own script.

const SVG = "http://www.w3.org/2000/svg";

function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  if (tag === "input" || tag === "select") node.addEventListener("keydown", turnPageKeys);
  return dress(node, attributes, children);
}

// A handle that has the focus uses PageUp and PageDown itself. Not on the projector: there a presenter's remote sends
// them to step through the page's experiments, and since Streamlit hears no key out of a field, the page gets its own.
function turnPageKeys(event) {
  if (!event.key.startsWith("Page")) return;
  event.stopPropagation();
  if (new URLSearchParams(location.search).get("present") !== "1") return;
  event.preventDefault();
  event.stopImmediatePropagation();
  document.body.dispatchEvent(new KeyboardEvent("keydown", { key: event.key, bubbles: true }));
}

function svgElement(tag, attributes = {}, ...children) {
  return dress(document.createElementNS(SVG, tag), attributes, children);
}

function dress(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "text") node.textContent = value;   // learners' words are text, never markup
    else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

function download(blob, name) {
  const link = element("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

// Saves a board's own pictures as they stand, one under the other in one file: colours and sizes come from style sheets on
// the page, so they are written into a copy. Nothing leaves the browser.

const INKS = ["fill", "stroke", "stroke-width", "stroke-dasharray", "opacity", "font-family", "font-size", "font-weight", "text-anchor"];
const PNG_SCALE = 2;

function saveRow(name, pictures) {
  const save = { PNG: (page) => drawn(page, (blob) => download(blob, `${name}.png`)), SVG: (page) => download(page.blob, `${name}.svg`) };
  const buttons = Object.entries(save).map(([kind, write]) => element("button", { type: "button", text: kind, "aria-label": `Save the pictures as ${kind}`, onclick: () => write(onePage(pictures())) }));
  return element("div", { class: "save" }, element("span", { text: "Save as" }), ...buttons);
}

function onePage(svgs) {
  const sizes = svgs.map((svg) => svg.getBoundingClientRect());
  const width = Math.ceil(Math.max(...sizes.map((size) => size.width))), height = Math.ceil(sizes.reduce((all, size) => all + size.height, 0));
  const ground = getComputedStyle(svgs[0]).getPropertyValue("--st-background-color").trim();
  const page = svgElement("svg", { width, height, viewBox: `0 0 ${width} ${height}` }, svgElement("rect", { width, height, fill: ground }));
  let y = 0;
  svgs.forEach((svg, i) => {
    page.append(dress(inked(svg), { y, width: sizes[i].width, height: sizes[i].height }, []));
    y += sizes[i].height;
  });
  return { width, height, blob: new Blob([new XMLSerializer().serializeToString(page)], { type: "image/svg+xml" }) };
}

function inked(svg) {
  const copy = svg.cloneNode(true), copies = [copy, ...copy.querySelectorAll("*")];
  [svg, ...svg.querySelectorAll("*")].forEach((node, i) => {
    const style = getComputedStyle(node);
    copies[i].setAttribute("style", INKS.map((ink) => `${ink}:${style.getPropertyValue(ink)}`).join(";"));
  });
  return copy;
}

function drawn({ blob, width, height }, use) {
  const image = new Image();
  image.onload = () => {
    const canvas = element("canvas", { width: PNG_SCALE * width, height: PNG_SCALE * height });
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    URL.revokeObjectURL(image.src);
    canvas.toBlob(use);
  };
  image.src = URL.createObjectURL(blob);
}

// A small table of texts: only what changed is written. One that is wider than its place is scrolled, by keys as well.
// Python sends {name, note, columns: [text], rows: [[text]]}.

const tables = new WeakMap();

export default function ({ data, parentElement }) {
  let table = tables.get(parentElement);
  if (!table) tables.set(parentElement, (table = makeTable(parentElement.querySelector(".table"), parentElement.querySelector("p"))));
  table.receive(data);
  return () => { table.forget(); tables.delete(parentElement); };
}

function makeTable(root, under) {
  const head = element("tr"), body = element("tbody");
  const node = element("table", {}, element("thead", {}, head), body);
  root.replaceChildren(node);
  const resizer = new ResizeObserver(tellWidth);
  resizer.observe(root);
  resizer.observe(node);

  function receive({ name, note, columns, rows }) {
    under.textContent = note;
    root.setAttribute("aria-label", name);
    write(head, columns, () => element("th", { scope: "col" }));
    fit(body, rows.length, () => element("tr"));
    rows.forEach((cells, i) => write(body.children[i], cells, () => element("td")));
  }

  function tellWidth() {
    const wide = node.offsetWidth > root.clientWidth + 1;
    dress(root, wide ? { role: "region", tabindex: 0 } : {});
    if (!wide) for (const name of ["role", "tabindex"]) root.removeAttribute(name);
  }
  return { receive, forget: () => resizer.disconnect() };
}

function write(row, texts, make) {
  fit(row, texts.length, make);
  texts.forEach((text, i) => { if (row.children[i].textContent !== text) row.children[i].textContent = text; });
}

function fit(parent, count, make) {
  while (parent.children.length > count) parent.lastElementChild.remove();
  while (parent.children.length < count) parent.append(make());
}

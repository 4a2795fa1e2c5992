// The property table: a False is a button that opens its counterexample in a row below.
// Python sends {names, rows: [{key, name, explanation, cells: [{holds, sentence, where, logits, outputs, ...}]}]}.

const tables = new WeakMap();

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".properties");
  let table = tables.get(parentElement);
  if (!table) tables.set(parentElement, (table = makeTable(root)));
  table.receive(data);
  return () => tables.delete(parentElement);
}

function makeTable(root) {
  const s = { open: null, data: null };
  const node = element("table", {});
  root.replaceChildren(element("div", { class: "scroll" }, node));

  function receive(data) {
    s.data = data;
    if (s.open && !cellAt(s.open)?.sentence) s.open = null;
    draw();
  }

  const cellAt = ({ row, map }) => s.data.rows.find((one) => one.key === row)?.cells[s.data.names.indexOf(map)];

  function draw() {
    const head = element("tr", {}, element("th", { scope: "col", text: "claim" }), ...s.data.names.map((name) => element("th", { scope: "col", text: name })));
    const body = s.data.rows.flatMap((row) => (s.open?.row === row.key ? [makeRow(row), makeDetail(row)] : [makeRow(row)]));
    node.replaceChildren(element("thead", {}, head), element("tbody", {}, ...body));
  }

  function makeRow(row) {
    const name = element("th", { scope: "row" }, element("span", { class: "name", text: row.name }), element("span", { class: "muted", text: row.explanation }));
    return element("tr", {}, name, ...row.cells.map((cell, i) => element("td", {}, makeVerdict(row, cell, s.data.names[i]))));
  }

  function makeVerdict(row, cell, map) {
    if (!cell.sentence) return element("span", { class: "verdict", text: cell.holds ? "True" : "False" });
    const open = s.open?.row === row.key && s.open.map === map;
    const button = element("button", {
      type: "button", class: "verdict", text: cell.holds ? "True" : "False", "aria-expanded": String(open), "aria-label": `${row.name}, ${map}: False, show the counterexample`,
      onclick: () => { s.open = open ? null : { row: row.key, map }; draw(); focusOn(row.key, map); },
    });
    button.dataset.row = row.key;
    button.dataset.map = map;
    return button;
  }

  function focusOn(row, map) {
    [...node.querySelectorAll("button")].find((button) => button.dataset.row === row && button.dataset.map === map)?.focus();
  }

  function makeDetail(row) {
    const cell = cellAt(s.open);
    const lines = [["scores", cell.logits], ["outputs", cell.outputs], ["changed scores", cell.changed_logits], ["changed outputs", cell.changed_outputs]];
    const numbers = lines.filter(([, values]) => values.length).map(([name, values]) =>
      element("tr", {}, element("th", { scope: "row", text: name }), ...values.map((value) => element("td", { text: value }))));
    return element("tr", { class: "detail" }, element("td", { colspan: row.cells.length + 1 },
      element("p", { text: `${s.open.map}. ${cell.sentence}` }), element("p", { class: "muted", text: cell.where }),
      element("table", { class: "numbers" }, element("tbody", {}, ...numbers))));
  }

  return { receive };
}
